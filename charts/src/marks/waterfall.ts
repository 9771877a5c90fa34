import { barLabels, cartesian } from '../cartesian'
import { type Element, type Frame, SMALL } from '../frame'
import type { Plan } from '../plan'
import { widthOf } from '../text'
import type { Api, Shape } from './custom'

/** Each step begins where the one before it ended; the last bar is the total. What goes down has the other colour. */
export function waterfall(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const { theme } = frame
  const one = plan.series[0]
  const spans = plan.spans ?? []
  const labels = barLabels(plan, frame.context.locale)
  const last = spans.length - 1
  const colorOf = (slot: number): string => {
    if (slot === last) return theme.other
    return ((one?.values[slot] ?? 0) < 0 ? theme.series[1] : theme.series[0]) as string
  }
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: one
      ? [
          {
            type: 'custom',
            name: one.name,
            silent: !frame.live,
            encode: { x: 0, y: [1, 2] },
            data: spans.map(([from, to], slot) => [slot, from, to]),
            renderItem: (_: unknown, api: Api): Shape => {
              const slot = api.value(0)
              const [x, start] = api.coord([slot, api.value(1)])
              const [, end] = api.coord([slot, api.value(2)])
              const [band] = api.size([1, 0])
              const width = Math.min(64, band * 0.66)
              const down = (one.values[slot] ?? 0) < 0
              const children: Shape[] = [
                {
                  type: 'rect',
                  shape: {
                    x: x - width / 2,
                    y: Math.min(start, end),
                    width,
                    height: Math.max(1, Math.abs(end - start)),
                  },
                  style: { fill: colorOf(slot) },
                },
              ]
              if (slot < last) {
                children.push({
                  type: 'line',
                  shape: { x1: x + width / 2, y1: end, x2: x + band - width / 2, y2: end },
                  style: { stroke: theme.axis, lineWidth: 1 },
                })
              }
              const text = labels[slot] ?? ''
              if (text && widthOf(text, SMALL) <= band - 2) {
                const above = Math.min(start, end) - 4
                const below = Math.max(start, end) + 4
                children.push({
                  type: 'text',
                  style: {
                    text,
                    x,
                    y: down ? below : above,
                    textAlign: 'center',
                    textVerticalAlign: down ? 'top' : 'bottom',
                    fontSize: SMALL,
                    fontFamily: frame.font,
                    fill: theme.ink,
                  },
                })
              }
              return { type: 'group', children }
            },
            emphasis: frame.live ? {} : { disabled: true },
          },
        ]
      : [],
  }
}
