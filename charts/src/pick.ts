// What a mark stands for, so that a click on it can filter: the values of the answer's dimensions.

import { panelAt, panelsOf } from './panels'
import type { Answer, ChartSpec, Context, Scalar } from './spec'
import { isWhole, slotsOf } from './spoken'

export interface Pick {
  field: string
  value: Scalar
  /** The upper edge of a bin. */
  to?: number
  /** In words: "North", "Mar 2025". */
  label: string
}

/** The dimensions of the mark at this place of the drawn option; empty where there is none, and for a rest or a total. */
export function pickAt(
  spec: ChartSpec,
  answer: Answer,
  context: Context,
  hit: { seriesIndex: number; dataIndex: number; data?: unknown },
): Pick[] {
  const { panels, field } = panelsOf(spec, answer, context)
  const own = (hit.data as { at?: [number, number] } | null | undefined)?.at
  const panel = panelAt(panels, own?.[0] ?? hit.seriesIndex)
  if (!panel) return []
  const decided = panel.plan
  const whole = isWhole(decided.mark)
  const series = (own?.[0] ?? (whole ? panel.offset : hit.seriesIndex)) - panel.offset
  const one = decided.series[series]
  const at = own?.[1] ?? (one && !whole ? (slotsOf(decided, one)[hit.dataIndex] ?? -1) : hit.dataIndex)
  const slot = decided.slots[at]
  if (!one || !slot || decided.mark === 'radar') return []
  const isDimension = (field: string): boolean =>
    answer.columns.some((column) => column.key === field && column.role === 'dimension')
  const found: Pick[] = []
  if (slot.picks && isDimension(spec.x.field)) {
    const label = decided.writes.slot(at)
    found.push({
      field: spec.x.field,
      value: slot.cell,
      label,
      ...(slot.to === undefined ? {} : { to: slot.to }),
    })
  }
  if (spec.color && one.picks && isDimension(spec.color.field)) {
    found.push({ field: spec.color.field, value: one.group, label: one.name })
  }
  if (field !== null && panel.picks && isDimension(field)) {
    found.push({ field, value: panel.value, label: panel.name })
  }
  return found
}

export interface Range {
  field: string
  /** The values that stand in it, in their order along the axis. */
  values: Scalar[]
  /** The upper edge of the last bin. */
  to?: number
  /** In words: "Jan 2025 to Mar 2025". */
  label: string
}

/** The marks along which a range can be drawn: they stand side by side on one axis. */
const RANGED: ReadonlySet<string> = new Set([
  'bar',
  'line',
  'area',
  'combo',
  'pareto',
  'histogram',
  'waterfall',
])

/** The values between two places of the axis, both told as the axis counts; null where that stands for nothing. */
export function rangeAt(
  spec: ChartSpec,
  answer: Answer,
  context: Context,
  from: number,
  to: number,
): Range | null {
  if (!RANGED.has(spec.mark)) return null
  const { panels } = panelsOf(spec, answer, context)
  const decided = panels.length === 1 ? panels[0]?.plan : undefined
  const field = spec.x.field
  if (!decided || !answer.columns.some((column) => column.key === field && column.role === 'dimension'))
    return null
  const [low, high] = from <= to ? [from, to] : [to, from]
  const inside = decided.slots
    .map((slot, index) => ({ slot, index }))
    .filter(({ slot }) => slot.picks && slot.at >= low && slot.at <= high)
    .sort((a, b) => a.slot.at - b.slot.at)
  const first = inside[0]
  const last = inside.at(-1)
  if (!first || !last) return null
  const [start, end] = [decided.writes.slot(first.index), decided.writes.slot(last.index)]
  return {
    field,
    values: inside.map(({ slot }) => slot.cell),
    ...(last.slot.to === undefined ? {} : { to: last.slot.to }),
    label: start === end ? start : `${start} to ${end}`,
  }
}
