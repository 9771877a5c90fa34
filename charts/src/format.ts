// Numbers and dates in the reader's language. No formatter throws: a unit or locale that Intl refuses is shown plainly.

import { decimalsOf, tidy } from './scale'
import type { AnswerColumn, Format, Grain, Scalar } from './spec'
import { clean } from './text'
import { parseTime, type TickUnit } from './time'
import { words } from './words'

export const NUMBERS = new Set(['integer', 'decimal', 'float'])
export const TIMES = new Set(['date', 'timestamp', 'instant'])

const locales = new Map<string, string>()

export function localeOf(locale: string): string {
  let known = locales.get(locale)
  if (known === undefined) {
    try {
      known = Intl.getCanonicalLocales(locale)[0] ?? 'en'
    } catch {
      known = 'en'
    }
    if (locales.size > 50) locales.clear()
    locales.set(locale, known)
  }
  return known
}

/** The number that a cell holds, or null. Exact decimals and long integers arrive as text. */
export function numberOf(value: Scalar | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string' || value.trim() === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

const CURRENCY = /^[A-Z]{3}$/
const cache = new Map<string, Intl.NumberFormat>()

function intl(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options)
  let formatter = cache.get(key)
  if (!formatter) {
    if (cache.size > 200) cache.clear()
    formatter = new Intl.NumberFormat(locale, options)
    cache.set(key, formatter)
  }
  return formatter
}

export type Purpose =
  /** All that there is: tables, tool tips, speech. */
  | 'full'
  /** On an axis: compact from ten thousand on. */
  | 'axis'
  /** Beside a mark: without decimals from a thousand on, compact from a million on. */
  | 'label'
  /** A whole number that names rather than counts, such as a year: without separators. */
  | 'name'

/** A function from numbers to text. Percent takes fractions: 0.25 is 25 %. */
export function numberFormat(
  format: Format | undefined,
  locale: string,
  purpose: Purpose = 'full',
  largest = 0,
): (value: number) => string {
  const { kind = 'auto', digits, unit } = format ?? {}
  const options: Intl.NumberFormatOptions = {}
  let suffix = ''
  if (kind === 'percent') {
    options.style = 'percent'
    options.maximumFractionDigits = digits ?? 1
  } else {
    if (kind === 'currency' && unit && CURRENCY.test(unit.toUpperCase())) {
      options.style = 'currency'
      options.currency = unit.toUpperCase()
      options.currencyDisplay = 'narrowSymbol'
    } else if (unit) suffix = `\u00a0${clean(unit)}`
    const size = Math.abs(largest)
    if ((purpose === 'axis' && size >= 10_000) || (purpose === 'label' && size >= 1_000_000)) {
      options.notation = 'compact'
      // Some languages do not shorten thousands: all their digits stay.
      options.useGrouping = true
      // Ticks are round: more decimals than these would show dust, fewer would round 1.025M.
      if (purpose === 'axis') options.maximumFractionDigits = 5
      else {
        options.maximumSignificantDigits = 3
        options.maximumFractionDigits = 0
        Object.assign(options, { roundingPriority: 'morePrecision' })
      }
      options.minimumFractionDigits = 0
    } else if (size > 0 && size < 1e-6 && kind !== 'currency') {
      options.notation = 'scientific'
      options.maximumFractionDigits = purpose === 'axis' ? exponent(size, digits ?? 0) : 2
    } else if (digits !== null && digits !== undefined && purpose !== 'axis') {
      options.minimumFractionDigits = digits
      options.maximumFractionDigits = digits
    } else if (purpose === 'axis' || kind !== 'currency') {
      options.minimumFractionDigits = 0
      options.maximumFractionDigits = digits ?? decimals(size, purpose)
    }
    if (purpose === 'name') options.useGrouping = false
  }
  const formatter = intl(localeOf(locale), options)
  // Intl writes -0 with its sign; nobody means that.
  const zero = options.notation === 'scientific' ? '0' : formatter.format(0)
  return (value) => (value === 0 ? zero : formatter.format(value).replace(/-/g, '\u2212')) + suffix
}

/** Decimals of the number in front of the power of ten, when so many stand behind the point of a plain number. */
function exponent(largest: number, digits: number): number {
  return Math.min(6, Math.max(0, digits + Math.floor(Math.log10(largest))))
}

