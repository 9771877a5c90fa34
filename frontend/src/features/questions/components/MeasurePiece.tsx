'use client'

import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import type { Aggregate, ColumnProfile, Derivation, Group, Measure } from '@/api/types'
import { isNumeric } from '@/lib/format'
import {
  aggregateName,
  aggregatesFor,
  type Derived,
  derivationOf,
  derivedFor,
  derivedOf,
  derivedWords,
  takesOther,
} from '../kinds'
import { addedAt, conditionOn, groupOf } from '../model'
import type { AskedColumn } from '../tables'
import { joined } from '../words'
import { FilterTree } from './FilterTree'
import { AddColumn, Choice, NumberField } from './parts'

/** What is made of a measure over so many periods, or against so many before. */
const counted: Partial<Record<Derived, string>> = {
  moving: 'Over how many periods',
  previous: 'How many periods before',
  change: 'How many periods before',
  year: 'How many years before',
}

/** What is computed of a column. */
export function MeasurePiece({
  measure,
  column,
  columns,
  onChange,
}: {
  measure: Measure
  column: AskedColumn | undefined
  columns: readonly AskedColumn[]
  onChange: (measure: Measure) => void
}) {
  if (!column || measure.fn === 'count_rows' || measure.fn === 'formula' || measure.fn === 'metric')
    return null
  const numbers = columns.filter(
    (one) => one.kind === 'column' && isNumeric(one.type) && one.id !== column.id,
  )
  const others = takesOther(measure.fn)
    ? measure.fn === 'first' || measure.fn === 'last'
      ? columns.filter((one) => one.kind === 'column' && one.type !== 'nested')
      : numbers
    : []
  const set = (fn: Aggregate) => {
    const { other: _, q: __, ...rest } = measure
    const needs = fn === 'ratio' || fn === 'correlation'
    onChange({
      ...rest,
      fn,
      ...(needs && { other: numbers[0]?.id }),
      ...(fn === 'quantile' && { q: 0.9 }),
    })
  }
  return (
    <>
      <Choice<Aggregate>
        label={`What to compute of ${column.name}`}
        value={measure.fn}
        options={aggregatesFor(column.type)
          // A ratio or correlation needs a second number.
          .filter((fn) => (fn !== 'ratio' && fn !== 'correlation') || numbers.length > 0)
          .map((fn) => ({ value: fn, label: aggregateName(fn) }))}
        onChange={set}
      />
      {others.length > 0 && (
        <Choice
          shown
          label={
            measure.fn === 'ratio'
              ? `Sum of ${column.name} divided by the sum of`
              : measure.fn === 'correlation'
                ? `Correlation of ${column.name} with`
                : 'In the order of'
          }
          value={measure.other ?? ''}
          options={[
            ...(measure.fn === 'first' || measure.fn === 'last' ? [{ value: '', label: 'the file' }] : []),
            ...others.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={(other) => onChange({ ...measure, other: other || null })}
        />
      )}
      {measure.fn === 'quantile' && (
        <NumberField
          label={`Percentile of ${column.name}`}
          value={Math.round((measure.q ?? 0.9) * 10_000) / 100}
          min={0}
          max={100}
          step="any"
          onChange={(percent) => percent !== null && onChange({ ...measure, q: percent / 100 })}
        />
      )}
    </>
  )
}

/** A dimension of the answer, as something that figures go along or stay inside of. */
export interface GroupLine {
  key: string
  label: string
  /** It has a grain, so that there is a period before each. */
  isTime: boolean
}

/** Along which dimension something is made of a measure, and inside of which. */
function Lines({
  derived,
  derive,
  dimensions,
  onChange,
}: {
  derived: Derived
  derive: Derivation
  dimensions: readonly GroupLine[]
  onChange: (derive: Derivation) => void
}) {
  const id = useId()
  if (derived === 'share' || derived === 'rank') {
    if (dimensions.length < 2) return null
    return (
      <TextField
        select
        id={id}
        label={
          derived === 'share' ? 'Share of all groups with the same' : 'Ranked among groups with the same'
        }
        value={derive.within}
        helperText={derive.within.length === 0 ? 'Nothing is chosen: all groups.' : undefined}
        onChange={(event) => {
          const within = event.target.value as unknown as string[]
          if (within.length < dimensions.length) onChange({ ...derive, within })
        }}
        slotProps={{ select: { multiple: true }, inputLabel: { shrink: true } }}
      >
        {dimensions.map((one) => (
          <MenuItem key={one.key} value={one.key}>
            {one.label}
          </MenuItem>
        ))}
      </TextField>
    )
  }
  const offered = derived === 'running' ? dimensions : dimensions.filter((one) => one.isTime)
  const along = derive.along ?? (offered.find((one) => one.isTime) ?? offered[0])?.key ?? ''
  const others = dimensions.filter((one) => one.key !== along)
  return (
    <>
      {offered.length > 1 && (
        <Choice
          shown
          label="Goes along"
          value={along}
          options={offered.map((one) => ({ value: one.key, label: one.label }))}
          onChange={(next) => onChange({ ...derive, along: next })}
        />
      )}
      {others.length > 0 && (
        <Typography variant="caption" color="textSecondary">
          Begins anew for each {joined(others.map((one) => one.label))}.
        </Typography>
      )}
    </>
  )
}

/** What is rarely needed of a measure. */
export function MeasureMore({
  measure,
  label,
  dimensions,
  columns,
  profile,
  onChange,
}: {
  measure: Measure
  label: string
  dimensions: readonly GroupLine[]
  columns: readonly AskedColumn[]
  profile: readonly ColumnProfile[]
  onChange: (measure: Measure, kind?: string) => void
}) {
  const derived = derivedOf(measure.derive)
  const filter = (measure.filter as Group | null | undefined) ?? groupOf()
  const plain = columns.filter((one) => one.kind === 'column')
  return (
    <>
      <Choice
        shown
        label={`Shown of ${label}`}
        value={derived}
        options={[
          ...new Set([
            ...derivedFor(
              measure.fn,
              dimensions.length > 0,
              dimensions.some((one) => one.isTime),
            ),
            derived,
          ]),
        ].map((one) => ({
          value: one,
          label: derivedWords[one],
        }))}
        onChange={(next) => onChange({ ...measure, derive: derivationOf(next) })}
      />
      {measure.derive && (
        <Lines
          derived={derived}
          derive={measure.derive}
          dimensions={dimensions}
          onChange={(derive) => onChange({ ...measure, derive })}
        />
      )}
      {measure.derive && counted[derived] && (
        <NumberField
          label={counted[derived]}
          value={measure.derive.back}
          min={1}
          max={1000}
          onChange={(back) =>
            back &&
            measure.derive &&
            onChange({ ...measure, derive: { ...measure.derive, back: Math.round(back) } })
          }
        />
      )}
      <Box sx={{ display: 'flex', alignItems: 'center' }}>
        <Typography variant="caption" color="textSecondary" sx={{ flex: 1 }}>
          {filter.items.length > 0 ? 'Only of rows where' : 'Of all rows of the group'}
        </Typography>
        <AddColumn
          label="Only some rows"
          columns={plain}
          onPick={(column) => onChange({ ...measure, filter: addedAt(filter, [], conditionOn(column)) })}
        />
      </Box>
      {filter.items.length > 0 && (
        <FilterTree
          group={filter}
          columns={plain}
          profile={profile}
          label={`condition of ${label}`}
          onChange={(next, kind) =>
            onChange({ ...measure, filter: next.items.length > 0 ? next : null }, kind)
          }
        />
      )}
      <TextField
        label={`Name of ${label} in the answer`}
        value={measure.label ?? ''}
        onChange={(event) => onChange({ ...measure, label: event.target.value || null }, `name-${label}`)}
        slotProps={{ htmlInput: { maxLength: 200 } }}
      />
    </>
  )
}
