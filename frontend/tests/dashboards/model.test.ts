import { expect, test } from 'vitest'
import type { Answer, DashboardContent, Question } from '@/api/types'
import {
  addFilter,
  addText,
  daysOf,
  emptyContent,
  lookingOf,
  picksOf,
  picksOfRange,
  type QuestionTile,
  removeFilter,
  requestOf,
  rowsSaidOf,
  titleOf,
} from '@/features/dashboards/model'

const board = { title: 'B', folder: '', content: emptyContent }
const filter = { label: 'R', kind: 'list' as const, targets: [], default: null, within: null }

test('tiles and filters get ids that nobody has', () => {
  const twice = addText(addText(board, 0), 0)
  expect(twice.content.tabs[0]?.tiles.map((tile) => tile.id)).toEqual(['t1', 't2'])
  const two = addFilter(addFilter(board, filter), { ...filter, within: 'p1' })
  expect(two.content.filters.map((one) => one.id)).toEqual(['p1', 'p2'])
  expect(removeFilter(two, 'p1').content.filters).toMatchObject([{ id: 'p2', within: null }])
})

test('of an address only what this dashboard knows is taken', () => {
  const content = addFilter(board, filter).content as DashboardContent
  const pick = { dataset: 'd', words: 'w', condition: { column: 'c1' } }
  expect(
    lookingOf(
      { values: { p1: { op: 'in', values: [1] }, p7: { op: 'in' }, p2: 3 }, picks: [pick, 5, {}] },
      content,
    ),
  ).toEqual({ values: { p1: { op: 'in', values: [1] } }, picks: [pick] })
  expect(lookingOf('nonsense', content)).toEqual({ values: {}, picks: [] })
})

const question = {
  dataset_id: 'sales',
  dimensions: [{ column: 'c1' }, { column: 'c3', grain: 'month' }, { column: 'c4', bins: { count: 5 } }],
} as Question
const answer = {
  columns: [
    { key: 'd0', label: 'Region' },
    { key: 'd1', label: 'Month' },
    { key: 'd2', label: 'Amount' },
  ],
} as unknown as Answer
const clicked = (field: string, value: string | number | null, more = {}) =>
  picksOf(question, answer, [{ field, value, label: String(value), ...more }]).map(({ condition, words }) => [
    condition.column,
    condition.op,
    condition.values,
    words,
  ])

test('a click becomes conditions over the dataset: a value, nothing, the days of a period, the edges of a bin', () => {
  expect(clicked('d0', 'North')).toEqual([['c1', 'eq', ['North'], 'Region: North']])
  expect(clicked('d0', null)).toEqual([['c1', 'is_empty', [], 'Region: null']])
  expect(clicked('d1', '2024-02-01')).toEqual([
    ['c3', 'between', ['2024-02-01', '2024-02-29'], 'Month: 2024-02-01'],
  ])
  expect(clicked('d2', 10, { to: 20 })).toEqual([
    ['c4', 'ge', [10], 'Amount: 10'],
    ['c4', 'lt', [20], ''],
  ])
  expect(clicked('m0', 5)).toEqual([])
  expect(picksOf({ ...question, base: question }, answer, [{ field: 'd0', value: 'N', label: 'N' }])).toEqual(
    [],
  )
})

test.each([
  ['2024-12-30', 'week', '2024-12-30', '2025-01-05'],
  ['2025-01-01', 'quarter', '2025-01-01', '2025-03-31'],
  ['2025-01-01', 'year', '2025-01-01', '2025-12-31'],
  ['2025-03-31T00:00:00', 'day', '2025-03-31', '2025-03-31'],
])('a period is its first and its last day: %s by %s', (start, grain, first, last) => {
  expect(daysOf(start, grain)).toEqual([first, last])
})

test('clicks of one dataset go together', () => {
  const picks = picksOf(question, answer, [
    { field: 'd0', value: 'N', label: 'N' },
    { field: 'd2', value: 1, to: 2, label: '1' },
  ])
  const request = requestOf({ values: {}, picks }, ['t1'])
  expect(request.more).toHaveLength(1)
  expect(request.more[0]?.conditions).toHaveLength(3)
})

test('a range becomes conditions: values, from the first day to the last, the edges of the bins', () => {
  const ranged = (field: string, values: (string | number)[], more = {}) =>
    picksOfRange(question, answer, { field, values, label: 'a to b', ...more }).map(
      ({ condition, words }) => [condition.column, condition.op, condition.values, words],
    )
  expect(ranged('d0', ['North', 'South'])).toEqual([['c1', 'in', ['North', 'South'], 'Region: a to b']])
  expect(ranged('d1', ['2024-01-01', '2024-02-01'])).toEqual([
    ['c3', 'between', ['2024-01-01', '2024-02-29'], 'Month: a to b'],
  ])
  expect(ranged('d2', [10, 20], { to: 30 })).toEqual([
    ['c4', 'ge', [10], 'Amount: a to b'],
    ['c4', 'lt', [30], ''],
  ])
  expect(ranged('m0', [1, 2])).toEqual([])
})

test('a title that says a finding steps back while filters leave a part of the rows', () => {
  const tile = {
    kind: 'question',
    title: 'Main makes 70 % of amount',
    topic: 'amount by shop',
  } as QuestionTile
  expect([titleOf(tile, undefined), titleOf(tile, undefined, true)]).toEqual([tile.title, tile.topic])
  expect(titleOf({ ...tile, topic: null }, undefined, true)).toBe(tile.title)
})

test('a finding says when it was said of an earlier version', () => {
  const tile = {
    kind: 'question',
    title: 'Main makes 70 % of amount',
    topic: 'amount by shop',
    said_of: 'v1',
  } as QuestionTile
  const of = (...versions: string[]) =>
    ({ versions: Object.fromEntries(versions.entries()) }) as never as Answer
  expect(rowsSaidOf(tile, false, of('v1'))).toBe(null)
  expect(rowsSaidOf(tile, false, undefined)).toBe(null)
  expect(rowsSaidOf(tile, true, of('v1'))).toBe('all rows')
  expect(rowsSaidOf(tile, false, of('v0', 'v2'))).toBe('an earlier version')
  expect(rowsSaidOf(tile, true, of('v2'))).toBe('all rows, in an earlier version')
  expect(titleOf(tile, undefined, false, of('v2'))).toBe(tile.topic)
  expect(rowsSaidOf({ ...tile, said_of: null }, false, of('v2'))).toBe(null)
})

test.each([
  ['Sum of amount by region', { 'Sum of amount': 'measure', region: 'dimension' }],
  ['Count and Mean', { Count: 'measure', Mean: 'measure' }],
  ['a and b', { a: 'dimension', b: 'dimension' }],
  ['a, b, c and 2 more', { a: 'column', b: 'column', c: 'column', d: 'column', e: 'column' }],
])('a tile without a name is called by what it asks: %s', (words, roles) => {
  const columns = Object.entries(roles).map(([label, role]) => ({ key: label, label, role }))
  const tile = { kind: 'question', title: null } as QuestionTile
  expect(titleOf(tile, undefined, false, { columns } as unknown as Answer)).toBe(words)
  expect(titleOf({ ...tile, title: 'Mine' }, undefined, false, { columns } as unknown as Answer)).toBe('Mine')
  expect(titleOf(tile, undefined)).toBe('Question')
})
