// What a range along the axis stands for.

import { expect, test } from 'vitest'
import { rangeAt } from '../src/index'
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
