// The decisions: which mark is really drawn, what stands along the axis in which order, which series get a colour,
// and what has to be said about anything left out. Picture, legend, summary, table and keyboard all follow one plan.

import {
  together as allTogether,
  computed,
  densities,
  fiveNumbers,
  isSpread,
  normalPlot,
  type Outline,
  outlineOf,
  PERCENT,
  samplesOf,
  shares as sharesBelow,
} from './distribution'
import { formatValue, localeOf, NUMBERS, numberFormat, numberOf, TIMES } from './format'
import {
  MANY_POINTS,
  MOST_AXES,
  MOST_BARS,
  MOST_COLUMNS,
  MOST_LINES,
  MOST_PARTS,
  MOST_ROWS,
  MOST_SERIES,
  MOST_TILES,
} from './limits'
import { byRank, isRising, naturalRanks } from './order'
import { outlineOf as mapOf, type OutlineName, regionOf } from './outlines/index'
import { type Mark, marks } from './registry'
import { tidy } from './scale'
import {
  type Answer,
  type AnswerColumn,
  type Channel,
  type ChartSpec,
  type Context,
  type Format,
  NotDrawable,
  type Scalar,
} from './spec'
import { fitted, halfOfMean, lineThrough } from './statistics'
import { clean } from './text'
import { COLOURS, themes } from './theme'
import { DAY, isGap, parseTime, periods } from './time'
import { words } from './words'

const MOST_TRENDS = 6
const MOST_TIME_BARS = 1000

export interface Slot {
  /** The value on a number or time axis; the position on a category axis. */
  at: number
  /** Empty on time and number axes: `writes.slot` makes it when somebody asks. */
  label: string
  cell: Scalar
  /** The upper edge of a bin. */
  to?: number
  /** It stands for a value of the data, not for a rest or a total. */
  picks: boolean
}

export interface Series {
  name: string
  color: string
  /** Beyond the palette: grey, and named together in the legend. */
  rest: boolean
  dash: 'solid' | 'dashed' | 'dotted'
  symbol: 'circle' | 'rect' | 'triangle' | 'diamond'
  format: Format | undefined
  column: AnswerColumn
  /** As many as there are slots; null leaves a gap. */
  values: (number | null)[]
  /** In combined charts. */
  /** The value of the colour that the series stands for, and whether it is one. */
  group: Scalar
  picks: boolean
  as: 'bar' | 'line' | 'area'
  side: 'left' | 'right'
  /** From where to where each value may lie. */
  around: ([number, number] | null)[] | null
  drawAround: 'bars' | 'band'
}

/** A line through the plot that is no series: a trend, a fitted distribution. */
export interface Curve {
  color: string
  dashed: boolean
  /** Places along the axis (positions on a category axis) and values. */
  points: [number, number][]
  /** Place, lower and upper value. */
  band: [number, number, number][]
}

export interface Note {
  at: number
  y: number | null
  text: string
}

export interface Plan {
  mark: Mark
  axis: 'category' | 'time' | 'number' | 'bins'
  x: AnswerColumn
  xFormat: Format | undefined
  slots: Slot[]
  /** What is written along a category axis: the slots, or for scattered points each category once. */
  ticks: Slot[]
  series: Series[]
  /** Slots after which a line is broken, since periods are missing. */
  gaps: Set<number>
  /** From where to where each bar of a waterfall goes. */
  spans: [number, number][] | null
  references: { value: number; to: number | null; label: string }[]
  annotations: Note[]
  curves: Curve[]
  /** The shapes of violins, one for each slot. */
  outlines: (Outline | null)[]
  /** Which outlines a map is drawn from, and the region of each slot. */
  map: { name: OutlineName; regions: number[] } | null
  log: { x: boolean; y: boolean }
  /** A cumulative share rises inside of bins, where its values are not known one by one. */
  curved: boolean
  /** How many values a spread is of. */
  counted: number | null
  /** The first slot that is forecast. */
  forecast: number | null
  /** Of a panel: its name, and the axes that all panels share. */
  shared: { name: string; x: [number, number] | null; y: [number, number] } | null
  /** What the area of a bubble shows, a value for each slot. */
  sizes: { column: AnswerColumn; name: string; format: Format | undefined; values: (number | null)[] } | null
  stack: 'none' | 'zero' | 'percent'
  /** The categories are names, so bars may lie down. */
  names: boolean
  horizontal: boolean | null
  title: string
  /** The author gave the title. */
  titled: boolean
  /** What is drawn, in plain words: "Sum of Amount by Region". */
  subject: string
  subtitle: string
  /** What is not shown or not as asked. */
  notes: string[]
  source: string
  xTitle: string
  yTitle: string
  /** Of the second axis of combined charts. */
  rightTitle: string
  showsLegend: boolean
  writes: {
    value: (series: Series, value: number | null) => string
    slot: (index: number) => string
    count: (value: number) => string
  }
}

/** Marks whose needs `unsuitable` knows not: they can show any answer. */
const ANY: ReadonlySet<Mark> = new Set<Mark>(['bar', 'line', 'area', 'pie', 'scatter', 'histogram'])
const TREES: ReadonlySet<Mark> = new Set<Mark>(['treemap', 'sunburst'])
/** Each row is a place of its own. */
export const isPoints = (mark: Mark): boolean => mark === 'scatter' || mark === 'qq'

interface Given {
  measures: number
  split: boolean
  negative: boolean
  nothing: boolean
  /** Different values along the axis. */
  places: number
  /** The axis is of dates. */
  days: boolean
  /** The axis is of numbers. */
  numbers: boolean
  /** The measures are of pairs of columns. */
  pairs: number
  /** Outlines are there that know some of the places. */
  places_known: boolean
  /** What a gauge goes up to. */
  goal: number | null
  say: ReturnType<typeof words>
}

