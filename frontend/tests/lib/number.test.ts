// What a number is made of.

import { expect, test } from 'vitest'
import type { Answer, AnswerColumn, Question } from '@/api/types'
import { aloneWith, counted, countsOf, formulaOf, numberInCell } from '@/lib/number'

const question: Question = {
  dataset_id: 'd',
  dimensions: [{ column: 'c1', top: { n: 2, by: 'm1', other: true } }],
  measures: [
    { fn: 'sum', column: 'c4', filter: { kind: 'group', op: 'and', items: [] } },
    { fn: 'count_rows' },
    { fn: 'formula', column: 'f1' },
  ],
  formulas: [{ id: 'f1', name: 'Mean', text: 'sum([#c4]) / count([#c9])' }],
  sort: [{ by: 'm1', direction: 'desc' }],
  limit: 3,
} as Question

const column = (key: string, label: string): AnswerColumn =>
  ({ key, label, type: 'text', role: key.startsWith('d') ? 'dimension' : 'measure' }) as AnswerColumn

const answerOf = (data: Answer['data'], more: Partial<Answer> = {}): Answer => ({
  columns: Object.keys(data).map((key) => column(key, key)),
  data,
  row_count: data.d0?.length ?? 0,
  truncated: false,
  version_id: 'v',
  bin_width: {},
  engine: 'duckdb',
  ...more,
})

test('rows and values are counted beside what is asked, under the filter of the measure', () => {
  const counts = countsOf(question, 'm0')
  expect(counts?.question.measures?.slice(3)).toEqual([
    { fn: 'count_rows', filter: { kind: 'group', op: 'and', items: [] } },
    { fn: 'count', column: 'c4', filter: { kind: 'group', op: 'and', items: [] } },
  ])
  expect(counts?.question.limit).toBe(3)
  expect([counts?.rows, counts?.values]).toEqual(['m3', [{ key: 'm4', column: 'c4' }]])
  expect(countsOf(question, 'm1')?.values).toEqual([])
  expect(countsOf(question, 'm2')?.values).toEqual([])
  expect(countsOf({ ...question, union: [question] }, 'm0')).toBeNull()
})

test('groups are found again wherever they stand, a rest and the empty group apart', () => {
  const counts = countsOf(question, 'm0')
  if (!counts) throw new Error('it can be counted')
  const shown = answerOf({ d0: ['North', null, null], m0: ['5', '3', '2'] }, { other: [0, 0, 1] })
  const told = answerOf({ d0: [null, null, 'North'], m3: [20, 10, 7], m4: [18, 10, 7] }, { other: [1, 0, 0] })
  expect(counted(shown, [0], counts, told)).toEqual({ rows: 7, missing: [{ column: 'c4', count: 0 }] })
  expect(counted(shown, [2], counts, told)).toEqual({ rows: 20, missing: [{ column: 'c4', count: 2 }] })
  expect(counted(shown, [0, 1, 2], counts, told)?.rows).toBe(37)
  expect(counted(answerOf({ d0: ['West'], m0: ['1'] }), [0], counts, told)).toBeNull()
})

test('one measure is told alone, by the words that a question is told with', () => {
  const alone = aloneWith(question, 'm1')
  expect(alone.measures).toEqual([{ fn: 'count_rows' }])
  expect(alone.dimensions?.[0]?.top).toEqual({ n: 2, by: 'm0', other: true })
  expect([alone.sort, alone.limit]).toEqual([[], null])
  expect(formulaOf(question, 'm2', new Map([['c4', 'Amount']]))).toBe('sum([Amount]) / count([#c9])')
  const cell = numberInCell(
    answerOf({ d0: ['North'], m0: ['5'] }),
    0,
    column('m0', 'Sum'),
    (_, one) => one.key,
  )
  expect(cell).toEqual({ field: 'm0', value: 'm0', place: 'd0: d0', rows: [0] })
})
