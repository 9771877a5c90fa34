// A long answer as a cross table: groups down the side and across the top, with their totals.

import type { Answer, AnswerColumn, Scalar } from '@/api/types'

export interface PivotWish {
  /** Keys of the dimensions that go across. */
  columns: readonly string[]
}

/** One place of a heading. `total` says that it stands for all values of this dimension and those inside of it. */
export interface Heading {
  value: Scalar
  total: boolean
  other: boolean
}

export interface PivotLine {
  key: string
  headings: readonly Heading[]
  /** The level from which on it is a total; null for a plain line. */
  totalFrom: number | null
}

export interface Pivoted {
  down: readonly AnswerColumn[]
  across: readonly AnswerColumn[]
  measures: readonly AnswerColumn[]
  rows: readonly PivotLine[]
  columns: readonly PivotLine[]
  /** The row of the answer for a line and a column, if it has one. */
  at: (row: PivotLine, column: PivotLine) => number | undefined
}

const bit = (key: string): number => 1 << Number(key.slice(1))

/**
 * Lines and columns stand in the order in which the answer brings them; a total stands after what it is of.
 */
export function pivoted(answer: Answer, wish: PivotWish): Pivoted {
  const dimensions = answer.columns.filter((column) => column.role === 'dimension')
  const across = wish.columns.flatMap((key) => dimensions.find((column) => column.key === key) ?? [])
  const down = dimensions.filter((column) => !across.includes(column))
  const measures = answer.columns.filter((column) => column.role === 'measure')
  const cells = new Map<string, number>()

  const lineOf = (columns: readonly AnswerColumn[], row: number): PivotLine => {
    const level = answer.level?.[row] ?? 0
    const others = answer.other?.[row] ?? 0
    const headings = columns.map((column) => ({
      value: answer.data[column.key]?.[row] ?? null,
      total: (level & bit(column.key)) !== 0,
      other: (others & bit(column.key)) !== 0,
    }))
    const from = headings.findIndex((heading) => heading.total)
    return {
      key: headings
        .map((one) => (one.total ? '∑' : one.other ? '…' : JSON.stringify(one.value)))
        .join('\u0000'),
      headings,
      totalFrom: from < 0 ? null : from,
    }
  }

  const rows = new Map<string, PivotLine>()
  const columns = new Map<string, PivotLine>()
  for (let row = 0; row < answer.row_count; row += 1) {
    const line = lineOf(down, row)
    const column = lineOf(across, row)
    if (!rows.has(line.key)) rows.set(line.key, line)
    if (!columns.has(column.key)) columns.set(column.key, column)
    cells.set(`${line.key}\u0001${column.key}`, row)
  }
  return {
    down,
    across,
    measures,
    rows: nested([...rows.values()]),
    columns: nested([...columns.values()]),
    at: (row, column) => cells.get(`${row.key}\u0001${column.key}`),
  }
}

/** Lines of one group together, the groups as they first came, and each total after what it is of. */
function nested(lines: readonly PivotLine[], depth = 0): PivotLine[] {
  const [first] = lines
  if (!first || depth >= first.headings.length) return [...lines]
  const groups = new Map<string, PivotLine[]>()
  const totals: PivotLine[] = []
  for (const line of lines) {
    const heading = line.headings[depth]
    if (heading?.total) totals.push(line)
    else {
      const key = heading?.other ? '…' : JSON.stringify(heading?.value ?? null)
      groups.set(key, [...(groups.get(key) ?? []), line])
    }
  }
  // The rest stands after what is named.
  const others = groups.get('…') ?? []
  groups.delete('…')
  return [...[...groups.values(), others].flatMap((group) => nested(group, depth + 1)), ...totals]
}

/** How many lines a heading spans from a line on; 0 where a heading before spans this one. */
export function spanOf(lines: readonly PivotLine[], index: number, depth: number): number {
  const same = (one: PivotLine | undefined, other: PivotLine | undefined): boolean =>
    one !== undefined &&
    other !== undefined &&
    one.headings.slice(0, depth + 1).every((heading, place) => {
      const beside = other.headings[place]
      return (
        heading.total === beside?.total &&
        heading.other === beside.other &&
        (heading.total || JSON.stringify(heading.value) === JSON.stringify(beside.value))
      )
    })
  const line = lines[index]
  if (same(line, lines[index - 1])) return 0
  let span = 1
  while (same(line, lines[index + span])) span += 1
  return span
}

/** The lines that are left when groups are folded: of a folded group its subtotal, or its first line as its head. */
export function folded(lines: readonly PivotLine[], closed: ReadonlySet<string>): PivotLine[] {
  return lines.filter((line) => {
    const key = groupKey(line)
    return !closed.has(key) || line.totalFrom === 1
  })
}

/** The outermost group of a line. */
export const groupKey = (line: PivotLine): string => line.key.split('\u0000')[0] ?? ''
