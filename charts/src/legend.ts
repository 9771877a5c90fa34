// The legend as data: HTML buttons on screen, drawn plainly on paper.

import { panelsOf } from './panels'
import { isPoints, type Plan, type Series } from './plan'
import type { Answer, ChartSpec, Context } from './spec'
import { words } from './words'

export interface LegendItem {
  name: string
  color: string
  shape: 'square' | 'line' | 'circle' | 'rect' | 'triangle' | 'diamond'
  dash: 'solid' | 'dashed' | 'dotted'
  /** The names of the series it stands for: one, or all the grey ones. They go into `context.hidden`. */
  series: string[]
  hidden: boolean
  /** The series' name already stands beside its line. */
  direct: boolean
}

export const MOST_DIRECT = 4

export function labelsDirectly(plan: Plan, context: Context): boolean {
  if (!plan.showsLegend || plan.shared || context.width < 360) return false
  if (plan.series.length > MOST_DIRECT || plan.series.length < 2 || plan.slots.length < 2) return false
  return plan.mark === 'line' || plan.mark === 'area'
}

const drawnAsLine = (plan: Plan, one: Series): boolean =>
  plan.mark === 'line' ||
  plan.mark === 'density' ||
  plan.mark === 'ecdf' ||
  (plan.mark === 'combo' && one.as === 'line')

export function legendOf(plan: Plan, context: Context): LegendItem[] {
  if (!plan.showsLegend) return []
  const direct = labelsDirectly(plan, context)
  const items = plan.series
    .filter((one) => !one.rest)
    .map(
      (one): LegendItem => ({
        name: one.name,
        color: one.color,
        shape: drawnAsLine(plan, one)
          ? 'line'
          : isPoints(plan.mark)
            ? plan.sizes
              ? 'circle'
              : one.symbol
            : 'square',
        dash: drawnAsLine(plan, one) ? one.dash : 'solid',
        series: [one.name],
        hidden: false,
        direct,
      }),
    )
  const rest = plan.series.filter((one) => one.rest)
  if (rest.length > 0 && rest[0]) {
    items.push({
      name: words(context.locale).other(plan.writes.count(rest.length)),
      color: rest[0].color,
      shape: drawnAsLine(plan, rest[0]) ? 'line' : isPoints(plan.mark) ? 'circle' : 'square',
      dash: 'solid',
      series: rest.map((one) => one.name),
      hidden: false,
      direct,
    })
  }
  return items
}

/** Every entry of the legend, also of series that are switched off. Empty when there is one series only. */
export function legendItems(spec: ChartSpec, answer: Answer, context: Context): LegendItem[] {
  const hidden = new Set(context.hidden ?? [])
  const whole = hidden.size > 0 ? { ...context, hidden: [] } : context
  const full = panelsOf(spec, answer, whole).whole
  return legendOf(full, whole).map((item) => ({
    ...item,
    hidden: item.series.every((name) => hidden.has(name)),
  }))
}