/** Enough decimals to tell small values apart, none that nobody reads. */
function decimals(size: number, purpose: Purpose): number {
  if (purpose === 'label' && size >= 100) return size >= 1000 ? 0 : 1
  if (size === 0 || size >= 1) return 2
  return Math.min(10, 2 - Math.floor(Math.log10(size)))
}

const dates = new Map<string, Intl.DateTimeFormat>()

function date(locale: string, options: Intl.DateTimeFormatOptions): (time: number) => string {
  const key = locale + JSON.stringify(options)
  let formatter = dates.get(key)
  if (!formatter) {
    if (dates.size > 200) dates.clear()
    formatter = new Intl.DateTimeFormat(localeOf(locale), { timeZone: 'UTC', ...options })
    dates.set(key, formatter)
  }
  const chosen = formatter
  return (time) => chosen.format(time)
}

function clock(time: number, seconds = false): string {
  // Twenty-four hours everywhere: unmistakable, and equal in every version of the locale data.
  return new Date(time).toISOString().slice(11, seconds ? 19 : 16)
}

const quarterOf = (time: number): string => `Q${Math.floor(new Date(time).getUTCMonth() / 3) + 1}`
const yearOf = (time: number): string => String(new Date(time).getUTCFullYear())

/** A moment or period by itself: "Mar 2025", "Q1 2025", "3 Mar 2025, 14:00". */
export function formatTime(
  time: number,
  grain: Grain | null | undefined,
  type: string,
  locale: string,
): string {
  const day = date(locale, { year: 'numeric', month: 'short', day: 'numeric' })
  switch (grain) {
    case 'year':
      return yearOf(time)
    case 'quarter':
      return `${quarterOf(time)} ${yearOf(time)}`
    case 'month':
      return date(locale, { year: 'numeric', month: 'short' })(time)
    case 'week':
      return words(locale).weekOf(day(time))
    case 'day':
      return day(time)
    case 'hour':
    case 'minute':
      return `${day(time)}, ${clock(time)}`
    default:
      if (type === 'date') return day(time)
      return `${day(time)}, ${clock(time, time % 60_000 !== 0)}`
  }
}

/** Labels of neighbouring ticks: the larger unit stands in a second line, where it begins. */
export function tickLabels(times: readonly number[], unit: TickUnit, locale: string): string[] {
  const month = date(locale, { month: 'short' })
  const day = date(locale, { month: 'short', day: 'numeric' })
  const fine: Record<TickUnit, (time: number) => string> = {
    second: (time) => clock(time, true),
    minute: (time) => clock(time),
    hour: (time) => clock(time),
    day,
    month,
    quarter: quarterOf,
    year: yearOf,
  }
  const wide = unit === 'second' || unit === 'minute' || unit === 'hour' ? day : yearOf
  let last = ''
  return times.map((time) => {
    if (unit === 'year') return yearOf(time)
    const outer = wide(time)
    const label = outer === last ? fine[unit](time) : `${fine[unit](time)}\n${outer}`
    last = outer
    return label
  })
}

/** Any cell as a person reads it. */
export function formatValue(
  value: Scalar | undefined,
  column: Pick<AnswerColumn, 'type' | 'grain'> & Partial<Pick<AnswerColumn, 'role'>>,
  format: Format | undefined,
  locale: string,
  binWidth?: number,
): string {
  const say = words(locale)
  if (value === null || value === undefined) return say.empty
  if (TIMES.has(column.type)) {
    const time = parseTime(value)
    return time === null ? clean(String(value)) : formatTime(time, column.grain, column.type, locale)
  }
  if (typeof value === 'boolean') return value ? say.yes : say.no
  if (NUMBERS.has(column.type)) {
    const number = numberOf(value)
    if (number === null) return clean(String(value))
    if (typeof value === 'string' && !Number.isSafeInteger(number) && Number.isInteger(number))
      return clean(value)
    const names = column.role === 'dimension' && column.type === 'integer' && binWidth === undefined
    if (binWidth === undefined)
      return numberFormat(format, locale, names && !format?.unit ? 'name' : 'full', number)(number)
    // Both edges with the decimals that tell bins apart.
    const percent = format?.kind === 'percent'
    const digits = format?.digits ?? (percent ? Math.min(4, decimalsOf(tidy(binWidth * 100))) : null)
    const write = numberFormat({ ...format, digits }, locale, 'full', binWidth)
    return say.range(write(number), write(tidy(number + binWidth)))
  }
  const text = clean(String(value))
  return text === '' ? say.empty : text
}
