'use client'

import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ColumnType, DatasetDetail } from '@/api/types'
import { countOf, formatCount, formatShare } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { useRested } from '@/lib/timing'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { SearchField } from '@/ui/SearchField'
import { JobActions, JobPanel, useWatchedJob } from '@/ui/useWatchedJob'
import { acceptPending, applyMapping, changeMapping, datasetQueries } from '../api'
import {
  change,
  combine,
  faultOf,
  leaveOut,
  type Mapped,
  type Mapping,
  namesOf,
  originWords,
  reformatted,
  slice,
  split,
  takeIn,
  unused,
  wordsOf,
} from '../mapping'
import { choicesOf } from '../told'
import type { Pending } from '../versions'
import { BreakList, DiffList } from './DiffList'
import { Sheet } from './ReceiptView'

/** Which columns of the file become which columns of the dataset: of the file that waits, else of the current one. */
export function MappingView({ dataset }: { dataset: DatasetDetail }) {
  const pending = useQuery({ ...datasetQueries.pending(dataset.id), enabled: dataset.pending_count > 0 })
  const waiting = (dataset.pending_count > 0 && pending.data?.items[0]) || null
  const known = useQuery(datasetQueries.mapping(dataset.id, dataset.version.id))
  const mayEdit = useMay('datasets.edit')
  const [asked, setAsked] = useState(false)
  // A mapping that was saved for other files says nothing about this one.
  const unfit = known.data?.fits === false
  const wanted = waiting !== null || unfit || asked
  const suggested = useQuery({
    ...datasetQueries.suggestion(dataset.id, dataset.version.id, waiting?.id ?? null),
    enabled: wanted && (dataset.pending_count === 0 || waiting !== null),
  })
  const proposed = wanted ? suggested.data : undefined
  const failed = [pending, known, suggested].find((one) => one.error)
  if (failed) return <ErrorNotice error={failed.error} retry={() => void failed.refetch()} />
  // What waited may be accepted already while the dataset is still asked for.
  if (!known.data || (dataset.pending_count > 0 && !waiting) || (wanted && !proposed)) {
    return <Loading label="Loading the mapping" rows={5} />
  }
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <Typography variant="body2" color="textSecondary" sx={{ flex: '1 1 320px' }}>
          {waiting
            ? `What the columns of ${waiting.file?.filename ?? 'the file that waits'} become. What looks alike is proposed.`
            : unfit
              ? 'The mapping that was saved is for files of another shape. What looks alike in the present file is proposed.'
              : 'What the columns of the file become. It is applied to each next file of that shape.'}
        </Typography>
        {!waiting && !unfit && mayEdit && (
          <Button variant="outlined" aria-pressed={asked} onClick={() => setAsked(!asked)}>
            {asked ? 'Back to what is saved' : 'Propose'}
          </Button>
        )}
      </Box>
      {proposed && proposed.suggestions.length > 0 && (
        <Sheet label="Proposals" heads={['In the file', 'Becomes', 'How alike', 'Why']}>
          {proposed.suggestions.map((one) => (
            <tr key={`${one.source} ${one.id}`}>
              <td>{one.source}</td>
              <td>{one.name}</td>
              <td>{formatShare(one.score, 1)}</td>
              <Box component="td" sx={{ minWidth: 200 }}>
                {one.why.join(', ')}
              </Box>
            </tr>
          ))}
        </Sheet>
      )}
      <Editor
        key={waiting?.id ?? `${dataset.version.id} ${known.data.version} ${proposed !== undefined}`}
        dataset={dataset}
        waiting={waiting}
        saved={known.data.mapping}
        proposed={proposed?.mapping ?? null}
        version={known.data.version}
        source={
          waiting
            ? waiting.columns.map((column) => ({ name: column.name ?? '', type: column.type ?? 'text' }))
            : known.data.source
        }
      />
    </Box>
  )
}

/** So many columns are edited at once; the others are found by their names. */
const MOST_COLUMNS = 100

