// Calendar time without zones: every instant is counted in milliseconds of UTC.

import type { Grain, Scalar } from './spec'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
const MINUTE = 60_000

const ISO =
  /^([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i

/** Milliseconds of an ISO date or date and time; null for anything else. Times without a zone are taken as they stand. */
export function parseTime(value: Scalar): number | null {
  if (typeof value !== 'string') return null
  const match = ISO.exec(value.trim())
  if (!match) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = match
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(Number(hour), Number(minute), Number(second), Math.floor(Number(`0.${fraction}`) * 1000))
  let time = date.getTime()
  if (zone && zone.toUpperCase() !== 'Z') {
    const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
    const offset = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000
    time -= zone.startsWith('-') ? -offset : offset
  }
  return Number.isFinite(time) ? time : null
}

const MONTHS: Partial<Record<Grain, number>> = { year: 12, quarter: 3, month: 1 }
const SPANS: Partial<Record<Grain, number>> = { week: 7 * DAY, day: DAY, hour: HOUR, minute: MINUTE }

/** The beginning of the period after this one. */
export function next(time: number, grain: Grain, steps = 1): number {
  const span = SPANS[grain]
  if (span !== undefined) return time + span * steps
  const date = new Date(time)
  date.setUTCMonth(date.getUTCMonth() + (MONTHS[grain] ?? 1) * steps)
  return date.getTime()
}

/** Every period from the first to the last, or null when there would be more than `limit`. */
export function periods(first: number, last: number, grain: Grain, limit: number): number[] | null {
  const all: number[] = []
  for (let time = first; time <= last; time = next(time, grain)) {
    if (all.length >= limit) return null
    all.push(time)
  }
  return all
}

/** Is the step from one point to the next long enough to be a hole? Weekends and nights are none. */
export function isGap(from: number, to: number, grain: Grain): boolean {
  if (grain === 'minute') return to > from + HOUR
  return to > next(from, grain, grain === 'day' ? 4 : grain === 'hour' ? 18 : 1) + HOUR
}

export type TickUnit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'quarter' | 'year'

export interface TimeTicks {
  unit: TickUnit
  values: number[]
}

const SECOND = 1000
const STEPS: { unit: TickUnit; span?: number; months?: number }[] = [
  ...[1, 5, 15, 30].map((count) => ({ unit: 'second' as const, span: count * SECOND })),
  ...[1, 5, 15, 30].map((count) => ({ unit: 'minute' as const, span: count * MINUTE })),
  ...[1, 3, 6, 12].map((count) => ({ unit: 'hour' as const, span: count * HOUR })),
  ...[1, 2, 7, 14].map((count) => ({ unit: 'day' as const, span: count * DAY })),
  ...[1, 2, 3, 6].map((count) => ({ unit: 'month' as const, months: count })),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((count) => ({
    unit: 'year' as const,
    months: 12 * count,
  })),
]
/** The finest tick that says something about data of this grain. */
const FINEST: Record<Grain, TickUnit> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'day',
  day: 'day',
  hour: 'hour',
  minute: 'minute',
}
const RANK: TickUnit[] = ['second', 'minute', 'hour', 'day', 'month', 'quarter', 'year']
const MONDAY = 4 * DAY

/** Ticks on round calendar positions between both ends, at most `count`. */
export function timeTicks(first: number, last: number, count: number, grain?: Grain | null): TimeTicks {
  const finest = grain ? FINEST[grain] : 'second'
  const limit = Math.max(2, count)
  for (const step of STEPS) {
    const unit = finest === 'quarter' && step.unit === 'month' && step.months === 3 ? 'quarter' : step.unit
    if (RANK.indexOf(unit) < RANK.indexOf(finest)) continue
    if (step.span !== undefined) {
      const aligned = step.span >= 7 * DAY ? MONDAY : 0
      const start = Math.ceil((first - aligned) / step.span) * step.span + aligned
      if ((last - start) / step.span + 1 > limit) continue
      const values: number[] = []
      for (let time = start; time <= last; time += step.span) values.push(time)
      return { unit, values }
    }
    const months = step.months ?? 1
    const begin = new Date(first)
    const origin = begin.getUTCFullYear() * 12 + begin.getUTCMonth()
    const values: number[] = []
    for (let month = Math.floor(origin / months) * months; values.length <= limit; month += months) {
      const date = new Date(0)
      date.setUTCFullYear(Math.floor(month / 12), month % 12, 1)
      const time = date.getTime()
      if (time > last) break
      if (time >= first) values.push(time)
    }
    if (values.length <= limit) return { unit, values }
  }
  return { unit: 'year', values: [first, last] }
}