/** Why these values cannot be drawn with this mark, or null. */
function unsuitable(mark: Mark, given: Given): string | null {
  const { say } = given
  const chart = say.charts[mark]
  const sized = TREES.has(mark) || mark === 'funnel' || mark === 'sankey' || mark === 'pareto'
  if (given.negative && (sized || mark === 'radar')) return say.instead(chart, say.because.negative)
  if (sized && given.nothing) return say.instead(chart, say.because.nothing)
  if (mark === 'box')
    return given.measures === 5 && !given.split ? null : say.instead(chart, say.because.five)
  if (mark === 'candlestick')
    return given.measures === 4 && !given.split ? null : say.instead(chart, say.because.four)
  if (isSpread(mark)) {
    if (given.measures > 1) return say.instead(chart, say.because.oneMeasure)
    return given.numbers && !given.negative ? null : say.instead(chart, say.because.counted)
  }
  if (mark === 'correlation') return given.pairs >= 3 ? null : say.instead(chart, say.because.pairs)
  if (mark === 'parallel') {
    if (given.split) return say.instead(chart, say.because.noSplit)
    return given.measures > 1 ? null : say.instead(chart, say.because.several)
  }
  if (mark === 'map') {
    if (given.split) return say.instead(chart, say.because.noSplit)
    if (given.measures > 1) return say.instead(chart, say.because.oneMeasure)
    return given.places_known ? null : say.instead(chart, say.because.regions)
  }
  if (mark === 'radar')
    return given.places >= 3 && given.places <= MOST_AXES ? null : say.instead(chart, say.because.axes)
  if (mark === 'combo') {
    if (given.split) return say.instead(chart, say.because.noSplit)
    return given.measures > 1 ? null : say.instead(chart, say.because.several)
  }
  if (mark === 'figure') return given.split ? say.instead(chart, say.because.noSplit) : null
  if (mark === 'gauge') {
    if (given.split) return say.instead(chart, say.because.noSplit)
    return (given.goal ?? 0) > 0 && given.places > 0 && !given.negative
      ? null
      : say.instead(chart, say.because.goal)
  }
  if (given.measures > 1) return say.instead(chart, say.because.oneMeasure)
  if (mark === 'pareto' && given.split) return say.instead(chart, say.because.noSplit)
  if (mark === 'sankey') return given.split ? null : say.instead(chart, say.because.split)
  if (mark === 'waterfall' || mark === 'funnel') {
    if (given.split) return say.instead(chart, say.because.noSplit)
    return given.places <= MOST_ROWS ? null : say.instead(chart, say.because.many)
  }
  if (mark === 'calendar') {
    if (given.split) return say.instead(chart, say.because.noSplit)
    return given.days ? null : say.instead(chart, say.because.days)
  }
  return null
}

const KEY = /^[cdm]\d{1,5}$/

function columnOf(answer: Answer, channel: Channel): { column: AnswerColumn; cells: readonly Scalar[] } {
  const column = answer.columns.find((candidate) => candidate.key === channel.field)
  const cells =
    KEY.test(channel.field) && Object.hasOwn(answer.data, channel.field) ? answer.data[channel.field] : null
  if (!column || !cells) throw new NotDrawable(`The answer has no column "${channel.field}".`)
  return { column, cells }
}

/** The channel's own format, or what is agreed of the column's numbers. */
function formatFor(channel: Channel, column: AnswerColumn): Format | undefined {
  const { format } = channel
  if (format && ((format.kind ?? 'auto') !== 'auto' || format.unit)) return format
  if (column.format === 'percent') return { ...format, kind: 'percent' }
  if (column.format === 'currency' && column.unit) return { ...format, kind: 'currency', unit: column.unit }
  return column.unit ? { ...format, unit: column.unit } : format
}

export function named(channel: Channel, column: AnswerColumn): string {
  return clean(channel.title || column.label) || column.key
}

/** How many bars have room when each keeps a readable line of text. */
function roomForBars(context: Context): number {
  const headings = (context.headings ?? context.target !== 'screen') ? 110 : 50
  return Math.max(4, Math.min(MOST_BARS, Math.floor((context.height - headings) / 15)))
}

