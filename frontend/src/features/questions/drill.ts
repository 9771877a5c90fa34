// From a group of an answer to the rows behind it.

import type { Answer, Column, Condition, Grain, Group, Scalar } from '@/api/types'
import { type Draft, groupOf } from './model'

/** The first day of the period after the one that begins on a day. */
export function periodAfter(start: string, grain: Grain): string {
  const at = new Date(
    /T/.test(start) ? `${start.replace(/(Z|\+00:00)$/, '')}Z` : `${start.slice(0, 10)}T00:00Z`,
  )
  if (grain === 'year') at.setUTCFullYear(at.getUTCFullYear() + 1)
  else if (grain === 'quarter') at.setUTCMonth(at.getUTCMonth() + 3)
  else if (grain === 'month') at.setUTCMonth(at.getUTCMonth() + 1)
  else if (grain === 'week') at.setUTCDate(at.getUTCDate() + 7)
  else if (grain === 'day') at.setUTCDate(at.getUTCDate() + 1)
  else if (grain === 'hour') at.setUTCHours(at.getUTCHours() + 1)
  else at.setUTCMinutes(at.getUTCMinutes() + 1)
  return at.toISOString().slice(0, 19)
}

const condition = (column: string, op: Condition['op'], values: Scalar[]): Condition => ({
  kind: 'condition',
  column,
  op,
  values,
})

/** What holds for the rows of one dimension's value in a row of the answer; null where no filter can say it. */
export function conditionAt(
  draft: Draft,
  answer: Answer,
  row: number,
  index: number,
  columns: readonly Column[],
): Condition | Group | null {
  const dimension = draft.dimensions[index]
  const key = `d${index}`
  const column = columns.find((one) => one.id === dimension?.column)
  const value = answer.data[key]?.[row]
  const bit = 1 << index
  const isMore = ((answer.level?.[row] ?? 0) | (answer.other?.[row] ?? 0)) & bit
  if (!dimension || !column || value === undefined || isMore || dimension.part) return null
  if (value === null)
    return condition(
      column.id,
      column.type === 'text' ? 'eq' : 'is_empty',
      column.type === 'text' ? [null] : [],
    )
  if (dimension.grain) {
    const whole = column.type === 'date'
    const say = (text: string) => (whole ? text.slice(0, 10) : column.type === 'instant' ? `${text}Z` : text)
    const start = `${String(value).slice(0, 10)}${String(value).slice(10, 19) || 'T00:00:00'}`
    return groupOf([
      condition(column.id, 'ge', [say(start)]),
      condition(column.id, 'lt', [say(periodAfter(start, dimension.grain))]),
    ])
  }
  const width = answer.bin_width?.[key]
  if (dimension.bins) {
    if (width === undefined || dimension.bins.edges?.length) return null
    const low = Number(value)
    const most = Math.max(...(answer.data[key] ?? []).filter((one) => one !== null).map(Number))
    // The largest value is in the last bin.
    return groupOf([
      condition(column.id, 'ge', [low]),
      condition(column.id, low === most ? 'le' : 'lt', [low + width]),
    ])
  }
  return condition(column.id, 'eq', [value])
}

/** The draft that lists the rows of a group, or null where they cannot be told by a filter. */
export function rowsBehind(
  draft: Draft,
  answer: Answer,
  row: number,
  columns: readonly Column[],
): Draft | null {
  const found = draft.dimensions.map((_, index) => conditionAt(draft, answer, row, index, columns))
  if (found.some((one) => one === null) || draft.dimensions.length === 0) return null
  return {
    ...draft,
    filter: groupOf([
      ...(draft.filter.items.length > 0
        ? draft.filter.op === 'or'
          ? [draft.filter]
          : (draft.filter.items as (Condition | Group)[])
        : []),
      ...(found as (Condition | Group)[]),
    ]),
    dimensions: [],
    measures: [],
    having: groupOf(),
    pivot: null,
    sort: [],
    limit: null,
    mark: 'auto',
  }
}
