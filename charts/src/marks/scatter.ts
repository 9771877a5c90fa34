import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import { MANY_POINTS, type Plan } from '../plan'

/** One point for each row; from three thousand on in one stroke, without outlines. */
export function scatter(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const large = plan.slots.length > MANY_POINTS
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
      symbol: large ? 'circle' : one.symbol,
      symbolSize: large ? 3 : plan.slots.length > 600 || frame.context.width < 420 ? 5 : 8,
      itemStyle: {
        color: one.color,
        // Full colour keeps its contrast; only the one dark blue can afford to be thinner where points crowd.
        opacity: large && plan.series.length === 1 ? 0.75 : 1,
        ...(large ? {} : { borderColor: frame.theme.ground, borderWidth: 0.75 }),
      },
      data: pointsOf(plan, one.values),
      emphasis: frame.live ? { focus: plan.series.length > 1 ? 'series' : 'none' } : { disabled: true },
    })),
  }
}

/** The points of a series, and with them the slots that they came from. */
export function pointsOf(plan: Plan, values: readonly (number | null)[]): [number, number, number][] {
  const points: [number, number, number][] = []
  for (const [index, value] of values.entries()) {
    if (value !== null) points.push([plan.slots[index]?.at ?? 0, value, index])
  }
  return points
}
