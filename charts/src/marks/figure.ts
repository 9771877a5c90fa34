import { numberFormat } from '../format'
import { type Element, type Frame, textAt } from '../frame'
import type { Plan } from '../plan'
import { shorten, widthOf } from '../text'
import { words } from '../words'

/** The last value in large print, its change against the one before, and below how it came there. */
export function figure(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const one = plan.series[0]
  const say = words(context.locale)
  const values = one?.values ?? []
  const last = values.findLastIndex((value) => value !== null)
  const before = values.slice(0, Math.max(0, last)).findLastIndex((value) => value !== null)
  if (!one || last < 0) return {}
  const value = values[last] as number
  const width = box.right - box.left
  const height = box.bottom - box.top
  const full = plan.writes.value(one, value)
  const short = numberFormat(one.format, context.locale, 'axis', Math.abs(value))(value)
  let size = Math.max(20, Math.min(56, height * 0.34))
  const text = widthOf(full, size, 'bold') <= width ? full : short
  while (size > 16 && widthOf(text, size, 'bold') > width) size -= 2
  let y = box.top
  frame.elements.push(textAt(frame, text, box.left, y, { size, color: theme.ink, bold: true }))
  y += size + 10
  if (before >= 0 && height > 70) {
    const past = values[before] as number
    const change = value - past
    const share = past === 0 ? null : change / Math.abs(past)
    const written = share === null ? plan.writes.value(one, change) : signed(share, context.locale)
    const arrow = change > 0 ? '▲' : change < 0 ? '▼' : '■'
    const line = say.against(`${arrow} ${written}`, plan.writes.value(one, past), plan.writes.slot(before))
    frame.elements.push(
      textAt(frame, shorten(line, width, 13), box.left, y, { size: 13, color: theme.muted }),
    )
    y += 24
  }
  if (values.length > 2 && box.bottom - y > 24) spark(plan, frame, y)
  return {}
}

function signed(share: number, locale: string): string {
  const text = numberFormat({ kind: 'percent', digits: 1 }, locale)(share)
  return share > 0 ? `+${text}` : text
}

/** A line without axes: the shape of the way, not its numbers. */
function spark(plan: Plan, frame: Frame, top: number): void {
  const { box, theme } = frame
  const values = plan.series[0]?.values ?? []
  const present = values.filter((value): value is number => value !== null)
  const low = present.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = present.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const bottom = Math.min(box.bottom - 4, top + 90)
  const x = (slot: number): number => box.left + 4 + (slot / (values.length - 1)) * (box.right - box.left - 8)
  const y = (value: number): number =>
    high === low ? (top + bottom) / 2 : bottom - ((value - low) / (high - low)) * (bottom - top)
  let run: [number, number][] = []
  const draw = (): void => {
    if (run.length > 1) {
      frame.elements.push({
        type: 'polyline',
        silent: true,
        shape: { points: run },
        style: { stroke: theme.series[0], lineWidth: 2, fill: 'none', lineJoin: 'round' },
      })
    }
    run = []
  }
  for (const [slot, value] of values.entries()) {
    if (value === null) draw()
    else run.push([x(slot), y(value)])
  }
  draw()
  const last = values.findLastIndex((value) => value !== null)
  frame.elements.push({
    type: 'circle',
    silent: true,
    shape: { cx: x(last), cy: y(values[last] ?? 0), r: 3.5 },
    style: { fill: theme.series[0] },
  })
}
