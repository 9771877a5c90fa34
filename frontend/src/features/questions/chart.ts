// From an answer and the wished mark to a chart spec.

import { type Answer as ChartAnswer, type ChartSpec as Suggested, suggest } from '@tablewright/charts'
import type { Answer, ChartSpec, Mark } from '@/api/types'
import type { Draft } from './model'

export const suggestions = (answer: Answer): Suggested[] => suggest(answer as unknown as ChartAnswer)

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

/** The chart for a draft's answer, or null where a table is the right picture. */
export function specFor(draft: Pick<Draft, 'mark' | 'stack'>, answer: Answer): ChartSpec | null {
  if (draft.mark === 'table') return null
  const offered = suggestions(answer)
  const [best] = offered
  if (!best) return null
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
  return spec
}
