import { cartesian, onX, onY } from '../cartesian'
import type { Element, Frame } from '../frame'
import { MANY_POINTS, thinning } from '../limits'
import type { Plan, Series } from '../plan'
import { dataOf, pairsOf } from './scatter'

interface Point {
  value: [number, number | null] | number | null
  symbol?: string
}

/** Whether points have symbols of their own; of many without a gap none stands alone, and plain values cost a tenth. */
export const hasSymbols = (plan: Plan, values: readonly (number | null)[]): boolean =>
  values.length <= MANY_POINTS || plan.gaps.size > 0 || values.includes(null)

/** The points of one line. Missing periods become holes; a point alone between holes gets a dot, or nobody sees it. */
export function pointsOf(
  plan: Plan,
  series: Series,
  values: readonly (number | null)[],
  dots: boolean,
): (Point | Point['value'])[] | Float64Array {
  if (!hasSymbols(plan, values)) {
    return plan.axis === 'category' ? values.map((value) => onY(plan, value)) : pairsOf(plan, values)
  }
  const points: Point[] = []
  const alone = (index: number): boolean => {
    const before = index > 0 && !plan.gaps.has(index - 1) ? (values[index - 1] ?? null) : null
    const after = plan.gaps.has(index) ? null : (values[index + 1] ?? null)
    return before === null && after === null
  }
  for (const [index, value] of values.entries()) {
    const at = plan.slots[index]?.at ?? 0
    const symbol = value !== null && (dots || alone(index)) ? series.symbol : 'none'
    const drawn = onY(plan, value)
    points.push({ value: plan.axis === 'category' ? drawn : [onX(plan, at), drawn], symbol })
    if (plan.gaps.has(index)) points.push({ value: [at + 1, null], symbol: 'none' })
  }
  return points
}

/** Lines over time, numbers or ordered categories. */
export function line(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const dots = plan.slots.length <= 12
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: plan.series.map((one) => ({
      type: 'line',
      name: one.name,
      silent: !frame.live,
      ...dataOf(pointsOf(plan, one, one.values, dots)),
      connectNulls: false,
      showSymbol: hasSymbols(plan, one.values),
      showAllSymbol: true,
      symbolSize: dots ? 6 : 5,
      ...thinning(one.values),
      lineStyle: {
        color: one.color,
        // A forecast is drawn by the overlay, in two strokes.
        opacity: plan.forecast === null ? 1 : 0,
        width: one.rest ? 1.25 : 2.25,
        type: one.dash,
        cap: 'round',
        join: 'round',
      },
      itemStyle: { color: one.color },
      z: one.rest ? 2 : 3,
      emphasis: frame.live ? { focus: plan.series.length > 1 ? 'series' : 'none' } : { disabled: true },
    })),
  }
}
