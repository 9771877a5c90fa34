import { describe, expect, test } from 'vitest'
import type { Tile } from '@/api/types'
import { heightOf, inOrder, moveInOrder, place, roomFor, settle } from '@/features/dashboards/layout'

const tile = (id: string, x: number, y: number, w = 6, h = 4): Tile => ({
  kind: 'text',
  id,
  place: { x, y, w, h },
  text: '',
})
const places = (tiles: readonly Tile[]) =>
  Object.fromEntries(tiles.map(({ id, place: { x, y, w, h } }) => [id, [x, y, w, h]]))
const overlap = (tiles: readonly Tile[]): boolean =>
  tiles.some((a, i) =>
    tiles.some(
      (b, j) =>
        i < j &&
        a.place.x < b.place.x + b.place.w &&
        b.place.x < a.place.x + a.place.w &&
        a.place.y < b.place.y + b.place.h &&
        b.place.y < a.place.y + a.place.h,
    ),
  )

test('tiles rise as far as they can', () => {
  expect(places(settle([tile('t1', 0, 5), tile('t2', 6, 9), tile('t3', 0, 30)]))).toEqual({
    t1: [0, 0, 6, 4],
    t2: [6, 0, 6, 4],
    t3: [0, 4, 6, 4],
  })
})

describe('a tile that is moved', () => {
  const two = [tile('t1', 0, 0), tile('t2', 0, 4)]
  test('changes places with the one below once it covers its middle', () => {
    expect(places(place(two, 't1', { y: 1 }))).toEqual(places(two))
    expect(places(place(two, 't1', { y: 2 }))).toEqual({ t1: [0, 4, 6, 4], t2: [0, 0, 6, 4] })
  })
  test('takes the place of the one above, which makes room', () => {
    expect(places(place(two, 't2', { y: 1 }))).toEqual({ t2: [0, 0, 6, 4], t1: [0, 4, 6, 4] })
    expect(places(place(two, 't2', { y: 3 }))).toEqual(places(two))
  })
  test('stays inside the grid, whatever is wished', () => {
    expect(places(place([tile('t1', 0, 0)], 't1', { x: 40, y: -3 })).t1).toEqual([6, 0, 6, 4])
    expect(places(place([tile('t1', 8, 0, 4)], 't1', { w: 99, h: 0 })).t1).toEqual([0, 0, 12, 1])
  })
  test('pushes down what it grows into', () => {
    expect(places(place([tile('t1', 0, 0), tile('t2', 6, 0)], 't1', { w: 8 }))).toEqual({
      t1: [0, 0, 8, 4],
      t2: [6, 4, 6, 4],
    })
  })
  test('never leaves two tiles on one another', () => {
    let tiles = Array.from({ length: 12 }, (_, at) =>
      tile(`t${at + 1}`, (at * 5) % 9, at * 2, 3 + (at % 3), 2 + (at % 4)),
    )
    tiles = settle(tiles)
    let state = 7
    const next = (most: number): number => {
      state = (state * 1103515245 + 12345) % 2147483648
      return state % most
    }
    for (let turn = 0; turn < 400; turn += 1) {
      tiles = place(tiles, `t${next(12) + 1}`, { x: next(12), y: next(30), w: next(12) + 1, h: next(6) + 1 })
      expect(overlap(tiles)).toBe(false)
    }
    expect(places(settle(tiles))).toEqual(places(tiles))
  })
})

test('a new tile takes the first gap that is wide enough', () => {
  const tiles = [tile('t1', 0, 0), tile('t2', 0, 4, 12)]
  expect(roomFor(tiles, 6, 4)).toMatchObject({ x: 6, y: 0 })
  expect(roomFor(tiles, 7, 4)).toMatchObject({ x: 0, y: 8 })
  expect(heightOf(tiles)).toBe(8)
})

describe('a tile that goes before or after its neighbour', () => {
  const row = [tile('t1', 0, 0, 4), tile('t2', 4, 0, 8), tile('t3', 0, 4, 12)]
  const order = (tiles: readonly Tile[]) => inOrder(tiles).map((one) => one.id)
  test('changes sides with it, or stands above its row', () => {
    expect(places(moveInOrder(row, 't1', 1))).toEqual({
      t2: [0, 0, 8, 4],
      t1: [8, 0, 4, 4],
      t3: [0, 4, 12, 4],
    })
    expect(order(moveInOrder(row, 't3', -1))).toEqual(['t3', 't1', 't2'])
    expect(overlap(moveInOrder(row, 't3', -1))).toBe(false)
  })
  test('stays where there is no other', () => {
    expect(places(moveInOrder(row, 't1', -1))).toEqual(places(row))
    expect(places(moveInOrder(row, 't3', 1))).toEqual(places(row))
  })
})
