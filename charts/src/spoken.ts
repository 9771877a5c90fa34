// What a point says, from its place in the compiled series: for tool tips and for the keyboard cursor.

import { numberFormat } from './format'
import { isPoints, type Plan, type Series, shares } from './plan'
import type { Mark } from './registry'
import { leafNumbers } from './tree'
import { words } from './words'

export interface Spoken {
  /** Where it stands: "North", "Mar 2025", "10 to 20". */
  place: string
  /** The series' name when there are several. */
  name: string
  value: string
}

/** Is what is drawn for a slot all of its values together, in one shape? */
export const isWhole = (mark: Mark): boolean =>
  mark === 'box' || mark === 'candlestick' || mark === 'violin' || mark === 'parallel'

/** The slots of a series' data items; -1 for the holes of a line. */
export function slotsOf(plan: Plan, series: Series): number[] {
  if (isPoints(plan.mark)) {
    const slots: number[] = []
    for (let slot = 0; slot < series.values.length; slot += 1)
      if (series.values[slot] !== null) slots.push(slot)
    return slots
  }
  if (plan.gaps.size === 0) return plan.slots.map((_, slot) => slot)
  return plan.slots.flatMap((_, slot) => (plan.gaps.has(slot) ? [slot, -1] : [slot]))
}

/** The slot of one data item, without a list of all. */
function slotAt(plan: Plan, series: Series, dataIndex: number): number {
  if (!isPoints(plan.mark) && plan.gaps.size === 0) return plan.slots[dataIndex] ? dataIndex : -1
  return slotsOf(plan, series)[dataIndex] ?? -1
}

/** Series and slot that marks of ours put into their data; mere lists of numbers have an `at` of another kind. */
export function placeIn(data: unknown): [series: number, slot: number] | null {
  const at = data && typeof data === 'object' ? (data as { at?: unknown }).at : null
  return Array.isArray(at) ? (at as [number, number]) : null
}

export function valueText(plan: Plan, series: Series, slot: number, locale: string): string {
  const value = series.values[slot] ?? null
  const text = plan.writes.value(series, value)
  if (value === null) return text
  const around = plan.stack === 'none' ? series.around?.[slot] : null
  if (around) {
    const ends = around.map((end) => plan.writes.value(series, end)) as [string, string]
    return `${text} (${words(locale).around(...ends)})`
  }
  if (plan.sizes) {
    const size = plan.sizes.values[slot] ?? null
    const told =
      size === null ? words(locale).noValue : numberFormat(plan.sizes.format, locale, 'full', size)(size)
    return `${text}, ${plan.sizes.name} ${told}`
  }
  const share =
    plan.mark === 'pie'
      ? Math.abs(value) / series.values.reduce<number>((sum, other) => sum + Math.abs(other ?? 0), 0)
      : plan.stack === 'percent'
        ? shareAt(plan, series, slot)
        : null
  return share === null || !Number.isFinite(share)
    ? text
    : `${text} (${numberFormat({ kind: 'percent', digits: 1 }, locale)(share)})`
}

function shareAt(plan: Plan, series: Series, slot: number): number | null {
  const column = plan.series.map((one) => ({ ...one, values: [one.values[slot] ?? null] }))
  return shares(column, 1)[plan.series.indexOf(series)]?.[0] ?? null
}

/** Everything that a tool tip says of what is under the mouse: one point, or a whole box, candle or polygon. */
export function spokenHit(
  plan: Plan,
  hit: { seriesIndex: number; dataIndex: number; data?: unknown },
  locale: string,
): Spoken[] {
  const own = placeIn(hit.data)
  if (own) return [pointOf(plan, own[0], own[1], locale)].filter((point) => point !== null)
  if (isWhole(plan.mark))
    return plan.series.flatMap((_, series) => pointOf(plan, series, hit.dataIndex, locale) ?? [])
  if (plan.mark === 'radar') {
    const name = plan.series[hit.seriesIndex]?.name ?? ''
    return plan.slots.flatMap((slot, index) => {
      const point = pointOf(plan, hit.seriesIndex, index, locale)
      return point ? [{ place: name, name: slot.label, value: point.value }] : []
    })
  }
  // The inner nodes of trees and the ends of flows are sums of what is told outside.
  if (plan.mark === 'sunburst' || plan.mark === 'sankey') return []
  const point = spokenPoint(plan, hit.seriesIndex, hit.dataIndex, locale)
  return point ? [point] : []
}

function pointOf(plan: Plan, seriesIndex: number, slot: number, locale: string): Spoken | null {
  const series = plan.series[seriesIndex]
  if (!series || !plan.slots[slot]) return null
  return {
    place: plan.writes.slot(slot),
    name: plan.series.length > 1 ? series.name : '',
    value: valueText(plan, series, slot, locale),
  }
}

/** Which data item of which of ECharts' series shows a value of the plan; -1 where none can be pointed at. */
export function shownAt(
  plan: Plan,
  seriesIndex: number,
  dataIndex: number,
  slot: number,
): { seriesIndex: number; dataIndex: number } {
  switch (plan.mark) {
    case 'box':
    case 'candlestick':
    case 'violin':
    case 'parallel':
      return { seriesIndex: 0, dataIndex: slot }
    case 'radar':
      return { seriesIndex, dataIndex: 0 }
    case 'sunburst':
      return { seriesIndex: 0, dataIndex: leafNumbers(plan).get(`${seriesIndex},${slot}`) ?? -1 }
    case 'sankey':
      return { seriesIndex: 0, dataIndex: -1 }
    default:
      return { seriesIndex, dataIndex }
  }
}

export function spokenPoint(
  plan: Plan,
  seriesIndex: number,
  dataIndex: number,
  locale: string,
): Spoken | null {
  const series = plan.series[seriesIndex]
  if (!series) return null
  const slot = slotAt(plan, series, dataIndex)
  if (slot < 0) return null
  return pointOf(plan, seriesIndex, slot, locale)
}
