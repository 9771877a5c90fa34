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
