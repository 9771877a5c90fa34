'use client'

import CloseRounded from '@mui/icons-material/CloseRounded'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import MenuItem from '@mui/material/MenuItem'
import TextField, { type TextFieldProps } from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Condition, DashboardFilter, FilterValue, Parameter, Question, Scalar } from '@/api/types'
import { answerQuery } from '@/lib/ask'
import { useRested } from '@/lib/timing'
import { Button, IconButton } from '@/ui/Button'
import { isAsMade, type Looking, type ParameterValue } from '../model'

/** The filters that tiles share, and the clicks that narrow them further, each with its way back. */
export function FilterBar({
  filters,
  parameters,
  looking,
  editing,
  onChange,
  onRemove,
}: {
  filters: readonly DashboardFilter[]
  /** Of the questions that are asked here. */
  parameters: readonly Parameter[]
  looking: Looking
  editing: boolean
  onChange: (looking: Looking) => void
  onRemove: (id: string) => void
}) {
  const set = (id: string, value: FilterValue | null) =>
    onChange({ ...looking, values: { ...looking.values, [id]: value } })
  const touched = !isAsMade(looking)
  if (filters.length + parameters.length === 0 && !touched) return null
  const setTo = (filter: DashboardFilter): FilterValue | null =>
    filter.id in looking.values ? (looking.values[filter.id] ?? null) : (filter.default ?? null)
  return (
    <Box role="group" aria-label="Filters" sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.25, mb: 2 }}>
      {filters.map((filter) => {
        const outer = filters.find((one) => one.id === filter.within)
        return (
          <Box key={filter.id} sx={{ display: 'flex', alignItems: 'center', minWidth: 0 }}>
            <Control
              filter={filter}
              value={setTo(filter)}
              within={outer ? { filter: outer, value: setTo(outer) } : null}
              onChange={(value) => set(filter.id, value)}
            />
            {editing && (
              <IconButton
                size="small"
                aria-label={`Remove the filter ${filter.label}`}
                onClick={() => onRemove(filter.id)}
              >
                <CloseRounded fontSize="small" />
              </IconButton>
            )}
          </Box>
        )
      })}
      {parameters.map((one) => (
        <ParameterField
          key={one.name}
          parameter={one}
          value={
            looking.parameters && one.name in looking.parameters ? looking.parameters[one.name] : one.value
          }
          onChange={(value) =>
            onChange({ ...looking, parameters: { ...looking.parameters, [one.name]: value } })
          }
        />
      ))}
      {looking.picks.length > 0 && (
        <Box
          component="ol"
          aria-label="Narrowed by clicks"
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            gap: 0.75,
            m: 0,
            p: 0,
            listStyle: 'none',
            alignItems: 'center',
          }}
        >
          {looking.picks.map((pick, index) =>
            pick.words ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: clicks are told apart by their order
              <li key={index}>
                <Chip
                  label={pick.words}
                  onDelete={() =>
                    // A bin is two conditions; the second has no words and goes with the first.
                    onChange({
                      ...looking,
                      picks: looking.picks.filter(
                        (_, at) => at !== index && !(at === index + 1 && looking.picks[at]?.words === ''),
                      ),
                    })
                  }
                  deleteIcon={<CloseRounded aria-label={`Take back ${pick.words}`} />}
                />
              </li>
            ) : null,
          )}
        </Box>
      )}
      {touched && <Button onClick={() => onChange({ values: {}, picks: [] })}>Reset</Button>}
    </Box>
  )
}

/** A value that the questions are asked with: one of its choices, or of its kind. Nothing keeps every row. */
function ParameterField({
  parameter,
  value,
  onChange,
}: {
  parameter: Parameter
  value: Parameter['value']
  onChange: (value: ParameterValue) => void
}) {
  const { name, label, type, choices = [] } = parameter
  const one = Array.isArray(value) ? value[0] : value
  const read = (text: string): Scalar =>
    text === '' ? null : type === 'number' ? Number(text) : type === 'boolean' ? text === 'true' : text
  const several = Array.isArray(parameter.value)
  const options = choices.length > 0 ? choices : type === 'boolean' ? [true, false] : []
  const kinds = { number: 'number', date: 'date', timestamp: 'datetime-local', text: 'text', boolean: 'text' }
  const set = (text: string) => {
    const next = read(text)
    onChange(several ? (next === null ? [] : [next]) : next)
  }
  const given = { label: label || name, sx: { width: { xs: '100%', sm: 170 } } }
  if (options.length === 0) {
    return (
      <TypedField
        {...given}
        type={kinds[type]}
        value={String(one ?? '')}
        onTyped={set}
        slotProps={{ inputLabel: type === 'date' || type === 'timestamp' ? { shrink: true } : {} }}
      />
    )
  }
  return (
    <TextField
      {...given}
      select
      size="small"
      value={String(one ?? '')}
      onChange={(event) => set(event.target.value)}
    >
      <MenuItem value="">Any</MenuItem>
      {options.map((each) => (
        <MenuItem key={String(each)} value={String(each)}>
          {type === 'boolean' ? (each ? 'Yes' : 'No') : String(each)}
        </MenuItem>
      ))}
    </TextField>
  )
}

