import { numberFormat } from '../format'
import { type Element, type Frame, SMALL, textAt } from '../frame'
import type { Plan } from '../plan'
import { shorten } from '../text'
import { words } from '../words'

/** Half a ring from 0 to the goal, or to the value where that is beyond; a tick stands at the goal. */
export function gauge(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const one = plan.series[0]
  const say = words(context.locale)
  const value = one?.values.findLast((each) => each !== null) ?? null
  const goal = plan.references[0]?.value ?? 0
  if (!one || value === null || goal <= 0) return {}
  const most = Math.max(goal, value)
  const width = box.right - box.left
  const height = box.bottom - box.top
  const radius = Math.max(30, Math.min(width / 2 - 8, height - 44))
  const thick = Math.max(10, radius * 0.2)
  const cx = box.left + width / 2
  const cy = box.top + (height - radius - 30) / 2 + radius
  const angle = (part: number): number => Math.PI + Math.PI * part
  const ring = (from: number, to: number, color: string): void => {
    frame.elements.push({
      type: 'sector',
      silent: true,
      shape: { cx, cy, r0: radius - thick, r: radius, startAngle: angle(from), endAngle: angle(to) },
      style: { fill: color },
    })
  }
  ring(0, 1, theme.grid)
  ring(0, value / most, theme.series[0] as string)
  const at = angle(goal / most)
  const point = (r: number): [number, number] => [cx + r * Math.cos(at), cy + r * Math.sin(at)]
  const [[x1, y1], [x2, y2]] = [point(radius - thick - 4), point(radius + 4)]
  frame.elements.push({
    type: 'line',
    silent: true,
    shape: { x1, y1, x2, y2 },
    style: { stroke: theme.ink, lineWidth: 2.5 },
  })
  const size = Math.max(16, Math.min(40, radius * 0.32))
  const share = numberFormat({ kind: 'percent', digits: 0 }, context.locale)(value / goal)
  const inside = (radius - thick) * 1.7
  const text = shorten(plan.writes.value(one, value), inside, size)
  frame.elements.push(
    textAt(frame, text, cx, cy - size - 4, { size, color: theme.ink, bold: true, align: 'center' }),
  )
  const label = plan.references[0]?.label
  const told = `${share} · ${label ? `${label}: ` : ''}${say.goal(plan.writes.value(one, goal))}`
  frame.elements.push(
    textAt(frame, shorten(told, width, SMALL + 1), cx, cy + 8, {
      size: SMALL + 1,
      color: theme.muted,
      align: 'center',
    }),
  )
  return {}
}
