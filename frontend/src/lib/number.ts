// What a number of an answer is made of: how many rows, and how many of them have no value. Pure.

import type { Answer, AnswerColumn, Measure, Question } from '@/api/types'

/** One number that somebody points at. */
export interface PointedNumber {
  /** The measure that it is a value of. */
  field: string
  value: string
  /** Where it stands, in words. */
  place: string
  /** The rows of the answer that it is made of. */
  rows: readonly number[]
  /** It is no value of the answer, but read from the counts of these rows. */
  read?: boolean
}

export interface Counts {
  question: Question
  /** The column of the answer that says how many rows there are. */
  rows: string
  /** For each column that is computed with, the column of the answer that says how many values there are. */
  values: { key: string; column: string }[]
}

const MOST_MEASURES = 32

export const measureAt = (question: Question, field: string): Measure | undefined => {
  const index = /^m(\d+)$/.exec(field)?.[1]
  return index === undefined ? undefined : question.measures?.[Number(index)]
}

/**
 * The same question, which also counts what a measure is computed from. Groups, top and order stay what they are, so
 * that every row of the answer, a rest or a total too, is found in it again. Null where that cannot be counted.
 */
export function countsOf(question: Question, field: string): Counts | null {
  const measure = measureAt(question, field)
  const measures = question.measures ?? []
  if (!measure || (question.union ?? []).length > 0) return null
  const computed =
    measure.fn === 'correlation' || measure.fn === 'ratio'
      ? [measure.column, measure.other]
      : [measure.fn === 'count_rows' ? null : measure.column]
  // A formula aggregates by itself: it has no values of its own that could be missing.
  const columns = [...new Set(computed)].filter((one): one is string => !!one && measure.fn !== 'formula')
  if (measures.length + 1 + columns.length > MOST_MEASURES) return null
  const filter = measure.filter ?? null
  return {
    question: {
      ...question,
      measures: [
        ...measures,
        { fn: 'count_rows', filter } as Measure,
        ...columns.map((column) => ({ fn: 'count', column, filter }) as Measure),
      ],
    },
    rows: `m${measures.length}`,
    values: columns.map((column, index) => ({ column, key: `m${measures.length + 1 + index}` })),
  }
}

/** Which group a row is, whatever its place. */
function groupAt(answer: Answer, row: number): string {
  const keys = answer.columns.filter((column) => column.role === 'dimension').map((column) => column.key)
  return JSON.stringify([
    keys.map((key) => answer.data[key]?.[row] ?? null),
    answer.level?.[row] ?? 0,
    answer.other?.[row] ?? 0,
  ])
}

/** How many rows are behind these rows of an answer, and how many of them have no value in a column. */
export function counted(
  answer: Answer,
  rows: readonly number[],
  counts: Counts,
  told: Answer,
): { rows: number; missing: { column: string; count: number }[] } | null {
  const places = new Map<string, number>()
  for (let row = 0; row < told.row_count; row += 1) places.set(groupAt(told, row), row)
  const found = rows.map((row) => places.get(groupAt(answer, row)))
  // Data that changed in between: better nothing than a wrong number.
  if (found.some((row) => row === undefined)) return null
  const sum = (key: string): number =>
    found.reduce<number>((all, row) => all + Number(told.data[key]?.[row as number] ?? 0), 0)
  const all = sum(counts.rows)
  return { rows: all, missing: counts.values.map(({ key, column }) => ({ column, count: all - sum(key) })) }
}

/** The question of one measure alone, to be said in words: without the order, and without what other measures decide. */
export function aloneWith(question: Question, field: string): Question {
  const measure = measureAt(question, field)
  return {
    ...question,
    measures: measure ? [measure] : [],
    dimensions: (question.dimensions ?? []).map((one) => ({
      ...one,
      top: one.top && { ...one.top, by: 'm0' },
    })),
    having: null,
    pivot: null,
    sort: [],
    limit: null,
    offset: 0,
  }
}

/** A stored formula with the names of columns in the place of ids. */
export function formulaOf(
  question: Question,
  field: string,
  names: ReadonlyMap<string, string>,
): string | null {
  const measure = measureAt(question, field)
  const formula = question.formulas?.find((one) => one.id === measure?.column)
  return (
    formula?.text.replace(/\[#(\w+)\]/g, (all, id: string) => (names.has(id) ? `[${names.get(id)}]` : all)) ??
    null
  )
}

/** The number in a cell of an answer's table. */
export const numberInCell = (
  answer: Answer,
  row: number,
  column: AnswerColumn,
  written: (row: number, column: AnswerColumn) => string,
): PointedNumber => ({
  field: column.key,
  value: written(row, column),
  place: answer.columns
    .filter((one) => one.role === 'dimension')
    .map((one) => `${one.label}: ${written(row, one)}`)
    .join(', '),
  rows: [row],
})
