// What a point says, from its place in the compiled series: for tool tips and for the keyboard cursor.

import { numberFormat } from './format'
import { type Plan, type Series, shares } from './plan'

export interface Spoken {
  /** Where it stands: "North", "Mar 2025", "10 to 20". */
  place: string
  /** The series' name when there are several. */
  name: string
  value: string
}

/** The slots of a series' data items; -1 for the holes of a line. */
export function slotsOf(plan: Plan, series: Series): number[] {
  if (plan.mark === 'scatter') return series.values.flatMap((value, slot) => (value === null ? [] : [slot]))
  if (plan.gaps.size === 0) return plan.slots.map((_, slot) => slot)
  return plan.slots.flatMap((_, slot) => (plan.gaps.has(slot) ? [slot, -1] : [slot]))
}

export function valueText(plan: Plan, series: Series, slot: number, locale: string): string {
  const value = series.values[slot] ?? null
  const text = plan.writes.value(series, value)
  if (value === null) return text
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

export function spokenPoint(
  plan: Plan,
  seriesIndex: number,
  dataIndex: number,
  locale: string,
): Spoken | null {
  const series = plan.series[seriesIndex]
  if (!series) return null
  const slot = slotsOf(plan, series)[dataIndex] ?? -1
  if (slot < 0) return null
  return {
    place: plan.writes.slot(slot),
    name: plan.series.length > 1 ? series.name : '',
    value: valueText(plan, series, slot, locale),
  }
}
