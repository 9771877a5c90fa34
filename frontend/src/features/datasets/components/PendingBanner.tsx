'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogContentText from '@mui/material/DialogContentText'
import DialogTitle from '@mui/material/DialogTitle'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DatasetDetail } from '@/api/types'
import { countOf, formatAgo } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { JobPanel, useWatchedJob } from '@/ui/useWatchedJob'
import { acceptPending, datasetQueries, discardPending, suggestMapping } from '../api'
import type { Pending } from '../versions'
import { BreakList, DiffList } from './DiffList'

/** Files that differ so much from what the dataset is that somebody should decide. */
export function PendingBanner({ dataset }: { dataset: DatasetDetail }) {
  const { data, error, refetch } = useQuery(datasetQueries.pending(dataset.id))
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading what waits" rows={2} height={72} />
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2, mb: 3 }}>
      {data.items.map((pending) => (
        <Waiting key={pending.id} pending={pending} dataset={dataset} />
      ))}
    </Box>
  )
}

function Waiting({ pending, dataset }: { pending: Pending; dataset: DatasetDetail }) {
  const [asking, setAsking] = useState(false)
  const queries = useQueryClient()
  const notify = useNotify()
  const mayEdit = useMay('datasets.edit')
  const job = useWatchedJob(['datasets'])
  const heading = `waits-${pending.id}`
  const alike = pending.diff.renamed.length > 0

  const accept = async (mapped: boolean) => {
    const done = await job.run('Publishing the file', async () => {
      const mapping = mapped ? (await suggestMapping(dataset.id, { pending_id: pending.id })).mapping : null
      return acceptPending(dataset.id, pending.id, mapping)
    })
    if (done) notify('The file is published as a new version.')
  }
  const discard = async () => {
    setAsking(false)
    try {
      await discardPending(dataset.id, pending.id)
      await queries.invalidateQueries({ queryKey: ['datasets'] })
      notify('Discarded. The dataset stays as it is.')
    } catch (problem) {
      notify(toProblem(problem).message)
    }
  }

  return (
    <Card
      component="section"
      aria-labelledby={heading}
      sx={(theme) => ({
        p: 2,
        display: 'grid',
        gap: 1.5,
        borderColor: `color-mix(in srgb, ${theme.vars.palette.warning.main} 45%, transparent)`,
        background: `color-mix(in srgb, ${theme.vars.palette.warning.main} 5%, ${theme.vars.palette.background.paper})`,
      })}
    >
      <Box>
        <Typography id={heading} variant="h3" component="h2">
          The next file waits for a decision
        </Typography>
        <Typography variant="caption" color="textSecondary" component="p" sx={{ overflowWrap: 'anywhere' }}>
          {[
            pending.file?.filename,
            countOf(pending.rows_loaded, 'row'),
            pending.rows_quarantined > 0 && `${countOf(pending.rows_quarantined, 'row')} set aside`,
            [formatAgo(pending.created_at), pending.created_by && `by ${pending.created_by.name}`]
              .filter(Boolean)
              .join(' '),
          ]
            .filter(Boolean)
            .join(' · ')}
          {pending.note && ` · ${pending.note}`}
        </Typography>
      </Box>
      {pending.reasons.map((reason) => (
        <Typography key={reason} variant="body2">
          {reason}
        </Typography>
      ))}
      <DiffList diff={pending.diff} same="The columns are the same." />
      <BreakList breaks={pending.breaks} />
      {mayEdit && (
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          {alike && (
            <Button variant="contained" onClick={() => void accept(true)} disabled={job.busy}>
              Accept, matching what looks alike
            </Button>
          )}
          <Button
            variant={alike ? 'outlined' : 'contained'}
            onClick={() => void accept(false)}
            disabled={job.busy}
          >
            {alike ? 'Accept as it is' : 'Accept'}
          </Button>
          <Button variant="outlined" onClick={() => setAsking(true)} disabled={job.busy}>
            Discard
          </Button>
        </Box>
      )}
      <JobPanel watched={job} />
      <Dialog open={asking} onClose={() => setAsking(false)} aria-labelledby={`discard-${pending.id}`}>
        <DialogTitle id={`discard-${pending.id}`}>Discard this file?</DialogTitle>
        <DialogContent>
          <DialogContentText variant="body2">
            The dataset stays as it is. To have the file after all, load it again.
          </DialogContentText>
        </DialogContent>
        <DialogActions>
          <Button variant="outlined" onClick={() => setAsking(false)}>
            Keep
          </Button>
          <Button variant="contained" color="error" onClick={() => void discard()}>
            Discard
          </Button>
        </DialogActions>
      </Dialog>
    </Card>
  )
}
