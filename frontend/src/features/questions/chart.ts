// From an answer and the wished mark to a chart spec.

import { type Answer as ChartAnswer, marks, type ChartSpec as Suggested, suggest } from '@tablewright/charts'
import type { Answer, ChartSpec, Column, Mark, Measure } from '@/api/types'
import { isNumeric } from '@/lib/format'
import type { ChartOptions, Draft } from './model'
import { isNamedAsKey } from './suggest'

export const suggestions = (answer: Answer): Suggested[] => suggest(answer as unknown as ChartAnswer)

/** Numbers of which a matrix of correlations would be made: not those that only tell things apart. */
const numbersOf = (columns: readonly Column[]): Column[] =>
  columns.filter((column) => isNumeric(column.type) && !isNamedAsKey(column.name)).slice(0, 8)

export const mayCorrelate = (columns: readonly Column[]): boolean => numbersOf(columns).length >= 3

/** The question for a matrix: how every two numbers go together, over all rows. */
export function withCorrelations(draft: Draft, columns: readonly Column[]): Draft {
  const numbers = numbersOf(columns)
  const measures = numbers.flatMap((one, index) =>
    numbers
      .slice(index + 1)
      .map((other): Measure => ({ fn: 'correlation', column: one.id, other: other.id })),
  )
  return { ...draft, dimensions: [], measures, pivot: null, sort: [], mark: 'auto', stack: null }
}

/** The marks that suit, the best first and each once. */
export function suitingMarks(answer: Answer): Mark[] {
  return [...new Set(suggestions(answer).map((spec) => spec.mark))]
}

const channel = (one: Suggested['x']) => ({
  field: one.field,
  title: null,
  format: { kind: 'auto' as const },
  ...(one.axis ? { axis: one.axis } : {}),
})

/** A spec as the API stores it, with everything said. */
function whole(spec: Suggested): ChartSpec {
  return {
    v: 1,
    mark: spec.mark,
    x: channel(spec.x),
    y: spec.y.map(channel),
    color: spec.color ? channel(spec.color) : null,
    ...(spec.size ? { size: channel(spec.size) } : {}),
    stack: spec.stack ?? 'none',
    horizontal: spec.horizontal ?? null,
    order: spec.order ?? 'auto',
    references: [],
    text: {},
    legend: 'auto',
  }
}

/** The spec with what is drawn besides the marks, as far as the answer has it. */
function withOptions(spec: ChartSpec, options: ChartOptions, answer: Answer): ChartSpec {
  const has = (field: string | null | undefined): boolean =>
    !field || answer.columns.some((column) => column.key === field)
  const { error, facet } = options
  const [first, ...rest] = spec.y
  const ranged = error && has(error.field) && has(error.high) && has(error.count) ? error : null
  const taken = [ranged?.field, ranged?.high, ranged?.count]
  const others = rest.filter((one) => !taken.includes(one.field))
  const next: ChartSpec = {
    ...spec,
    x: { ...spec.x, ...(options.xScale && { scale: options.xScale }) },
    y: first
      ? [
          { ...first, ...(options.yScale && { scale: options.yScale }), ...(ranged && { error: ranged }) },
          ...others,
        ]
      : [],
    references: options.references ?? [],
    ...(options.annotations?.length && { annotations: options.annotations }),
    ...(options.trend && { trend: options.trend }),
    ...(options.fit && spec.mark === 'histogram' && { fit: options.fit }),
    ...(options.outline && { outline: options.outline }),
    ...((options.forecastFrom ?? null) !== null && { forecast_from: options.forecastFrom }),
  }
  if (!facet || !has(facet) || !marks[spec.mark].onAxes) return next
  const panel = { field: facet, title: null, format: { kind: 'auto' as const } }
  // What makes the panels is neither along the axis nor the colour of one of them.
  if (next.x.field === facet && next.color) return { ...next, x: next.color, color: null, facet: panel }
  if (next.x.field === facet) return next
  return { ...next, facet: panel, color: next.color?.field === facet ? null : (next.color ?? null) }
}

/** Whether a chart shows groups on top of one another, because one of the dimensions has no place in it. */
const leavesOut = (
  { x, color, size, y }: Suggested,
  facet: string | null | undefined,
  answer: Answer,
): boolean =>
  answer.columns.some(
    (column) =>
      column.role === 'dimension' &&
      column.key !== facet &&
      ![x, color, size, ...y].some((channel) => channel?.field === column.key),
  )

/** The chart for a draft's answer, or null where a table is the right picture. */
export function specFor(
  draft: Pick<Draft, 'mark' | 'stack'> & Partial<Pick<Draft, 'chart' | 'sample'>>,
  answer: Answer,
): ChartSpec | null {
  if (draft.mark === 'table') return null
  const offered = suggestions(answer)
  const [best] = offered
  if (!best || (draft.mark === 'auto' && leavesOut(best, draft.chart?.facet, answer))) return null
  const same = offered.find(
    (spec) => spec.mark === draft.mark && (!draft.stack || (spec.stack ?? 'none') === draft.stack),
  )
  const base =
    draft.mark === 'auto'
      ? best
      : (same ?? offered.find((spec) => spec.mark === draft.mark) ?? { ...best, mark: draft.mark })
  const spec = whole(base)
  if (draft.stack && (spec.mark === 'bar' || spec.mark === 'area')) spec.stack = draft.stack
  else if (spec.mark !== 'bar' && spec.mark !== 'area') spec.stack = 'none'
  // A sample is said to be one, wherever the chart goes.
  if (draft.sample) spec.text = { subtitle: sampleWords(draft.sample) }
  return draft.chart ? withOptions(spec, draft.chart, answer) : spec
}

const sampleWords = ({ rows, share }: NonNullable<Draft['sample']>): string =>
  rows
    ? `Of a sample of ${rows.toLocaleString('en')} rows`
    : `Of a sample of ${(share ?? 0) * 100} % of the rows`
