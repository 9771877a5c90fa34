'use client'

import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DatasetDetail } from '@/api/types'
import { download } from '@/lib/downloads'
import { countOf, formatCount } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { useRested } from '@/lib/timing'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { ShowMore } from '@/ui/ShowMore'
import { mono } from '@/ui/theme'
import { JobActions, JobPanel, useWatchedJob } from '@/ui/useWatchedJob'
import { datasetQueries, replayQuarantine } from '../api'
import {
  bodyOf,
  deedOf,
  edit,
  isTouched,
  leaveOut,
  outcomeOf,
  type QuarantineRow,
  type Refused,
  stateOf,
  undo,
  untouched,
} from '../quarantine'
import { Sheet } from './ReceiptView'

/** Every row that was set aside: looked through, put right and loaded, or left out on purpose. */
export function QuarantineTable({ dataset }: { dataset: DatasetDetail }) {
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const search = useRested(typed, 250)
  const [edits, setEdits] = useState(untouched)
  const [open, setOpen] = useState<number | null>(null)
  const [refused, setRefused] = useState<Refused[]>([])
  const notify = useNotify()
  const job = useWatchedJob(['datasets'])
  const { version } = dataset
  const mayEdit = useMay('datasets.edit') && version.is_current
  const list = useInfiniteQuery(datasetQueries.quarantine(dataset.id, version.id, { reason, search }))
  const { data, error, refetch } = list
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading the rows set aside" rows={3} />
  const [first] = data.pages
  const items = data.pages.flatMap((page) => page.items)
  const columns = first?.columns ?? []
  const reasons = first?.reasons ?? []

  const fetchAll = (format: 'csv' | 'jsonl') =>
    download({ kind: 'quarantine', dataset_id: dataset.id, version_id: version.id, format }).catch(
      (problem) => notify(toProblem(problem).message),
    )
  const replay = async () => {
    const done = await job.run(deedOf(edits), () => replayQuarantine(dataset.id, version.id, bodyOf(edits)))
    if (!done) return
    const outcome = outcomeOf(done.result)
    setEdits(untouched)
    setOpen(null)
    setRefused(outcome.refused)
    notify(
      outcome.refused.length === 0
        ? `Done: ${countOf(outcome.replayed, 'row')} loaded, ${formatCount(outcome.discarded)} left out.`
        : `${countOf(outcome.replayed, 'row')} loaded, ${formatCount(outcome.refused.length)} still cannot be read.`,
    )
  }

  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1.5 }}>
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <TextField
          size="small"
          label="Search in them"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          sx={{ width: { xs: '100%', sm: 220 } }}
        />
        {reasons.length > 1 && (
          <TextField
            select
            size="small"
            label="Reason"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
            sx={{ width: { xs: '100%', sm: 320 } }}
          >
            <option value="">Every reason</option>
            {reasons.map((one) => (
              <option key={one.reason} value={one.reason}>
                {one.reason} ({formatCount(one.count)})
              </option>
            ))}
          </TextField>
        )}
        <Box sx={{ flex: 1 }} />
        <Button variant="outlined" onClick={() => void fetchAll('csv')}>
          Download CSV
        </Button>
        <Button variant="outlined" onClick={() => void fetchAll('jsonl')}>
          Download JSON lines
        </Button>
      </Box>
      {items.length === 0 ? (
        <Typography color="textSecondary">No row that was set aside is like that.</Typography>
      ) : (
        <Sheet
          label="Rows set aside"
          heads={['Line', 'Column', 'Reason', 'As it stands in the file', ...(mayEdit ? ['What to do'] : [])]}
        >
          {items.map((row) => (
            <Row
              key={row.index}
              row={row}
              columns={columns}
              state={stateOf(edits, row.index)}
              editable={mayEdit}
              open={open === row.index}
              change={edits.rows.get(row.index)}
              onOpen={() => setOpen(open === row.index ? null : row.index)}
              onChange={(change) => setEdits(edit(edits, row.index, change))}
              onLeave={() => setEdits(leaveOut(edits, row.index))}
              onUndo={() => setEdits(undo(edits, row.index))}
            />
          ))}
        </Sheet>
      )}
      <ShowMore list={list} />
      {isTouched(edits) && (
        <JobActions
          watched={job}
          deed={deedOf(edits)}
          onDo={() => void replay()}
          onDiscard={() => setEdits(untouched)}
          note="This makes a new version; what still cannot be read stays here."
        />
      )}
      <JobPanel watched={job} />
      {refused.length > 0 && (
        <Box role="status">
          <Typography variant="body2">Still set aside:</Typography>
          <Box component="ul" sx={{ m: 0, pl: 3, fontSize: '0.875rem' }}>
            {refused.slice(0, 10).map((one) => (
              <li key={one.index}>
                {one.column && `${one.column}: `}
                {one.reason}
              </li>
            ))}
          </Box>
        </Box>
      )}
    </Box>
  )
}

