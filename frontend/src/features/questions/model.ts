// The question that is being built, as a value. Every change is a function from one draft to the next.

import type {
  Aggregate,
  Answer,
  Column,
  ColumnType,
  Comparison,
  Condition,
  Dimension,
  Grain,
  Group,
  Mark,
  Measure,
  Question,
  Scalar,
  Sort,
} from '@/api/types'
import { isNumeric, isTime } from '@/lib/format'

export type ChartMark = Mark | 'auto' | 'table'

export interface Draft {
  join: 'and' | 'or'
  filters: readonly (Condition | Group)[]
  dimensions: readonly Dimension[]
  measures: readonly Measure[]
  columns: readonly string[]
  sort: readonly Sort[]
  /** The first rows only, as in "top 10"; null means all rows. */
  limit: number | null
  mark: ChartMark
  stack: 'none' | 'zero' | 'percent' | null
}

export const MOST_DIMENSIONS = 8
export const MOST_MEASURES = 32
export const MOST_ROWS = 100_000

export const emptyDraft: Draft = {
  join: 'and',
  filters: [],
  dimensions: [],
  measures: [],
  columns: [],
  sort: [],
  limit: null,
  mark: 'auto',
  stack: null,
}

export const groups = (draft: Draft): boolean => draft.dimensions.length > 0 || draft.measures.length > 0

// What fits a type

const textOps: readonly Comparison[] = [
  'eq',
  'ne',
  'in',
  'not_in',
  'contains',
  'starts_with',
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
  if (isTime(type) || type === 'time') return rangeOps
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
  in_period: 'is in',
}
const timeWords: Partial<Record<Comparison, string>> = {
  lt: 'is before',
  le: 'is on or before',
  gt: 'is after',
  ge: 'is on or after',
}

export const operatorWords = (op: Comparison, type: ColumnType | undefined): string =>
  (type && (isTime(type) || type === 'time') ? timeWords[op] : undefined) ?? plainWords[op]

/** How many values an operator takes: none, one, two, or any number. */
export function arityOf(op: Comparison): 0 | 1 | 2 | 'many' {
  if (op === 'is_empty' || op === 'is_not_empty') return 0
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
  const arity = arityOf(condition.op)
  const values = condition.values.filter((value) => value !== null && (value !== '' || type === 'text'))
  if (arity === 'many') return values.length > 0
  if (condition.op === 'contains' || condition.op === 'starts_with') return Boolean(values[0])
  return values.length === arity
}

export const aggregatesFor = (type: ColumnType): readonly Aggregate[] =>
  isNumeric(type)
    ? ['sum', 'mean', 'median', 'min', 'max', 'stddev', 'count', 'count_distinct']
    : isTime(type) || type === 'time' || type === 'text'
      ? ['count', 'count_distinct', 'min', 'max']
      : ['count', 'count_distinct']

const aggregateWords: Readonly<Record<Aggregate, string>> = {
  count_rows: 'Count of rows',
  count: 'Count',
  count_distinct: 'Different values',
  sum: 'Sum',
  mean: 'Mean',
  median: 'Median',
  min: 'Smallest',
  max: 'Largest',
  stddev: 'Standard deviation',
  variance: 'Variance',
  quantile: 'Quantile',
  mode: 'Most frequent',
  first: 'First',
  last: 'Last',
  approx_distinct: 'Different values (about)',
  correlation: 'Correlation',
  ratio: 'Ratio of sums',
  formula: 'Formula',
  metric: 'Metric',
}
export const aggregateName = (fn: Aggregate): string => aggregateWords[fn]

export const grainsFor = (type: ColumnType): readonly Grain[] =>
  type === 'date'
    ? ['year', 'quarter', 'month', 'week', 'day']
    : ['year', 'quarter', 'month', 'week', 'day', 'hour']

/** A dimension as one would most likely want it. */
export const dimensionOn = (column: Column): Dimension => ({
  column: column.id,
  grain: isTime(column.type) ? 'month' : null,
  bins: column.type === 'float' || column.type === 'decimal' ? { count: 20 } : null,
})