interface FileColumn {
  name: string
  type: string
}

function Editor({
  dataset,
  waiting,
  saved,
  proposed,
  version,
  source,
}: {
  dataset: DatasetDetail
  waiting: Pending | null
  saved: Mapping
  proposed: Mapping | null
  version: number
  source: readonly FileColumn[]
}) {
  const first = proposed ?? saved
  const [draft, setDraft] = useState(first)
  const [open, setOpen] = useState<number | null>(null)
  const [words, setWords] = useState('')
  const [most, setMost] = useState(MOST_COLUMNS)
  const queries = useQueryClient()
  const notify = useNotify()
  const job = useWatchedJob(['datasets'])
  const mayEdit = useMay('datasets.edit')
  const changed = JSON.stringify(draft) !== JSON.stringify(saved)
  const fault = faultOf(draft)
  const out = unused(draft, source)
  const found = draft.columns
    .map((column, at) => ({ column, at }))
    .filter(({ column }) =>
      [column.name, ...namesOf(column.source)].some((name) =>
        name.toLowerCase().includes(words.trim().toLowerCase()),
      ),
    )

  const save = () =>
    changeMapping(dataset.id, draft, version)
      .then(() => queries.invalidateQueries({ queryKey: ['datasets'] }))
      .then(() => notify('Saved. It is applied to the next file of this shape.'))
      .catch((problem) => notify(toProblem(problem).message))
  const apply = async () => {
    const done = await job.run('Reading the file with this mapping', () =>
      waiting ? acceptPending(dataset.id, waiting.id, draft) : applyMapping(dataset.id, draft),
    )
    if (done) notify('Published as a new version, and kept for the next files of this shape.')
  }

  return (
    <>
      {draft.columns.length > MOST_COLUMNS && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
          <SearchField label="Search columns" value={words} onChange={setWords} />
          <Typography role="status" variant="body2" color="textSecondary">
            {`${formatCount(Math.min(most, found.length))} of ${countOf(draft.columns.length, 'column')} shown`}
          </Typography>
        </Box>
      )}
      <Sheet
        label="Columns of the mapping"
        heads={['Column', 'From the file', 'Type', 'Role', ...(mayEdit ? ['Actions'] : [])]}
      >
        {found.slice(0, most).map(({ column, at }) => (
          <ColumnRow
            key={at}
            column={column}
            source={source}
            editable={mayEdit}
            open={open === at}
            onOpen={() => setOpen(open === at ? null : at)}
            onChange={(to) => setDraft(change(draft, at, to))}
            onLeave={() => {
              setDraft(leaveOut(draft, at))
              setOpen(null)
            }}
          />
        ))}
      </Sheet>
      {found.length > most && (
        <Box sx={{ textAlign: 'center' }}>
          <Button variant="outlined" onClick={() => setMost(most + MOST_COLUMNS)}>
            Show more
          </Button>
        </Box>
      )}
      {out.length > 0 && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
          <Typography variant="body2">Left out:</Typography>
          {out.map((name) => (
            <Button
              key={name}
              variant="outlined"
              disabled={!mayEdit}
              aria-label={`Take in ${name}`}
              onClick={() => setDraft(takeIn(draft, name, dataset.schema))}
            >
              {name} +
            </Button>
          ))}
        </Box>
      )}
      {mayEdit && <Make source={source} onMake={(make) => setDraft(make(draft))} />}
      {fault ? (
        <Typography role="status" variant="body2" color="warning">
          {fault}
        </Typography>
      ) : (
        <Trial dataset={dataset} mapping={draft} pendingId={waiting?.id ?? null} />
      )}
      {mayEdit && (
        <JobActions
          watched={job}
          deed={waiting ? 'Accept the file with this mapping' : 'Apply to the current file'}
          ready={fault === null && (waiting !== null || (changed && dataset.source !== null))}
          changed={JSON.stringify(draft) !== JSON.stringify(first)}
          onDo={() => void apply()}
          onDiscard={() => setDraft(first)}
        >
          {!waiting && (
            <Button
              variant="outlined"
              disabled={!changed || fault !== null || job.busy}
              onClick={() => void save()}
            >
              Save for the next files
            </Button>
          )}
        </JobActions>
      )}
      <JobPanel watched={job} />
    </>
  )
}