function Row({
  row,
  columns,
  state,
  editable,
  open,
  change,
  onOpen,
  onChange,
  onLeave,
  onUndo,
}: {
  row: QuarantineRow
  columns: readonly { name: string; type: string }[]
  state: 'edited' | 'left out' | null
  editable: boolean
  open: boolean
  change: { values?: (string | null)[]; raw?: string } | undefined
  onOpen: () => void
  onChange: (change: { values?: (string | null)[]; raw?: string }) => void
  onLeave: () => void
  onUndo: () => void
}) {
  const place = row.line ?? row.row ?? null
  const name = place === null ? `row ${row.index + 1}` : `line ${formatCount(place)}`
  return (
    <>
      <tr>
        <td>{place === null ? '–' : formatCount(place)}</td>
        <td>{row.column ?? '–'}</td>
        <td>{row.reason}</td>
        <td>
          <Box component="code" sx={{ fontFamily: mono, fontSize: '0.78rem', overflowWrap: 'anywhere' }}>
            {row.raw}
          </Box>
        </td>
        {editable && (
          <td>
            <Box sx={{ display: 'flex', gap: 0.5, alignItems: 'center' }}>
              <Button onClick={onOpen} aria-expanded={open} aria-label={`${open ? 'Close' : 'Edit'} ${name}`}>
                {open ? 'Close' : 'Edit'}
              </Button>
              {state === null ? (
                <Button onClick={onLeave} aria-label={`Leave out ${name}`}>
                  Leave out
                </Button>
              ) : (
                <Button onClick={onUndo} aria-label={`Undo for ${name}`}>
                  Undo
                </Button>
              )}
              {state && (
                <Typography variant="caption" color="textSecondary" sx={{ whiteSpace: 'nowrap' }}>
                  {state}
                </Typography>
              )}
            </Box>
          </td>
        )}
      </tr>
      {editable && open && (
        <tr>
          <td colSpan={5}>
            <Editor {...{ row, columns, change, name, onChange }} />
          </td>
        </tr>
      )}
    </>
  )
}

function Editor({
  row,
  columns,
  change,
  name,
  onChange,
}: {
  row: QuarantineRow
  columns: readonly { name: string; type: string }[]
  change: { values?: (string | null)[]; raw?: string } | undefined
  name: string
  onChange: (change: { values?: (string | null)[]; raw?: string }) => void
}) {
  if (!row.values) {
    return (
      <TextField
        label={`Text of ${name}`}
        value={change?.raw ?? row.raw}
        onChange={(event) => onChange({ raw: event.target.value })}
        multiline
        fullWidth
        size="small"
      />
    )
  }
  // A row may hold more or fewer values than the file has columns: what it has is shown, what it lacks is empty.
  const values = change?.values ?? columns.map((_, at) => row.values?.[at] ?? null)
  return (
    <Box
      role="group"
      aria-label={`Values of ${name}`}
      sx={{
        display: 'grid',
        gap: 1.5,
        py: 1,
        gridTemplateColumns: 'repeat(auto-fill, minmax(min(180px, 100%), 1fr))',
      }}
    >
      {columns.map((column, at) => (
        <TextField
          // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place
          key={at}
          label={column.name}
          value={values[at] ?? ''}
          size="small"
          onChange={(event) =>
            onChange({ values: values.map((old, one) => (one === at ? event.target.value : old)) })
          }
        />
      ))}
    </Box>
  )
}
