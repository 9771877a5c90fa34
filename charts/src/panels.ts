// Small multiples: one plan for each value of a dimension, on shared axes and with shared colours. A chart without
// them is one panel, so that everything that reads a chart reads panels.

import { extent } from './cartesian'
import { formatValue, localeOf } from './format'
import type { Box } from './frame'
import { byRank, naturalRanks } from './order'
import { outlinesThere } from './outlines/index'
import { named, type Plan, plan, type Series } from './plan'
import { marks } from './registry'
import { type Answer, type ChartSpec, type Context, NotDrawable, type Scalar } from './spec'
import { COLOURS, themes } from './theme'
import { words } from './words'

export const MOST_PANELS = 12

export interface Panel {
  /** The value that it is of, in words; empty where there is one panel only. */
  name: string
  value: Scalar
  /** It stands for a value of the data, not for the rest. */
  picks: boolean
  plan: Plan
  /** How many series the panels before it have. */
  offset: number
}

export interface Panels {
  /** What is said of all: title, notes, legend. */
  whole: Plan
  panels: Panel[]
  /** The field whose values the panels are of. */
  field: string | null
}

interface Kept {
  spec: ChartSpec
  key: string
  panels: Panels
}

const lately = new WeakMap<Answer, Kept[]>()
/** As shown, and with the series that are switched off, of which the legend and the words tell. */
const MOST_KEPT = 2

/** What a plan takes from its context: all but the width. */
const keyOf = ({ target, height, locale, theme, headings, hidden }: Context): string =>
  JSON.stringify([target, height, locale, theme, headings, hidden ?? [], outlinesThere()])

/**
 * The panels of a chart: several where its spec has a facet and its mark stands on axes, otherwise one. The picture,
 * its words, its legend and its cursor are told of one plan, and so is the same picture in another width.
 */
export function panelsOf(spec: ChartSpec, answer: Answer, context: Context): Panels {
  const key = keyOf(context)
  const kept = lately.get(answer) ?? []
  const known = kept.find((one) => one.spec === spec && one.key === key)
  if (known) return known.panels
  const panels = planned(spec, answer, context)
  lately.set(answer, [{ spec, key, panels }, ...kept].slice(0, MOST_KEPT))
  return panels
}

