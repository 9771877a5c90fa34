// A draft in the address: only what differs from an empty one, and nothing that the dataset does not have.

import { marks, type TableFormat } from '@tablewright/charts'
import type {
  Column,
  Condition,
  Dimension,
  Formula,
  Group,
  Join,
  Measure,
  Parameter,
  Sort,
} from '@/api/types'
import { isAggregate, isComparison } from './kinds'
import {
  type ChartMark,
  type Draft,
  emptyDraft,
  groupOf,
  groups,
  MOST_DIMENSIONS,
  MOST_FORMULAS,
  MOST_JOINS,
  MOST_MEASURES,
  MOST_SORTS,
  plainCalendar,
  plainPivot,
  setLimit,
} from './model'

const defaults = emptyDraft as unknown as Record<string, unknown>

/** Only what differs from an empty draft: that keeps addresses short. */
export function compact(draft: Draft): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(draft).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key])),
  )
}

type Loose = Record<string, unknown>

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isMark = (value: unknown): value is ChartMark =>
  typeof value === 'string' && (value === 'auto' || value === 'table' || Object.hasOwn(marks, value))

const isFormats = (value: unknown): value is TableFormat =>
  isObject(value) && Array.isArray(value.rules) && value.rules.length <= 50 && value.rules.every(isRule)

const isRule = (rule: unknown): boolean =>
  isObject(rule) &&
  Array.isArray(rule.columns) &&
  (rule.kind === 'highlight' ||
    rule.kind === 'bar' ||
    (rule.kind === 'scale' && Array.isArray(rule.stops) && rule.stops.every(isObject)) ||
    (rule.kind === 'icons' && Array.isArray(rule.limits) && rule.limits.every(isObject)))

const REF = /^((j[1-8])?c[1-9]\d{0,4}|f[1-9]\d?)$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A draft from an address. What does not fit the dataset is left out; what is no draft at all gives null. Columns of
 * joins and formulas are not known yet when an address is read: the API says what is wrong with them.
 */
export function expand(value: unknown, columns: readonly Column[]): Draft | null {
  if (!isObject(value)) return null
  const known = new Set(columns.map((column) => column.id))
  const list = (key: string): Loose[] =>
    Array.isArray(value[key]) ? (value[key] as unknown[]).filter(isObject) : []
  const base = typeof value.base === 'string' && UUID.test(value.base) ? value.base : null
  const fits = (id: unknown): boolean => {
    const ref = String(id)
    return REF.test(ref) && (base !== null || !ref.startsWith('c') || known.has(ref))
  }
  const onKnown = (one: Loose) => fits(one.column)
  const filterFits = (one: Loose, test: (id: unknown) => boolean, depth = 0): boolean =>
    one.kind === 'group'
      ? depth < 16 &&
        Array.isArray(one.items) &&
        one.items.every((item) => isObject(item) && filterFits(item, test, depth + 1))
      : isComparison(one.op) && Array.isArray(one.values) && test(one.column)
  const group = (key: string, test: (id: unknown) => boolean): Group => {
    const given = value[key]
    if (!isObject(given) || !Array.isArray(given.items)) return groupOf()
    const kept = given.items.filter((item): item is Loose => isObject(item) && filterFits(item, test))
    return groupOf(kept as unknown as Condition[], given.op === 'or' ? 'or' : 'and')
  }
  // Addresses of the first version kept a flat list of conditions.
  const old = list('filters').filter((one) => filterFits(one, fits))
  const draft: Draft = {
    asOf: typeof value.asOf === 'string' && !Number.isNaN(Date.parse(value.asOf)) ? value.asOf : null,
    base,
    joins: list('joins')
      .filter((one) => UUID.test(String(one.dataset_id)) && Array.isArray(one.on))
      .slice(0, MOST_JOINS) as unknown as Join[],
    union: list('union')
      .filter((one) => UUID.test(String(one.dataset_id)))
      .slice(0, 16) as unknown as Draft['union'],
    sample: isObject(value.sample) ? (value.sample as unknown as Draft['sample']) : null,
    formulas: list('formulas')
      .filter((one) => /^f[1-9]\d?$/.test(String(one.id)) && typeof one.text === 'string')
      .slice(0, MOST_FORMULAS) as unknown as Formula[],
    parameters: list('parameters')
      .filter((one) => typeof one.name === 'string')
      .slice(0, 64) as unknown as Parameter[],
    calendar: isObject(value.calendar)
      ? { ...plainCalendar, ...(value.calendar as Partial<Draft['calendar']>) }
      : plainCalendar,
    filter:
      old.length > 0
        ? groupOf(old as unknown as Condition[], value.join === 'or' ? 'or' : 'and')
        : group('filter', fits),
    dimensions: list('dimensions').filter(onKnown).slice(0, MOST_DIMENSIONS) as unknown as Dimension[],
    measures: list('measures')
      .filter((one) => isAggregate(one.fn))
      .filter(
        (one) =>
          one.fn === 'count_rows' || (one.fn === 'metric' ? UUID.test(String(one.metric)) : onKnown(one)),
      )
      .slice(0, MOST_MEASURES) as unknown as Measure[],
    having: group('having', (id) => /^[dm]\d{1,2}$/.test(String(id))),
    pivot: isObject(value.pivot) ? { ...plainPivot, ...(value.pivot as Partial<typeof plainPivot>) } : null,
    columns: Array.isArray(value.columns) ? value.columns.filter(fits).map(String) : [],
    sort: list('sort')
      .filter((one) => /^[dm]\d{1,2}$/.test(String(one.by)) || fits(one.by))
      .slice(0, MOST_SORTS) as unknown as Sort[],
    limit: null,
    mark: isMark(value.mark) ? value.mark : 'auto',
    chart: isObject(value.chart) ? (value.chart as Draft['chart']) : null,
    formats: isFormats(value.formats) ? value.formats : null,
    stack: value.stack === 'none' || value.stack === 'zero' || value.stack === 'percent' ? value.stack : null,
  }
  const isThere = (key: string): boolean => {
    const place = Number(key.slice(1))
    if (key.startsWith('d')) return place < draft.dimensions.length
    if (key.startsWith('m')) return place < draft.measures.length
    return !groups(draft)
  }
  const limited = typeof value.limit === 'number' ? setLimit(draft, value.limit) : draft
  return {
    ...limited,
    sort: draft.sort.filter((one) => (groups(draft) ? /^[dm]/.test(one.by) : true) && isThere(one.by)),
    pivot:
      draft.pivot && draft.dimensions.length > 0
        ? { ...draft.pivot, columns: draft.pivot.columns.filter((key) => /^d\d$/.test(key) && isThere(key)) }
        : null,
  }
}
