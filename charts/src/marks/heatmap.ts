import { along, gridOf } from '../cartesian'
import { numberFormat } from '../format'
import { type Element, type Frame, SMALL, textAt } from '../frame'
import type { Plan } from '../plan'
import { drawSteps, inkOn, stepsOf } from '../steps'
import { shorten, widthOf } from '../text'
import type { Api, Shape } from './custom'

/** Cells of a colour each, columns along and series down; a cell with room carries its value. */
export function heatmap(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const steps = stepsOf(plan, frame)
  const several = plan.series.length > 1
  drawSteps(plan, frame, steps)
  const names = plan.series.map((one) =>
    several ? shorten(one.name, Math.min(200, (box.right - box.left) * 0.3), SMALL) : '',
  )
  const left = Math.ceil(
    box.left + Math.max(0, ...names.map((name) => widthOf(name, SMALL))) + (several ? 8 : 0),
  )
  const axis = along(plan, frame, left, box.right)
  const bottom = box.bottom - 23 - axis.lines * 15 - axis.extra
  const area = { left, top: box.top, right: box.right, bottom }
  frame.elements.push(
    textAt(
      frame,
      shorten(plan.xTitle, box.right - left, SMALL),
      (left + box.right) / 2,
      box.bottom - SMALL - 2,
      {
        size: SMALL,
        color: theme.muted,
        align: 'center',
      },
    ),
  )
  const high = (bottom - box.top) / Math.max(1, plan.series.length)
  const every = Math.ceil(14 / high)
  return {
    grid: gridOf(area, context.width, context.height),
    xAxis: { ...axis.option, axisLine: { show: false } },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names.map((_, index) => String(index)),
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        show: several,
        color: theme.ink,
        fontSize: SMALL,
        fontFamily: frame.font,
        margin: 8,
        interval: every > 1 ? every - 1 : 0,
        formatter: (_: string, index: number) => names[index] ?? '',
      },
    },
    series: plan.series.map((one, row) => {
      const largest = one.values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0)
      const write = numberFormat(one.format, context.locale, 'label', largest)
      return {
        type: 'custom',
        name: one.name,
        silent: !frame.live,
        encode: { x: 0, y: 1 },
        data: one.values.map((value, slot) => [slot, row, value]),
        renderItem: (_: unknown, api: Api): Shape | null => {
          const value = one.values[api.value(0)] ?? null
          const [x, y] = api.coord([api.value(0), api.value(1)])
          const [width, height] = api.size([1, 1])
          const gap = Math.min(width, height) > 8 ? 1 : 0.25
          const rect: Shape = {
            type: 'rect',
            shape: {
              x: x - width / 2 + gap,
              y: y - height / 2 + gap,
              width: width - 2 * gap,
              height: height - 2 * gap,
            },
            style:
              value === null
                ? { fill: 'none', stroke: theme.grid, lineWidth: 0.75 }
                : { fill: steps.colorOf(value), stroke: theme.grid, lineWidth: 0.5 },
          }
          const text = value === null ? '' : write(value)
          if (!text || widthOf(text, SMALL) > width - 6 || height < 15) return rect
          const label: Shape = {
            type: 'text',
            style: {
              text,
              x,
              y,
              textAlign: 'center',
              textVerticalAlign: 'middle',
              fontSize: SMALL,
              fontFamily: frame.font,
              fill: inkOn(steps.colorOf(value as number), frame),
            },
          }
          return { type: 'group', children: [rect, label] }
        },
        emphasis: frame.live ? {} : { disabled: true },
      }
    }),
  }
}
