'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DashboardDetail } from '@/api/types'
import { formatAgo, formatMoment } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { addComment, dashboardQueries, removeComment, restoreDashboardVersion } from '../api'

/** What the dashboard was, and the way back. */
export function History({
  dashboard,
  open,
  onClose,
  onRestored,
}: {
  dashboard: DashboardDetail
  open: boolean
  onClose: () => void
  onRestored: (dashboard: DashboardDetail) => void
}) {
  const mayEdit = useMay('dashboards.edit') && !dashboard.locked
  const notify = useNotify()
  const { data, error, refetch } = useQuery({ ...dashboardQueries.versions(dashboard.id), enabled: open })
  const restore = (number: number) =>
    restoreDashboardVersion(dashboard.id, number)
      .then((next) => {
        notify(`Version ${number} is the newest again.`)
        onRestored(next)
      })
      .catch((problem) => notify(toProblem(problem).message))
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="sm">
      <DialogTitle>History</DialogTitle>
      <DialogContent>
        {error ? (
          <ErrorNotice error={error} retry={refetch} />
        ) : !data ? (
          <Loading label="Loading the history" rows={4} />
        ) : (
          <Box component="ol" reversed sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}>
            {data.items.map((version) => (
              <Box component="li" key={version.number} sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
                <Box sx={{ flex: 1, minWidth: 0 }}>
                  <Typography variant="body2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
                    Version {version.number}: {version.title}
                  </Typography>
                  <Typography variant="caption" color="textSecondary">
                    {version.said} by {version.by}, {formatMoment(version.created_at)}
                  </Typography>
                </Box>
                {version.number === dashboard.version ? (
                  <Typography variant="caption" color="textSecondary">
                    now
                  </Typography>
                ) : (
                  mayEdit && (
                    <Button
                      variant="outlined"
                      aria-label={`Go back to version ${version.number}`}
                      onClick={() => void restore(version.number)}
                    >
                      Go back
                    </Button>
                  )
                )}
              </Box>
            ))}
          </Box>
        )}
      </DialogContent>
    </Dialog>
  )
}

/** What people said of the dashboard or of one tile. */
export function Remarks({
  dashboard,
  about,
  nameOf,
  onClose,
}: {
  dashboard: DashboardDetail
  /** A tile's id, '' for the dashboard as a whole, null when nothing is shown. */
  about: string | null
  nameOf: (tile: string) => string
  onClose: () => void
}) {
  const queries = useQueryClient()
  const notify = useNotify()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const mayManage = useMay('members.manage')
  const { data, error, refetch } = useQuery({
    ...dashboardQueries.comments(dashboard.id),
    enabled: about !== null,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['dashboards', 'comments', dashboard.id] })
  const items = (data?.items ?? []).filter((one) => (about ? one.tile === about : true))
  const send = async () => {
    setBusy(true)
    try {
      await addComment(dashboard.id, text.trim(), about || null)
      setText('')
      await refresh()
    } catch (problem) {
      notify(toProblem(problem).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open={about !== null} onClose={onClose} fullWidth maxWidth="sm">
      <DialogTitle>{about ? `Remarks on ${nameOf(about)}` : 'Remarks'}</DialogTitle>
      <DialogContent>
        {error ? (
          <ErrorNotice error={error} retry={refetch} />
        ) : !data ? (
          <Loading label="Loading remarks" rows={3} />
        ) : (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5, mb: 2 }}>
            {items.length === 0 && (
              <Typography component="li" variant="body2" color="textSecondary">
                Nobody has said anything yet.
              </Typography>
            )}
            {items.map((remark) => (
              <Box component="li" key={remark.id} sx={{ display: 'flex', gap: 1 }}>
                <Box sx={{ flex: 1, minWidth: 0 }}>
                  <Typography variant="caption" color="textSecondary" component="p">
                    {remark.by}, {formatAgo(remark.created_at)}
                    {!about && remark.tile ? ` · ${nameOf(remark.tile)}` : ''}
                  </Typography>
                  <Typography variant="body2" sx={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
                    {remark.text}
                  </Typography>
                </Box>
                {(remark.mine || mayManage) && (
                  <Button
                    aria-label={`Remove the remark of ${remark.by}`}
                    onClick={() =>
                      void removeComment(dashboard.id, remark.id)
                        .then(refresh)
                        .catch((problem) => notify(toProblem(problem).message))
                    }
                  >
                    Remove
                  </Button>
                )}
              </Box>
            ))}
          </Box>
        )}
        <TextField
          fullWidth
          multiline
          minRows={2}
          label="Your remark"
          value={text}
          onChange={(event) => setText(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 5000 } }}
          sx={{ mt: 0.5 }}
        />
        <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end', mt: 1.5 }}>
          <Button onClick={onClose}>Close</Button>
          <Button variant="contained" disabled={busy || text.trim() === ''} onClick={() => void send()}>
            Send
          </Button>
        </Box>
      </DialogContent>
    </Dialog>
  )
}
