import { cartesian, onX, onY } from '../cartesian'
import type { Element, Frame } from '../frame'
import { MANY_POINTS } from '../limits'
import type { Plan } from '../plan'

/** One point for each row; from three thousand on in one stroke, without outlines. */
export function scatter(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const large = plan.slots.length > MANY_POINTS && !plan.sizes
  const bubble = bubbles(plan)
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: plan.series.map((one) => ({
      type: 'scatter',
      name: one.name,
      silent: !frame.live,
      large,
      largeThreshold: MANY_POINTS,
      progressive: 0,
      symbol: large || bubble ? 'circle' : one.symbol,
      symbolSize: bubble
        ? (point: number[]) => bubble(point[2] ?? 0)
        : large
          ? 3
          : plan.slots.length > 600 || frame.context.width < 420
            ? 5
            : 8,
      itemStyle: {
        color: one.color,
        // Full colour keeps its contrast; only the one dark blue can afford to be thinner where points crowd.
        opacity: bubble ? 0.72 : large && plan.series.length === 1 ? 0.75 : 1,
        ...(large ? {} : { borderColor: frame.theme.ground, borderWidth: 0.75 }),
      },
      ...dataOf(large ? pairsOf(plan, one.values) : pointsOf(plan, one.values)),
      emphasis: frame.live ? { focus: plan.series.length > 1 ? 'series' : 'none' } : { disabled: true },
    })),
  }
}

/** The diameter of a bubble: its area is the value's share of the largest. */
function bubbles(plan: Plan): ((slot: number) => number) | null {
  if (!plan.sizes) return null
  const { values } = plan.sizes
  const most = values.reduce<number>((large, value) => Math.max(large, value ?? 0), 0)
  return (slot) => Math.max(4, 46 * Math.sqrt(Math.max(0, values[slot] ?? 0) / (most || 1)))
}

/** Data for ECharts, which wants the names of what stands side by side. */
export const dataOf = (data: readonly unknown[] | Float64Array): Element =>
  data instanceof Float64Array ? { data, dimensions: ['x', 'y'] } : { data }

/** Places and values side by side: of a hundred thousand, lists of their own would cost more than the drawing. */
export function pairsOf(plan: Plan, values: readonly (number | null)[]): Float64Array {
  const pairs = new Float64Array(2 * values.length)
  let end = 0
  for (let slot = 0; slot < values.length; slot += 1) {
    const value = values[slot] ?? null
    if (value === null) continue
    pairs[end] = onX(plan, plan.slots[slot]?.at ?? 0)
    pairs[end + 1] = onY(plan, value) as number
    end += 2
  }
  return pairs.subarray(0, end)
}

/** The points of a series, and with them the slots that they came from. */
export function pointsOf(plan: Plan, values: readonly (number | null)[]): [number, number, number][] {
  const points: [number, number, number][] = []
  for (const [index, value] of values.entries()) {
    if (value !== null)
      points.push([onX(plan, plan.slots[index]?.at ?? 0), onY(plan, value) as number, index])
  }
  return points
}
