// The question that is being built, as a value. Every change is a function from one draft to the next.

import type { TableFormat } from '@tablewright/charts'
import type {
  Calendar,
  ChartSpec,
  Column,
  Condition,
  Dimension,
  Formula,
  Group,
  Join,
  Mark,
  Measure,
  Parameter,
  Pivot,
  Question,
  Sample,
  Sort,
} from '@/api/types'
import { binsOf, isComplete, operatorsFor } from './kinds'

export type ChartMark = Mark | 'auto' | 'table'

/** What is drawn besides the marks. */
export interface ChartOptions {
  trend?: ChartSpec['trend']
  fit?: ChartSpec['fit']
  /** The dimension that panels are of. */
  facet?: string | null
  error?: ChartSpec['y'][number]['error']
  xScale?: 'log' | null
  yScale?: 'log' | null
  references?: ChartSpec['references']
  annotations?: ChartSpec['annotations']
  outline?: ChartSpec['outline']
  /** The place along the axis from which on values are forecast. */
  forecastFrom?: ChartSpec['forecast_from']
}

/** The parts have the names that they have in a question. */
export interface Draft {
  /** The version that was current then; null means the newest. */
  asOf: string | null
  /** A saved question whose answer is asked of, in the place of the dataset's rows. */
  base: string | null
  joins: readonly Join[]
  union: readonly Question[]
  sample: Sample | null
  formulas: readonly Formula[]
  parameters: readonly Parameter[]
  calendar: Calendar
  filter: Group
  dimensions: readonly Dimension[]
  measures: readonly Measure[]
  having: Group
  pivot: Pivot | null
  columns: readonly string[]
  sort: readonly Sort[]
  /** The first rows only, as in "top 10"; null means all rows. */
  limit: number | null
  mark: ChartMark
  chart: ChartOptions | null
  stack: 'none' | 'zero' | 'percent' | null
  /** Which cells of the table stand out. */
  formats: TableFormat | null
}

export const MOST_DIMENSIONS = 8
export const MOST_MEASURES = 32
export const MOST_JOINS = 8
export const MOST_FORMULAS = 64
export const MOST_SORTS = 16
export const MOST_ROWS = 100_000
export const MOST_DEPTH = 8

export const groupOf = (items: readonly (Condition | Group)[] = [], op: Group['op'] = 'and'): Group =>
  ({ kind: 'group', op, items: [...items] }) as Group

export const plainCalendar: Calendar = { time_zone: null, year_starts: 1, week_starts: 1 }

export const emptyDraft: Draft = {
  asOf: null,
  base: null,
  joins: [],
  union: [],
  sample: null,
  formulas: [],
  parameters: [],
  calendar: plainCalendar,
  filter: groupOf(),
  dimensions: [],
  measures: [],
  having: groupOf(),
  pivot: null,
  columns: [],
  sort: [],
  limit: null,
  mark: 'auto',
  chart: null,
  stack: null,
  formats: null,
}

export const groups = (draft: Pick<Draft, 'dimensions' | 'measures'>): boolean =>
  draft.dimensions.length > 0 || draft.measures.length > 0

/** Whether rows that nobody groups are drawn, one by one. */
export const draws = (
  draft: Pick<Draft, 'dimensions' | 'measures' | 'union' | 'columns' | 'mark'>,
): boolean =>
  !groups(draft) &&
  draft.union.length === 0 &&
  draft.columns.length >= 2 &&
  (draft.mark === 'scatter' || draft.mark === 'line')

const at = <T>(list: readonly T[], index: number, value: T): T[] =>
  list.map((one, place) => (place === index ? value : one))

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, place) => place !== index)

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = without(list, from)
  const one = list[from]
  if (one !== undefined) rest.splice(Math.min(Math.max(0, to), rest.length), 0, one)
  return rest
}

// Nested conditions

/** Where something stands in a group: the place in it, then the place in the group that is there, and so on. */
export type Path = readonly number[]
export type Filter = Condition | Group

const items = (group: Group): readonly Filter[] => group.items as readonly Filter[]

/** The group with what stands at a path made into something else, or taken out when that is null. */
export function changedAt(group: Group, path: Path, change: (item: Filter) => Filter | null): Group {
  const [first, ...rest] = path
  if (first === undefined) return (change(group) ?? groupOf([], group.op)) as Group
  const next = items(group).flatMap((item, place): Filter[] => {
    if (place !== first) return [item]
    if (rest.length > 0) return item.kind === 'group' ? [changedAt(item as Group, rest, change)] : [item]
    const made = change(item)
    return made ? [made] : []
  })
  return groupOf(next, group.op)
}

