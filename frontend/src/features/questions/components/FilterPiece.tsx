'use client'

import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useId, useState } from 'react'
import type { Column, ColumnProfile, ColumnType, Condition, Period, Scalar } from '@/api/types'
import { isNumeric } from '@/lib/format'
import { arityOf, operatorsFor, operatorWords, periodKinds, periodWords, readValue, units } from '../kinds'
import { Choice } from './parts'

const kindOf = (type: ColumnType): string =>
  isNumeric(type)
    ? 'number'
    : type === 'date'
      ? 'date'
      : type === 'time'
        ? 'time'
        : type === 'timestamp' || type === 'instant'
          ? 'datetime-local'
          : 'text'

const written = (value: Scalar | undefined, type: ColumnType): string => {
  if (value === null || value === undefined) return ''
  return type === 'instant' ? String(value).replace(/Z$/, '') : String(value)
}

/** One condition: the column's name, the comparison, and as many typed values as it takes. */
export function FilterPiece({
  condition,
  column,
  profile,
  onChange,
}: {
  condition: Condition
  column: Column
  profile: ColumnProfile | undefined
  onChange: (condition: Condition) => void
}) {
  const arity = condition.parameter ? 0 : arityOf(condition.op)
  const setOp = (op: Condition['op']) => {
    const next = arityOf(op)
    const kept = condition.values.filter((value) => value !== null)
    const values = next === 0 ? [] : next === 'many' ? kept : kept.slice(0, next)
    const period: Period | null =
      op === 'in_period' ? (condition.period ?? { kind: 'last', unit: 'month', count: 12 }) : null
    onChange({ ...condition, op, values, period, ...(next === 0 && { parameter: null }) })
  }
  const setValue = (index: number, text: string) => {
    const values = [...condition.values]
    while (values.length < index) values.push(null)
    values[index] = text === '' && column.type !== 'text' ? null : readValue(text, column.type)
    onChange({ ...condition, values })
  }
  return (
    <>
      <Choice
        label={`Comparison for ${column.name}`}
        value={condition.op}
        options={operatorsFor(column.type).map((op) => ({
          value: op,
          label: operatorWords(op, column.type),
        }))}
        onChange={setOp}
      />
      {condition.op === 'in_period' && condition.period && (
        <PeriodPiece
          name={column.name}
          period={condition.period}
          onChange={(period) => onChange({ ...condition, period })}
        />
      )}
      {condition.parameter && (
        <Typography variant="caption" color="textSecondary">
          the parameter “{condition.parameter}”
        </Typography>
      )}
      {column.type === 'boolean' && arity === 1 && (
        <Choice
          label={`Value for ${column.name}`}
          value={String(condition.values[0] ?? true)}
          options={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          onChange={(value) => onChange({ ...condition, values: [value === 'true'] })}
        />
      )}
      {column.type !== 'boolean' && arity === 1 && (
        <ValueField
          label={`Value for ${column.name}`}
          column={column}
          profile={profile}
          value={condition.values[0]}
          onChange={(text) => setValue(0, text)}
        />
      )}
      {arity === 2 && (
        <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 0.5 }}>
          <ValueField
            label={`From, for ${column.name}`}
            column={column}
            value={condition.values[0]}
            onChange={(text) => setValue(0, text)}
          />
          <Typography variant="caption">and</Typography>
          <ValueField
            label={`To, for ${column.name}`}
            column={column}
            value={condition.values[1]}
            onChange={(text) => setValue(1, text)}
          />
        </Box>
      )}
      {arity === 'many' && (
        <ManyValues condition={condition} column={column} profile={profile} onChange={onChange} />
      )}
    </>
  )
}

const counted: ReadonlySet<Period['kind']> = new Set(['last', 'rolling', 'next'])
const kindWords: Readonly<Record<Period['kind'], string>> = {
  last: 'the last full …',
  this: 'this …',
  to_date: 'this … so far',
  rolling: 'the last … up to today',
  next: 'the next …',
}

