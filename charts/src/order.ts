// Which categories have an order of their own, and what it is.

import { localeOf, NUMBERS, numberOf, TIMES } from './format'
import type { AnswerColumn, Scalar } from './spec'
import { parseTime } from './time'

const calendars = new Map<string, Map<string, number>[]>()

/** The names of months and weekdays, once for each language: Intl takes milliseconds to say them. */
function calendar(locale: string): Map<string, number>[] {
  const key = localeOf(locale)
  const known = calendars.get(key) ?? calendarIn(key)
  if (calendars.size > 20) calendars.clear()
  calendars.set(key, known)
  return known
}

function calendarIn(locale: string): Map<string, number>[] {
  const lists: Map<string, number>[] = []
  for (const language of new Set([locale, 'en'])) {
    for (const style of ['long', 'short'] as const) {
      const months = new Map<string, number>()
      const weekdays = new Map<string, number>()
      const month = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' })
      const weekday = new Intl.DateTimeFormat(language, { weekday: style, timeZone: 'UTC' })
      const plain = (text: string): string => text.toLowerCase().replace('.', '')
      for (let index = 0; index < 12; index += 1)
        months.set(plain(month.format(Date.UTC(2024, index, 1))), index)
      // 1 January 2024 was a Monday.
      for (let index = 0; index < 7; index += 1)
        weekdays.set(plain(weekday.format(Date.UTC(2024, 0, 1 + index))), index)
      lists.push(months, weekdays)
    }
  }
  return lists
}

const PREFIX = '(?:q|h|w|kw|wk|week|woche|level|stufe|grade|klasse|tag|day)'
const NUMBER = '-?\\d+(?:[.,]\\d+)?'
/** "18–24", "< 5", "65+", "Q1", "Week 12", "Q1 2025" */
const STEP = new RegExp(
  `^${PREFIX}?\\s*[<>≤≥]?\\s*(${NUMBER})\\s*%?(?:\\s*(?:[-–—]|to|bis)\\s*${NUMBER}\\s*%?)?\\s*\\+?(?:\\s(\\d{4}))?$`,
)
/** "2025-03", "2025 Q1", "2025-W12" */
const YEAR_FIRST = /^(\d{4})[-/ ]?(?:q|w|kw)?(\d{1,2})$/

function step(text: string): number | null {
  const dated = YEAR_FIRST.exec(text)
  if (dated) return Number(dated[1]) * 100 + Number(dated[2])
  const match = STEP.exec(text)
  if (!match) return null
  // "< 5" comes before "5".
  const number = Number(match[1]?.replace(',', '.')) - (/^[<≤]/.test(text) ? 1e-6 : 0)
  return Number(match[2] ?? 0) * 100 + number
}

/**
 * The rank of every value when the values have an order of their own: times, numbers, booleans, names of
 * months and weekdays, and numbered steps ("18–24", "Q1"). Null when they are mere names.
 */
export function naturalRanks(
  values: readonly Scalar[],
  column: AnswerColumn,
  locale: string,
): number[] | null {
  const last = Number.MAX_VALUE
  if (TIMES.has(column.type)) return values.map((value) => parseTime(value) ?? last)
  if (NUMBERS.has(column.type)) return values.map((value) => numberOf(value) ?? last)
  if (column.type === 'boolean')
    return values.map((value) => (value === true ? 0 : value === false ? 1 : last))
  const texts = values.map((value) =>
    value === null ? null : String(value).trim().toLowerCase().replace('.', ''),
  )
  const present = texts.filter((text): text is string => text !== null && text !== '')
  if (present.length < 2) return null
  for (const names of calendar(locale)) {
    if (present.every((text) => names.has(text))) return texts.map((text) => names.get(text ?? '') ?? last)
  }
  if (present.every((text) => step(text) !== null)) return texts.map((text) => step(text ?? '') ?? last)
  return null
}

/** Indices in the order of their ranks; equal ranks stay as they came. */
export function byRank(ranks: readonly number[]): number[] {
  return ranks.map((_, index) => index).sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b)
}

/**
 * True when the values already rise: somebody sorted them so. Fewer than five may rise by chance, as names in
 * alphabetical order, and do not count.
 */
export function isRising(values: readonly (number | null)[]): boolean {
  if (values.length < 5) return false
  return values.every((value, index) => {
    const before = index === 0 ? value : (values[index - 1] ?? null)
    return value !== null && before !== null && before <= value
  })
}