export const addedAt = (group: Group, path: Path, item: Filter): Group =>
  changedAt(group, path, (found) =>
    found.kind === 'group' ? groupOf([...items(found as Group), item], found.op) : found,
  )

export const conditionOn = (column: Column): Condition => {
  const [first = 'eq', second] = operatorsFor(column.type)
  if (first === 'in_period')
    return {
      kind: 'condition',
      column: column.id,
      op: first,
      values: [],
      period: { kind: 'last', unit: 'month', count: 12 },
    }
  const op = column.type === 'nested' ? (second ?? first) : first
  return { kind: 'condition', column: column.id, op, values: column.type === 'boolean' ? [true] : [] }
}

export const addFilter = (draft: Draft, condition: Condition, path: Path = []): Draft => ({
  ...draft,
  filter: addedAt(draft.filter, path, condition),
})

/** The group without conditions that are still being typed and without groups that are empty, or null. */
export function completed(group: Group, typeOf: (id: string) => Column['type'] | undefined): Group | null {
  const kept = items(group).flatMap((item): Filter[] => {
    if (item.kind === 'condition') return isComplete(item, typeOf(item.column)) ? [item] : []
    const inner = completed(item as Group, typeOf)
    return inner ? [inner] : []
  })
  return kept.length > 0 ? groupOf(kept, group.op) : null
}

export function conditionsIn(group: Group): Condition[] {
  return items(group).flatMap((item) => (item.kind === 'group' ? conditionsIn(item as Group) : [item]))
}

// References

/** What a column reference becomes, or null when the column is gone. */
type Renamed = (ref: string) => string | null

const groupWith = (group: Group, rename: Renamed): Group =>
  groupOf(
    items(group).flatMap((item): Filter[] => {
      if (item.kind === 'group') return [groupWith(item as Group, rename)]
      const column = rename(item.column)
      return column === null ? [] : [{ ...item, column }]
    }),
    group.op,
  )