// Changes

const at = <T>(list: readonly T[], index: number, value: T): T[] =>
  list.map((one, place) => (place === index ? value : one))

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, place) => place !== index)

/** Results are named by place, so whoever stood behind a removed one moves up, also in the sort. */
function dropKey(sort: readonly Sort[], letter: 'd' | 'm', index: number): Sort[] {
  return sort.flatMap((one) => {
    if (!one.by.startsWith(letter)) return [one]
    const place = Number(one.by.slice(1))
    if (place === index) return []
    return [place > index ? { ...one, by: `${letter}${place - 1}` } : one]
  })
}

/** Sorts by what no longer is in the result are dropped. */
function soundSort(draft: Draft): Draft {
  const sound = draft.sort.filter((one) => {
    const place = Number(one.by.slice(1))
    if (!groups(draft)) return one.by.startsWith('c')
    if (one.by.startsWith('d')) return place < draft.dimensions.length
    return one.by.startsWith('m') && place < draft.measures.length
  })
  return sound.length === draft.sort.length ? draft : { ...draft, sort: sound }
}

export const addFilter = (draft: Draft, column: Column): Draft => {
  const op = operatorsFor(column.type)[0] ?? 'eq'
  return {
    ...draft,
    filters: [
      ...draft.filters,
      { kind: 'condition', column: column.id, op, values: column.type === 'boolean' ? [true] : [] },
    ],
  }
}

export const changeFilter = (draft: Draft, index: number, filter: Condition | Group): Draft => ({
  ...draft,
  filters: at(draft.filters, index, filter),
})

export const removeFilter = (draft: Draft, index: number): Draft => ({
  ...draft,
  filters: without(draft.filters, index),
})

export function addDimension(draft: Draft, dimension: Dimension): Draft {
  if (draft.dimensions.length >= MOST_DIMENSIONS) return draft
  // A grouping without a measure lists values; counting them is what is meant.
  const measures: readonly Measure[] = draft.measures.length > 0 ? draft.measures : [{ fn: 'count_rows' }]
  return soundSort({ ...draft, dimensions: [...draft.dimensions, dimension], measures })
}

export const changeDimension = (draft: Draft, index: number, dimension: Dimension): Draft => ({
  ...draft,
  dimensions: at(draft.dimensions, index, dimension),
})

export const removeDimension = (draft: Draft, index: number): Draft =>
  soundSort({
    ...draft,
    dimensions: without(draft.dimensions, index),
    sort: dropKey(draft.sort, 'd', index),
  })

export function addMeasure(draft: Draft, measure: Measure): Draft {
  if (draft.measures.length >= MOST_MEASURES) return draft
  return soundSort({ ...draft, measures: [...draft.measures, measure] })
}

export const changeMeasure = (draft: Draft, index: number, measure: Measure): Draft => ({
  ...draft,
  measures: at(draft.measures, index, measure),
})

export const removeMeasure = (draft: Draft, index: number): Draft =>
  soundSort({ ...draft, measures: without(draft.measures, index), sort: dropKey(draft.sort, 'm', index) })

export const setSort = (draft: Draft, sort: Sort | null): Draft => ({ ...draft, sort: sort ? [sort] : [] })

export const setLimit = (draft: Draft, limit: number | null): Draft => ({
  ...draft,
  limit: limit === null ? null : Math.min(MOST_ROWS, Math.max(1, Math.round(limit) || 1)),
})

// Draft and question

/** The question as it is asked. Conditions that are still being typed are left out. */
export function questionOf(
  draft: Draft,
  datasetId: string,
  columns: readonly Column[],
  versionId: string | null = null,
): Question {
  const types = new Map(columns.map((column) => [column.id, column.type]))
  const complete = draft.filters.filter(
    (filter) => filter.kind === 'group' || isComplete(filter, types.get(filter.column)),
  )
  return {
    v: 1,
    dataset_id: datasetId,
    version_id: versionId,
    columns: groups(draft) ? [] : [...draft.columns],
    filter: complete.length > 0 ? ({ kind: 'group', op: draft.join, items: [...complete] } as Group) : null,
    dimensions: [...draft.dimensions],
    measures: [...draft.measures],
    sort: [...draft.sort],
    limit: draft.limit,
    offset: 0,
  }
}

