import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import { type Plan, shares } from '../plan'

interface Api {
  value(dimension: number): number
  coord(point: [number, number]): [number, number]
}

/** Rectangles between the true edges of the bins, on a number axis. */
export function histogram(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const parts =
    plan.stack === 'percent' ? shares(plan.series, plan.slots.length) : plan.series.map((one) => one.values)
  const below = plan.slots.map(() => 0)
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: plan.series.map((one, index) => ({
      type: 'custom',
      name: one.name,
      silent: !frame.live,
      clip: true,
      encode: { x: [0, 1], y: [2, 3] },
      itemStyle: { color: one.color },
      data: plan.slots.map((slot, bin) => {
        const from = below[bin] ?? 0
        const to = from + (parts[index]?.[bin] ?? 0)
        if (plan.series.length > 1) below[bin] = to
        return [slot.at, slot.to ?? slot.at, from, to]
      }),
      renderItem: (_: unknown, api: Api) => {
        const [left, top] = api.coord([api.value(0), api.value(3)])
        const [right, bottom] = api.coord([api.value(1), api.value(2)])
        const gap = right - left > 6 ? 0.75 : 0
        return {
          type: 'rect',
          shape: {
            x: left + gap,
            y: Math.min(top, bottom),
            width: Math.max(0.5, right - left - 2 * gap),
            height: Math.abs(bottom - top),
          },
          style: { fill: one.color },
        }
      },
      emphasis: frame.live ? {} : { disabled: true },
    })),
  }
}
