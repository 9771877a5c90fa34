// Conditional formats: which cells of a table stand out, and how. Decided here and nowhere else, so that the table in
// the browser, the PDF and the workbook agree.
//
// - Formats are tried in their order; a cell keeps the first colour, the first bar and the first icon that it gets.
// - Cells are compared with cells of their own kind: totals with totals of the same level, and never with what they sum.
// - Colour never speaks alone: a highlight is bold or has an icon, a scale and a bar are said in words for those who
//   do not see them (`says`), and the ink on every colour has a contrast of at least 4.5 to 1.
// - Values that are missing get nothing, unless a highlight asks for what is empty.

import { NUMBERS, numberOf, TIMES } from './format'
import type { Answer, AnswerColumn, Scalar } from './spec'
import { themes } from './theme'
import { parseTime } from './time'

export type Tint = 'red' | 'orange' | 'yellow' | 'green' | 'teal' | 'blue' | 'purple' | 'grey' | 'none'

export interface Stop {
  kind: 'min' | 'max' | 'number' | 'percentile'
  /** The number, or the percentile from 0 to 100. */
  value?: number | null
}

interface Painted {
  /** Keys of the columns whose cells are painted; `*` is every column. */
  columns: readonly string[]
  /** The column whose values decide; without it each painted column's own. */
  by?: string | null
  on?: 'groups' | 'totals' | 'all'
  /** Dimensions inside of which cells are compared; none: all cells are one group. */
  within?: readonly string[]
}

export interface ColourScale extends Painted {
  kind: 'scale'
  /** Two or three, from low to high. */
  stops: readonly (Stop & { tint: Tint })[]
}

export interface DataBar extends Painted {
  kind: 'bar'
  tint: Tint
  min?: Stop | null
  max?: Stop | null
}

export type IconSet = 'arrows' | 'signs' | 'shapes' | 'levels'

export interface Icons extends Painted {
  kind: 'icons'
  set: IconSet
  /** Where the next icon begins, from low to high; one fewer than the set has icons. */
  limits: readonly Stop[]
  reverse?: boolean
}

export type Test =
  | 'below'
  | 'at_most'
  | 'above'
  | 'at_least'
  | 'equals'
  | 'not_equals'
  | 'between'
  | 'outside'
  | 'empty'
  | 'not_empty'
  | 'contains'
  | 'top'
  | 'bottom'

export interface Highlight extends Painted {
  kind: 'highlight'
  test: Test
  /** Bounds; for `top` and `bottom` how many. */
  values?: readonly Scalar[]
  /** A column whose value in the same row is the bound, in the place of `values`. */
  than?: string | null
  /** What is compared: the value, or the value by a number of its group. */
  relative?: 'share' | 'mean' | 'median' | 'largest' | null
  tint: Tint
  bold?: boolean
  icon?: Sign | null
}

export type Sign = 'up' | 'down' | 'flag' | 'warning' | 'check' | 'cross' | 'star'
export type FormatRule = ColourScale | DataBar | Icons | Highlight

export interface TableFormat {
  v?: 1
  rules: readonly FormatRule[]
}

export interface CellFormat {
  /** Ground and ink, as #rrggbb. */
  fill?: string
  ink?: string
  bold?: boolean
  /** A character in front of the value. */
  icon?: string
  /** From where to where, as shares of the cell's width; `axis` is where zero is. The cell is as wide as `low` to `high`. */
  bar?: { from: number; to: number; axis: number; low: number; high: number; fill: string }
  /** In words, for those who do not see it. */
  says: string
}

const TINTS: Readonly<Record<'light' | 'dark', Readonly<Record<Exclude<Tint, 'none'>, string>>>> = {
  light: {
    red: '#F5B5AD',
    orange: '#F8CB94',
    yellow: '#F5E6A3',
    green: '#AEDDB9',
    teal: '#A4DDD7',
    blue: '#AFD0F0',
    purple: '#D0C2F3',
    grey: '#D5DAE1',
  },
  dark: {
    red: '#7D322B',
    orange: '#734A12',
    yellow: '#5F5510',
    green: '#1F5A33',
    teal: '#12575A',
    blue: '#1F4E7D',
    purple: '#4D3D85',
    grey: '#424A55',
  },
}

const SETS: Readonly<Record<IconSet, readonly (readonly [string, string])[]>> = {
  arrows: [
    ['▼', 'low'],
    ['▶', 'middle'],
    ['▲', 'high'],
  ],
  signs: [
    ['✖', 'bad'],
    ['!', 'fair'],
    ['✔', 'good'],
  ],
  shapes: [
    ['◆', 'low'],
    ['▲', 'middle'],
    ['●', 'high'],
  ],
  levels: [
    ['▁', 'level 1 of 4'],
    ['▃', 'level 2 of 4'],
    ['▅', 'level 3 of 4'],
    ['▇', 'level 4 of 4'],
  ],
}