const types = choicesOf({
  what: 'type',
  value: null,
  evidence: '',
  key: 'type',
  confidence: 'certain',
  choices: [],
  examples: [],
})
const roles = ['measure', 'dimension', 'identifier', 'category', 'time', 'geography'] as const

function Choice({
  label,
  value,
  none,
  choices,
  disabled,
  onChange,
}: {
  label: string
  value: string
  none: string
  choices: readonly { value: string; label: string }[]
  disabled?: boolean
  onChange: (value: string) => void
}) {
  // Every row can choose among all columns of the file: the choices are made when somebody comes near.
  const [near, setNear] = useState(choices.length <= MOST_COLUMNS)
  const offered = near ? choices : choices.filter((choice) => choice.value === value)
  return (
    <TextField
      select
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value)}
      onPointerEnter={() => setNear(true)}
      onFocus={() => setNear(true)}
      slotProps={{ select: { native: true }, htmlInput: { 'aria-label': label } }}
      sx={{ minWidth: 124 }}
    >
      {none && <option value="">{none}</option>}
      {offered.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </TextField>
  )
}

function ColumnRow({
  column,
  source,
  editable,
  open,
  onOpen,
  onChange,
  onLeave,
}: {
  column: Mapped
  source: readonly FileColumn[]
  editable: boolean
  open: boolean
  onOpen: () => void
  onChange: (to: Partial<Mapped>) => void
  onLeave: () => void
}) {
  const { name } = column
  const format = open ? 'Close format' : column.reformat || column.unit ? 'Format (set)' : 'Format'
  const missing = namesOf(column.source).filter((one) => !source.some((file) => file.name === one))
  return (
    <>
      <tr>
        <td>
          <TextField
            value={name}
            disabled={!editable}
            onChange={(event) => onChange({ name: event.target.value })}
            slotProps={{ htmlInput: { 'aria-label': `Name of ${name}` } }}
            sx={{ minWidth: 140 }}
          />
          {column.id === null && (
            <Typography variant="caption" color="textSecondary">
              New
            </Typography>
          )}
        </td>
        <td>
          {column.source.kind === 'column' ? (
            <Choice
              label={`File column for ${name}`}
              value={column.source.column}
              none={missing.length > 0 ? `${column.source.column} (not in the file)` : ''}
              choices={source.map((file) => ({ value: file.name, label: file.name }))}
              disabled={!editable}
              onChange={(value) => onChange({ source: { kind: 'column', column: value } })}
            />
          ) : (
            originWords(column.source)
          )}
        </td>
        <td>
          <Choice
            label={`Type of ${name}`}
            value={column.type ?? ''}
            none="As read"
            choices={types}
            disabled={!editable}
            onChange={(value) => onChange({ type: (value || null) as ColumnType | null })}
          />
        </td>
        <td>
          <Choice
            label={`Role of ${name}`}
            value={column.role ?? ''}
            none="As read"
            choices={roles.map((value) => ({
              value,
              label: value.charAt(0).toUpperCase() + value.slice(1),
            }))}
            disabled={!editable}
            onChange={(value) => onChange({ role: (value || null) as Mapped['role'] })}
          />
        </td>
        {editable && (
          <td>
            <Box sx={{ display: 'flex', gap: 0.5 }}>
              <Button onClick={onOpen} aria-expanded={open} aria-label={`${format} of ${name}`}>
                {format}
              </Button>
              <Button onClick={onLeave} aria-label={`Leave out ${name}`}>
                Leave out
              </Button>
            </Box>
          </td>
        )}
      </tr>
      {editable && open && (
        <tr>
          <td colSpan={5}>
            <FormatFields column={column} onChange={onChange} />
          </td>
        </tr>
      )}
    </>
  )
}

