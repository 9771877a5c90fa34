// What a person tells instead of what was detected: changes of decisions, and the options that they make.

import type { ColumnType, Receipt } from '@/api/types'
import { typeName } from '@/lib/format'

export type Decision = Receipt['decisions'][number]

export interface Choice {
  value: string
  label: string
}

const given = (pairs: Readonly<Record<string, string>>): Choice[] =>
  Object.entries(pairs).map(([value, label]) => ({ value, label }))

const types: readonly ColumnType[] = [
  'integer',
  'decimal',
  'float',
  'text',
  'boolean',
  'date',
  'time',
  'timestamp',
  'instant',
]

const usual: Readonly<Record<string, readonly Choice[]>> = {
  encoding: given({
    'utf-8': 'UTF-8',
    cp1252: 'Western (Windows-1252)',
    cp1250: 'Central European (Windows-1250)',
    cp1251: 'Cyrillic (Windows-1251)',
    cp1253: 'Greek (Windows-1253)',
    cp1254: 'Turkish (Windows-1254)',
    cp1255: 'Hebrew (Windows-1255)',
    cp1256: 'Arabic (Windows-1256)',
    cp1257: 'Baltic (Windows-1257)',
    'latin-1': 'Western (ISO 8859-1)',
    'iso-8859-2': 'Central European (ISO 8859-2)',
    'iso-8859-5': 'Cyrillic (ISO 8859-5)',
    'iso-8859-7': 'Greek (ISO 8859-7)',
    'iso-8859-9': 'Turkish (ISO 8859-9)',
    'iso-8859-15': 'Western with euro (ISO 8859-15)',
    'koi8-r': 'Russian (KOI8-R)',
    'utf-16-le': 'UTF-16, little end first',
    'utf-16-be': 'UTF-16, big end first',
    'utf-32-le': 'UTF-32, little end first',
    'utf-32-be': 'UTF-32, big end first',
    cp932: 'Japanese (Windows-932, Shift JIS)',
    'euc-jp': 'Japanese (EUC-JP)',
    gb18030: 'Chinese (GB 18030)',
    big5: 'Chinese (Big5)',
    cp949: 'Korean (Windows-949)',
    cp874: 'Thai (Windows-874)',
    cp437: 'DOS (437)',
    cp850: 'DOS (850)',
    cp866: 'DOS, Cyrillic (866)',
    'mac-roman': 'Western (Macintosh)',
    cp037: 'Mainframe (EBCDIC 037)',
    cp500: 'Mainframe (EBCDIC 500)',
  }),
  delimiter: given({ ',': 'Comma', ';': 'Semicolon', '\t': 'Tab', '|': 'Bar', ' ': 'Space', ':': 'Colon' }),
  quote: given({ '"': 'Double quotes "', "'": "Single quotes '", '': 'Nothing is quoted' }),
  escape: given({ '"': 'A doubled quote', '\\': 'A backslash' }),
  tables: given({ one: 'One table', several: 'Several tables' }),
  leave_out_totals: given({ true: 'Leave them out', false: 'Keep them' }),
  leave_out_duplicates: given({ true: 'Leave them out', false: 'Keep them' }),
  date_order: given({
    day_first: 'Day, month, year',
    month_first: 'Month, day, year',
    year_first: 'Year, month, day',
  }),
  decimal_mark: given({ '.': 'Point 1.5', ',': 'Comma 1,5' }),
  null_words: given({ '': 'No word means empty' }),
  type: types.map((value) => ({ value, label: typeName(value) })),
}

const numbers: ReadonlySet<string> = new Set(['header_rows', 'footer_rows', 'first_line'])

/** Whether the option is a number that is typed in. */
export const isNumber = (key: string): boolean => numbers.has(key)

const flags: ReadonlySet<string> = new Set(['leave_out_totals', 'leave_out_duplicates'])

/** Whether the option is told by one click: there is only one other way. */
export const isFlag = (key: string): boolean => flags.has(key)