function PeriodPiece({
  name,
  period,
  onChange,
}: {
  name: string
  period: Period
  onChange: (period: Period) => void
}) {
  return (
    <>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 72px 1fr', gap: 0.5 }}>
        <Choice
          label={`Which period, for ${name}`}
          value={period.kind}
          options={periodKinds.map((kind) => ({ value: kind, label: kindWords[kind] }))}
          onChange={(kind) => onChange({ ...period, kind, count: counted.has(kind) ? period.count : 1 })}
        />
        <TextField
          type="number"
          value={period.count}
          disabled={!counted.has(period.kind)}
          onChange={(event) =>
            onChange({
              ...period,
              count: Math.min(1000, Math.max(1, Math.round(Number(event.target.value)) || 1)),
            })
          }
          slotProps={{ htmlInput: { min: 1, max: 1000, 'aria-label': `How many, for ${name}` } }}
        />
        <Choice
          label={`Unit, for ${name}`}
          value={period.unit}
          options={units.map((unit) => ({ value: unit, label: period.count === 1 ? unit : `${unit}s` }))}
          onChange={(unit) => onChange({ ...period, unit })}
        />
      </Box>
      <Typography variant="caption" color="textSecondary">
        In {periodWords(period)}
      </Typography>
    </>
  )
}

function ValueField({
  label,
  column,
  profile,
  value,
  onChange,
}: {
  label: string
  column: Column
  profile?: ColumnProfile | undefined
  value: Scalar | undefined
  onChange: (text: string) => void
}) {
  const id = useId()
  const [typed, setTyped] = useState(written(value, column.type))
  const known = column.type === 'text' ? (profile?.top ?? []) : []
  const invalid = typed !== '' && readValue(typed, column.type) === null
  return (
    <>
      <TextField
        type={kindOf(column.type)}
        value={typed}
        error={invalid}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange(event.target.value)
        }}
        slotProps={{
          htmlInput: {
            'aria-label': label,
            list: known.length > 0 ? id : undefined,
            autoComplete: 'off',
            ...(kindOf(column.type) === 'number' && { step: 'any' }),
            ...(kindOf(column.type) === 'datetime-local' && { step: 1 }),
          },
        }}
      />
      {known.length > 0 && (
        <datalist id={id}>
          {known.map((one) => (
            <option key={String(one.value)} value={String(one.value ?? '')} />
          ))}
        </datalist>
      )}
    </>
  )
}

const MOST_CHIPS = 12

function ManyValues({
  condition,
  column,
  profile,
  onChange,
}: {
  condition: Condition
  column: Column
  profile: ColumnProfile | undefined
  onChange: (condition: Condition) => void
}) {
  const [typed, setTyped] = useState(condition.values.map((value) => written(value, column.type)).join('\n'))
  const chosen = new Set(condition.values.map(String))
  const known = (profile?.top ?? []).slice(0, MOST_CHIPS)
  const set = (values: Scalar[]) => onChange({ ...condition, values })
  const toggle = (value: Scalar) => {
    const values = chosen.has(String(value))
      ? condition.values.filter((one) => String(one) !== String(value))
      : [...condition.values, value]
    setTyped(values.map((one) => written(one, column.type)).join('\n'))
    set(values)
  }
  return (
    <>
      {known.length > 0 && (
        <Box
          role="group"
          aria-label={`Frequent values of ${column.name}`}
          sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}
        >
          {known.map((one) => {
            const on = chosen.has(String(one.value))
            return (
              <Chip
                key={String(one.value)}
                label={String(one.value ?? '')}
                size="small"
                component="button"
                type="button"
                aria-pressed={on}
                color={on ? 'primary' : 'default'}
                variant={on ? 'filled' : 'outlined'}
                onClick={() => toggle(one.value)}
                sx={{ maxWidth: '100%' }}
              />
            )
          })}
        </Box>
      )}
      <TextField
        multiline
        minRows={2}
        maxRows={6}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          set(
            event.target.value
              .split('\n')
              .filter((line) => line.trim() !== '')
              .map((line) => readValue(line, column.type))
              .filter((value) => value !== null)
              .slice(0, 1000),
          )
        }}
        slotProps={{ htmlInput: { 'aria-label': `Values for ${column.name}, one a line` } }}
      />
      <Typography variant="caption" color="textSecondary">
        One value a line.
      </Typography>
    </>
  )
}