export function plan(spec: ChartSpec, answer: Answer, context: Context): Plan {
  const say = words(context.locale)
  const count = (value: number): string => numberFormat({ digits: 0 }, context.locale)(value)
  const notes: string[] = []
  const theme = themes[context.theme] ?? themes.light
  const { column: x, cells: xs } = columnOf(answer, spec.x)
  const first = spec.y[0]
  if (!first) throw new NotDrawable('The chart has no measure.')
  const measures = spec.y.map((given) => {
    const found = columnOf(answer, given)
    return { channel: { ...given, format: formatFor(given, found.column) }, ...found }
  })
  const split = spec.color ? { channel: spec.color, ...columnOf(answer, spec.color) } : null
  const rows = Math.min(answer.row_count, xs.length)
  const widthIn = (field: string): number | undefined =>
    answer.bin_width && Object.hasOwn(answer.bin_width, field) ? answer.bin_width[field] : undefined
  const binWidth = widthIn(spec.x.field)
  const binned = typeof binWidth === 'number' && binWidth > 0

  let mark = spec.mark
  if (mark === 'pie') {
    const parts = (measures[0]?.cells ?? []).slice(0, rows).map((cell) => numberOf(cell) ?? 0)
    const instead =
      split || measures.length > 1
        ? say.pieOneMeasure
        : parts.some((value) => value < 0)
          ? say.pieNegative
          : rows > MOST_PARTS
            ? say.pieParts
            : rows > 0 && parts.every((value) => value === 0)
              ? say.pieEmpty
              : null
    if (instead) {
      mark = 'bar'
      notes.push(instead)
    }
  }
  if (mark === 'histogram' && !binned) {
    mark = 'bar'
    notes.push(say.notBinned)
  } else if (mark === 'bar' && binned && !split && measures.length === 1) mark = 'histogram'

  const outline = mark === 'map' ? bestOutline(spec, xs.slice(0, rows)) : null
  if (!ANY.has(mark)) {
    const cells = measures.flatMap(({ cells }) => cells.slice(0, rows).map((cell) => numberOf(cell) ?? 0))
    const instead = unsuitable(mark, {
      measures: measures.length,
      split: split !== null,
      negative: cells.some((value) => value < 0),
      nothing: rows > 0 && cells.every((value) => value === 0),
      places: new Set(xs.slice(0, rows)).size,
      days: TIMES.has(x.type),
      numbers: binned || NUMBERS.has(x.type),
      pairs: measures.filter(({ column }) => column.of?.length === 2).length,
      places_known: outline !== null,
      goal: spec.references?.[0]?.value ?? null,
      say,
    })
    if (instead) {
      notes.push(instead)
      mark = mark === 'calendar' && TIMES.has(x.type) ? 'line' : mark === 'gauge' && !split ? 'figure' : 'bar'
    }
  }

  if (mark === 'correlation') return matrix(spec, context, measures, notes)
  const info = marks[mark]
  let axis: Plan['axis'] =
    info.axis === 'bins' || (binned && isSpread(mark))
      ? 'bins'
      : info.axis === 'category'
        ? 'category'
        : TIMES.has(x.type)
          ? 'time'
          : NUMBERS.has(x.type)
            ? 'number'
            : 'category'

  // One slot for each place along the axis. Rows that share place and series stand in neighbouring slots: nothing
  // is added up here, since sums of means would be lies.
  const places: Map<unknown, number>[] = []
  const slotCells: Scalar[] = []
  const slotRows: number[] = []
  /** Where each slot stands along an axis of numbers or times. */
  const slotAts: number[] = []
  const groups = new Map<string, Scalar>()
  const rowsOf = new Map<string, { slots: number[]; rows: number[]; seen: Map<unknown, number> }>()
  const theRest = Symbol('rest')
  let unplaced = 0
  // The rest beyond a top has no value of its own, and must not be taken for rows without one.
  const restOf = (field: string): ((row: number) => boolean) => {
    const bit = /^d[0-7]$/.test(field) ? 1 << Number(field[1]) : 0
    return (row) => ((answer.other?.[row] ?? 0) & bit) !== 0
  }
  const isRest = restOf(spec.x.field)
  const isRestColor = restOf(spec.color?.field ?? '')
  let restSlot = -1
  const measured = axis !== 'category'
  const placeOf = axis === 'time' ? parseTime : measured ? numberOf : () => 0
  /** Each row so far stands after the one before: none shares a place, and none has to be looked up. */
  let rising = measured
  let before = Number.NEGATIVE_INFINITY
  for (let row = 0; row < rows; row += 1) {
    // Totals are not parts beside the parts they are made of.
    if ((answer.level?.[row] ?? 0) > 0) continue
    const rest = isRest(row)
    const cell = rest ? say.rest : (xs[row] ?? null)
    const at = placeOf(cell)
    if (at === null) {
      unplaced += 1
      continue
    }
    if (rising && at <= before) {
      rising = false
      if (mark !== 'scatter') fill(slotCells, rowsOf.values(), places)
    }
    before = at
    const color = !split ? null : isRestColor(row) ? say.rest : (split.cells[row] ?? null)
    const group = split ? `${isRestColor(row) ? 'rest' : typeof color}:${color}` : ''
    let own = rowsOf.get(group)
    if (!own) {
      own = { slots: [], rows: [], seen: new Map() }
      rowsOf.set(group, own)
      groups.set(group, color)
    }
    let slot: number | undefined
    if (mark !== 'scatter' && !rising) {
      const place = rest ? theRest : cell
      const again = own.seen.get(place) ?? 0
      own.seen.set(place, again + 1)
      places[again] ??= new Map()
      slot = places[again].get(place)
      if (slot === undefined) places[again].set(place, slotCells.length)
    }
    if (slot === undefined) {
      slot = slotCells.length
      if (rest) restSlot = slotCells.length
      slotCells.push(cell)
      slotRows.push(row)
      slotAts.push(at)
    }
    own.slots.push(slot)
    own.rows.push(row)
  }
  if (unplaced > 0)
    notes.push(axis === 'bins' ? say.emptyBin(count(unplaced)) : say.unplaced(count(unplaced)))

  // Series are chosen before they are filled: a column of identities would make a hundred thousand of them.
  let all = split ? [...groups.keys()] : ['']
  const most = Math.max(1, Math.floor(MOST_SERIES / measures.length))
  if (all.length > most) {
    notes.push(
      say.ofShown(count(most * measures.length), count(all.length * measures.length), say.what.series),
    )
    const weight = new Map(
      all.map((group) => [
        group,
        measures.reduce(
          (sum, { cells }) =>
            sum +
            (rowsOf.get(group)?.rows ?? []).reduce(
              (part, row) => part + Math.abs(numberOf(cells[row]) ?? 0),
              0,
            ),
          0,
        ),
      ]),
    )
    const large = new Set([...all].sort((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0)).slice(0, most))
    all = all.filter((group) => large.has(group))
  }
  let series: Series[] = []
  for (const group of all) {
    for (const { channel, column, cells } of measures) {
      const values = new Array<number | null>(slotCells.length).fill(null)
      const own = rowsOf.get(group)
      const rangeOf = channel.error ? rangesOf(channel.error, answer) : null
      const around = rangeOf ? values.map((): [number, number] | null => null) : null
      for (let index = 0; own && index < own.slots.length; index += 1) {
        const slot = own.slots[index] ?? 0
        const row = own.rows[index] ?? 0
        values[slot] = numberOf(cells[row])
        if (rangeOf && around) around[slot] = rangeOf(row, values[slot] ?? null)
      }
      const label = split
        ? formatValue(
            groups.get(group) ?? null,
            split.column,
            split.channel.format,
            context.locale,
            widthIn(split.channel.field),
          )
        : ''
      const name = !split
        ? named(channel, column)
        : measures.length > 1
          ? `${label} · ${named(channel, column)}`
          : label
      series.push({
        name,
        color: '',
        rest: false,
        dash: 'solid',
        symbol: 'circle',
        format: channel.format,
        column,
        values,
        group: groups.get(group) ?? null,
        picks: split !== null && !group.startsWith('rest:'),
        as: channel.mark ?? (channel === measures[0]?.channel ? 'bar' : 'line'),
        side: mark === 'combo' && channel.axis === 'right' ? 'right' : 'left',
        around,
        drawAround: channel.error?.draw ?? 'bars',
      })
    }
  }

  // Colours: series with an order of their own keep it, the others go by size; those past the palette are grey.
  const total = (one: Series): number =>
    one.values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0)
  if (split) {
    const cells = all.flatMap((group) => measures.map(() => groups.get(group) ?? null))
    const ranks = naturalRanks(cells, split.column, context.locale)
    series = byRank(ranks ?? series.map((one) => -total(one))).map((index) => series[index] as Series)
    // Numbers rise upwards, as on any axis; what has none stays below them.
    if (mark === 'heatmap' && NUMBERS.has(split.column.type))
      series = [
        ...series.filter((one) => one.group !== null).reverse(),
        ...series.filter((one) => one.group === null),
      ]
    if (series.length > COLOURS && mark !== 'heatmap') {
      const large = new Set([...series].sort((a, b) => total(b) - total(a)).slice(0, COLOURS))
      const rest = series.filter((one) => !large.has(one)).sort((a, b) => total(b) - total(a))
      for (const one of rest) one.rest = rest.length > 1
      series = [...series.filter((one) => large.has(one)), ...rest]
    }
  }
  for (const [index, one] of series.entries()) {
    one.color = theme.series[index] ?? theme.other
    one.dash = index < 4 || one.rest ? 'solid' : index < 6 ? 'dashed' : 'dotted'
    one.symbol = (['circle', 'rect', 'triangle', 'diamond'] as const)[index % 4] ?? 'circle'
  }
  const complete = series
  if (context.hidden?.length) series = series.filter((one) => !context.hidden?.includes(one.name))

  const xName = named(spec.x, x)

  // The order along the axis.
  const width = axis === 'bins' || axis === 'category' ? binWidth : undefined
  const labelOf = (cell: Scalar): string => formatValue(cell, x, spec.x.format, context.locale, width)
  const late = axis === 'time' || axis === 'number'
  let slots: Slot[] = slotCells.map((cell, index) => ({
    cell,
    at: measured ? (slotAts[index] as number) : index,
    label: late ? '' : labelOf(cell),
    to: axis === 'bins' ? tidy((slotAts[index] as number) + (binWidth ?? 0)) : undefined,
    picks: index !== restSlot,
  }))
  /** Put what stands at these positions in their order; -1 and what is beyond are holes. */
  const place = (indices: readonly number[]): void => {
    for (const one of complete) {
      one.values = indices.map((from) => one.values[from] ?? null)
      one.around = one.around && indices.map((from) => one.around?.[from] ?? null)
    }
  }
  const arrange = (indices: readonly number[]): void => {
    slots = indices.map((from) => slots[from] as Slot)
    place(indices)
  }
  const size = (index: number): number => complete.reduce((sum, one) => sum + (one.values[index] ?? 0), 0)
  const ranks = axis === 'category' && mark !== 'scatter' ? naturalRanks(slotCells, x, context.locale) : null
  let names = false
  if (mark === 'scatter') {
    // Points stay as they came.
  } else if (axis !== 'category') {
    if (!rising) arrange(byRank(slots.map((slot) => slot.at)))
  } else {
    names = ranks === null
    const sizes = slots.map((_, index) => (index === restSlot ? Number.NEGATIVE_INFINITY : size(index)))
    const order = spec.order ?? 'auto'
    if (order === 'value' || mark === 'pareto' || (order === 'auto' && names && !info.asAsked)) {
      const whole = mark === 'pie' || mark === 'funnel' || mark === 'treemap' || !isRising(sizes)
      if (order === 'value' || mark === 'pareto' || whole) arrange(byRank(sizes.map((value) => -value)))
    } else if (order === 'auto' && ranks) arrange(byRank(ranks))
  }

  // Periods without a row: a bar chart keeps their room, a line is broken there.
  const gaps = new Set<number>()
  const grain = x.grain ?? null
  if (grain && TIMES.has(x.type)) {
    if (axis === 'category' && info.keepsPeriods && spec.order !== 'value') {
      const times = slotCells
        .map(parseTime)
        .filter((time): time is number => time !== null)
        .sort((a, b) => a - b)
      const full =
        times.length > 1 && new Set(times).size === slots.length
          ? periods(times[0] as number, times.at(-1) as number, grain, MOST_TIME_BARS)
          : null
      if (full && full.length > slots.length && times.every((time) => full.includes(time))) {
        const position = new Map(times.map((time, index) => [time, index]))
        slots = full.map((time) => ({ at: time, cell: iso(time), label: labelOf(iso(time)), picks: true }))
        place(full.map((time) => position.get(time) ?? -1))
      } else if (full) slots = slots.map((slot, index) => ({ ...slot, at: full[index] ?? slot.at }))
    } else if (axis === 'category') {
      slots = slots.map((slot) => ({ ...slot, at: parseTime(slot.cell) ?? slot.at }))
    } else if (axis === 'time') {
      for (let index = 1; index < slots.length; index += 1) {
        if (isGap(slots[index - 1]?.at ?? 0, slots[index]?.at ?? 0, grain)) gaps.add(index - 1)
      }
    }
  }

  // A histogram's empty bins have no row; they are zero where rows are counted.
  if (axis === 'bins' && slots.length > 0 && binWidth) {
    const begin = slots[0]?.at ?? 0
    const bins = Math.round(((slots.at(-1)?.at ?? 0) - begin) / binWidth) + 1
    if (bins > slots.length && bins <= 1000) {
      const found = new Map(slots.map((slot, index) => [Math.round((slot.at - begin) / binWidth), index]))
      const before = slots
      slots = Array.from({ length: bins }, (_, bin) => {
        const index = found.get(bin)
        const at = tidy(begin + bin * binWidth)
        return (
          (index === undefined ? undefined : before[index]) ?? {
            at,
            to: tidy(at + binWidth),
            cell: at,
            label: labelOf(at),
            picks: true,
          }
        )
      })
      for (const one of complete) {
        const values = one.values
        const counts = one.column.type === 'integer'
        one.values = slots.map((_, bin) => {
          const index = found.get(bin)
          return index === undefined ? (counts ? 0 : null) : (values[index] ?? null)
        })
      }
    }
  }

  if (mark === 'pareto' && complete[0]) {
    const bars = complete[0]
    const all = bars.values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
    let sum = 0
    const reached: Series = {
      ...bars,
      name: say.reached,
      color: theme.series[1] ?? theme.other,
      format: { kind: 'percent', digits: 1 },
      column: { ...bars.column, type: 'float' },
      values: bars.values.map((value) => {
        sum += value ?? 0
        return all ? sum / all : null
      }),
      as: 'line',
      side: 'right',
    }
    complete.push(reached)
    if (series !== complete) series.push(reached)
  }

  const outlines: (Outline | null)[] = []
  const curves: Curve[] = []
  let counted: number | null = null
  let written: ((slot: Slot) => string) | null = null
  const xNumber = numberFormat(spec.x.format, context.locale)
  if (isSpread(mark) && complete[0]) {
    const samples = samplesOf(slots, complete)
    const first = complete[0]
    counted = samples.reduce((sum, one) => sum + one.n, 0)
    const along = (at: readonly number[]): Slot[] =>
      at.map((value) => ({ at: value, cell: value, label: '', picks: false }))
    const wide = axis === 'bins' ? slots.length : 0
    if (wide > 0 && wide < 40 && mark !== 'qq' && mark !== 'ecdf') notes.push(say.coarse(count(wide)))
    axis = 'number'
    if (mark === 'violin') {
      axis = 'category'
      names = true
      const groupsShown = complete.map((one, index) => ({
        one,
        five: fiveNumbers(samples[index] as never),
        of: samples[index],
      }))
      slots = groupsShown.map(({ one }, index) => ({
        at: index,
        cell: one.group,
        label: split ? one.name : xName,
        picks: one.picks,
      }))
      outlines.push(...groupsShown.map(({ of }) => (of && of.n > 1 ? outlineOf(of) : null)))
      series = say.five.map((name, part) => ({
        ...first,
        name,
        group: null,
        picks: false,
        format: spec.x.format,
        column: computed(x),
        values: groupsShown.map(({ five }) => five[part] ?? null),
        around: null,
      }))
    } else {
      const found =
        mark === 'density' ? densities(samples) : mark === 'ecdf' ? sharesBelow(samples) : normalPlot(samples)
      slots = along(found.at)
      for (const [index, one] of complete.entries()) {
        one.values = found.values[index] ?? []
        one.around = null
        one.picks = false
        one.column = computed(mark === 'qq' ? x : one.column)
        one.format = mark === 'ecdf' ? PERCENT : mark === 'qq' ? spec.x.format : undefined
        if (!split) one.name = mark === 'qq' ? xName : say.charts[mark]
      }
      if ('lines' in found) {
        for (const one of series) {
          const points = (found.lines as [number, number][][])[complete.indexOf(one)] ?? []
          curves.push({ color: series.length > 1 ? one.color : theme.ink, dashed: true, points, band: [] })
        }
      }
      const step = (slots[1]?.at ?? 1) - (slots[0]?.at ?? 0)
      written =
        mark === 'ecdf'
          ? (slot) => say.atMost(xNumber(tidy(slot.at)))
          : mark === 'qq'
            ? (slot) => say.normalAt(numberFormat({ digits: 2 }, context.locale)(slot.at))
            : (slot) => numberFormat(spec.x.format, context.locale, 'full', step)(slot.at)
    }
  }
  if (mark === 'histogram' && spec.fit && complete.length > 0 && spec.stack !== 'percent') {
    const whole = complete.every(
      (one) => one.column.type === 'integer' && one.values.every((value) => (value ?? 0) >= 0),
    )
    const of = allTogether(slots, complete)
    const found = whole ? fitted(of, spec.fit) : null
    if (!found)
      notes.push(whole ? say.noFit(say.fits[spec.fit]) : say.instead(say.fits[spec.fit], say.because.counted))
    else {
      const low = slots[0]?.at ?? 0
      const high = slots.at(-1)?.to ?? low
      const area = of.n * (binWidth ?? 1)
      const places = Array.from({ length: 161 }, (_, index) => low + ((high - low) * index) / 160)
      curves.push({
        color: theme.series[1] ?? theme.ink,
        dashed: false,
        points: places.map((at) => [at, area * found.density(at)]),
        band: [],
      })
      const write = numberFormat(spec.x.format, context.locale)
      notes.push(
        say.fitSaid(
          found.kind,
          write(found.kind === 'lognormal' ? Math.exp(found.mean) : found.mean),
          numberFormat(
            { digits: found.kind === 'lognormal' ? 3 : null },
            context.locale,
            'full',
            found.deviation,
          )(found.deviation),
        ),
      )
    }
  }
  let map: Plan['map'] = null
  if (mark === 'map' && outline) {
    const regions = slots.map((slot) => regionOf(outline.known, slot.cell))
    const lost = slots.filter((_, index) => regions[index] === null)
    const kept = regions.flatMap((region, index) => (region === null ? [] : [index]))
    arrange(kept)
    map = { name: outline.name, regions: kept.map((index) => regions[index] as number) }
    if (lost.length > 0) {
      const some = lost.slice(0, 8).map((slot) => slot.label)
      notes.push(
        say.notOnMap(count(lost.length), `${some.join(', ')}${lost.length > some.length ? ' …' : ''}`),
      )
    }
  }

  if ((mark === 'bar' || mark === 'pareto') && names) {
    const room = roomForBars(context)
    if (slots.length > room) {
      notes.push(say.ofShown(count(room), count(slots.length), say.what.bars))
      arrange(slots.slice(0, room).map((_, index) => index))
    }
  } else if (mark === 'bar' && slots.length > MOST_TIME_BARS) {
    notes.push(say.ofShown(count(MOST_TIME_BARS), count(slots.length), say.what.bars))
    arrange(slots.map((_, index) => index).slice(-MOST_TIME_BARS))
  }
  if (axis === 'category') slots = slots.map((slot, index) => (grain ? slot : { ...slot, at: index }))
  if (mark === 'parallel' && slots.length > MOST_LINES) {
    notes.push(say.ofShown(count(MOST_LINES), count(slots.length), say.what.rows))
    arrange(slots.slice(0, MOST_LINES).map((_, index) => index))
  }

  const room = mark === 'heatmap' ? MOST_COLUMNS : TREES.has(mark) || mark === 'sankey' ? MOST_TILES : 0
  if (room > 0 && slots.length > room) {
    notes.push(say.ofShown(count(room), count(slots.length), say.what.parts))
    const kept = byRank(slots.map((_, index) => -Math.abs(size(index)))).slice(0, room)
    arrange(mark === 'heatmap' ? kept.sort((a, b) => a - b) : kept)
    slots = slots.map((slot, index) => ({ ...slot, at: index }))
  }
  // What cannot stand on a logarithmic axis is told, never moved.
  const hasLog = mark === 'line' || mark === 'scatter'
  const log = {
    x: spec.x.scale === 'log' && hasLog && axis === 'number',
    y: first.scale === 'log' && hasLog,
  }
  if ((first.scale === 'log' && !log.y) || (spec.x.scale === 'log' && !log.x)) notes.push(say.noLog)
  if (log.x || log.y) {
    let below = 0
    for (const one of complete) {
      one.values = one.values.map((value, index) => {
        const off = value !== null && ((log.y && value <= 0) || (log.x && (slots[index]?.at ?? 0) <= 0))
        if (off) below += 1
        return off ? null : value
      })
    }
    if (log.x) {
      arrange(slots.flatMap((slot, index) => (slot.at > 0 ? [index] : [])))
      gaps.clear()
    }
    if (below > 0) notes.push(say.belowLog(count(below)))
  }
  let spans: Plan['spans'] = null
  if (mark === 'waterfall' && slots.length > 0) {
    spans = []
    let sum = 0
    const values = complete[0]?.values ?? []
    for (const value of values) {
      spans.push([sum, sum + (value ?? 0)])
      sum += value ?? 0
    }
    spans.push([0, sum])
    values.push(tidy(sum))
    slots = [...slots, { at: slots.length, label: say.total, cell: say.total, picks: false }]
  }
  const sized =
    mark === 'scatter' && spec.size ? { channel: spec.size, ...columnOf(answer, spec.size) } : null
  const sizes: Plan['sizes'] = sized
    ? {
        column: sized.column,
        name: named(sized.channel, sized.column),
        format: sized.channel.format,
        values: slotRows.map((row) => numberOf(sized.cells[row])),
      }
    : null

  let ticks = slots
  if (mark === 'scatter' && axis === 'category') {
    const positions = new Map<string, number>()
    ticks = []
    for (const slot of slots) {
      const position = positions.get(slot.label) ?? positions.size
      if (position === positions.size) {
        positions.set(slot.label, position)
        ticks.push({ ...slot, at: position })
      }
      slot.at = position
    }
  }

  if (spec.trend && (mark === 'line' || mark === 'scatter')) {
    if (series.length > MOST_TRENDS) notes.push(say.manyTrends(count(MOST_TRENDS)))
    else
      for (const one of series) {
        const found = trendOf(one, ticks === slots ? slots : null, {
          axis,
          log,
          grain,
          spec,
          say,
          locale: context.locale,
        })
        if (!found) continue
        curves.push({ ...found.curve, color: series.length > 1 ? one.color : (theme.series[1] ?? theme.ink) })
        notes.push(series.length > 1 ? `${one.name}: ${found.text}` : found.text)
      }
  } else if (spec.trend) notes.push(say.noTrend)
  const atOf = (cell: Scalar): number | null => {
    if (axis === 'time') return parseTime(cell)
    if (axis === 'number' || axis === 'bins') return numberOf(cell)
    const text = String(cell ?? '')
    const found = ticks.findIndex(
      (slot) =>
        String(slot.cell ?? '') === text ||
        slot.label === text ||
        (grain !== null && parseTime(slot.cell) === (parseTime(cell) ?? Number.NaN)),
    )
    return found < 0 ? null : found
  }
  const annotations: Note[] = []
  let outside = 0
  const ends: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const slot of slots) {
    ends[0] = Math.min(ends[0], slot.at)
    ends[1] = Math.max(ends[1], slot.to ?? slot.at)
  }
  for (const one of marks[mark].onAxes || mark === 'combo' ? (spec.annotations ?? []) : []) {
    const at = atOf(one.x)
    const inside = at !== null && (axis === 'category' || (at >= ends[0] && at <= ends[1]))
    if (inside) annotations.push({ at, y: one.y ?? null, text: clean(one.text) })
    else outside += 1
  }
  if (outside > 0) notes.push(say.notesOutside(count(outside)))
  const begins =
    spec.forecast_from === undefined || spec.forecast_from === null || mark !== 'line'
      ? null
      : atOf(spec.forecast_from)
  const forecastAt =
    begins === null ? -1 : slots.findIndex((slot, index) => (axis === 'category' ? index : slot.at) >= begins)
  const forecast = forecastAt < 0 ? null : forecastAt
  if (forecast !== null)
    notes.push(say.forecastFrom(slots[forecast]?.label || labelOf(slots[forecast]?.cell ?? null)))

  let stack = mark === 'bar' || mark === 'area' || mark === 'histogram' ? (spec.stack ?? 'none') : 'none'
  if (mark === 'histogram' && stack === 'none' && complete.length > 1) stack = 'zero'
  if (stack === 'percent' && complete.some((one) => one.values.some((value) => (value ?? 0) < 0))) {
    notes.push(say.notNegative)
  }
  if ((mark === 'line' || mark === 'area') && slots.length > MANY_POINTS)
    notes.push(say.simplified(count(slots.length)))
  if (answer.truncated) {
    const whole = answer.total_count
    notes.push(
      say.ofShown(count(rows), whole === null || whole === undefined ? '…' : count(whole), say.what.rows),
    )
  }

  const yNames = measures.map(({ channel, column }) => named(channel, column))
  const together = mark === 'box' || mark === 'candlestick'
  const yName = together
    ? say.range(yNames[0] ?? '', yNames.at(mark === 'box' ? -1 : 2) ?? '')
    : yNames.length > 3
      ? `${yNames.slice(0, 3).join(', ')} …`
      : yNames.join(', ')
  const axisName = (side: Series['side']): string =>
    mark === 'combo' || mark === 'pareto'
      ? complete
          .filter((one) => one.side === side)
          .map((one) => one.name)
          .join(', ')
      : side === 'left'
        ? yName
        : ''
  const subject =
    mark === 'scatter'
      ? say.versus(yName, xName)
      : isSpread(mark)
        ? split
          ? say.by(xName, named(split.channel, split.column))
          : xName
        : split
          ? say.byTwo(yName, xName, named(split.channel, split.column))
          : say.by(yName, xName)
  const isCounted = mark === 'histogram' && !split && isCount(yName)
  const own = clean(spec.text?.title ?? '')

  return {
    mark,
    axis,
    x,
    xFormat: spec.x.format,
    slots,
    ticks,
    series,
    gaps,
    spans,
    references: (spec.references ?? []).map((one) => ({
      value: one.value,
      to: one.to ?? null,
      label: clean(one.label ?? ''),
    })),
    annotations,
    curves,
    outlines,
    map,
    log,
    curved: binned,
    counted,
    forecast,
    shared: null,
    sizes,
    stack,
    names,
    subject,
    notes,
    title:
      own || (isSpread(mark) ? say.distribution(subject) : isCounted ? say.distribution(xName) : subject),
    titled: own !== '',
    horizontal: mark === 'bar' ? (spec.horizontal ?? null) : false,
    subtitle: clean(spec.text?.subtitle ?? ''),
    source: clean(spec.text?.source ?? ''),
    xTitle:
      mark === 'qq'
        ? say.normalQuantiles
        : mark === 'violin'
          ? split
            ? named(split.channel, split.column)
            : ''
          : withUnit(xName, spec.x.format),
    yTitle:
      mark === 'qq' || mark === 'violin'
        ? withUnit(xName, spec.x.format)
        : mark === 'density' || mark === 'ecdf'
          ? say.heights[mark]
          : stack === 'percent'
            ? yName
            : withUnit(axisName('left'), measures[0]?.channel.format),
    rightTitle: axisName('right'),
    showsLegend: spec.legend !== 'none' && complete.length > 1 && !marks[mark].unnamed,
    writes: {
      value: (one, value) =>
        value === null ? say.noValue : numberFormat(one.format, context.locale, 'full', value)(value),
      slot: (index) => {
        const slot = slots[index]
        return slot ? slot.label || (written ?? ((one: Slot) => labelOf(one.cell)))(slot) : ''
      },
      count,
    },
  }
}