function FormatFields({ column, onChange }: { column: Mapped; onChange: (to: Partial<Mapped>) => void }) {
  const { reformat, name } = column
  const [words, setWords] = useState(reformat?.null_words.join(', ') ?? '')
  const set = (to: Parameters<typeof reformatted>[1]) => onChange({ reformat: reformatted(reformat, to) })
  return (
    <Box
      role="group"
      aria-label={`How ${name} is read`}
      sx={{
        display: 'grid',
        gap: 1.5,
        py: 1,
        alignItems: 'center',
        gridTemplateColumns: 'repeat(auto-fill, minmax(min(180px, 100%), 1fr))',
      }}
    >
      <TextField
        label="Unit"
        value={column.unit ?? ''}
        onChange={(event) => onChange({ unit: event.target.value || null })}
        slotProps={{ htmlInput: { maxLength: 40 } }}
      />
      <TextField
        select
        label="Decimal mark"
        value={reformat?.decimal_mark ?? ''}
        onChange={(event) => set({ decimal_mark: (event.target.value || null) as '.' | ',' | null })}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">As read</option>
        <option value=",">Comma 1,5</option>
        <option value=".">Point 1.5</option>
      </TextField>
      <TextField
        label="Date format"
        placeholder="%d.%m.%Y"
        value={reformat?.date_format ?? ''}
        onChange={(event) => set({ date_format: event.target.value || null })}
      />
      <TextField
        label="Words for empty"
        placeholder="n/a, -"
        value={words}
        onChange={(event) => {
          setWords(event.target.value)
          set({ null_words: wordsOf(event.target.value) })
        }}
      />
      <TextField
        select
        label="Letters"
        value={reformat?.case ?? ''}
        onChange={(event) => set({ case: (event.target.value || null) as 'upper' | 'lower' | null })}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">As they are</option>
        <option value="upper">All large</option>
        <option value="lower">All small</option>
      </TextField>
      <FormControlLabel
        control={<Checkbox size="small" />}
        checked={reformat?.trim ?? false}
        onChange={(_, trim) => set({ trim })}
        label={<Typography variant="body2">Trim blanks</Typography>}
      />
    </Box>
  )
}

/** New columns of others: two combined, one split into parts, or some characters of one. */
function Make({
  source,
  onMake,
}: {
  source: readonly FileColumn[]
  onMake: (make: (mapping: Mapping) => Mapping) => void
}) {
  const [how, setHow] = useState<'' | 'combine' | 'split' | 'slice'>('')
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const [separator, setSeparator] = useState(' ')
  const [parts, setParts] = useState('2')
  const [start, setStart] = useState('1')
  const [length, setLength] = useState('')
  const files = source.map((file) => ({ value: file.name, label: file.name }))
  const count = Number(parts)
  const isCount = (typed: string) => Number.isInteger(Number(typed)) && Number(typed) >= 1
  const ready =
    first !== '' &&
    (how === 'combine'
      ? second !== '' && first !== second
      : how === 'slice'
        ? isCount(start) && (length === '' || isCount(length))
        : separator !== '' && Number.isInteger(count) && count >= 2 && count <= 20)
  const make = (mapping: Mapping): Mapping => {
    if (how === 'combine') return combine(mapping, [first, second], separator)
    if (how === 'slice') return slice(mapping, first, Number(start), length === '' ? null : Number(length))
    return split(mapping, first, separator, count)
  }
  return (
    <Box
      role="group"
      aria-label="Add a column"
      sx={{
        display: 'grid',
        gap: 1,
        alignItems: 'center',
        gridTemplateColumns: 'repeat(auto-fill, minmax(min(150px, 100%), 1fr))',
      }}
    >
      <Choice
        label="Add a column"
        value={how}
        none="Add a column…"
        choices={[
          { value: 'combine', label: 'Combine two' },
          { value: 'split', label: 'Split one' },
          { value: 'slice', label: 'Some characters of one' },
        ]}
        onChange={(value) => setHow(value as typeof how)}
      />
      {how !== '' && (
        <>
          <Choice
            label={how === 'combine' ? 'First column' : how === 'split' ? 'Column to split' : 'Column to cut'}
            value={first}
            none="Column…"
            choices={files}
            onChange={setFirst}
          />
          {how === 'combine' && (
            <Choice
              label="Second column"
              value={second}
              none="Column…"
              choices={files}
              onChange={setSecond}
            />
          )}
          {how === 'slice' ? (
            <>
              <TextField
                label="First character"
                type="number"
                value={start}
                onChange={(event) => setStart(event.target.value)}
                slotProps={{ htmlInput: { min: 1 } }}
              />
              <TextField
                label="How many"
                type="number"
                placeholder="all"
                value={length}
                onChange={(event) => setLength(event.target.value)}
                slotProps={{ htmlInput: { min: 1 }, inputLabel: { shrink: true } }}
              />
            </>
          ) : (
            <TextField
              label="Text between"
              value={separator}
              onChange={(event) => setSeparator(event.target.value)}
              slotProps={{ htmlInput: { maxLength: 20 } }}
            />
          )}
          {how === 'split' && (
            <TextField
              label="Parts"
              type="number"
              value={parts}
              onChange={(event) => setParts(event.target.value)}
              slotProps={{ htmlInput: { min: 2, max: 20 } }}
            />
          )}
          <Button
            variant="outlined"
            disabled={!ready}
            onClick={() => {
              onMake(make)
              setHow('')
            }}
          >
            Add
          </Button>
        </>
      )}
    </Box>
  )
}

