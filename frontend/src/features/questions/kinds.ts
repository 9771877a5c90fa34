// What fits a type of column, and what each choice is called.

import type {
  Aggregate,
  Bins,
  Column,
  ColumnType,
  Comparison,
  Condition,
  Derivation,
  Dimension,
  Grain,
  Part,
  Period,
  Scalar,
  Unit,
} from '@/api/types'
import { isNumeric, isTime } from '@/lib/format'

// Conditions

const textOps: readonly Comparison[] = [
  'eq',
  'ne',
  'in',
  'not_in',
  'contains',
  'starts_with',
  'ends_with',
  'is_empty',
  'is_not_empty',
]
const rangeOps: readonly Comparison[] = [
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'between',
  'is_empty',
  'is_not_empty',
]
const numberOps: readonly Comparison[] = [...rangeOps.slice(0, 7), 'in', 'not_in', ...rangeOps.slice(7)]

export function operatorsFor(type: ColumnType): readonly Comparison[] {
  if (isNumeric(type)) return numberOps
  if (isTime(type)) return ['in_period', ...rangeOps]
  if (type === 'time') return rangeOps
  if (type === 'boolean') return ['eq', 'is_empty', 'is_not_empty']
  if (type === 'nested') return ['contains', 'is_empty', 'is_not_empty']
  return textOps
}

const plainWords: Readonly<Record<Comparison, string>> = {
  eq: 'is',
  ne: 'is not',
  lt: 'is less than',
  le: 'is at most',
  gt: 'is more than',
  ge: 'is at least',
  in: 'is one of',
  not_in: 'is none of',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  is_empty: 'is empty',
  is_not_empty: 'is not empty',
  between: 'is between',
  in_period: 'is in the period',
}
const timeWords: Partial<Record<Comparison, string>> = {
  lt: 'is before',
  le: 'is on or before',
  gt: 'is after',
  ge: 'is on or after',
}

export const operatorWords = (op: Comparison, type: ColumnType | undefined): string =>
  (type && (isTime(type) || type === 'time') ? timeWords[op] : undefined) ?? plainWords[op]

export const isComparison = (value: unknown): value is Comparison =>
  typeof value === 'string' && Object.hasOwn(plainWords, value)

/** How many values an operator takes: none, one, two, or any number. */
export function arityOf(op: Comparison): 0 | 1 | 2 | 'many' {
  if (op === 'is_empty' || op === 'is_not_empty' || op === 'in_period') return 0
  if (op === 'between') return 2
  return op === 'in' || op === 'not_in' ? 'many' : 1
}

/** Typed text as a value of the column's type, or null while it is none. Exact decimals stay text. */
export function readValue(text: string, type: ColumnType): Scalar {
  const trimmed = text.trim()
  if (type === 'boolean') return trimmed === 'true' ? true : trimmed === 'false' ? false : null
  if (isNumeric(type)) {
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return null
    if (type === 'decimal') return trimmed
    const number = Number(trimmed)
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? trimmed : number
  }
  if (type === 'date') return /^\d{4,6}-\d\d-\d\d$/.test(trimmed) ? trimmed : null
  if (type === 'timestamp' || type === 'instant') {
    if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(trimmed)) return null
    return type === 'instant' && !/(Z|[+-]\d\d:\d\d)$/.test(trimmed) ? `${trimmed}Z` : trimmed
  }
  return text
}

export function isComplete(condition: Condition, type: ColumnType | undefined): boolean {
  if (!type) return false
  if (condition.op === 'in_period') return Boolean(condition.period)
  if (condition.parameter) return arityOf(condition.op) !== 0
  const arity = arityOf(condition.op)
  const values = condition.values.filter((value) => value !== null && (value !== '' || type === 'text'))
  if (arity === 'many') return values.length > 0
  if (condition.op === 'contains' || condition.op === 'starts_with' || condition.op === 'ends_with')
    return Boolean(values[0])
  return values.length === arity
}

export const units: readonly Unit[] = ['day', 'week', 'month', 'quarter', 'year']
export const periodKinds: readonly Period['kind'][] = ['last', 'this', 'to_date', 'rolling', 'next']

/** `the last 12 full months`, `this year so far`. */
export function periodWords({ kind, unit, count }: Period): string {
  const many = count === 1 ? unit : `${count} ${unit}s`
  switch (kind) {
    case 'last':
      return count === 1 ? `the last full ${unit}` : `the last ${count} full ${unit}s`
    case 'this':
      return `this ${unit}`
    case 'to_date':
      return `this ${unit} so far`
    case 'rolling':
      return `the last ${many} up to today`
    case 'next':
      return `the next ${many}`
  }
}

// Measures

const common: readonly Aggregate[] = ['count', 'count_distinct']
const ordered: readonly Aggregate[] = ['min', 'max']
const rare: readonly Aggregate[] = ['mode', 'first', 'last', 'approx_distinct']

