// What a range along the axis stands for.

import { expect, test } from 'vitest'
import { numberAt, pickAt, picksByClick, rangeAt } from '../src/index'
import { answer, byRegion, column, screen, x, y } from './build'

const bar = { mark: 'bar' as const, x, y, order: 'answer' as const }

test('a range over names is the names that stand in it, however it was drawn', () => {
  const names = byRegion.data.d0 ?? []
  const range = rangeAt(bar, byRegion, screen, 0, 1)
  expect(range?.values).toEqual(names.slice(0, 2))
  expect(rangeAt(bar, byRegion, screen, 1, 0)).toEqual(range)
  expect(range?.label).toBe(`${names[0]} to ${names[1]}`)
  expect(rangeAt(bar, byRegion, screen, 0, 0)?.label).toBe(String(names[0]))
  expect(rangeAt(bar, byRegion, screen, 50, 60)).toBeNull()
})

test('a range over bins ends with the upper edge of the last', () => {
  const bins = answer(
    [column('d0', 'Basket', 'float'), column('m0', 'Rows', 'integer')],
    [
      [0, 10],
      [10, 30],
      [20, 40],
    ],
    { bin_width: { d0: 10 } },
  )
  const range = rangeAt({ mark: 'histogram', x, y }, bins, screen, 0, 19)
  expect(range?.values[0]).toBe(0)
  expect(range?.to).toBe(20)
})

test('what has no axis of places has no range', () => {
  expect(rangeAt({ mark: 'pie', x, y }, byRegion, screen, 0, 1)).toBeNull()
})

test('a mark tells its number and the rows that it is made of, a rest and a total those of all others', () => {
  const bits = { other: [0, 0, 1] }
  const topped = answer(
    [column('d0', 'Region'), column('m0', 'Amount', 'float')],
    [
      ['North', 5],
      ['South', 3],
      [null, 2],
    ],
    bits,
  )
  const at = (dataIndex: number) => numberAt(bar, topped, screen, { seriesIndex: 0, dataIndex })
  expect(at(0)).toEqual({ field: 'm0', value: '5', place: 'North', rows: [0], read: false })
  expect(at(2)?.rows).toEqual([2])
  const spec = { mark: 'waterfall' as const, x, y, order: 'answer' as const }
  expect(
    numberAt(spec, byRegion, screen, { seriesIndex: 0, dataIndex: 3, data: { at: [0, 3] } })?.rows,
  ).toEqual([0, 1, 2])
})

test('two groups are told apart, and each colour is a row of its own', () => {
  const split = answer(
    [column('d0', 'Region'), column('d1', 'Year'), column('m0', 'Amount', 'float')],
    [
      ['North', '2024', 5],
      ['North', '2025', 7],
      ['South', '2025', 3],
    ],
  )
  const spec = { ...bar, color: { field: 'd1' } }
  const found = [0, 1].map((seriesIndex) => numberAt(spec, split, screen, { seriesIndex, dataIndex: 0 }))
  expect(found.map((one) => [one?.place, one?.rows])).toEqual([
    ['North, 2024', [0]],
    ['North, 2025', [1]],
  ])
})

const spread = answer(
  [column('d0', 'Basket', 'float'), column('d1', 'Region'), column('m0', 'Rows', 'integer')],
  Array.from({ length: 40 }, (_, index) => [index * 10, index % 2 ? 'North' : 'South', 40 - index]),
  { bin_width: { d0: 10 } },
)

test('a violin stands for its group, and its number is read from the counts of the group', () => {
  const spec = { mark: 'violin' as const, x, y, color: { field: 'd1' } }
  const hit = { seriesIndex: 0, dataIndex: 0 }
  const [pick] = pickAt(spec, spread, screen, hit)
  expect(pick?.field).toBe('d1')
  const number = numberAt(spec, spread, screen, hit)
  expect(number?.read).toBe(true)
  expect(number?.rows.every((row) => spread.data.d1?.[row] === pick?.value)).toBe(true)
  expect(number?.rows).toHaveLength(20)
  expect(picksByClick(spec, spread)).toBe(true)
  expect(picksByClick({ mark: 'violin', x, y }, spread)).toBe(false)
})

test('a range over a curve of values is between them, over a Q-Q plot between the values of its points', () => {
  const counts = answer(
    [column('d0', 'Basket', 'float'), column('m0', 'Rows', 'integer')],
    [
      [0, 4],
      [100, 9],
      [200, 3],
    ],
  )
  for (const mark of ['density', 'ecdf'] as const) {
    const range = rangeAt({ mark, x, y }, counts, screen, 50.123, -0.1 + 150)
    expect(range?.field).toBe('d0')
    expect(Number(range?.values[0])).toBeLessThanOrEqual(50.123)
    expect(range?.to).toBeGreaterThanOrEqual(149)
    expect(range?.to).toBeLessThan(152)
  }
  const normal = rangeAt({ mark: 'qq', x, y }, counts, screen, -0.5, 3)
  expect(normal?.values).toEqual([100, 200])
  expect(picksByClick({ mark: 'density', x, y }, counts)).toBe(false)
})