/** Write down which places the rows so far have taken, from when on rows may share them. */
function fill(
  cells: readonly Scalar[],
  groups: Iterable<{ slots: number[]; seen: Map<unknown, number> }>,
  places: Map<unknown, number>[],
): void {
  places[0] = new Map(cells.map((cell, slot) => [cell, slot]))
  for (const own of groups) for (const slot of own.slots) own.seen.set(cells[slot] ?? null, 1)
}

const isCount = (name: string): boolean => /^(count|number|anzahl|rows|zeilen)\b/i.test(name)

function withUnit(name: string, format: Format | undefined): string {
  const unit = clean(format?.unit ?? '')
  return unit && !name.includes(unit) ? `${name} (${unit})` : name
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

/** Shares of each slot's total, by absolute values; what stands on the axis of a percent stack. */
export function shares(series: readonly Series[], slots: number): (number | null)[][] {
  const totals = Array.from({ length: slots }, (_, index) =>
    series.reduce((sum, one) => sum + Math.abs(one.values[index] ?? 0), 0),
  )
  return series.map((one) =>
    one.values.map((value, index) =>
      value === null || !totals[index] ? null : Math.abs(value) / totals[index],
    ),
  )
}

/** What lies around the value of each row. */
function rangesOf(
  error: NonNullable<Channel['error']>,
  answer: Answer,
): (row: number, value: number | null) => [number, number] | null {
  const cellsOf = (field: string): readonly Scalar[] => columnOf(answer, { field }).cells
  const own = cellsOf(error.field)
  const high = error.high ? cellsOf(error.high) : null
  const counts = error.count ? cellsOf(error.count) : null
  return (row, value) => {
    const given = numberOf(own[row])
    if (value === null || given === null) return null
    if (high) {
      const upper = numberOf(high[row])
      return upper === null ? null : [given, upper]
    }
    const half = counts ? halfOfMean(given, numberOf(counts[row]) ?? 0, error.level ?? 0.95) : Math.abs(given)
    return half === null ? null : [value - half, value + half]
  }
}

/** The outlines that know most of the values, or those that were asked for; null where they know none. */
function bestOutline(
  spec: ChartSpec,
  cells: readonly Scalar[],
): { name: OutlineName; known: NonNullable<ReturnType<typeof mapOf>> } | null {
  const wanted: OutlineName[] = !spec.outline || spec.outline === 'auto' ? ['world', 'us'] : [spec.outline]
  let best: { name: OutlineName; known: NonNullable<ReturnType<typeof mapOf>> } | null = null
  let most = 0
  for (const name of wanted) {
    const known = mapOf(name)
    if (!known) continue
    const found = cells.filter((cell) => regionOf(known, cell) !== null).length
    if (found > most) {
      most = found
      best = { name, known }
    }
  }
  return best
}

interface Around {
  axis: Plan['axis']
  log: Plan['log']
  grain: AnswerColumn['grain']
  spec: ChartSpec
  say: ReturnType<typeof words>
  locale: string
}

const STRIDES = {
  year: 365.2425,
  quarter: 91.310625,
  month: 30.436875,
  week: 7,
  day: 1,
  hour: 1 / 24,
  minute: 1 / 1440,
}

/** The trend of a series: its line with band, and the figures in words. Null where there is none. */
function trendOf(
  one: Series,
  slots: readonly Slot[] | null,
  around: Around,
): { curve: Curve; text: string } | null {
  const { axis, log, say, locale, spec } = around
  if (!slots) return null
  const xs: number[] = []
  const ys: number[] = []
  const stride = axis === 'time' || around.grain ? STRIDES[around.grain ?? 'day'] * DAY : 1
  const timed = axis === 'time' || Boolean(around.grain)
  const to = (at: number): number => (log.x ? Math.log10(at) : timed ? at / stride : at)
  for (const [index, value] of one.values.entries()) {
    const slot = slots[index]
    if (value === null || !slot) continue
    xs.push(to(slot.at))
    ys.push(log.y ? Math.log10(value) : value)
  }
  const line = lineThrough(xs, ys)
  if (!line) return null
  const level = spec.trend?.band === undefined ? 0.95 : spec.trend.band
  const low = xs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = xs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const steps = level && line.n > 2 ? 48 : 1
  const back = (x: number): number => (log.x ? 10 ** x : timed ? x * stride : x)
  const up = (y: number): number => (log.y ? 10 ** y : y)
  const places = Array.from({ length: steps + 1 }, (_, index) => low + ((high - low) * index) / steps)
  const figure = (value: number, digits = 4): string =>
    new Intl.NumberFormat(localeOf(locale), { maximumSignificantDigits: digits })
      .format(value)
      .replace(/-/g, '\u2212')
  const p = line.p
  const chance = p === null ? '' : p < 0.001 ? `p < ${figure(0.001)}` : `p = ${figure(p, 2)}`
  const sign = line.intercept < 0 ? '\u2212' : '+'
  const [xWord, yWord] = [log.x ? 'log x' : 'x', log.y ? 'log y' : 'y']
  const equation = timed
    ? say.perStep(
        `${line.slope > 0 ? '+' : ''}${figure(line.slope)}${log.y ? ' (log)' : ''}`,
        around.grain ?? 'day',
      )
    : `${yWord} = ${figure(line.slope)} ${xWord} ${sign} ${figure(Math.abs(line.intercept))}`
  const band = level && line.n > 2 ? say.bandOf(numberFormat({ kind: 'percent' }, locale)(level)) : ''
  const text = [
    equation,
    `R² ${figure(Math.round(line.r2 * 1000) / 1000)}`,
    chance,
    `n = ${figure(line.n)}`,
    band,
  ]
    .filter(Boolean)
    .join(', ')
  return {
    text: say.trendSaid(text),
    curve: {
      color: '',
      dashed: false,
      points: places.map((x) => [back(x), up(line.at(x))]),
      band:
        level && line.n > 2
          ? places.map((x) => [
              back(x),
              up(line.at(x) - line.half(x, level)),
              up(line.at(x) + line.half(x, level)),
            ])
          : [],
    },
  }
}

/** A correlation matrix: measures that name their two columns become cells; the diagonal is 1. */
function matrix(
  spec: ChartSpec,
  context: Context,
  measures: readonly { channel: Channel; column: AnswerColumn; cells: readonly Scalar[] }[],
  notes: string[],
): Plan {
  const theme = themes[context.theme] ?? themes.light
  const say = words(context.locale)
  const format: Format = { kind: 'number', digits: 2 }
  const pairs = measures.filter(({ column }) => column.of?.length === 2)
  const names = [...new Set(pairs.flatMap(({ column }) => column.of ?? []))]
  const column: AnswerColumn = { ...(pairs[0]?.column as AnswerColumn), type: 'float' }
  const cell = (row: string, other: string): number | null => {
    if (row === other) return 1
    const found = pairs.find(({ column }) => column.of?.includes(row) && column.of.includes(other))
    return found ? numberOf(found.cells[0]) : null
  }
  const series = names.map(
    (name): Series => ({
      name: clean(name),
      color: theme.series[0] ?? theme.other,
      rest: false,
      dash: 'solid',
      symbol: 'circle',
      format,
      column,
      values: names.map((other) => cell(name, other)),
      group: name,
      picks: false,
      as: 'bar',
      side: 'left',
      around: null,
      drawAround: 'bars',
    }),
  )
  const own = clean(spec.text?.title ?? '')
  const subject = say.correlationOf(names.length)
  return {
    mark: 'correlation',
    axis: 'category',
    x: column,
    xFormat: undefined,
    slots: names.map((name, at) => ({ at, label: clean(name), cell: name, picks: false })),
    ticks: names.map((name, at) => ({ at, label: clean(name), cell: name, picks: false })),
    series,
    gaps: new Set(),
    spans: null,
    references: [],
    annotations: [],
    curves: [],
    outlines: [],
    map: null,
    log: { x: false, y: false },
    curved: false,
    counted: null,
    forecast: null,
    shared: null,
    sizes: null,
    stack: 'none',
    names: true,
    subject,
    notes,
    title: own || subject,
    titled: own !== '',
    horizontal: false,
    subtitle: clean(spec.text?.subtitle ?? ''),
    source: clean(spec.text?.source ?? ''),
    xTitle: '',
    yTitle: say.pearson,
    rightTitle: '',
    showsLegend: false,
    writes: {
      value: (one, value) => (value === null ? say.noValue : numberFormat(one.format, context.locale)(value)),
      slot: (index) => clean(names[index] ?? ''),
      count: (value) => numberFormat({ digits: 0 }, context.locale)(value),
    },
  }
}