/** What can be computed of a column, the usual first. */
export const aggregatesFor = (type: ColumnType): readonly Aggregate[] =>
  isNumeric(type)
    ? [
        'sum',
        'mean',
        'median',
        ...ordered,
        ...common,
        'stddev',
        'variance',
        'quantile',
        'ratio',
        'correlation',
        ...rare,
      ]
    : isTime(type) || type === 'time' || type === 'text'
      ? [...common, ...ordered, ...rare]
      : common

const aggregateWords: Readonly<Record<Aggregate, string>> = {
  count_rows: 'Count of rows',
  count: 'Count',
  count_distinct: 'Different values',
  approx_distinct: 'Different values, about',
  sum: 'Sum',
  mean: 'Mean',
  median: 'Median',
  quantile: 'Percentile',
  mode: 'Most frequent value',
  min: 'Smallest',
  max: 'Largest',
  first: 'First value',
  last: 'Last value',
  stddev: 'Standard deviation',
  variance: 'Variance',
  correlation: 'Correlation',
  ratio: 'Ratio of sums',
  formula: 'Formula',
  metric: 'Metric',
}
export const isAggregate = (value: unknown): value is Aggregate =>
  typeof value === 'string' && Object.hasOwn(aggregateWords, value)
export const aggregateName = (fn: Aggregate): string => aggregateWords[fn]

/** Whether a measure of this kind names a second column. */
export const takesOther = (fn: Aggregate): boolean =>
  fn === 'ratio' || fn === 'correlation' || fn === 'first' || fn === 'last'

export type Derived = 'none' | 'share' | 'running' | 'moving' | 'previous' | 'change' | 'year' | 'rank'

export const derivedWords: Readonly<Record<Derived, string>> = {
  none: 'As it is',
  share: 'Share of all',
  running: 'Running total',
  moving: 'Moving average',
  previous: 'Difference to the period before',
  change: 'Change in % to the period before',
  year: 'Change in % to the year before',
  rank: 'Rank',
}

const derivation = (kind: Derivation['kind'], more: Partial<Derivation> = {}): Derivation => ({
  kind,
  within: [],
  back: 1,
  ...more,
})

export function derivationOf(derived: Derived): Derivation | null {
  switch (derived) {
    case 'none':
      return null
    case 'share':
      return derivation('share')
    case 'running':
      return derivation('running_total')
    case 'moving':
      return derivation('moving_average', { back: 3 })
    case 'previous':
      return derivation('difference')
    case 'change':
      return derivation('percent_change')
    case 'year':
      return derivation('percent_change', { unit: 'year' })
    case 'rank':
      return derivation('rank')
  }
}

export function derivedOf(value: Derivation | null | undefined): Derived {
  switch (value?.kind) {
    case 'share':
      return 'share'
    case 'running_total':
      return 'running'
    case 'moving_average':
      return 'moving'
    case 'difference':
      return 'previous'
    case 'percent_change':
      return value.unit === 'year' ? 'year' : 'change'
    case 'rank':
      return 'rank'
    default:
      return 'none'
  }
}

/** What can be made of a measure: a share and a total so far of what adds up, changes where there is time. */
export function derivedFor(fn: Aggregate, hasGroups: boolean, hasTime: boolean): readonly Derived[] {
  const adds = fn === 'count_rows' || fn === 'count' || fn === 'sum'
  return [
    'none',
    ...(adds ? (['share'] as const) : []),
    ...(adds && hasGroups ? (['running'] as const) : []),
    ...(hasTime ? (['moving', 'previous', 'change', 'year'] as const) : []),
    'rank',
  ]
}

// Dimensions

export const grainsFor = (type: ColumnType): readonly Grain[] =>
  type === 'date'
    ? ['year', 'quarter', 'month', 'week', 'day']
    : ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute']

const partWords: Readonly<Record<Part, string>> = {
  quarter_of_year: 'quarter of the year',
  month_of_year: 'month of the year',
  week_of_year: 'week of the year',
  day_of_year: 'day of the year',
  day_of_month: 'day of the month',
  day_of_week: 'day of the week',
  hour_of_day: 'hour of the day',
  minute_of_hour: 'minute of the hour',
}
export const partName = (part: Part): string => partWords[part]
export const partsFor = (type: ColumnType): readonly Part[] =>
  (Object.keys(partWords) as Part[]).filter(
    (part) => type !== 'date' || (part !== 'hour_of_day' && part !== 'minute_of_hour'),
  )

export const binsOf = (change: Partial<Bins> = {}): Bins => ({ count: 20, edges: [], ...change })

export function binWords({ count, width, edges = [] }: Bins): string {
  if (edges.length > 0) return `in bins at ${edges.map((edge) => edge.toLocaleString('en')).join(', ')}`
  return width ? `in bins of ${width.toLocaleString('en')}` : `in up to ${count} bins`
}

/** A dimension as one would most likely want it. */
export const dimensionOn = (column: Column): Dimension => ({
  column: column.id,
  grain: isTime(column.type) ? 'month' : null,
  bins: column.type === 'float' || column.type === 'decimal' ? binsOf() : null,
})
