// Rows of a question as a table that is looked through: filtered from a cell, grouped, with sums of the groups.

import type { Answer, Column, Condition, Dimension, Group, Measure, Question, Scalar } from '@/api/types'
import { formatCell, isNumeric, isTime } from '@/lib/format'
import { aggregateName } from './kinds'
import { groupOf } from './model'

export type Summary = 'sum' | 'mean' | 'min' | 'max'
export const summaries: readonly Summary[] = ['sum', 'mean', 'min', 'max']
export const summaryName = (fn: Summary): string => aggregateName(fn)

export interface Grouping {
  /** Columns, the outermost first. */
  by: readonly string[]
  /** What is said of the other columns under each group's head. */
  summaries: Readonly<Record<string, Summary>>
}

export const noGrouping: Grouping = { by: [], summaries: {} }
export const MOST_LEVELS = 4
export const MOST_GROUPS = 10_000

/** Group by one more column. The first time, numbers are summed: that is what one looks for. */
export function groupedBy(grouping: Grouping, column: Column): Grouping {
  if (grouping.by.includes(column.id) || grouping.by.length >= MOST_LEVELS) return grouping
  const { [column.id]: _, ...rest } = grouping.summaries
  return { by: [...grouping.by, column.id], summaries: rest }
}

export const ungrouped = (grouping: Grouping, id: string): Grouping => {
  const by = grouping.by.filter((one) => one !== id)
  return by.length > 0 ? { ...grouping, by } : noGrouping
}

export const summarised = (grouping: Grouping, id: string, fn: Summary | null): Grouping => {
  const { [id]: _, ...rest } = grouping.summaries
  return { ...grouping, summaries: fn ? { ...rest, [id]: fn } : rest }
}

/** A value at each level, from the outermost inwards. */
export type GroupPath = readonly Scalar[]

/** Instants have more values than days; a group of them is a day. */
export const dimensionFor = (column: Column): Dimension => ({
  column: column.id,
  grain: isTime(column.type) ? 'day' : null,
})

/** The condition that a row of the group fulfils: a day without a time is all of that day. */
export const conditionFor = (column: Column, value: Scalar): Condition => ({
  kind: 'condition',
  column: column.id,
  op: 'eq',
  values: [value !== null && isTime(column.type) ? String(value).slice(0, 10) : value],
})

/** All of these hold. */
export function both(filter: Group | null | undefined, more: readonly (Condition | Group)[]): Group | null {
  const all = [...(filter && filter.items.length > 0 ? [filter] : []), ...more]
  return all.length > 0 ? groupOf(all) : null
}

/** The groups inside of a path: their value, how many rows each has, and what is said of the other columns. */
export function groupsQuestion(
  question: Question,
  columns: readonly Column[],
  grouping: Grouping,
  path: GroupPath,
): Question {
  const column = columns.find((one) => one.id === grouping.by[path.length])
  return {
    ...question,
    columns: [],
    filter: both(question.filter as Group | null, pathConditions(columns, grouping, path)),
    dimensions: column ? [dimensionFor(column)] : [],
    measures: [
      { fn: 'count_rows' },
      ...Object.entries(grouping.summaries).map(([id, fn]): Measure => ({ fn, column: id })),
    ],
    sort: [{ by: 'd0', direction: 'asc' }],
    limit: MOST_GROUPS,
    offset: 0,
  }
}

export function pathConditions(
  columns: readonly Column[],
  grouping: Grouping,
  path: GroupPath,
): (Condition | Group)[] {
  return path.flatMap((value, level) => {
    const column = columns.find((one) => one.id === grouping.by[level])
    return column ? [conditionFor(column, value)] : []
  })
}

export interface GroupRow {
  value: Scalar
  count: number
  values: Readonly<Record<string, string>>
}

export function groupRows(answer: Answer, columns: readonly Column[], grouping: Grouping): GroupRow[] {
  const ids = Object.keys(grouping.summaries)
  const [key] = answer.columns
  return Array.from({ length: answer.row_count }, (_, row) => ({
    value: answer.data[key?.key ?? '']?.[row] ?? null,
    count: Number(answer.data.m0?.[row] ?? 0),
    values: Object.fromEntries(
      ids.map((id, place) => {
        const described = answer.columns[place + 2]
        const column = columns.find((one) => one.id === id)
        const value = answer.data[`m${place + 1}`]?.[row]
        return [id, formatCell(value, described?.type ?? column?.type ?? 'text')]
      }),
    ),
  }))
}

export const groupLabel = (value: Scalar, column: Column, count: string): string =>
  `${value === null ? 'Nothing' : formatCell(value, column.type, isTime(column.type) ? 'day' : null)} (${count})`

/** Only the rows with this value, or only those without it. */
export const onlyOrNot = (column: Column, value: Scalar, only: boolean): Condition =>
  value === null
    ? { kind: 'condition', column: column.id, op: only ? 'is_empty' : 'is_not_empty', values: [] }
    : { kind: 'condition', column: column.id, op: only ? 'eq' : 'ne', values: [value] }

/** How many rows the question has: the same rows, counted. */
export const countQuestion = (question: Question): Question => ({
  ...question,
  columns: [],
  sort: [],
  dimensions: [],
  measures: [{ fn: 'count_rows' }],
  limit: null,
  offset: 0,
})

export const canSummarise = (column: Column): boolean => isNumeric(column.type)
