'use client'

import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { DatasetDetail } from '@/api/types'
import { countOf, formatCount } from '@/lib/format'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { JobActions, JobPanel, useWatchedJob } from '@/ui/useWatchedJob'
import { reloadDataset } from '../api'
import { decisionOf } from '../model'
import {
  allOf,
  bySubject,
  type Changes,
  choicesOf,
  type Decision,
  identity,
  isFlag,
  isNumber,
  optionsOf,
  type Subject,
  sureness,
} from '../told'

/** What was decided about the file, how sure that is, and the way to say otherwise. */
export function Decisions({ dataset, brief = false }: { dataset: DatasetDetail; brief?: boolean }) {
  const [changes, setChanges] = useState<Changes>(new Map())
  const mayLoad = useMay('datasets.load')
  const job = useWatchedJob(['datasets'])
  const told = dataset.receipt?.decisions ?? []
  const decisions = brief ? told : allOf(told)
  const assumed = decisions.filter((one) => one.confidence === 'assumed').length
  const editable = mayLoad && dataset.source !== null && dataset.version.is_current
  if (decisions.length === 0) {
    return (
      <Typography color="textSecondary">Nothing had to be decided: the file says it all itself.</Typography>
    )
  }

  const reload = async (wanted: Changes) => {
    if (job.busy) return
    const done = await job.run('Reading the file again', () =>
      reloadDataset(dataset.id, optionsOf(dataset.version?.options ?? {}, wanted)),
    )
    if (done) setChanges(new Map())
  }
  const change = (decision: Decision, value: string) => {
    const next = new Map(changes)
    if (value === '') next.delete(identity(decision))
    else next.set(identity(decision), { decision, value: value === NOTHING ? '' : value })
    if (isFlag(decision.key)) void reload(next)
    else setChanges(next)
  }
  const subjects = bySubject(decisions)
  const first = brief ? subjects.filter((one) => one.unsure) : subjects
  const rest = subjects.filter((one) => !first.includes(one))
  const list = (some: readonly Subject[]) => (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: brief ? 'minmax(0, 1fr)' : 'repeat(auto-fill, minmax(min(320px, 100%), 1fr))',
        gap: brief ? 2.5 : 3,
      }}
    >
      {some.map((subject) => (
        <About key={subject.column ?? ''} {...{ subject, dataset, editable, changes }} onChange={change} />
      ))}
    </Box>
  )

  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}>
      {assumed > 0 && (
        <Typography variant="body2">
          {assumed === 1 ? 'One decision is' : `${formatCount(assumed)} decisions are`} an assumption: the
          file does not say. {editable && 'Please look at what comes first.'}
        </Typography>
      )}
      {changes.size > 0 && (
        <JobActions
          watched={job}
          deed={`Read again with ${changes.size === 1 ? 'this change' : `these ${changes.size} changes`}`}
          onDo={() => void reload(changes)}
          onDiscard={() => setChanges(new Map())}
          note="This makes a new version; the present one stays in the history."
        />
      )}
      <JobPanel watched={job} />
      {list(first)}
      {rest.length > 0 && (
        <Box component="details" open={first.length === 0}>
          <Box component="summary" sx={{ cursor: 'pointer', fontSize: '0.875rem', py: 0.5, mb: 1.5 }}>
            {certainWords(rest)}
          </Box>
          {list(rest)}
        </Box>
      )}
    </Box>
  )
}

function certainWords(subjects: readonly Subject[]): string {
  const columns = subjects.filter((one) => one.column !== null).length
  const words = [columns < subjects.length ? 'The file' : '', columns > 0 ? countOf(columns, 'column') : '']
  return `${words.filter(Boolean).join(' and ')}: nothing is in doubt`
}

/** An empty string is an answer (nothing is quoted), while an empty choice means: as it was. */
const NOTHING = ' nothing '

