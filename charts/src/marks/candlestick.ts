import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import type { Plan } from '../plan'
import type { Api, Shape } from './custom'

/** First, highest, lowest and last of each period. What rose is hollow, what fell is filled: not told by colour alone. */
export function candlestick(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const { theme } = frame
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: [
      {
        type: 'custom',
        name: plan.yTitle,
        silent: !frame.live,
        encode: { x: 0, y: [1, 2, 3, 4] },
        data: plan.slots.map((_, slot) => [slot, ...plan.series.map((one) => one.values[slot] ?? null)]),
        renderItem: (_: unknown, api: Api): Shape | null => {
          const slot = api.value(0)
          const values = plan.series.map((one) => one.values[slot] ?? null)
          if (values.some((value) => value === null)) return null
          const [first, high, low, last] = values as [number, number, number, number]
          const rose = last >= first
          const color = (rose ? theme.series[0] : theme.series[1]) as string
          const y = (value: number): number => api.coord([slot, value])[1]
          const [x] = api.coord([slot, low])
          const width = Math.max(1, Math.min(18, api.size([1, 0])[0] * 0.62))
          const [top, bottom] = [y(Math.max(first, last)), y(Math.min(first, last))]
          const wick = (y1: number, y2: number): Shape => ({
            type: 'line',
            shape: { x1: x, y1, x2: x, y2 },
            style: { stroke: color, lineWidth: 1.25 },
          })
          return {
            type: 'group',
            children: [
              wick(y(high), top),
              wick(bottom, y(low)),
              {
                type: 'rect',
                shape: { x: x - width / 2, y: top, width, height: Math.max(1, bottom - top) },
                style: { fill: rose ? theme.ground : color, stroke: color, lineWidth: 1.25 },
              },
            ],
          }
        },
        emphasis: frame.live ? {} : { disabled: true },
      },
    ],
  }
}
