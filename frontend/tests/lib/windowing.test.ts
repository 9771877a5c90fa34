import { describe, expect, it } from 'vitest'
import {
  blocksOf,
  columnsIn,
  edgesOf,
  MOST_PIXELS,
  moveInGrid,
  placeAt,
  placeOf,
  placeToShow,
  scrolled,
  settled,
  windowOf,
} from '@/lib/windowing'

const base = { rowHeight: 34, height: 510 }
const large = { ...base, rowCount: 10_000_000 }

describe('rows in view', () => {
  it('are plain arithmetic while the table fits under the cap', () => {
    const table = { ...base, rowCount: 1000 }
    expect(windowOf(table, placeAt(340, table), 0)).toEqual({ spacer: 34_000, from: 10, to: 25, top: 340 })
    expect(scrolled({ bar: 340, rows: 340 }, 400, table)).toEqual({ bar: 400, rows: 400 })
  })

  it('reach the last row of a million and of a billion', () => {
    for (const rowCount of [1_000_000, 1_000_000_000]) {
      const table = { ...base, rowCount }
      const { spacer } = windowOf(table, placeAt(0, table), 0)
      expect(spacer).toBeLessThanOrEqual(MOST_PIXELS)
      const view = windowOf(table, placeAt(spacer - base.height, table), 0)
      expect(view.to).toBe(rowCount)
      expect(view.from).toBe(rowCount - 15)
      // The last row ends where the spacer ends.
      expect(view.top + (view.to - view.from) * base.rowHeight).toBeCloseTo(spacer, 3)
    }
  })

  it('survive a scroll bar that stands beyond the end, and a table without rows', () => {
    const three = { ...base, rowCount: 3 }
    expect(windowOf(three, placeAt(9999, three))).toMatchObject({ from: 0, to: 3, top: 0 })
    const none = { ...base, rowCount: 0 }
    expect(windowOf(none, placeAt(0, none))).toMatchObject({ from: 0, to: 0 })
  })

  it.each([0, 1, 499_999, 500_000, 999_999])('hold row %i after scrolling to it', (row) => {
    const table = { ...base, rowCount: 1_000_000 }
    const shown = windowOf(table, placeToShow(row, table, placeAt(7_000_000, table)), 0)
    expect(shown.from).toBeLessThanOrEqual(row)
    expect(shown.to).toBeGreaterThan(row)
  })

  it('do not move for a row that is in view already', () => {
    const table = { ...base, rowCount: 1000 }
    const place = placeAt(340, table)
    expect(placeToShow(12, table, place)).toBe(place)
  })
})

describe('scrolling ten million rows', () => {
  it('moves the rows by the pixels of the wheel, though the bar stands for far more', () => {
    const before = placeOf(34 * 5_000_000, large)
    const after = scrolled(before, before.bar + 100, large)
    expect(after.rows - before.rows).toBeCloseTo(100, 6)
  })

  it('draws the rows where the bar is, so that nothing jumps while the two drift', () => {
    let place = placeOf(34 * 5_000_000, large)
    for (let turn = 0; turn < 20; turn += 1) {
      const next = scrolled(place, place.bar + 60, large)
      const [was, is] = [windowOf(large, place, 0), windowOf(large, next, 0)]
      const screen = (view: typeof was, bar: number, row: number) => view.top + (row - view.from) * 34 - bar
      // Row 5,000,010 moves up by the sixty pixels, as in any table.
      expect(screen(was, place.bar, 5_000_010) - screen(is, next.bar, 5_000_010)).toBeCloseTo(60, 3)
      place = next
    }
  })

  it('brings bar and rows together when it rests, without moving a row', () => {
    const start = placeOf(34 * 5_000_000, large)
    const drifted = scrolled(scrolled(start, start.bar + 400, large), start.bar + 800, large)
    const rest = settled(drifted, large)
    expect(rest.rows).toBe(drifted.rows)
    expect(placeAt(rest.bar, large).rows).toBeCloseTo(rest.rows, 2)
  })

  it('leaps with the bar when it is dragged', () => {
    const { spacer } = windowOf(large, placeAt(0, large))
    const place = scrolled(placeAt(0, large), (spacer - large.height) / 2, large)
    expect(place.rows / (large.rowCount * 34 - large.height)).toBeCloseTo(0.5, 9)
  })

  it('stops at either end', () => {
    expect(scrolled(placeOf(10, large), 0, { ...large }).rows).toBeGreaterThanOrEqual(0)
    const end = placeOf(large.rowCount * 34, large)
    expect(scrolled(end, end.bar + 50, large).rows).toBe(end.rows)
  })
})

describe('blocks and columns', () => {
  it('cover a range of rows', () => {
    expect(blocksOf(190, 410, 200)).toEqual([0, 1, 2])
    expect(blocksOf(200, 400, 200)).toEqual([1])
    expect(blocksOf(5, 5, 200)).toEqual([])
  })

  it('draw the columns in view and one beside', () => {
    const edges = edgesOf(Array.from({ length: 100 }, () => 100))
    expect(edges.at(-1)).toBe(10_000)
    expect(columnsIn(edges, 0, 250)).toEqual({ from: 0, to: 4 })
    expect(columnsIn(edges, 5000, 300)).toEqual({ from: 49, to: 54 })
    expect(columnsIn(edges, 9900, 300).to).toBe(100)
  })
})

describe('keys in a grid', () => {
  const size = { rows: 100, columns: 5, page: 10 }
  it.each([
    ['ArrowDown', false, null, { row: 0, column: 0 }],
    ['ArrowUp', false, { row: 0, column: 2 }, { row: -1, column: 2 }],
    ['ArrowUp', false, { row: -1, column: 2 }, { row: -1, column: 2 }],
    ['ArrowRight', false, { row: 3, column: 4 }, { row: 3, column: 4 }],
    ['PageDown', false, { row: 95, column: 1 }, { row: 99, column: 1 }],
    ['PageUp', false, { row: 3, column: 1 }, { row: 0, column: 1 }],
    ['Home', false, { row: 7, column: 3 }, { row: 7, column: 0 }],
    ['End', true, { row: 7, column: 3 }, { row: 99, column: 4 }],
    ['x', false, { row: 7, column: 3 }, null],
  ] as const)('%s (whole: %s) leads from %o to %o', (key, whole, from, to) => {
    expect(moveInGrid(key, whole, from, size)).toEqual(to)
  })
})