type Loose = Omit<Partial<Question>, 'filter'> & { filter?: unknown }

/** A saved question, opened again. Groups inside groups are kept as they are. */
export function draftOf(question: Loose, chart: { mark?: string; stack?: string } | null): Draft {
  const filter = question.filter as Group | null | undefined
  return {
    join: filter?.op ?? 'and',
    filters: filter?.items ?? [],
    dimensions: question.dimensions ?? [],
    measures: question.measures ?? [],
    columns: question.columns ?? [],
    sort: question.sort ?? [],
    limit: question.limit ?? null,
    mark: (chart?.mark as Mark | undefined) ?? 'table',
    stack: (chart?.stack as Draft['stack']) ?? null,
  }
}

// The address

const defaults = emptyDraft as unknown as Record<string, unknown>

/** Only what differs from an empty draft: that keeps addresses short. */
export function compact(draft: Draft): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(draft).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key])),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const marks: ReadonlySet<unknown> = new Set([
  'auto',
  'table',
  'bar',
  'line',
  'area',
  'pie',
  'scatter',
  'histogram',
  'heatmap',
  'calendar',
  'waterfall',
  'funnel',
  'treemap',
  'sunburst',
  'sankey',
  'radar',
  'box',
  'candlestick',
  'combo',
  'pareto',
  'figure',
  'gauge',
])

/** A draft from an address. What does not fit the dataset is left out; what is no draft at all gives null. */
export function expand(value: unknown, columns: readonly Column[]): Draft | null {
  if (!isObject(value)) return null
  const known = new Set(columns.map((column) => column.id))
  const list = (key: string): Record<string, unknown>[] =>
    Array.isArray(value[key]) ? (value[key] as unknown[]).filter(isObject) : []
  const onKnown = (one: Record<string, unknown>) => known.has(String(one.column))
  const filterFits = (one: Record<string, unknown>): boolean =>
    one.kind === 'group'
      ? Array.isArray(one.items) && one.items.every((item) => isObject(item) && filterFits(item))
      : typeof one.op === 'string' && one.op in plainWords && Array.isArray(one.values) && onKnown(one)
  const draft: Draft = {
    join: value.join === 'or' ? 'or' : 'and',
    filters: list('filters').filter(filterFits) as unknown as Condition[],
    dimensions: list('dimensions').filter(onKnown).slice(0, MOST_DIMENSIONS) as unknown as Dimension[],
    measures: list('measures')
      .filter((one) => typeof one.fn === 'string' && one.fn in aggregateWords)
      .filter((one) => one.fn === 'count_rows' || onKnown(one))
      .slice(0, MOST_MEASURES) as unknown as Measure[],
    columns: Array.isArray(value.columns)
      ? value.columns.filter((id) => known.has(String(id))).map(String)
      : [],
    sort: list('sort').filter((one) => /^[cdm]\d{1,5}$/.test(String(one.by))) as unknown as Sort[],
    limit: typeof value.limit === 'number' ? Math.min(MOST_ROWS, Math.max(1, Math.round(value.limit))) : null,
    mark: marks.has(value.mark) ? (value.mark as ChartMark) : 'auto',
    stack: value.stack === 'none' || value.stack === 'zero' || value.stack === 'percent' ? value.stack : null,
  }
  return soundSort(draft)
}

/** Where a result can be sorted by: its keys, with their words. */
export function sortKeys(draft: Draft, columns: readonly Column[]): { key: string; label: string }[] {
  if (!groups(draft)) return columns.map((column) => ({ key: column.id, label: column.name }))
  return [
    ...draft.dimensions.map((one, index) => ({ key: `d${index}`, label: dimensionWords(one, columns) })),
    ...draft.measures.map((one, index) => ({ key: `m${index}`, label: measureWords(one, columns) })),
  ]
}

// Words

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const small = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

