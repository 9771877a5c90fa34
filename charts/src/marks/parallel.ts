import { gridOf } from '../cartesian'
import { numberFormat } from '../format'
import { type Element, type Frame, SMALL, textAt } from '../frame'
import type { Plan } from '../plan'
import { nice, ticksOf } from '../scale'
import { shorten, widthOf } from '../text'
import type { Api, Shape } from './custom'

/** So few lines have a colour and their name each. */
const NAMED = 7

/** A line for each row over upright axes, each with a scale of its own. */
export function parallel(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const few = plan.slots.length <= NAMED
  const names = plan.slots.map((slot) => shorten(slot.label, 120, SMALL))
  const room = few ? Math.max(0, ...names.map((name) => widthOf(name, SMALL))) + 12 : 24
  const axes = plan.series.map((one) => {
    const present = one.values.filter((value): value is number => value !== null)
    const low = present.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    const high = present.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const from = low >= 0 && low < high / 2 ? 0 : low
    const scale = nice(from, high, 4, one.column.type === 'integer')
    const largest = Math.max(Math.abs(scale.min), Math.abs(scale.max))
    return { one, scale, write: numberFormat(one.format, context.locale, 'axis', largest) }
  })
  const widths = axes.map(({ scale, write }) =>
    Math.max(...ticksOf(scale).map((tick) => widthOf(write(tick), SMALL))),
  )
  const left = box.left + Math.ceil(widths[0] ?? 0) + 12
  const right = box.right - room
  const top = box.top + 26
  const bottom = box.bottom - 8
  const step = (right - left) / Math.max(1, axes.length - 1)
  const xOf = (axis: number): number => left + axis * step
  const yOf = (axis: number, value: number): number => {
    const { min, max } = (axes[axis] as (typeof axes)[number]).scale
    return bottom - ((value - min) / (max - min)) * (bottom - top)
  }
  for (const [index, { one, scale, write }] of axes.entries()) {
    const at = xOf(index)
    const last = index === axes.length - 1
    const align = index === 0 ? 'left' : last ? 'right' : 'center'
    const x = index === 0 ? box.left : last ? box.right : at
    frame.elements.push(
      textAt(frame, shorten(one.name, Math.max(40, step - 10), SMALL), x, box.top, {
        size: SMALL,
        color: theme.ink,
        align,
      }),
    )
    frame.elements.push({
      type: 'line',
      silent: true,
      z: 1,
      shape: { x1: at, y1: top, x2: at, y2: bottom },
      style: { stroke: theme.axis, lineWidth: 1 },
    })
    for (const tick of ticksOf(scale)) {
      const look = { size: SMALL, color: theme.muted, align: 'right', middle: true, halo: true } as const
      frame.elements.push({ ...textAt(frame, write(tick), at - 6, yOf(index, tick), look), z: 6 })
    }
  }
  if (few) {
    const last = axes.length - 1
    const ends = plan.slots
      .flatMap((_, slot) => {
        const value = axes[last]?.one.values[slot] ?? null
        return value === null ? [] : [{ slot, y: yOf(last, value) }]
      })
      .sort((a, b) => a.y - b.y)
    let lowest = Number.NEGATIVE_INFINITY
    for (const end of ends) {
      lowest = Math.max(end.y, lowest + 14)
      frame.elements.push(
        textAt(frame, names[end.slot] ?? '', right + 10, lowest, {
          size: SMALL,
          color: theme.ink,
          middle: true,
        }),
      )
    }
  }
  return {
    grid: gridOf({ left, top, right, bottom }, context.width, context.height),
    // Positions are ours; axes are there only because the series wants some.
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    series: [
      {
        type: 'custom',
        name: plan.subject,
        silent: !frame.live,
        encode: { x: -1, y: -1 },
        data: plan.slots.map((_, slot) => [slot]),
        renderItem: (_: unknown, api: Api): Shape | null => {
          const slot = api.value(0)
          const points = axes.flatMap(({ one }, axis) => {
            const value = one.values[slot] ?? null
            return value === null ? [] : [[xOf(axis), yOf(axis, value)] as [number, number]]
          })
          if (points.length === 0) return null
          const color = few ? (theme.series[slot] ?? theme.other) : (theme.series[0] as string)
          const way: Shape = {
            type: 'polyline',
            shape: { points },
            style: {
              stroke: color,
              lineWidth: few ? 2.25 : 1.25,
              fill: 'none',
              opacity: few ? 1 : 0.55,
              lineJoin: 'round',
            },
          }
          const dots = points.map(
            ([cx, cy]): Shape => ({ type: 'circle', shape: { cx, cy, r: 3 }, style: { fill: color } }),
          )
          return { type: 'group', children: few ? [way, ...dots] : [way] }
        },
        emphasis: frame.live ? {} : { disabled: true },
      },
    ],
  }
}