function planned(spec: ChartSpec, answer: Answer, context: Context): Panels {
  const { facet, ...rest } = spec
  if (!facet) {
    const whole = plan(spec, answer, context)
    return { whole, panels: [{ name: '', value: null, picks: false, plan: whole, offset: 0 }], field: null }
  }
  const say = words(context.locale)
  const column = answer.columns.find((one) => one.key === facet.field)
  const cells = column && Object.hasOwn(answer.data, facet.field) ? answer.data[facet.field] : null
  if (!column || !cells) throw new NotDrawable(`The answer has no column "${facet.field}".`)
  const whole = plan(rest, answer, context)
  const refused =
    !marks[spec.mark].onAxes || rest.color?.field === facet.field || rest.x.field === facet.field
  if (refused) {
    whole.notes.push(say.noPanels)
    return { whole, panels: [{ name: '', value: null, picks: false, plan: whole, offset: 0 }], field: null }
  }

  const bit = /^d[0-7]$/.test(facet.field) ? 1 << Number(facet.field[1]) : 0
  const rowsOf = new Map<string, { value: Scalar; rest: boolean; rows: number[] }>()
  for (let row = 0; row < answer.row_count; row += 1) {
    if ((answer.level?.[row] ?? 0) > 0) continue
    const other = ((answer.other?.[row] ?? 0) & bit) !== 0
    const value = other ? say.rest : (cells[row] ?? null)
    const key = `${other ? 'rest' : typeof value}:${value}`
    const own = rowsOf.get(key) ?? { value, rest: other, rows: [] }
    rowsOf.set(key, own)
    own.rows.push(row)
  }
  const all = [...rowsOf.values()]
  const ranks = naturalRanks(
    all.map((one) => one.value),
    column,
    context.locale,
  )
  const names = all.map((one) =>
    one.rest ? say.rest : formatValue(one.value, column, facet.format, context.locale),
  )
  const compare = new Intl.Collator(localeOf(context.locale), { numeric: true }).compare
  const order = ranks
    ? byRank(ranks)
    : names.map((_, index) => index).sort((a, b) => compare(names[a] ?? '', names[b] ?? ''))
  const shown = order.slice(0, MOST_PANELS)
  const notes: string[] = []
  if (order.length > shown.length)
    notes.push(
      say.ofShown(whole.writes.count(shown.length), whole.writes.count(order.length), say.what.panels),
    )

  // Categories keep one order in all panels: that of the whole, with holes where a panel has none.
  const places = whole.axis === 'category' ? wholeOrder(rest, answer, context) : null
  const plans = shown.map((index) => {
    const rows = (all[index] as (typeof all)[number]).rows
    const own = part(answer, places ? arranged(rows, answer, rest, places) : rows)
    const panel = plan({ ...rest, order: places ? 'answer' : (rest.order ?? 'auto') }, own, context)
    return { ...panel, horizontal: rest.horizontal ?? false }
  })
  share(
    plans,
    shown.map((index) => names[index] ?? ''),
  )
  const series = recolour(
    plans,
    whole.series.map((one) => one.name),
    context,
  )
  const noted = plans.flatMap((one) => one.notes.map((note) => ({ note, name: one.shared?.name ?? '' })))
  for (const { note, name } of noted) {
    const everywhere = plans.every((one) => one.notes.includes(note))
    const text = everywhere ? note : `${name}: ${note}`
    if (!notes.includes(text)) notes.push(text)
  }
  let offset = 0
  const panels = plans.map((one, position): Panel => {
    const index = shown[position] as number
    const group = all[index] as (typeof all)[number]
    const panel = { name: names[index] ?? '', value: group.value, picks: !group.rest, plan: one, offset }
    offset += one.series.length
    return panel
  })
  const subject = say.inPanels(whole.subject, named(facet, column))
  return {
    field: facet.field,
    panels,
    whole: {
      ...whole,
      series,
      subject,
      shared: plans[0]?.shared ?? null,
      notes,
      title: whole.titled ? whole.title : subject,
      showsLegend: spec.legend !== 'none' && series.length > 1 && !marks[whole.mark].unnamed,
    },
  }
}

/** Some rows of an answer. */
function part(answer: Answer, rows: readonly (number | { cell: Scalar; field: string })[]): Answer {
  const pick = (key: string, list: readonly Scalar[]): Scalar[] =>
    rows.map((row) => (typeof row === 'number' ? (list[row] ?? null) : row.field === key ? row.cell : null))
  const flags = (list: readonly number[] | undefined): number[] | undefined =>
    list && rows.map((row) => (typeof row === 'number' ? (list[row] ?? 0) : 0))
  return {
    ...answer,
    data: Object.fromEntries(Object.entries(answer.data).map(([key, list]) => [key, pick(key, list)])),
    row_count: rows.length,
    ...(answer.level ? { level: flags(answer.level) as number[] } : {}),
    ...(answer.other ? { other: flags(answer.other) as number[] } : {}),
  }
}

/** The cells along the axis in the order in which a chart of all rows would have them. */
function wholeOrder(spec: ChartSpec, answer: Answer, context: Context): Scalar[] {
  const first = spec.y[0]
  if (!first) return []
  const sums = new Map<Scalar, number>()
  for (let row = 0; row < answer.row_count; row += 1) {
    const cell = answer.data[spec.x.field]?.[row] ?? null
    sums.set(cell, (sums.get(cell) ?? 0) + Number(answer.data[first.field]?.[row] ?? 0))
  }
  const column = answer.columns.find((one) => one.key === spec.x.field)
  const summed: Answer = {
    ...answer,
    data: { [spec.x.field]: [...sums.keys()], [first.field]: [...sums.values()] },
    row_count: sums.size,
    level: undefined as never,
    other: undefined as never,
  }
  if (!column) return []
  const one = plan({ ...spec, color: null, y: [{ field: first.field }], text: {} }, summed, {
    ...context,
    hidden: [],
  })
  return one.slots.map((slot) => slot.cell)
}

