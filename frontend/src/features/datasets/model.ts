// What a dataset's facts say, as pure functions.

import type { Column, ColumnProfile, DatasetDetail, Quarantined, Receipt } from '@/api/types'
import { formatCell, formatCount, formatNumber, formatShare, isNumeric, typeName } from '@/lib/format'
import type { Described } from './columns'
import { valueName } from './told'

/** The column's figures, as words for the profile. */
export function factsOf({ column, profile }: Described, rowCount: number): { term: string; value: string }[] {
  const facts: { term: string; value: string }[] = []
  const say = (value: ColumnProfile['min']) => formatCell(value ?? null, column.type)
  facts.push({
    term: 'Empty',
    value:
      profile.null_count === 0
        ? 'none'
        : `${formatCount(profile.null_count)} (${formatShare(profile.null_count, rowCount)})`,
  })
  if (profile.distinct_count !== null && profile.distinct_count !== undefined) {
    const about = profile.distinct_is_approximate ? 'about ' : ''
    facts.push({ term: 'Different values', value: `${about}${formatCount(profile.distinct_count)}` })
  }
  if (profile.min !== null && profile.min !== undefined && column.type !== 'boolean') {
    facts.push({ term: isNumeric(column.type) ? 'Smallest' : 'First', value: say(profile.min) })
    facts.push({ term: isNumeric(column.type) ? 'Largest' : 'Last', value: say(profile.max) })
  }
  if (profile.mean !== null && profile.mean !== undefined) {
    facts.push({ term: 'Mean', value: formatNumber(profile.mean, 4) })
  }
  if (profile.true_count !== null && profile.true_count !== undefined) {
    facts.push({
      term: 'Yes',
      value: `${formatCount(profile.true_count)} (${formatShare(profile.true_count, rowCount)})`,
    })
  }
  if (column.role) {
    facts.push({ term: 'Role', value: column.role.charAt(0).toUpperCase() + column.role.slice(1) })
  }
  return facts
}

/** Whether the receipt adds up, which it must. */
export const isWhole = (receipt: Receipt): boolean =>
  receipt.rows_seen === receipt.rows_loaded + receipt.rows_quarantined + receipt.rows_skipped

/** A warning as a row like those that were set aside. */
export function warningOf(warning: Receipt['warnings'][number]): Quarantined {
  const { reason, line, column, sheet, raw, count } = warning
  const said = [
    typeof sheet === 'string' ? `Sheet ${sheet}` : '',
    String(reason ?? ''),
    typeof count === 'number' && count > 1 ? `(${formatCount(count)} times)` : '',
  ]
  return {
    reason: said.filter(Boolean).join(' '),
    line: typeof line === 'number' ? line : null,
    column: typeof column === 'string' ? column : null,
    raw: typeof raw === 'string' ? raw : null,
  }
}

/** What the file left open, the reader's warnings first: what is so, and why or where. */
export function doubtsOf({ receipt, schema }: Pick<DatasetDetail, 'receipt' | 'schema'>): Doubt[] {
  if (!receipt) return []
  const warned = receipt.warnings.map((warning) => {
    const { reason, line, column } = warningOf(warning)
    const place = [
      typeof line === 'number' ? `line ${formatCount(line)}` : '',
      column ? `column ${column}` : '',
    ].filter(Boolean)
    return { what: capitalized(reason), why: place.length > 0 ? `(${place.join(', ')})` : '' }
  })
  const assumed = receipt.decisions
    .filter((one) => one.confidence === 'assumed')
    .map((one) => {
      const { what, value } = decisionOf(one, schema)
      return { what: `${what}: ${value} is an assumption.`, why: one.evidence }
    })
  return [...warned, ...assumed]
}

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

export interface Doubt {
  what: string
  why: string
}

/** A frequent value as people read it. */
export function valueWords(value: ColumnProfile['top'][number]['value'], type: Column['type']): string {
  if (type === 'boolean') return String(value) === 'true' ? 'Yes' : 'No'
  return formatCell(value, type) || '(empty text)'
}

const decisionWords: Readonly<Record<string, string>> = {
  delimiter: 'Separator',
  separator: 'Separator',
  encoding: 'Encoding',
  quote: 'Quoting',
  quoting: 'Quoting',
  header: 'Header',
  header_line: 'Header',
  decimal: 'Decimal sign',
  date_order: 'Order of dates',
  preamble: 'Lines before the table',
  footer: 'Lines after the table',
  sheet: 'Sheet',
  format: 'Format',
}

const separators: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
  ' ': 'space',
}

/** A decision of the reader in words. */
export function decisionOf(
  decision: Receipt['decisions'][number],
  schema: readonly Column[],
): { what: string; value: string } {
  const [, columnId] = /^(?:type[ :]|column[ :])(c\d+)$/.exec(decision.what) ?? []
  const column = schema.find((one) => one.id === columnId)
  const what = column
    ? `Type of ${column.name}`
    : (decisionWords[decision.what] ??
      decision.what.charAt(0).toUpperCase() + decision.what.slice(1).replaceAll('_', ' '))
  const { value } = decision
  if (column && typeof value === 'string') return { what, value: typeName(value) }
  if (value === null || value === undefined) return { what, value: 'none' }
  if (decision.key === 'type' && typeof value === 'string') {
    const [type = '', ...form] = value.split(' ')
    return { what, value: [typeName(type), ...form].join(' ') }
  }
  if (typeof value === 'string') {
    return { what, value: separators[value] ?? valueName(decision.key, value) }
  }
  return { what, value: typeof value === 'object' ? JSON.stringify(value) : String(value) }
}
