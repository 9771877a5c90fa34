// Conditional formats as they are written: drafts and words. What they mean is decided by `formatsOf` of the charts.

import type {
  ColourScale,
  DataBar,
  FormatRule,
  Highlight,
  IconSet,
  Icons,
  Sign,
  Stop,
  TableFormat,
  Test,
  Tint,
} from '@tablewright/charts'
import type { AnswerColumn } from '@/api/types'
import { isNumeric, isTime } from '@/lib/format'

export const emptyFormat: TableFormat = { v: 1, rules: [] }
export const MOST_FORMATS = 50

export const kinds: readonly { value: FormatRule['kind']; label: string }[] = [
  { value: 'highlight', label: 'Highlight' },
  { value: 'scale', label: 'Colour scale' },
  { value: 'bar', label: 'Bars' },
  { value: 'icons', label: 'Icons' },
]

export const tints: readonly { value: Tint; label: string }[] = [
  { value: 'red', label: 'Red' },
  { value: 'orange', label: 'Orange' },
  { value: 'yellow', label: 'Yellow' },
  { value: 'green', label: 'Green' },
  { value: 'teal', label: 'Teal' },
  { value: 'blue', label: 'Blue' },
  { value: 'purple', label: 'Purple' },
  { value: 'grey', label: 'Grey' },
  { value: 'none', label: 'No colour' },
]

export const signs: readonly { value: Sign | 'none'; label: string }[] = [
  { value: 'none', label: 'No icon: bold' },
  { value: 'up', label: '▲ Up' },
  { value: 'down', label: '▼ Down' },
  { value: 'flag', label: '⚑ Flag' },
  { value: 'warning', label: '⚠ Warning' },
  { value: 'check', label: '✔ Good' },
  { value: 'cross', label: '✖ Bad' },
  { value: 'star', label: '★ Star' },
]

export const iconSets: readonly { value: IconSet; label: string; limits: number }[] = [
  { value: 'arrows', label: '▼ ▶ ▲ Arrows', limits: 2 },
  { value: 'signs', label: '✖ ! ✔ Signs', limits: 2 },
  { value: 'shapes', label: '◆ ▲ ● Shapes', limits: 2 },
  { value: 'levels', label: '▁ ▃ ▅ ▇ Levels', limits: 3 },
]

export const tests: readonly { value: Test; label: string; bounds: 0 | 1 | 2; numbers: boolean }[] = [
  { value: 'above', label: 'is above', bounds: 1, numbers: true },
  { value: 'at_least', label: 'is at least', bounds: 1, numbers: true },
  { value: 'below', label: 'is below', bounds: 1, numbers: true },
  { value: 'at_most', label: 'is at most', bounds: 1, numbers: true },
  { value: 'between', label: 'is between', bounds: 2, numbers: true },
  { value: 'outside', label: 'is outside of', bounds: 2, numbers: true },
  { value: 'equals', label: 'is', bounds: 1, numbers: false },
  { value: 'not_equals', label: 'is not', bounds: 1, numbers: false },
  { value: 'contains', label: 'contains', bounds: 1, numbers: false },
  { value: 'top', label: 'is among the largest', bounds: 1, numbers: true },
  { value: 'bottom', label: 'is among the smallest', bounds: 1, numbers: true },
  { value: 'empty', label: 'is empty', bounds: 0, numbers: false },
  { value: 'not_empty', label: 'is not empty', bounds: 0, numbers: false },
]

export const relatives: readonly { value: NonNullable<Highlight['relative']> | 'none'; label: string }[] = [
  { value: 'none', label: 'The value itself' },
  { value: 'share', label: 'Its share of the group' },
  { value: 'mean', label: 'By the mean of the group' },
  { value: 'median', label: 'By the median of the group' },
  { value: 'largest', label: 'By the largest of the group' },
]

export const stopKinds: readonly { value: Stop['kind']; label: string }[] = [
  { value: 'min', label: 'Lowest value' },
  { value: 'max', label: 'Highest value' },
  { value: 'number', label: 'Number' },
  { value: 'percentile', label: 'Percentile' },
]

export const isPlaced = (column: AnswerColumn): boolean =>
  isNumeric(column.type as never) || isTime(column.type as never)

/** What a test may be about, by the type of the column that decides. */
export const testsFor = (column: AnswerColumn | undefined) =>
  column && isPlaced(column)
    ? tests.filter((one) => one.value !== 'contains')
    : tests.filter((one) => !one.numbers)

/** A new format of a kind, on the column that one would most likely mean; null when no column suits. */
export function newFormat(kind: FormatRule['kind'], columns: readonly AnswerColumn[]): FormatRule | null {
  const number = columns.find((column) => column.role === 'measure') ?? columns.find(isPlaced)
  const column = kind === 'highlight' ? (number ?? columns[0]) : number
  if (!column) return null
  const on = { columns: [column.key] }
  switch (kind) {
    case 'highlight': {
      const test = testsFor(column)[0]?.value ?? 'equals'
      return { kind, ...on, test, values: [], tint: 'yellow' } satisfies Highlight
    }
    case 'scale':
      return {
        kind,
        ...on,
        stops: [
          { kind: 'min', tint: 'none' },
          { kind: 'max', tint: 'blue' },
        ],
      } satisfies ColourScale
    case 'bar':
      return { kind, ...on, tint: 'blue' } satisfies DataBar
    case 'icons':
      return { kind, ...on, set: 'arrows', limits: limitsOf(2) } satisfies Icons
  }
}

/** Limits that part the values evenly. */
export const limitsOf = (count: number): Stop[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'percentile',
    value: Math.round((100 * (at + 1)) / (count + 1)),
  }))

/** A typed bound as the column's own value. */
export function boundOf(text: string, column: AnswerColumn | undefined): string | number | null {
  if (text === '') return null
  return column && isNumeric(column.type as never) && Number.isFinite(Number(text)) ? Number(text) : text
}

const nameOf = (columns: readonly AnswerColumn[], key: string): string =>
  key === '*' ? 'every column' : (columns.find((column) => column.key === key)?.label ?? key)

/** A format in one line. */
export function inWords(rule: FormatRule, columns: readonly AnswerColumn[]): string {
  const where = rule.columns.map((key) => nameOf(columns, key)).join(', ')
  const by = rule.by ? ` by ${nameOf(columns, rule.by)}` : ''
  const kind = kinds.find((one) => one.value === rule.kind)?.label ?? rule.kind
  return `${kind} on ${where}${by}`
}

/** The formats without what the answer no longer has. */
export function fitting(format: TableFormat | null, columns: readonly AnswerColumn[]): TableFormat | null {
  if (!format) return null
  const keys = new Set([...columns.map((column) => column.key), '*'])
  const known = (key: string | null | undefined): boolean => !key || keys.has(key)
  const rules = format.rules.flatMap((rule) => {
    const kept = rule.columns.filter((key) => keys.has(key))
    const than = rule.kind === 'highlight' ? rule.than : null
    if (kept.length === 0 || !known(rule.by) || !known(than)) return []
    return [{ ...rule, columns: kept, within: (rule.within ?? []).filter((key) => keys.has(key)) }]
  })
  return { ...format, rules }
}