const MARKS: Readonly<Record<Sign, readonly [string, string]>> = {
  up: ['▲', 'up'],
  down: ['▼', 'down'],
  flag: ['⚑', 'flagged'],
  warning: ['⚠', 'warning'],
  check: ['✔', 'good'],
  cross: ['✖', 'bad'],
  star: ['★', 'starred'],
}

/** What a group of cells is compared by. Large answers that are shown in parts bring it along (`Extents`). */
export interface Extent {
  /** The number at each stop or limit of the format, in their order. */
  stops: number[]
  /** Of a highlight: the number that `relative` divides by, or where `top` and `bottom` begin. */
  bound: number | null
}

/** For each format by its place, for each painted column, for each group of cells. */
export type Extents = Readonly<Record<string, Extent>>

export interface Formats {
  /** The format of a cell, if it has one. */
  cell(row: number, key: string): CellFormat | undefined
  /** Keys of the columns that have formats. */
  columns: ReadonlySet<string>
  extents: Extents
}

export interface FormatOptions {
  theme?: 'light' | 'dark'
  /** Of the whole answer, when `answer` is a part of it. */
  extents?: Extents
}

/** The formats of an answer's cells. What a format names and the answer does not have is left out. */
export function formatsOf(answer: Answer, format: TableFormat, options: FormatOptions = {}): Formats {
  const theme = options.theme ?? 'light'
  const cells = new Map<string, (CellFormat | undefined)[]>()
  const extents: Record<string, Extent> = {}
  const columns = new Map(answer.columns.map((column) => [column.key, column]))
  format.rules.forEach((rule, at) => {
    for (const key of rule.columns.includes('*') ? columns.keys() : rule.columns) {
      const decides = columns.get(rule.by ?? key)
      if (!columns.has(key) || decides === undefined) continue
      const painted = paint(rule, at, key, decides, answer, columns, theme, options.extents, extents)
      if (painted === null) continue
      const column = cells.get(key) ?? new Array<CellFormat | undefined>(answer.row_count)
      cells.set(key, column)
      for (let row = 0; row < answer.row_count; row += 1) column[row] = joined(column[row], painted(row))
    }
  })
  return {
    cell: (row, key) => cells.get(key)?.[row],
    columns: new Set(cells.keys()),
    extents,
  }
}

function joined(first: CellFormat | undefined, second: CellFormat | undefined): CellFormat | undefined {
  if (!first || !second) return first ?? second
  const coloured = first.fill !== undefined
  return {
    ...second,
    ...first,
    ...(coloured ? {} : second.fill !== undefined ? { fill: second.fill, ink: second.ink } : {}),
    ...(first.bold || second.bold ? { bold: true } : {}),
    says: `${first.says}; ${second.says}`,
  }
}

type Painter = (row: number) => CellFormat | undefined

function paint(
  rule: FormatRule,
  at: number,
  key: string,
  decides: AnswerColumn,
  answer: Answer,
  columns: ReadonlyMap<string, AnswerColumn>,
  theme: 'light' | 'dark',
  given: Extents | undefined,
  found: Record<string, Extent>,
): Painter | null {
  const values = answer.data[decides.key] ?? []
  const numbers = values.map((value) => measured(value, decides))
  const groups = groupsOf(rule, answer)
  const than = rule.kind === 'highlight' && rule.than ? columns.get(rule.than) : undefined
  if (rule.kind === 'highlight' && rule.than && !than) return null

  // What each group of cells is compared by, once.
  const members = new Map<string, number[]>()
  for (let row = 0; row < answer.row_count; row += 1) {
    const group = groups[row]
    if (group === null || group === undefined) continue
    const list = members.get(group) ?? []
    members.set(group, list)
    const number = numbers[row]
    if (number !== null && number !== undefined) list.push(number)
  }
  for (const [group, list] of members) {
    const name = `${at}/${key}/${group}`
    found[name] = (given && Object.hasOwn(given, name) ? given[name] : undefined) ?? extentOf(rule, list)
  }
  const extent = (row: number): Extent | null => found[`${at}/${key}/${groups[row]}`] ?? null

  return (row) => {
    if (groups[row] === null || groups[row] === undefined) return undefined
    const number = numbers[row] ?? null
    const of = extent(row)
    if (of === null) return undefined
    switch (rule.kind) {
      case 'scale':
        return scaled(rule, number, of, theme)
      case 'bar':
        return barred(rule, number, of, theme)
      case 'icons':
        return iconed(rule, number, of)
      case 'highlight': {
        const bound = than ? (answer.data[than.key]?.[row] ?? null) : undefined
        return passes(rule, values[row] ?? null, number, of, decides, bound) ? lit(rule, theme) : undefined
      }
    }
  }
}