/**
 * A field that shows at once what is typed, and tells it when the typing rests: the address, where filters are kept,
 * follows too late for the next letter.
 */
function TypedField({
  value,
  onTyped,
  ...rest
}: Omit<TextFieldProps, 'onChange' | 'value'> & { value: string; onTyped: (text: string) => void }) {
  const [text, setText] = useState(value)
  const rested = useRested(text, 300)
  const told = useRef(value)
  const tell = useRef(onTyped)
  tell.current = onTyped
  useEffect(() => {
    if (rested === told.current) return
    told.current = rested
    tell.current(rested)
  }, [rested])
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setText(value)
  }, [value])
  return <TextField size="small" {...rest} value={text} onChange={(event) => setText(event.target.value)} />
}

interface ControlProps {
  filter: DashboardFilter
  value: FilterValue | null
  within: { filter: DashboardFilter; value: FilterValue | null } | null
  onChange: (value: FilterValue | null) => void
}

function Control(props: ControlProps) {
  switch (props.filter.kind) {
    case 'list':
      return <ListFilter {...props} />
    case 'date':
      return <DateFilter {...props} />
    case 'range':
      return <RangeFilter {...props} />
    case 'text':
      return <TextFilter {...props} />
  }
}

const OFFERED = 200

/** The values that there are, the most frequent first; a search asks for those that are further down. */
function ListFilter({ filter, value, within, onChange }: ControlProps) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const search = useRested(typed.trim(), 250)
  const target = filter.targets[0]
  const question = useMemo((): Question | null => {
    if (!target) return null
    const items: Condition[] = []
    if (search) items.push({ kind: 'condition', column: target.column, op: 'contains', values: [search] })
    // Cascading: only what is there under the outer filter, where both speak of the same dataset.
    const outer = within?.filter.targets.find((one) => one.dataset_id === target.dataset_id)
    if (outer && within?.value) items.push({ kind: 'condition', column: outer.column, ...within.value })
    return {
      dataset_id: target.dataset_id,
      filter: items.length > 0 ? { kind: 'group', op: 'and', items } : null,
      dimensions: [{ column: target.column }],
      measures: [{ fn: 'count_rows' }],
      sort: [{ by: 'm0', direction: 'desc' }],
      limit: OFFERED,
    }
  }, [target, search, within])
  const { data, isFetching, error } = useQuery({
    ...answerQuery(question ?? { dataset_id: '' }),
    enabled: open && question !== null,
  })
  const options = (data?.data.d0 ?? []) as Scalar[]
  const chosen = (value?.values ?? []) as Scalar[]
  return (
    <Autocomplete
      multiple
      size="small"
      open={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      options={options}
      value={chosen}
      loading={isFetching}
      loadingText="Asking …"
      noOptionsText={error ? 'The values could not be asked.' : 'No such value'}
      filterOptions={(all) => all}
      inputValue={typed}
      onInputChange={(_, next) => setTyped(next)}
      getOptionLabel={(option) => (option === null ? '(empty)' : String(option))}
      isOptionEqualToValue={(option, other) => option === other}
      onChange={(_, next) => onChange(next.length > 0 ? { op: 'in', values: next, period: null } : null)}
      limitTags={2}
      disableCloseOnSelect
      sx={{ width: { xs: '100%', sm: 240 }, minWidth: 200 }}
      renderInput={(params) => <TextField {...params} label={filter.label} />}
    />
  )
}