/** What was decided about one column, or about the file as a whole. */
function About({
  subject,
  dataset,
  editable,
  changes,
  onChange,
}: {
  subject: Subject
  dataset: DatasetDetail
  editable: boolean
  changes: Changes
  onChange: (decision: Decision, value: string) => void
}) {
  const column = dataset.schema.find((one) => one.id === subject.column)
  const name = subject.column === null ? 'The file' : (column?.name ?? 'A column that is not kept')
  return (
    <Box role="group" aria-label={`Decisions about ${name}`} sx={{ minWidth: 0 }}>
      <Typography variant="h3" sx={{ mb: 1, overflowWrap: 'anywhere' }}>
        {name}
      </Typography>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1.5 }}>
        {subject.decisions.map((decision) => (
          <Item
            key={`${identity(decision)} ${decision.what}`}
            decision={decision}
            dataset={dataset}
            editable={editable}
            changed={changes.get(identity(decision))?.value}
            onChange={(value) => onChange(decision, value)}
          />
        ))}
      </Box>
    </Box>
  )
}

function Item({
  decision,
  dataset,
  editable,
  changed,
  onChange,
}: {
  decision: Decision
  dataset: DatasetDetail
  editable: boolean
  changed: string | undefined
  onChange: (value: string) => void
}) {
  const { what, value } = decisionOf(decision, dataset.schema)
  const { evidence, confidence, fits, total } = decision
  const unsure = confidence === 'assumed' || confidence === 'likely'
  // The evidence names the first one already.
  const examples = decision.examples.filter((one) => !evidence.includes(`"${String(one.value)}"`))
  return (
    <Box
      component="li"
      sx={(theme) => ({
        pl: 1.5,
        borderLeft: '3px solid',
        borderColor: unsure ? theme.vars.palette.warning.main : theme.vars.palette.divider,
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr)',
        gap: 0.5,
      })}
    >
      <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {shortly(what, dataset, decision)}:
        </Box>{' '}
        <strong>{value}</strong>{' '}
        <Box
          component="span"
          sx={{ color: unsure ? 'warning.main' : 'text.secondary', whiteSpace: 'nowrap' }}
        >
          ({sureness[confidence].toLowerCase()})
        </Box>
      </Typography>
      <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
        {evidence}
      </Typography>
      {typeof fits === 'number' && typeof total === 'number' && fits < total && (
        <Fits fits={fits} total={total} />
      )}
      {examples.length > 0 && (
        <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          Not:{' '}
          {examples
            .slice(0, 5)
            .map(
              (one) =>
                `“${String(one.value)}”${typeof one.line === 'number' ? ` in line ${formatCount(one.line)}` : ''}`,
            )
            .join(', ')}
        </Typography>
      )}
      {editable && decision.key !== '' && <Control {...{ decision, what, changed, onChange }} />}
    </Box>
  )
}

/** Under the name of its column a decision need not repeat it. */
function shortly(what: string, dataset: DatasetDetail, decision: Decision): string {
  const name = dataset.schema.find((one) => one.id === decision.column)?.name
  const short = name && what.endsWith(` of ${name}`) ? what.slice(0, -name.length - 4) : what
  return short.charAt(0).toUpperCase() + short.slice(1)
}

/** How many values fit, as a bar with its figures. */
function Fits({ fits, total }: { fits: number; total: number }) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
      <Box
        aria-hidden
        sx={{ flex: 1, height: 4, borderRadius: 2, bgcolor: 'warning.main', overflow: 'hidden' }}
      >
        <Box sx={{ width: `${Math.min(99, (fits / total) * 100)}%`, height: 1, bgcolor: 'primary.main' }} />
      </Box>
      <Typography variant="caption" sx={{ fontVariantNumeric: 'tabular-nums' }}>
        {formatCount(fits)} of {formatCount(total)} fit
      </Typography>
    </Box>
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
  const choices = choicesOf(decision)
  if (isFlag(decision.key)) {
    const [other] = choices
    return (
      other && (
        <Button
          variant="outlined"
          aria-label={`${what}: ${other.label.toLowerCase()}`}
          onClick={() => onChange(other.value)}
          sx={{ justifySelf: 'start' }}
        >
          {other.label}
        </Button>
      )
    )
  }
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
      sx={{ maxWidth: 240 }}
    >
      <option value="">As read</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value === '' ? NOTHING : choice.value}>
          {choice.label}
        </option>
      ))}
    </TextField>
  )
}