/** What would come of it: values that do not fit, what would break, and the first rows. */
function Trial({
  dataset,
  mapping,
  pendingId,
}: {
  dataset: DatasetDetail
  mapping: Mapping
  pendingId: string | null
}) {
  const rested = useRested(mapping, 500)
  const { data, error, refetch } = useQuery(
    datasetQueries.trial(dataset.id, dataset.version.id, rested, pendingId),
  )
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Trying the mapping" rows={4} />
  return (
    <Box component="section" aria-labelledby="trial" sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
      <Typography id="trial" variant="h3" component="h3">
        What comes of it
      </Typography>
      {data.misfits.length === 0 ? (
        <Typography variant="body2" color="textSecondary">
          Every value fits.
        </Typography>
      ) : (
        <Box component="ul" aria-label="Values that do not fit" sx={{ m: 0, pl: 2.5, fontSize: '0.875rem' }}>
          {data.misfits.map((one) => (
            <li key={one.column}>
              {countOf(one.count, 'value')} of “{one.column}” {one.count === 1 ? 'does' : 'do'} not fit:{' '}
              {one.examples
                .slice(0, 3)
                .map((example) => `“${example}”`)
                .join(', ')}
              . {one.count === 1 ? 'Its row' : 'Their rows'} would be set aside.
            </li>
          ))}
        </Box>
      )}
      <DiffList diff={data.diff} same="The dataset's columns stay as they are." />
      <BreakList breaks={data.breaks} />
      <Rows label="In the file" rows={data.before} />
      <Rows label="In the dataset" rows={data.after} />
    </Box>
  )
}

const MOST_ROWS = 5

function Rows({
  label,
  rows,
}: {
  label: string
  rows: { columns: { [key: string]: string | null }[]; rows: unknown[][] }
}) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="caption" color="textSecondary" component="p" sx={{ mb: 0.5 }}>
        {label}
        {rows.rows.length > MOST_ROWS && `, the first ${formatCount(MOST_ROWS)} rows`}
      </Typography>
      <Sheet label={label} heads={rows.columns.map((column) => column.name ?? '')}>
        {rows.rows.slice(0, MOST_ROWS).map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <tr key={at}>
            {row.map((cell, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <td key={place}>{cell === null || cell === undefined ? '' : String(cell)}</td>
            ))}
          </tr>
        ))}
      </Sheet>
    </Box>
  )
}