const nameOf = (id: string | null | undefined, columns: readonly Column[]): string =>
  columns.find((column) => column.id === id)?.name ?? 'a column that is gone'

export function dimensionWords(dimension: Dimension, columns: readonly Column[]): string {
  if (dimension.label) return dimension.label
  const name = nameOf(dimension.column, columns)
  if (dimension.grain) return `${capital(dimension.grain)} of ${name}`
  return dimension.bins ? `${name} in up to ${dimension.bins.count} bins` : name
}

export function measureWords(measure: Measure, columns: readonly Column[]): string {
  if (measure.label) return measure.label
  if (measure.fn === 'count_rows') return 'Count of rows'
  return `${aggregateWords[measure.fn]} of ${nameOf(measure.column, columns)}`
}

const valueWords = (value: Scalar): string =>
  typeof value === 'string'
    ? `“${value}”`
    : value === true
      ? 'yes'
      : value === false
        ? 'no'
        : String(value ?? 'nothing')

export function filterWords(filter: Condition | Group, columns: readonly Column[]): string {
  if (filter.kind === 'group') {
    return `(${filter.items.map((item) => filterWords(item as Condition | Group, columns)).join(` ${filter.op} `)})`
  }
  const type = columns.find((column) => column.id === filter.column)?.type
  const values = filter.values.map(valueWords)
  const said =
    filter.op === 'between'
      ? values.join(' and ')
      : values.length > 4
        ? `${values.slice(0, 3).join(', ')} and ${values.length - 3} more`
        : values.join(', ')
  return [nameOf(filter.column, columns), operatorWords(filter.op, type), said].filter(Boolean).join(' ')
}

const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** The whole question in one sentence. */
export function sentence(draft: Draft, datasetName: string, columns: readonly Column[]): string {
  const types = new Map(columns.map((column) => [column.id, column.type]))
  const parts: string[] = []
  if (groups(draft)) {
    const measures = draft.measures.map((one, index) => {
      const words = measureWords(one, columns)
      return index === 0 || one.label ? words : small(words)
    })
    parts.push(measures.length > 0 ? joined(measures) : 'The different combinations')
    if (draft.dimensions.length > 0)
      parts.push(
        `for each ${joined(
          draft.dimensions.map((one) =>
            one.grain && !one.label ? small(dimensionWords(one, columns)) : dimensionWords(one, columns),
          ),
        )}`,
      )
  } else {
    parts.push(
      draft.columns.length > 0
        ? `Rows with ${joined(draft.columns.map((id) => nameOf(id, columns)))}`
        : 'All rows',
    )
  }
  parts.push(`in ${datasetName}`)
  const filters = draft.filters.filter(
    (one) => one.kind === 'group' || isComplete(one, types.get(one.column)),
  )
  if (filters.length > 0)
    parts.push(`where ${filters.map((one) => filterWords(one, columns)).join(` ${draft.join} `)}`)
  let said = parts.join(' ')
  const [sort] = draft.sort
  if (sort) {
    const by = sortKeys(draft, columns).find((one) => one.key === sort.by)?.label ?? sort.by
    said += `, ${sort.direction === 'asc' ? 'smallest' : 'largest'} ${by} first`
  }
  if (draft.limit !== null) said += `, at most ${draft.limit.toLocaleString('en')} rows`
  return `${said}.`
}

/** A short name for saving: what is measured, by what. */
export function titleOf(draft: Draft, datasetName: string, columns: readonly Column[]): string {
  if (!groups(draft)) return `Rows of ${datasetName}`
  const [measure] = draft.measures
  const what = measure ? measureWords(measure, columns) : 'Groups'
  if (draft.dimensions.length === 0) return `${what} in ${datasetName}`
  const by = draft.dimensions.map((one) =>
    one.grain && !one.label
      ? small(dimensionWords(one, columns))
      : (one.label ?? nameOf(one.column, columns)),
  )
  return `${what} by ${joined(by)}`.slice(0, 200)
}

export const rowWords = (answer: Answer): 'group' | 'row' =>
  answer.columns.some((column) => column.role !== 'column') ? 'group' : 'row'
