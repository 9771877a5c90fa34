// What is behind a tile: its rows under the filters that hold, and its measure by something else. Pure.

import type { Column, Condition, DashboardContent, Question } from '@/api/types'
import type { Looking } from './model'

/** What the dashboard's filters and clicks say of one dataset. */
export function conditionsOn(dataset: string, content: DashboardContent, looking: Looking): Condition[] {
  const found: Condition[] = []
  for (const filter of content.filters) {
    const value = filter.id in looking.values ? looking.values[filter.id] : filter.default
    if (!value) continue
    for (const target of filter.targets) {
      if (target.dataset_id === dataset)
        found.push({ kind: 'condition', column: target.column, ...value } as Condition)
    }
  }
  for (const pick of looking.picks) if (pick.dataset === dataset) found.push(pick.condition)
  return found
}

const narrowed = (question: Question, conditions: readonly Condition[]): Question['filter'] => {
  const items = [...(question.filter ? [question.filter] : []), ...conditions]
  return items.length > 0 ? { kind: 'group', op: 'and', items } : null
}

/** Whether the rows behind a question are rows of its dataset. */
export const hasRows = (question: Question): boolean =>
  !question.base && !question.base_id && (question.union ?? []).length === 0

export const ROWS = 500

/** The rows that a question's answer is made of. */
export const rowsBehind = (question: Question, conditions: readonly Condition[]): Question =>
  ({
    dataset_id: question.dataset_id,
    joins: question.joins ?? [],
    formulas: (question.formulas ?? []).filter((one) => one.id.startsWith('f')),
    calendar: question.calendar,
    parameters: question.parameters ?? [],
    filter: narrowed(question, conditions),
    limit: ROWS,
  }) as Question

/** The question's measures by another column: one step down, or across. */
export const byAnother = (question: Question, conditions: readonly Condition[], column: Column): Question =>
  ({
    ...question,
    filter: narrowed(question, conditions),
    dimensions: [
      /^(date|timestamp|instant)$/.test(column.type)
        ? { column: column.id, grain: 'day' }
        : { column: column.id, ...(/^(decimal|float)$/.test(column.type) ? { bins: { count: 20 } } : {}) },
    ],
    pivot: null,
    having: null,
    sort: /^(date|timestamp|instant|decimal|float)$/.test(column.type)
      ? [{ by: 'd0', direction: 'asc' }]
      : [{ by: 'm0', direction: 'desc' }],
    limit: ROWS,
    offset: 0,
  }) as Question