/** The rows of a panel in the order of the places, and a hole for each place that it has no row of. */
function arranged(
  rows: readonly number[],
  answer: Answer,
  spec: ChartSpec,
  places: readonly Scalar[],
): (number | { cell: Scalar; field: string })[] {
  const by = new Map<Scalar, number[]>()
  for (const row of rows) {
    const cell = answer.data[spec.x.field]?.[row] ?? null
    by.set(cell, [...(by.get(cell) ?? []), row])
  }
  const hole = (cell: Scalar): (number | { cell: Scalar; field: string })[] => [{ cell, field: spec.x.field }]
  return places.flatMap((cell) => by.get(cell) ?? hole(cell))
}

/** One extent for all panels, of values and of numbers or times along. */
function share(plans: Plan[], names: readonly string[]): void {
  const wide = plans.map((one) => extent(one)).filter(([low]) => Number.isFinite(low))
  const y: [number, number] = [
    Math.min(...wide.map(([low]) => low)),
    Math.max(...wide.map(([, high]) => high)),
  ]
  const ends = plans.flatMap((one) => one.slots.flatMap((slot) => [slot.at, slot.to ?? slot.at]))
  const x: [number, number] | null =
    plans[0]?.axis === 'category' || ends.length === 0
      ? null
      : [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))]
  for (const [index, one] of plans.entries()) one.shared = { name: names[index] ?? '', x, y }
}

/** The same colour for the same name in every panel. Gives the series of all panels, each name once. */
function recolour(plans: Plan[], order: readonly string[], context: Context): Series[] {
  const theme = themes[context.theme] ?? themes.light
  const known = new Map<string, Series>()
  for (const one of plans.flatMap((each) => each.series)) if (!known.has(one.name)) known.set(one.name, one)
  const rank = (one: Series): number => (order.includes(one.name) ? order.indexOf(one.name) : order.length)
  const all = [...known.values()].sort((a, b) => rank(a) - rank(b))
  for (const one of plans) one.series.sort((a, b) => rank(a) - rank(b))
  for (const [index, one] of all.entries()) {
    const look = {
      color: theme.series[index] ?? theme.other,
      rest: all.length > COLOURS && index >= COLOURS,
      dash:
        index < 4 || index >= COLOURS
          ? ('solid' as const)
          : index < 6
            ? ('dashed' as const)
            : ('dotted' as const),
      symbol: (['circle', 'rect', 'triangle', 'diamond'] as const)[index % 4] ?? 'circle',
    }
    for (const each of plans) {
      for (const own of each.series) if (own.name === one.name) Object.assign(own, look)
    }
  }
  return all
}

/** Where the panels stand: as many columns as leave each room, and about one and a half times as wide as high. */
export function layout(count: number, box: Box): Box[] {
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  let columns = 1
  let best = Number.POSITIVE_INFINITY
  for (let candidate = 1; candidate <= count; candidate += 1) {
    const shape = width / candidate / (height / Math.ceil(count / candidate))
    const holes = candidate * Math.ceil(count / candidate) - count
    const short = (least: number, has: number): number => Math.max(0, least / has - 1) * 9
    const cramped = short(130, width / candidate) + short(90, height / Math.ceil(count / candidate))
    const far = Math.abs(Math.log(shape / 1.5)) + holes * 0.3 + cramped
    if (far < best) [columns, best] = [candidate, far]
  }
  const rows = Math.ceil(count / columns)
  const [gapX, gapY] = [18, 12]
  const [w, h] = [(width - gapX * (columns - 1)) / columns, (height - gapY * (rows - 1)) / rows]
  return Array.from({ length: count }, (_, index) => {
    const left = box.left + (index % columns) * (w + gapX)
    const top = box.top + Math.floor(index / columns) * (h + gapY)
    return { left, top, right: left + w, bottom: top + h }
  })
}

/** The panel that a series belongs to, by its place among the series of all panels. */
export function panelAt(panels: readonly Panel[], seriesIndex: number): Panel | null {
  return panels.findLast((one) => one.offset <= seriesIndex) ?? null
}