/** The draft with every column reference renamed. What names a column that is gone goes with it. */
export function withRefs(draft: Draft, rename: Renamed): Draft {
  let next = draft
  for (let index = draft.dimensions.length - 1; index >= 0; index -= 1)
    if (rename(draft.dimensions[index]?.column ?? '') === null) next = removeDimension(next, index)
  for (let index = draft.measures.length - 1; index >= 0; index -= 1) {
    const { column, other } = draft.measures[index] ?? {}
    if ((column && rename(column) === null) || (other && rename(other) === null))
      next = removeMeasure(next, index)
  }
  const ref = (id: string): string => rename(id) ?? id
  return {
    ...next,
    joins: next.joins.map((join) => ({ ...join, on: join.on.map(([left, right]) => [ref(left), right]) })),
    formulas: next.formulas.map((formula) => ({
      ...formula,
      text: formula.text.replace(/\[#((?:j\d)?c\d+|f\d+)\]/g, (whole, id) =>
        rename(id) ? `[#${rename(id)}]` : whole,
      ),
    })),
    filter: groupWith(next.filter, rename),
    dimensions: next.dimensions.map((one) => ({ ...one, column: ref(one.column) })),
    measures: next.measures.map((one) => ({
      ...one,
      ...(one.column && { column: ref(one.column) }),
      ...(one.other && { other: ref(one.other) }),
      ...(one.filter && { filter: groupWith(one.filter as Group, rename) }),
    })),
    columns: next.columns.flatMap((id) => rename(id) ?? []),
    sort: next.sort.flatMap((one) => {
      if (/^[dm]\d+$/.test(one.by)) return [one]
      const by = rename(one.by)
      return by ? [{ ...one, by }] : []
    }),
  }
}

// Results are named by place

/** The draft with its results named anew: `place` says where the one at each place went, or null for gone. */
function rekeyed(draft: Draft, letter: 'd' | 'm', place: (before: number) => number | null): Draft {
  const key = (name: string): string | null => {
    if (!new RegExp(`^${letter}\\d+$`).test(name)) return name
    const next = place(Number(name.slice(1)))
    return next === null ? null : `${letter}${next}`
  }
  const kept = (names: readonly string[]): string[] => names.flatMap((name) => key(name) ?? [])
  return {
    ...draft,
    sort: draft.sort.flatMap((one) => {
      const by = key(one.by)
      return by === null ? [] : [{ ...one, by }]
    }),
    having: groupWith(draft.having, key),
    pivot: draft.pivot && { ...draft.pivot, columns: kept(draft.pivot.columns) },
    dimensions: draft.dimensions.map((one) =>
      one.top
        ? { ...one, top: key(one.top.by) === null ? null : { ...one.top, by: key(one.top.by) as string } }
        : one,
    ),
    measures: draft.measures.map((one) =>
      one.derive
        ? {
            ...one,
            derive: {
              ...one.derive,
              within: kept(one.derive.within),
              ...(one.derive.along && { along: key(one.derive.along) }),
            },
          }
        : one,
    ),
  }
}

const gone = (index: number) => (before: number) =>
  before === index ? null : before > index ? before - 1 : before

const swapped = (from: number, to: number) => (before: number) => {
  if (before === from) return to
  if (from < before && before <= to) return before - 1
  return to <= before && before < from ? before + 1 : before
}

/** Sorts and conditions on results that no longer are there are dropped. */
function sound(draft: Draft): Draft {
  const isThere = (key: string): boolean => {
    const place = Number(key.slice(1))
    if (!groups(draft)) return !/^[dm]\d+$/.test(key)
    if (key.startsWith('d')) return place < draft.dimensions.length
    return /^m\d+$/.test(key) && place < draft.measures.length
  }
  const sort = draft.sort.filter((one) => isThere(one.by))
  const having = groupWith(draft.having, (key) => (isThere(key) && groups(draft) ? key : null))
  const pivot = draft.dimensions.length > 0 ? draft.pivot : null
  return sort.length === draft.sort.length &&
    pivot === draft.pivot &&
    conditionsIn(having).length === conditionsIn(draft.having).length
    ? draft
    : { ...draft, sort, having, pivot }
}

// Changes

export function addDimension(draft: Draft, dimension: Dimension): Draft {
  if (draft.dimensions.length >= MOST_DIMENSIONS) return draft
  // A grouping without a measure lists values; counting them is what is meant.
  const measures: readonly Measure[] = draft.measures.length > 0 ? draft.measures : [{ fn: 'count_rows' }]
  return sound({ ...draft, dimensions: [...draft.dimensions, dimension], measures })
}

export const changeDimension = (draft: Draft, index: number, dimension: Dimension): Draft => ({
  ...draft,
  dimensions: at(draft.dimensions, index, dimension),
})

export const removeDimension = (draft: Draft, index: number): Draft =>
  sound(rekeyed({ ...draft, dimensions: without(draft.dimensions, index) }, 'd', gone(index)))

export const moveDimension = (draft: Draft, from: number, to: number): Draft =>
  to < 0 || to >= draft.dimensions.length
    ? draft
    : rekeyed({ ...draft, dimensions: moved(draft.dimensions, from, to) }, 'd', swapped(from, to))

export function addMeasure(draft: Draft, measure: Measure): Draft {
  if (draft.measures.length >= MOST_MEASURES) return draft
  return sound({ ...draft, measures: [...draft.measures, measure] })
}

export const changeMeasure = (draft: Draft, index: number, measure: Measure): Draft => ({
  ...draft,
  measures: at(draft.measures, index, measure),
})

export const removeMeasure = (draft: Draft, index: number): Draft =>
  sound(rekeyed({ ...draft, measures: without(draft.measures, index) }, 'm', gone(index)))

export const moveMeasure = (draft: Draft, from: number, to: number): Draft =>
  to < 0 || to >= draft.measures.length
    ? draft
    : rekeyed({ ...draft, measures: moved(draft.measures, from, to) }, 'm', swapped(from, to))

export const plainPivot: Pivot = { columns: [], row_totals: false, column_totals: false, subtotals: false }

export const isAcross = (draft: Draft, index: number): boolean =>
  draft.pivot?.columns.includes(`d${index}`) ?? false

/** Put a dimension across the table, or down its side. A table that has neither totals nor columns is no pivot. */
export function setAcross(draft: Draft, index: number, across: boolean): Draft {
  const pivot = draft.pivot ?? plainPivot
  const key = `d${index}`
  const columns = across
    ? [...pivot.columns.filter((one) => one !== key), key]
    : pivot.columns.filter((one) => one !== key)
  return setPivot(draft, { ...pivot, columns })
}

export function setPivot(draft: Draft, pivot: Pivot): Draft {
  const plain = pivot.columns.length === 0 && !pivot.row_totals && !pivot.column_totals && !pivot.subtotals
  return { ...draft, pivot: plain ? null : pivot, mark: plain ? draft.mark : 'table' }
}

export const setSort = (draft: Draft, sort: readonly Sort[]): Draft => ({
  ...draft,
  sort: sort.slice(0, MOST_SORTS),
})

export const setLimit = (draft: Draft, limit: number | null): Draft => ({
  ...draft,
  limit: limit === null ? null : Math.min(MOST_ROWS, Math.max(1, Math.round(limit) || 1)),
})

export const addJoin = (draft: Draft, join: Join): Draft =>
  draft.joins.length >= MOST_JOINS ? draft : { ...draft, joins: [...draft.joins, join] }

export const changeJoin = (draft: Draft, index: number, join: Join): Draft => {
  const next = { ...draft, joins: at(draft.joins, index, join) }
  const before = draft.joins[index]
  const brings = (kind: Join['kind']) => kind !== 'semi' && kind !== 'anti'
  const other = before?.dataset_id !== join.dataset_id || before?.base_id !== join.base_id
  if (!other && brings(join.kind)) return next
  const prefix = `j${index + 1}c`
  return withRefs(next, (ref) => (ref.startsWith(prefix) ? null : ref))
}

/** Take a join away, and with it what is asked of its columns. Later joins move up. */
export function removeJoin(draft: Draft, index: number): Draft {
  const renamed = withRefs(draft, (ref) => {
    const found = /^j(\d)(c\d+)$/.exec(ref)
    if (!found) return ref
    const place = Number(found[1]) - 1
    return place === index ? null : place > index ? `j${place}${found[2]}` : ref
  })
  return { ...renamed, joins: without(renamed.joins, index) }
}

/** Other questions whose answers come below. Their columns are this one's: a cross table cannot be made of several. */
export const withUnion = (draft: Draft, union: readonly Question[]): Draft => ({
  ...draft,
  union,
  pivot: union.length > 0 ? null : draft.pivot,
})

/** The first free id. Ids are never given twice while the other is in use. */
export function nextFormulaId(draft: Draft): string {
  const used = new Set(draft.formulas.map((formula) => formula.id))
  let number = 1
  while (used.has(`f${number}`)) number += 1
  return `f${number}`
}

export const keepFormula = (draft: Draft, formula: Formula): Draft => ({
  ...draft,
  formulas: draft.formulas.some((one) => one.id === formula.id)
    ? draft.formulas.map((one) => (one.id === formula.id ? formula : one))
    : [...draft.formulas, formula],
})

export const removeFormula = (draft: Draft, id: string): Draft => {
  const rest = withRefs(draft, (ref) => (ref === id ? null : ref))
  return { ...rest, formulas: rest.formulas.filter((one) => one.id !== id) }
}

export const keepParameter = (draft: Draft, index: number, parameter: Parameter): Draft => {
  const before = draft.parameters[index]
  const parameters = before ? at(draft.parameters, index, parameter) : [...draft.parameters, parameter]
  const renamed = (group: Group): Group =>
    groupOf(
      items(group).map((item) =>
        item.kind === 'group'
          ? renamed(item as Group)
          : item.parameter && item.parameter === before?.name
            ? { ...item, parameter: parameter.name }
            : item,
      ),
      group.op,
    )
  return { ...draft, parameters, filter: renamed(draft.filter) }
}

export const removeParameter = (draft: Draft, index: number): Draft => {
  const { name } = draft.parameters[index] ?? {}
  const loosened = (group: Group): Group =>
    groupOf(
      items(group).map((item) => {
        if (item.kind === 'group') return loosened(item as Group)
        return item.parameter === name ? { ...item, parameter: null } : item
      }),
      group.op,
    )
  return { ...draft, parameters: without(draft.parameters, index), filter: loosened(draft.filter) }
}

// Draft and question

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** The question as it is asked. Conditions that are still being typed are left out. */
export function questionOf(
  draft: Draft,
  datasetId: string,
  columns: readonly Column[],
  versionId: string | null = null,
): Question {
  const types = new Map(columns.map((column) => [column.id, column.type]))
  const typeOf = (id: string) => types.get(id)
  // What a measure or dimension is compared with is told by the answer: any value fits that can be typed.
  const resultType = (id: string): Column['type'] => (id.startsWith('m') ? 'float' : 'text')
  return {
    v: 1,
    dataset_id: datasetId,
    version_id: draft.asOf || draft.base ? null : versionId,
    ...(draft.asOf && { as_of: draft.asOf }),
    ...(draft.base && { base_id: draft.base }),
    ...(draft.joins.length > 0 && { joins: draft.joins.filter((join) => join.on.length > 0) as never }),
    ...(draft.union.length > 0 && { union: [...draft.union] as never }),
    ...(draft.sample && { sample: draft.sample }),
    ...(draft.formulas.length > 0 && { formulas: [...draft.formulas] }),
    ...(draft.parameters.length > 0 && { parameters: [...draft.parameters] }),
    ...(!same(draft.calendar, plainCalendar) && { calendar: draft.calendar }),
    columns: groups(draft) ? [] : [...draft.columns],
    filter: completed(draft.filter, typeOf),
    dimensions: [...draft.dimensions],
    measures: draft.measures.map((measure) =>
      measure.filter ? { ...measure, filter: completed(measure.filter as Group, typeOf) } : measure,
    ),
    ...(groups(draft) &&
      completed(draft.having, resultType) && { having: completed(draft.having, resultType) }),
    ...(draft.pivot && { pivot: draft.pivot }),
    sort: [...draft.sort],
    limit: draft.limit ?? (draws(draft) ? MOST_ROWS : null),
    offset: 0,
  }
}

type Loose = Omit<Partial<Question>, 'filter' | 'having' | 'measures' | 'joins' | 'union'> & {
  filter?: unknown
  having?: unknown
  measures?: unknown
  joins?: unknown
  union?: unknown
}

/** The options of a chart that was kept; null where it has none. */
function optionsOf(chart: Partial<ChartSpec> | null): ChartOptions | null {
  if (!chart) return null
  const found: ChartOptions = {
    ...(chart.trend && { trend: chart.trend }),
    ...(chart.fit && { fit: chart.fit }),
    ...(chart.facet && { facet: chart.facet.field }),
    ...(chart.y?.[0]?.error && { error: chart.y[0].error }),
    ...(chart.x?.scale === 'log' && { xScale: 'log' }),
    ...(chart.y?.[0]?.scale === 'log' && { yScale: 'log' }),
    ...(chart.references?.length && { references: chart.references }),
    ...(chart.annotations?.length && { annotations: chart.annotations }),
    ...(chart.outline && chart.outline !== 'auto' && { outline: chart.outline }),
    ...((chart.forecast_from ?? null) !== null && { forecastFrom: chart.forecast_from }),
  }
  return Object.keys(found).length > 0 ? found : null
}

/** The marks that are made of counts: they want fine bins, the others those that can be read. */
const FINE: ReadonlySet<ChartMark> = new Set(['density', 'violin', 'ecdf', 'qq'])

/** Another mark; bins that nobody gave edges follow what it wants. */
export function setMark(draft: Draft, mark: ChartMark, drawn: Mark | null): Draft {
  const fine = FINE.has(mark)
  if (fine === FINE.has(drawn ?? 'auto')) return { ...draft, mark, stack: null }
  const dimensions = draft.dimensions.map((one) =>
    one.bins && !one.bins.width && !one.bins.edges?.length
      ? { ...one, bins: binsOf({ count: fine ? 100 : 20 }) }
      : one,
  )
  return { ...draft, mark, stack: null, dimensions }
}

/** A saved question, opened again. */
export function draftOf(question: Loose, chart: Partial<ChartSpec> | null, formats: unknown = null): Draft {
  return {
    asOf: question.as_of ?? null,
    base: question.base_id ?? null,
    joins: (question.joins as readonly Join[] | undefined) ?? [],
    union: (question.union as readonly Question[] | undefined) ?? [],
    sample: question.sample ?? null,
    formulas: question.formulas ?? [],
    parameters: question.parameters ?? [],
    calendar: question.calendar ?? plainCalendar,
    filter: (question.filter as Group | null | undefined) ?? groupOf(),
    dimensions: question.dimensions ?? [],
    measures: (question.measures as readonly Measure[] | undefined) ?? [],
    having: (question.having as Group | null | undefined) ?? groupOf(),
    pivot: question.pivot ?? null,
    columns: question.columns ?? [],
    sort: question.sort ?? [],
    limit: question.limit ?? null,
    mark: chart?.mark ?? 'table',
    chart: optionsOf(chart),
    stack: (chart?.stack as Draft['stack']) ?? null,
    formats: (formats as TableFormat | null | undefined) ?? null,
  }
}