const labelIn = (choices: readonly Choice[], value: string): string =>
  choices.find((choice) => choice.value === value)?.label ?? value

/** What an option is set to, in the words that people know it by. */
export const valueName = (key: string, value: string): string => labelIn(usual[key] ?? [], value)

/** What a decision can be changed to: the reader's own proposals first, then what is usual. */
export function choicesOf(decision: Decision): Choice[] {
  const known = usual[decision.key] ?? []
  const first = decision.choices.map((value) => ({ value, label: labelIn(known, value) }))
  return [...first, ...known.filter((choice) => !decision.choices.includes(choice.value))]
}

/** Changes by the decision's identity: what is said instead, and of what. */
export type Changes = ReadonlyMap<string, { decision: Decision; value: string }>

/** A decision's key and, for a column, the column's id. */
export const identity = (decision: Pick<Decision, 'key' | 'column'>): string =>
  `${decision.key} ${decision.column ?? ''}`

/** The name that a column has in its file, as a decision about it says: `type of Amount`. */
const nameInFile = ({ what }: Decision): string => what.slice(what.indexOf(' of ') + 4)

export type LoadOptions = Record<string, unknown> & { columns?: Record<string, Record<string, unknown>> }

/** What is told, as the option takes it. */
function told(key: string, value: string): unknown {
  if (isNumber(key)) return Number(value)
  if (isFlag(key)) return value === 'true'
  return key === 'null_words' ? [] : value
}

/** The options of the next reading: those of the last one, with the changes over them. */
export function optionsOf(before: LoadOptions, changes: Changes): LoadOptions {
  const options: LoadOptions = { ...before, columns: { ...before.columns } }
  for (const { decision, value } of changes.values()) {
    const { key } = decision
    if (decision.column === null || decision.column === undefined) options[key] = told(key, value)
    else {
      const name = nameInFile(decision)
      options.columns = {
        ...options.columns,
        [name]: { ...options.columns?.[name], [key]: told(key, value) },
      }
    }
  }
  return options
}

/** What a reader does unless it is told otherwise, and therefore does not mention. */
const duplicatesKept: Decision = {
  what: 'duplicate rows',
  value: 'kept',
  evidence: 'rows that are entirely the same as an earlier one are not looked for',
  key: 'leave_out_duplicates',
  column: null,
  confidence: 'certain',
  choices: ['true'],
  fits: null,
  total: null,
  examples: [],
}

/** All decisions of a receipt, also those that it leaves unsaid. */
export const allOf = (decisions: readonly Decision[]): readonly Decision[] =>
  decisions.some((one) => one.key === duplicatesKept.key) ? decisions : [...decisions, duplicatesKept]

const order: Readonly<Record<Decision['confidence'], number>> = { assumed: 0, likely: 1, told: 2, certain: 2 }

export interface Subject {
  /** The id of the column that the decisions are about; null for the file as a whole. */
  column: string | null
  decisions: Decision[]
  /** Whether somebody should look at it. */
  unsure: boolean
}

const need = ({ decisions }: Subject): number => Math.min(...decisions.map((one) => order[one.confidence]))

/** The decisions by what they are about. What somebody should look at comes first; otherwise the order is the reader's. */
export function bySubject(decisions: readonly Decision[]): Subject[] {
  const found = new Map<string, Subject>()
  for (const decision of decisions) {
    const column = decision.column ?? null
    const subject = found.get(column ?? '') ?? { column, decisions: [], unsure: false }
    subject.decisions.push(decision)
    subject.unsure ||= order[decision.confidence] < 2
    found.set(column ?? '', subject)
  }
  return [...found.values()].sort((a, b) => need(a) - need(b))
}

export const sureness: Readonly<Record<Decision['confidence'], string>> = {
  certain: 'Certain',
  likely: 'Likely',
  assumed: 'Assumed',
  told: 'You said so',
}