/** The group of each row's cell; null where the format says nothing. */
function groupsOf(rule: FormatRule, answer: Answer): (string | null)[] {
  const level = (answer as { level?: readonly number[] }).level ?? []
  const within = (rule.within ?? []).filter((key) => Object.hasOwn(answer.data, key))
  const on = rule.on ?? 'groups'
  return Array.from({ length: answer.row_count }, (_, row) => {
    const total = level[row] ?? 0
    if ((on === 'groups' && total !== 0) || (on === 'totals' && total === 0)) return null
    return JSON.stringify([total, ...within.map((key) => answer.data[key]?.[row] ?? null)])
  })
}

/** A cell as a number that can be compared: dates as their moment. */
function measured(value: Scalar | undefined, column: AnswerColumn): number | null {
  if (value === null || value === undefined) return null
  if (TIMES.has(column.type)) return parseTime(value)
  if (NUMBERS.has(column.type) || typeof value === 'boolean') return numberOf(value)
  return null
}

function extentOf(rule: FormatRule, list: readonly number[]): Extent {
  const sorted = [...list].sort((one, other) => one - other)
  const stops = stopsOf(rule).map((stop) => placeOf(stop, sorted))
  return { stops, bound: rule.kind === 'highlight' ? boundOf(rule, sorted) : null }
}

const LOW: Stop = { kind: 'min' }
const HIGH: Stop = { kind: 'max' }

function stopsOf(rule: FormatRule): readonly Stop[] {
  switch (rule.kind) {
    case 'scale':
      return rule.stops
    case 'bar':
      return [rule.min ?? LOW, rule.max ?? HIGH]
    case 'icons':
      return rule.limits
    case 'highlight':
      return []
  }
}

/** Of sorted numbers; NaN where there are none. */
function placeOf(stop: Stop, sorted: readonly number[]): number {
  switch (stop.kind) {
    case 'number':
      return stop.value ?? Number.NaN
    case 'min':
      return sorted[0] ?? Number.NaN
    case 'max':
      return sorted[sorted.length - 1] ?? Number.NaN
    case 'percentile':
      return quantile(sorted, Math.min(100, Math.max(0, stop.value ?? 50)) / 100)
  }
}

/** Between two values in proportion (type 7), as the engine's own. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) return Number.NaN
  return below === above ? below : below + (above - below) * (place - Math.floor(place))
}

function boundOf(rule: Highlight, sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null
  if (rule.test === 'top' || rule.test === 'bottom') {
    const count = Math.max(1, Math.floor(numberOf(rule.values?.[0]) ?? 10))
    const at = rule.test === 'top' ? Math.max(0, sorted.length - count) : Math.min(sorted.length, count) - 1
    return sorted[at] ?? null
  }
  switch (rule.relative) {
    case 'largest':
      return sorted[sorted.length - 1] ?? null
    case 'median':
      return quantile(sorted, 0.5)
    case 'mean':
      return sorted.reduce((sum, each) => sum + each, 0) / sorted.length
    case 'share':
      return sorted.reduce((sum, each) => sum + each, 0)
    default:
      return null
  }
}

// Scales

function scaled(
  rule: ColourScale,
  number: number | null,
  of: Extent,
  theme: 'light' | 'dark',
): CellFormat | undefined {
  if (number === null || of.stops.some(Number.isNaN)) return undefined
  const last = rule.stops.length - 1
  const low = of.stops[0] as number
  const high = of.stops[last] as number
  let share = shareOf(number, low, high)
  let from = 0
  if (last === 2) {
    const middle = of.stops[1] as number
    from = number < middle ? 0 : 1
    const [start, end] = from === 0 ? [low, middle] : [middle, high]
    share = shareOf(number, start, end)
  }
  // A hundred steps are more than an eye tells apart, and fewer styles than a workbook may have.
  share = Math.round(share * 100) / 100
  const one = colourOf(rule.stops[from]?.tint ?? 'none', theme)
  const other = colourOf(rule.stops[from + 1]?.tint ?? 'none', theme)
  const fill = mixed(one, other, share)
  const whole = Math.round(shareOf(number, low, high) * 100)
  return { fill, ink: inkOn(fill), says: `${whole} % of the scale` }
}

/** Where a number is between two, from 0 to 1. */
function shareOf(number: number, low: number, high: number): number {
  if (high <= low) return number > high ? 1 : number < low ? 0 : 0.5
  return Math.min(1, Math.max(0, (number - low) / (high - low)))
}

