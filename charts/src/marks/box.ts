import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import type { Plan } from '../plan'
import type { Api, Shape } from './custom'

/** Boxes from the first to the third quartile with the median, whiskers to the lowest and the highest value. */
export function box(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const { theme } = frame
  const color = theme.series[0] as string
  const row = (slot: number): number[] | null => {
    const values = plan.series.map((one) => one.values[slot] ?? null)
    return values.every((value) => value !== null) ? (values as number[]) : null
  }
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: [
      {
        type: 'custom',
        name: plan.yTitle,
        silent: !frame.live,
        encode: { x: 0, y: [1, 2, 3, 4, 5] },
        data: plan.slots.map((_, slot) => [slot, ...(row(slot) ?? [])]),
        renderItem: (_: unknown, api: Api): Shape | null => {
          const slot = api.value(0)
          const values = row(slot)
          if (!values) return null
          const [x] = api.coord([slot, values[0] ?? 0])
          const [low, first, middle, third, high] = values.map((value) => api.coord([slot, value])[1]) as [
            number,
            number,
            number,
            number,
            number,
          ]
          const width = Math.min(54, api.size([1, 0])[0] * 0.56)
          const line = (x1: number, y1: number, x2: number, y2: number, thick = 1.25): Shape => ({
            type: 'line',
            shape: { x1, y1, x2, y2 },
            style: { stroke: color, lineWidth: thick },
          })
          return {
            type: 'group',
            children: [
              line(x, low, x, first),
              line(x, third, x, high),
              line(x - width / 4, low, x + width / 4, low),
              line(x - width / 4, high, x + width / 4, high),
              {
                type: 'rect',
                shape: { x: x - width / 2, y: third, width, height: Math.max(1, first - third) },
                style: { fill: theme.steps[1] as string, stroke: color, lineWidth: 1.25 },
              },
              line(x - width / 2, middle, x + width / 2, middle, 2.5),
            ],
          }
        },
        emphasis: frame.live ? {} : { disabled: true },
      },
    ],
  }
}