const periods: readonly { name: string; value: FilterValue }[] = [
  ...(
    [
      ['Last 7 days', 'rolling', 'day', 7],
      ['Last 30 days', 'rolling', 'day', 30],
      ['This month', 'this', 'month', 1],
      ['Last month', 'last', 'month', 1],
      ['Last 12 months', 'last', 'month', 12],
      ['This quarter', 'this', 'quarter', 1],
      ['Year to date', 'to_date', 'year', 1],
      ['This year', 'this', 'year', 1],
      ['Last year', 'last', 'year', 1],
    ] as const
  ).map(([name, kind, unit, count]) => ({
    name,
    value: { op: 'in_period' as const, values: [], period: { kind, unit, count } },
  })),
]

const samePeriod = (one: FilterValue | null, other: FilterValue): boolean =>
  JSON.stringify(one?.period) === JSON.stringify(other.period)

function DateFilter({ filter, value, onChange }: ControlProps) {
  const [ownDays, setOwnDays] = useState(false)
  const days = ownDays || (value !== null && !value.period)
  const known = periods.findIndex((one) => samePeriod(value, one.value))
  const picked = value === null && !days ? '' : days ? 'own' : String(known)
  const [from, to] =
    value?.op === 'between'
      ? value.values
      : value?.op === 'ge'
        ? [value.values[0], '']
        : ['', value?.values[0] ?? '']
  const setDays = (start: string, end: string) => {
    if (start && end) onChange({ op: 'between', values: [start, end], period: null })
    else if (start) onChange({ op: 'ge', values: [start], period: null })
    else if (end) onChange({ op: 'le', values: [end], period: null })
    else onChange(null)
  }
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
      <TextField
        select
        size="small"
        label={filter.label}
        value={picked}
        onChange={(event) => {
          const choice = event.target.value
          setOwnDays(choice === 'own')
          if (choice === '') onChange(null)
          else if (choice !== 'own') onChange(periods[Number(choice)]?.value ?? null)
          else if (value?.period) onChange(null)
        }}
        sx={{ minWidth: 170 }}
      >
        <MenuItem value="">Any time</MenuItem>
        {periods.map((one, index) => (
          <MenuItem key={one.name} value={String(index)}>
            {one.name}
          </MenuItem>
        ))}
        <MenuItem value="own">From … to …</MenuItem>
      </TextField>
      {days && (
        <>
          <TypedField
            type="date"
            label={`${filter.label}: first day`}
            value={String(from ?? '')}
            onTyped={(text) => setDays(text, String(to ?? ''))}
            slotProps={{ inputLabel: { shrink: true } }}
          />
          <TypedField
            type="date"
            label={`${filter.label}: last day`}
            value={String(to ?? '')}
            onTyped={(text) => setDays(String(from ?? ''), text)}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        </>
      )}
    </Box>
  )
}

function RangeFilter({ filter, value, onChange }: ControlProps) {
  const low = value?.op === 'between' || value?.op === 'ge' ? String(value.values[0] ?? '') : ''
  const high =
    value?.op === 'between'
      ? String(value.values[1] ?? '')
      : value?.op === 'le'
        ? String(value.values[0] ?? '')
        : ''
  const number = (text: string): number | null => (text.trim() === '' ? null : Number(text))
  const set = (from: string, to: string) => {
    const [a, b] = [number(from), number(to)]
    if (a !== null && b !== null) onChange({ op: 'between', values: [a, b], period: null })
    else if (a !== null) onChange({ op: 'ge', values: [a], period: null })
    else if (b !== null) onChange({ op: 'le', values: [b], period: null })
    else onChange(null)
  }
  return (
    <Box role="group" aria-label={filter.label} sx={{ display: 'flex', gap: 0.75 }}>
      <TypedField
        type="number"
        label={`${filter.label} from`}
        value={low}
        onTyped={(text) => set(text, high)}
        sx={{ width: 130 }}
      />
      <TypedField
        type="number"
        label="to"
        value={high}
        onTyped={(text) => set(low, text)}
        sx={{ width: 110 }}
        slotProps={{ htmlInput: { 'aria-label': `${filter.label} to` } }}
      />
    </Box>
  )
}

function TextFilter({ filter, value, onChange }: ControlProps) {
  return (
    <TypedField
      label={`${filter.label} contains`}
      value={String(value?.values[0] ?? '')}
      onTyped={(text) => onChange(text ? { op: 'contains', values: [text], period: null } : null)}
      sx={{ width: { xs: '100%', sm: 200 } }}
    />
  )
}