function barred(
  rule: DataBar,
  number: number | null,
  of: Extent,
  theme: 'light' | 'dark',
): CellFormat | undefined {
  const [min, max] = of.stops as [number, number]
  if (number === null || Number.isNaN(min) || Number.isNaN(max)) return undefined
  // Bars begin at zero, unless somebody says where they begin.
  const low = rule.min && rule.min.kind !== 'min' ? min : Math.min(0, min)
  const high = rule.max && rule.max.kind !== 'max' ? max : Math.max(0, max)
  const axis = high <= low ? 0 : shareOf(Math.min(high, Math.max(low, 0)), low, high)
  const end = high <= low ? (number > high ? 1 : 0) : shareOf(number, low, high)
  const fill = colourOf(rule.tint, theme)
  const whole = Math.round(Math.abs(end - axis) * 100)
  return {
    bar: {
      from: rounded(Math.min(axis, end)),
      to: rounded(Math.max(axis, end)),
      axis: rounded(axis),
      low,
      high,
      fill,
    },
    says: `bar of ${whole} %${end < axis ? ' below zero' : ''}`,
  }
}

const rounded = (share: number): number => Math.round(share * 1000) / 1000

function iconed(rule: Icons, number: number | null, of: Extent): CellFormat | undefined {
  if (number === null || of.stops.some(Number.isNaN)) return undefined
  const set = SETS[rule.set] ?? SETS.arrows
  const reached = of.stops.filter((limit) => number >= limit).length
  const place = Math.min(set.length - 1, reached)
  const [icon, says] = set[rule.reverse ? set.length - 1 - place : place] as readonly [string, string]
  return { icon, says }
}

// Highlights

function lit(rule: Highlight, theme: 'light' | 'dark'): CellFormat {
  const mark = rule.icon ? MARKS[rule.icon] : undefined
  const fill = colourOf(rule.tint, theme)
  return {
    ...(rule.tint === 'none' ? {} : { fill, ink: inkOn(fill) }),
    // Never colour alone.
    ...(rule.bold || !mark ? { bold: true } : {}),
    ...(mark ? { icon: mark[0] } : {}),
    says: mark ? mark[1] : 'highlighted',
  }
}

function passes(
  rule: Highlight,
  value: Scalar,
  number: number | null,
  of: Extent,
  column: AnswerColumn,
  than: Scalar | undefined,
): boolean {
  const absent = value === null || value === ''
  if (rule.test === 'empty') return absent
  if (rule.test === 'not_empty') return !absent
  if (absent) return false
  if (rule.test === 'top') return number !== null && of.bound !== null && number >= of.bound
  if (rule.test === 'bottom') return number !== null && of.bound !== null && number <= of.bound
  const bounds = than === undefined ? (rule.values ?? []) : [than]
  if (rule.test === 'contains')
    return bounds.some(
      (bound) => bound !== null && String(value).toLowerCase().includes(String(bound).toLowerCase()),
    )
  if (number === null) {
    const same = bounds.some((bound) => bound !== null && String(value) === String(bound))
    return rule.test === 'equals' ? same : rule.test === 'not_equals' && bounds.length > 0 && !same
  }
  const [first, second] = bounds.map((bound) => measured(bound, column))
  if (first === null || first === undefined) return false
  const compared = rule.relative ? (of.bound ? number / of.bound : null) : number
  if (compared === null) return false
  switch (rule.test) {
    case 'below':
      return compared < first
    case 'at_most':
      return compared <= first
    case 'above':
      return compared > first
    case 'at_least':
      return compared >= first
    case 'equals':
      return compared === first
    case 'not_equals':
      return compared !== first
    case 'between':
      return second !== null && second !== undefined && compared >= first && compared <= second
    case 'outside':
      return second !== null && second !== undefined && (compared < first || compared > second)
    default:
      return false
  }
}

// Colours

function colourOf(tint: Tint, theme: 'light' | 'dark'): string {
  return tint === 'none' || !Object.hasOwn(TINTS[theme], tint) ? themes[theme].ground : TINTS[theme][tint]
}

const channels = (hex: string): [number, number, number] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number]

/** Mixed as light mixes: in linear steps, so that the middle of two tints is as light as they are. */
function mixed(one: string, other: string, share: number): string {
  const to = channels(other)
  const parts = channels(one).map((from, at) => {
    const light = linear(from) + (linear(to[at] as number) - linear(from)) * share
    return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055))
  })
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map(linear) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** The contrast of two colours after WCAG, from 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** Dark or light letters, whichever are easier to read. */
function inkOn(ground: string): string {
  const dark = themes.light.ink
  return contrastOf(dark, ground) >= contrastOf('#FFFFFF', ground) ? dark : '#FFFFFF'
}
