// Conditional formats over rows that are shown in parts: what cells are compared by is asked of all rows.

import type { Extents, FormatRule, Highlight, Stop, TableFormat } from '@tablewright/charts'
import type { Answer, Column, Measure, Question, Scalar } from '@/api/types'
import { isNumeric } from '@/lib/format'

/** Rows are one group of cells. */
const GROUP = JSON.stringify([0])

const stopsOf = (rule: FormatRule): readonly Stop[] => {
  if (rule.kind === 'scale') return rule.stops
  if (rule.kind === 'icons') return rule.limits
  if (rule.kind === 'bar') return [rule.min ?? { kind: 'min' }, rule.max ?? { kind: 'max' }]
  return []
}

const isRanked = (rule: Highlight): boolean => rule.test === 'top' || rule.test === 'bottom'

function measureOf(stop: Stop, column: string): Measure | null {
  if (stop.kind === 'number') return null
  if (stop.kind === 'percentile')
    return { fn: 'quantile', column, q: Math.min(100, Math.max(0, stop.value ?? 50)) / 100 }
  return { fn: stop.kind, column }
}

const relativeOf = (rule: Highlight, column: string): Measure | null =>
  rule.relative && !isRanked(rule)
    ? {
        fn: ({ share: 'sum', mean: 'mean', median: 'median', largest: 'max' } as const)[rule.relative],
        column,
      }
    : null

interface Needed {
  name: string
  rule: FormatRule
  column: string
}

/** Every painted column of every format, with the column that decides. Only numbers are compared with all rows. */
function needed(format: TableFormat, columns: readonly Column[]): Needed[] {
  const known = new Map(columns.map((column) => [column.id, column]))
  return format.rules.flatMap((rule, at) =>
    (rule.columns.includes('*') ? [...known.keys()] : rule.columns).flatMap((key) => {
      const decides = known.get(rule.by ?? key)
      return known.has(key) && decides && isNumeric(decides.type)
        ? [{ name: `${at}/${key}/${GROUP}`, rule, column: decides.id }]
        : []
    }),
  )
}

export interface RowFormats {
  /** Asked once for all figures, and once for each ranking; no question when nothing is compared. */
  figures: Question | null
  rankings: readonly Question[]
  extents: (figures: Answer | undefined, rankings: readonly (Answer | undefined)[]) => Extents | null
}

/** What must be asked before rows can be formatted, and what is made of the answers. */
export function rowFormats(format: TableFormat, columns: readonly Column[], question: Question): RowFormats {
  const all = needed(format, columns)
  const measures = new Map<string, { key: string; measure: Measure }>()
  const keyOf = (measure: Measure): string => {
    const text = JSON.stringify(measure)
    const found = measures.get(text) ?? { key: `m${measures.size}`, measure }
    measures.set(text, found)
    return found.key
  }
  const rankings: Question[] = []
  type Figure = { key: string } | { number: number } | { ranking: number } | null
  const figureOf = (stop: Stop, column: string): Figure => {
    const measure = measureOf(stop, column)
    return measure ? { key: keyOf(measure) } : { number: stop.value ?? Number.NaN }
  }
  const plans = all.map(({ name, rule, column }) => {
    const stops = stopsOf(rule).map((stop) => figureOf(stop, column))
    let bound: Figure = null
    if (rule.kind === 'highlight' && isRanked(rule)) {
      const count = Math.max(1, Math.floor(Number(rule.values?.[0] ?? 10)) || 1)
      bound = { ranking: rankings.length }
      rankings.push({
        ...question,
        columns: [column],
        sort: [{ by: column, direction: rule.test === 'top' ? 'desc' : 'asc' }],
        offset: 0,
        limit: Math.min(count, 100_000),
      })
    } else if (rule.kind === 'highlight') {
      const measure = relativeOf(rule, column)
      bound = measure && { key: keyOf(measure) }
    }
    return { name, column, stops, bound }
  })
  const asked = [...measures.values()]
  return {
    figures:
      asked.length > 0
        ? {
            ...question,
            columns: [],
            dimensions: [],
            measures: asked.slice(0, 32).map((one) => one.measure),
            sort: [],
            limit: null,
            offset: 0,
          }
        : null,
    rankings,
    extents: (figures, ranked) => {
      if ((asked.length > 0 && !figures) || ranked.some((one) => !one)) return null
      const figureIn = (figure: Figure, column: string): number | null => {
        if (figure === null) return null
        if ('number' in figure) return figure.number
        if ('key' in figure) return numberOf(figures?.data[figure.key]?.[0])
        const values = (ranked[figure.ranking]?.data[column] ?? []).filter((value) => value !== null)
        return values.length > 0 ? numberOf(values.at(-1)) : null
      }
      return Object.fromEntries(
        plans.map(({ name, column, stops, bound }) => [
          name,
          {
            stops: stops.map((stop) => figureIn(stop, column) ?? Number.NaN),
            bound: figureIn(bound, column),
          },
        ]),
      )
    },
  }
}

const numberOf = (value: Scalar | undefined): number | null =>
  value === null || value === undefined || Number.isNaN(Number(value)) ? null : Number(value)
