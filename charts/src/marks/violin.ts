import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import type { Plan } from '../plan'
import type { Api, Shape } from './custom'

/** The density of each group on both sides of its middle, and in it the quartiles as a bar and the median as a dot. */
export function violin(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const { theme } = frame
  const color = theme.series[0] as string
  const most = plan.outlines.reduce((top, one) => Math.max(top, ...(one?.density ?? [0])), 0)
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
        data: plan.slots.map((_, slot) => [slot, ...plan.series.map((one) => one.values[slot] ?? null)]),
        renderItem: (_: unknown, api: Api): Shape | null => {
          const slot = api.value(0)
          const outline = plan.outlines[slot]
          const five = plan.series.map((one) => one.values[slot] ?? null)
          if (five.some((value) => value === null)) return null
          const [low, first, middle, third] = five as [number, number, number, number]
          const [x] = api.coord([slot, low])
          const y = (value: number): number => api.coord([slot, value])[1]
          const half = Math.min(70, api.size([1, 0])[0] * 0.42)
          const side = (direction: 1 | -1): number[][] =>
            (outline?.at ?? []).map((at, index) => [
              x + (most > 0 ? (direction * half * (outline?.density[index] ?? 0)) / most : 0),
              y(at),
            ])
          const shape: Shape = {
            type: 'polygon',
            shape: { points: [...side(1), ...side(-1).reverse()] },
            style: { fill: theme.steps[1] as string, stroke: color, lineWidth: 1.25 },
          }
          return {
            type: 'group',
            children: [
              ...(outline ? [shape] : []),
              {
                type: 'rect',
                shape: { x: x - 4, y: y(third), width: 8, height: Math.max(1, y(first) - y(third)), r: 1 },
                style: { fill: color },
              },
              {
                type: 'circle',
                shape: { cx: x, cy: y(middle), r: 3.5 },
                style: { fill: theme.ground, stroke: color, lineWidth: 1.5 },
              },
            ],
          }
        },
        emphasis: frame.live ? {} : { disabled: true },
      },
    ],
  }
}
