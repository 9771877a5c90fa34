'use client'

import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Column, DatasetDetail } from '@/api/types'
import { formatCount } from '@/lib/format'
import { useMay } from '@/lib/session'
import { JobPanel, useWatchedJob } from '@/ui/useWatchedJob'
import { reloadDataset } from '../api'
import { decisionOf } from '../model'
import {
  byNeed,
  type Changes,
  choicesOf,
  type Decision,
  identity,
  isNumber,
  optionsOf,
  sureness,
} from '../told'
import { Sheet } from './ReceiptView'

/** What was decided about the file, how sure that is, and the way to say otherwise. */
export function Decisions({ dataset }: { dataset: DatasetDetail }) {
  const [changes, setChanges] = useState<Changes>(new Map())
  const mayLoad = useMay('datasets.load')
  const job = useWatchedJob(['datasets'])
  const decisions = byNeed(dataset.receipt?.decisions ?? [])
  const assumed = decisions.filter((one) => one.confidence === 'assumed').length
  const editable = mayLoad && dataset.source !== null && dataset.version.is_current
  if (decisions.length === 0) {
    return (
      <Typography color="textSecondary">Nothing had to be decided: the file says it all itself.</Typography>
    )
  }

  const change = (decision: Decision, value: string) => {
    const next = new Map(changes)
    if (value === '') next.delete(identity(decision))
    else next.set(identity(decision), value === NOTHING ? '' : value)
    setChanges(next)
  }
  const reload = async () => {
    const nameOf = (id: string) => dataset.schema.find((column) => column.id === id)?.name
    const done = await job.run('Reading the file again', () =>
      reloadDataset(dataset.id, optionsOf(dataset.version?.options ?? {}, changes, nameOf)),
    )
    if (done) setChanges(new Map())
  }

  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1.5 }}>
      {assumed > 0 && (
        <Typography variant="body2">
          {assumed === 1 ? 'One decision is' : `${formatCount(assumed)} decisions are`} an assumption: the
          file does not say. {editable && 'Please look at the top of the list.'}
        </Typography>
      )}
      <Sheet
        label="Decisions"
        heads={['Decision', 'Taken as', 'How sure', 'Evidence', ...(editable ? ['Change'] : [])]}
      >
        {decisions.map((decision) => (
          <Row
            key={`${identity(decision)} ${decision.what}`}
            decision={decision}
            schema={dataset.schema}
            editable={editable}
            changed={changes.get(identity(decision))}
            onChange={(value) => change(decision, value)}
          />
        ))}
      </Sheet>
      {changes.size > 0 && (
        <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
          <Button variant="contained" onClick={() => void reload()} disabled={job.busy}>
            Read again with {changes.size === 1 ? 'this change' : `these ${changes.size} changes`}
          </Button>
          <Button variant="outlined" onClick={() => setChanges(new Map())} disabled={job.busy}>
            Discard
          </Button>
          <Typography variant="caption" color="textSecondary">
            This makes a new version; the present one stays in the history.
          </Typography>
        </Box>
      )}
      <JobPanel watched={job} />
    </Box>
  )
}

/** An empty string is an answer (nothing is quoted), while an empty choice means: as it was. */
const NOTHING = ' nothing '

function Row({
  decision,
  schema,
  editable,
  changed,
  onChange,
}: {
  decision: Decision
  schema: readonly Column[]
  editable: boolean
  changed: string | undefined
  onChange: (value: string) => void
}) {
  const { what, value } = decisionOf(decision, schema)
  const unsure = decision.confidence === 'assumed'
  return (
    <tr>
      <td>{what}</td>
      <td>{value}</td>
      <td>
        <Box component="span" sx={unsure ? { color: 'warning.main', fontWeight: 600 } : undefined}>
          {sureness[decision.confidence]}
        </Box>
      </td>
      <td>
        {decision.evidence}
        {typeof decision.fits === 'number' &&
          typeof decision.total === 'number' &&
          decision.fits < decision.total && (
            <Box component="span" sx={{ display: 'block', color: 'text.secondary' }}>
              {formatCount(decision.fits)} of {formatCount(decision.total)} values fit.
            </Box>
          )}
        {decision.examples.length > 0 && (
          <Box component="span" sx={{ display: 'block', color: 'text.secondary', overflowWrap: 'anywhere' }}>
            Not:{' '}
            {decision.examples
              .slice(0, 3)
              .map(
                (one) =>
                  `“${String(one.value)}”${typeof one.line === 'number' ? ` in line ${formatCount(one.line)}` : ''}`,
              )
              .join(', ')}
          </Box>
        )}
      </td>
      {editable && <td>{decision.key !== '' && <Control {...{ decision, what, changed, onChange }} />}</td>}
    </tr>
  )
}

function Control({
  decision,
  what,
  changed,
  onChange,
}: {
  decision: Decision
  what: string
  changed: string | undefined
  onChange: (value: string) => void
}) {
  const label = `Change: ${what}`
  if (isNumber(decision.key)) {
    return (
      <TextField
        size="small"
        type="number"
        value={changed ?? ''}
        placeholder="as read"
        slotProps={{ htmlInput: { 'aria-label': label, min: decision.key === 'first_line' ? 1 : 0 } }}
        onChange={(event) => onChange(event.target.value)}
        sx={{ width: 110 }}
      />
    )
  }
  return (
    <TextField
      select
      size="small"
      value={changed === '' ? NOTHING : (changed ?? '')}
      slotProps={{ select: { native: true }, htmlInput: { 'aria-label': label } }}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 150, maxWidth: 220 }}
    >
      <option value="">As read</option>
      {choicesOf(decision).map((choice) => (
        <option key={choice.value} value={choice.value === '' ? NOTHING : choice.value}>
          {choice.label}
        </option>
      ))}
    </TextField>
  )
}
