// Numbers, sizes, instants and cells in the reader's language.

import type { ColumnType, Grain, Scalar } from '@/api/types'

const cache = new Map<string, Intl.NumberFormat>()

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options)
  let format = cache.get(key)
  if (!format) {
    format = new Intl.NumberFormat(undefined, options)
    cache.set(key, format)
  }
  return format
}

export const formatCount = (value: number): string => numbers({ maximumFractionDigits: 0 }).format(value)

/** A count with its noun: `1 row`, `1,204 rows`. */
export const countOf = (value: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(value)} ${value === 1 ? noun : plural}`

export const formatNumber = (value: number, digits = 6): string =>
  numbers({ maximumFractionDigits: digits }).format(value)

/** A figure short enough for a tile or an axis. */
export const formatShort = (value: number): string =>
  Math.abs(value) >= 10_000
    ? numbers({ notation: 'compact', maximumSignificantDigits: 3 }).format(value)
    : numbers({ maximumSignificantDigits: 4 }).format(value)

export const formatShare = (part: number, whole: number): string => {
  if (whole <= 0 || part <= 0) return '0%'
  const share = part / whole
  if (share < 0.001) return `<${numbers({ style: 'percent', maximumFractionDigits: 1 }).format(0.001)}`
  return numbers({ style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share)
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${numbers({ maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1 }).format(value)} ${units[unit]}`
}

/** Seconds as people say them: `4 s`, `2 min`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return 'under 1 s'
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' })

export const formatMoment = (iso: string): string => moment.format(new Date(iso))

/** How long ago: `just now`, `5 minutes ago`, `yesterday`, then the date. */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000
  const ago = -seconds
  if (ago < 45) return 'just now'
  if (ago < 3600) return relative.format(Math.round(seconds / 60), 'minute')
  if (ago < 86_400) return relative.format(Math.round(seconds / 3600), 'hour')
  if (ago < 7 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day')
  return day.format(new Date(iso))
}

const numeric: ReadonlySet<string> = new Set(['integer', 'decimal', 'float'])
const times: ReadonlySet<string> = new Set(['date', 'timestamp', 'instant'])

export const isNumeric = (type: string): boolean => numeric.has(type)
export const isTime = (type: string): boolean => times.has(type)

const utc = { timeZone: 'UTC' } as const
const grains: Readonly<Record<Grain, Intl.DateTimeFormat | null>> = {
  year: new Intl.DateTimeFormat(undefined, { year: 'numeric', ...utc }),
  quarter: null,
  month: new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', ...utc }),
  week: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', ...utc }),
  day: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', ...utc }),
  hour: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', ...utc }),
  minute: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', ...utc }),
}

/** The start of a period in words: `2025`, `Q2 2025`, `Mar 2025`. */
export function formatPeriod(value: string, grain: Grain): string {
  const at = new Date(
    /T/.test(value)
      ? /[zZ]|[+-]\d\d:?\d\d$/.test(value)
        ? value
        : `${value}Z`
      : `${value.slice(0, 10)}T00:00Z`,
  )
  if (Number.isNaN(at.getTime())) return value
  if (grain === 'quarter') return `Q${Math.floor(at.getUTCMonth() / 3) + 1} ${at.getUTCFullYear()}`
  return grains[grain]?.format(at) ?? value
}

// Exact decimals and long integers come as text; Intl formats such text without rounding it to a double.
const exact = /^[+-]?\d+(\.\d+)?$/

/** A cell as text. Nothing is rounded away: what a column holds is what is read. */
export function formatCell(
  value: Scalar | undefined,
  type: ColumnType | string,
  grain?: Grain | null,
): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (numeric.has(type)) {
    if (typeof value === 'number') return numbers({ maximumFractionDigits: 12 }).format(value)
    if (exact.test(value)) {
      const digits = value.split('.')[1]?.length ?? 0
      return numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
        value as unknown as number,
      )
    }
  }
  const text = String(value)
  if (grain) return formatPeriod(text, grain)
  if (type === 'timestamp') return text.replace('T', ' ')
  if (type === 'instant') return text.replace('T', ' ').replace(/(Z|\+00:00)$/, ' UTC')
  return text
}

/** A cell in the number format that its column has in the workbook: as many decimals, percent as percent. */
export function formatAs(
  value: Scalar | undefined,
  type: ColumnType | string,
  format?: string | null,
): string {
  const [, decimals = '', percent = ''] = /[0#][0#,]*(?:\.([0#]+))?(%?)/.exec(format ?? '') ?? []
  if (type !== 'float' || typeof value !== 'number' || !format || (!decimals && !percent)) {
    return formatCell(value, type)
  }
  const digits = {
    minimumFractionDigits: decimals.replaceAll('#', '').length,
    maximumFractionDigits: decimals.length,
  }
  return numbers({ ...digits, ...(percent && { style: 'percent' }) }).format(value)
}

const typeWords: Readonly<Record<ColumnType, string>> = {
  integer: 'Whole number',
  decimal: 'Decimal',
  float: 'Number',
  text: 'Text',
  boolean: 'Yes or no',
  date: 'Date',
  time: 'Time',
  timestamp: 'Date and time',
  instant: 'Point in time',
  nested: 'Nested',
}

export const typeName = (type: ColumnType | string): string => typeWords[type as ColumnType] ?? type
