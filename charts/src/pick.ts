// What a mark stands for, so that a click on it can filter: the values of the answer's dimensions.

import { isSpread } from './distribution'
import { localeOf } from './format'
import { panelAt, panelsOf } from './panels'
import type { Plan } from './plan'
import { tidy } from './scale'
import type { Answer, ChartSpec, Context, Scalar } from './spec'
import { isWhole, placeIn, slotsOf, valueText } from './spoken'

export interface Pick {
  field: string
  value: Scalar
  /** The upper edge of a bin. */
  to?: number
  /** In words: "North", "Mar 2025". */
  label: string
}

interface Hit {
  seriesIndex: number
  dataIndex: number
  data?: unknown
}

/** The panel, series and slot of what is drawn at this place of the option; null where that is no single mark. */
function located(spec: ChartSpec, answer: Answer, context: Context, hit: Hit) {
  const { panels, field } = panelsOf(spec, answer, context)
  const own = placeIn(hit.data)
  const panel = panelAt(panels, own?.[0] ?? hit.seriesIndex)
  if (!panel) return null
  const decided = panel.plan
  const whole = isWhole(decided.mark)
  // Inner nodes of trees and the ends of flows are sums of marks.
  if (!own && (decided.mark === 'sunburst' || decided.mark === 'sankey' || decided.mark === 'treemap'))
    return null
  const series = (own?.[0] ?? (whole ? panel.offset : hit.seriesIndex)) - panel.offset
  const one = decided.series[series]
  const at = own?.[1] ?? (one && !whole ? (slotsOf(decided, one)[hit.dataIndex] ?? -1) : hit.dataIndex)
  const slot = decided.slots[at]
  return one && slot ? { panel, field, decided, one, at, slot, pointed: own !== null } : null
}

/** The dimensions of the mark at this place of the drawn option; empty where there is none, and for a rest or a total. */
export function pickAt(spec: ChartSpec, answer: Answer, context: Context, hit: Hit): Pick[] {
  const found = located(spec, answer, context, hit)
  return found && found.decided.mark !== 'radar' ? picksOf(spec, answer, found) : []
}

function picksOf(
  spec: ChartSpec,
  answer: Answer,
  { panel, field, decided, one, at, slot }: NonNullable<ReturnType<typeof located>>,
): Pick[] {
  const isDimension = (field: string): boolean =>
    answer.columns.some((column) => column.key === field && column.role === 'dimension')
  const found: Pick[] = []
  if (decided.mark === 'violin') {
    // Its places are the groups.
    return slot.picks && spec.color && isDimension(spec.color.field)
      ? [{ field: spec.color.field, value: slot.cell, label: decided.writes.slot(at) }]
      : []
  }
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

/** The number that a mark shows, and what it is a number of. */
export interface MarkedNumber {
  /** The measure that it is a value of. */
  field: string
  value: string
  /** Where it stands, in words: "North, 2025". */
  place: string
  /** The rows of the answer that it is made of. */
  rows: number[]
  /** It is no value of the answer, but read from the counts of these rows. */
  read: boolean
}

/** The number of the mark at this place of the drawn option; null where no single one is drawn. */
export function numberAt(spec: ChartSpec, answer: Answer, context: Context, hit: Hit): MarkedNumber | null {
  const found = located(spec, answer, context, hit)
  if (!found) return null
  const { panel, decided, one, at, slot } = found
  if (decided.mark === 'radar' && !found.pointed) return null
  const value = one.values[at] ?? null
  if (value === null) return null
  const read = isSpread(decided.mark)
  const place = [
    panel.name,
    decided.mark === 'figure' && answer.row_count === 1 ? '' : decided.writes.slot(at),
    decided.series.length > 1 ? one.name : '',
  ]
  const told = {
    read,
    value: valueText(decided, one, at, context.locale),
    place: place.filter(Boolean).join(', '),
  }
  if (decided.mark === 'correlation') {
    const pair = answer.columns.find(
      (column) =>
        column.of?.length === 2 &&
        column.of.includes(String(one.group)) &&
        column.of.includes(String(slot.cell)),
    )
    return pair && one.group !== slot.cell ? { ...told, field: pair.key, rows: [0] } : null
  }
  const isOther = (row: number, field: string): boolean =>
    /^d[0-7]$/.test(field) && ((answer.other?.[row] ?? 0) & (1 << Number(field[1]))) !== 0
  const isIn = (row: number, field: string | undefined, picks: boolean, cell: Scalar): boolean => {
    if (field === undefined) return true
    return picks
      ? !isOther(row, field) && (answer.data[field]?.[row] ?? null) === cell
      : isOther(row, field) || !answer.other?.length
  }
  const rows: number[] = []
  for (let row = 0; row < answer.row_count; row += 1) {
    if ((answer.level?.[row] ?? 0) > 0) continue
    const own =
      (read || isIn(row, spec.x.field, slot.picks, slot.cell)) &&
      (decided.mark === 'violin'
        ? isIn(row, spec.color?.field, slot.picks, slot.cell)
        : isIn(row, spec.color?.field, one.picks, one.group)) &&
      isIn(row, found.field ?? undefined, panel.picks, panel.value)
    if (own && (decided.mark !== 'scatter' || Number(answer.data[one.column.key]?.[row]) === value))
      rows.push(row)
  }
  return { ...told, field: one.column.key, rows }
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
  'density',
  'ecdf',
  'qq',
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
  if (isSpread(decided.mark)) return spreadRange(field, decided, low, high, context.locale)
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

/** The values that lie between two places: of a curve over values these are the places, of a Q-Q plot its points. */
function spreadRange(field: string, decided: Plan, low: number, high: number, locale: string): Range | null {
  const ends = decided.slots.map((slot) => slot.at)
  const inside = decided.slots.flatMap((slot, index) =>
    decided.mark !== 'qq' || slot.at < low || slot.at > high
      ? []
      : decided.series.flatMap((one) => one.values[index] ?? []),
  )
  const [from, to] =
    decided.mark === 'qq'
      ? [Math.min(...inside), Math.max(...inside)]
      : [Math.max(low, Math.min(...ends)), Math.min(high, Math.max(...ends))]
  if (!(from < to)) return null
  // Drawn by hand, so a hundredth of it is as exact as it is meant.
  const step = 10 ** Math.floor(Math.log10((to - from) / 100))
  const [first, last] = [Math.floor(from / step) * step, Math.ceil(to / step) * step].map(tidy) as [
    number,
    number,
  ]
  const said = [first, last].map((end) => end.toLocaleString(localeOf(locale)))
  return { field, values: [first, last], to: last, label: said.join(' to ') }
}

/** Whether a click on marks stands for values, so that the pointer may say so. */
export const picksByClick = (spec: ChartSpec, answer: Answer): boolean =>
  !['density', 'ecdf', 'qq', 'radar', 'correlation', 'gauge', 'figure'].includes(spec.mark) &&
  [spec.mark === 'violin' ? null : spec.x.field, spec.color?.field, spec.facet?.field].some((field) =>
    answer.columns.some((column) => column.key === field && column.role === 'dimension'),
  )
