import { gridOf } from '../cartesian'
import { tickLabels } from '../format'
import { type Element, type Frame, SMALL, textAt } from '../frame'
import type { Plan } from '../plan'
import { drawSteps, stepsOf } from '../steps'
import type { Api, Shape } from './custom'

const DAY = 86_400_000
const MOST_YEARS = 6

/** Days as small squares, weeks along and weekdays down (Monday first), a band for each year. */
export function calendar(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const one = plan.series[0]
  const steps = stepsOf(plan, frame)
  drawSteps(plan, frame, steps)
  const all = [...new Set(plan.slots.map((slot) => new Date(slot.at).getUTCFullYear()))].sort((a, b) => a - b)
  const years = all.slice(-MOST_YEARS)
  const left = box.left + 34
  const band = (box.bottom - box.top) / Math.max(1, years.length)
  const side = Math.max(2, Math.min((box.right - left) / 54, (band - 26) / 7))
  const area = { left, top: box.top, right: box.right, bottom: box.bottom }
  const topOf = (year: number): number => box.top + years.indexOf(year) * band + 16
  for (const year of years) {
    const top = topOf(year)
    frame.elements.push(
      textAt(frame, String(year), box.left, top + side * 3.5, {
        size: SMALL,
        color: theme.muted,
        middle: true,
      }),
    )
    for (let month = 0; month < 12; month += 1) {
      const first = Date.UTC(year, month, 1)
      const x = left + weekOf(first) * side
      if (side * 4 < 26 && month % 3 !== 0) continue
      frame.elements.push(
        textAt(frame, monthName(first, context.locale), x, top - 15, { size: SMALL, color: theme.muted }),
      )
    }
    for (let time = Date.UTC(year, 0, 1); time < Date.UTC(year + 1, 0, 1); time += DAY) {
      frame.elements.push({
        type: 'rect',
        silent: true,
        z: 0,
        shape: squareAt(time, left, top, side),
        style: { fill: 'none', stroke: theme.grid, lineWidth: 0.5 },
      })
    }
  }
  return {
    grid: gridOf(area, context.width, context.height),
    // Positions are ours; axes are there only because the series wants some.
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    series: one
      ? [
          {
            type: 'custom',
            name: one.name,
            silent: !frame.live,
            encode: { x: -1, y: -1 },
            data: one.values.map((value, slot) => [slot, value]),
            renderItem: (_: unknown, api: Api): Shape | null => {
              const slot = api.value(0)
              const value = one.values[slot] ?? null
              const at = plan.slots[slot]?.at ?? 0
              const year = new Date(at).getUTCFullYear()
              if (value === null || !years.includes(year)) return null
              return {
                type: 'rect',
                shape: squareAt(at, left, topOf(year), side),
                style: { fill: steps.colorOf(value) },
              }
            },
            emphasis: frame.live ? {} : { disabled: true },
          },
        ]
      : [],
  }
}

const weekday = (time: number): number => (new Date(time).getUTCDay() + 6) % 7

/** Which column of its year's band a day is in. */
function weekOf(time: number): number {
  const first = Date.UTC(new Date(time).getUTCFullYear(), 0, 1)
  return Math.floor((Math.round((time - first) / DAY) + weekday(first)) / 7)
}

function squareAt(time: number, left: number, top: number, side: number): Record<string, number> {
  const gap = side > 6 ? 0.75 : 0.25
  return {
    x: left + weekOf(time) * side + gap,
    y: top + weekday(time) * side + gap,
    width: side - 2 * gap,
    height: side - 2 * gap,
  }
}

function monthName(time: number, locale: string): string {
  return tickLabels([time], 'month', locale)[0]?.split('\n')[0] ?? ''
}
