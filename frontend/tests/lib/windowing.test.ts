import { describe, expect, it } from 'vitest'
import {
  blocksOf,
  columnsIn,
  edgesOf,
  MOST_PIXELS,
  moveInGrid,
  scrollToShow,
  windowOf,
} from '@/lib/windowing'

const base = { rowHeight: 34, height: 510, margin: 0 }

describe('rows in view', () => {
  it('are plain arithmetic while the table fits under the cap', () => {
    const view = windowOf({ ...base, rowCount: 1000, scrollTop: 340 })
    expect(view).toEqual({ spacer: 34_000, from: 10, to: 25, top: 340 })
  })

  it('reach the last row of a million and of a billion', () => {
    for (const rowCount of [1_000_000, 1_000_000_000]) {
      const { spacer } = windowOf({ ...base, rowCount, scrollTop: 0 })
      expect(spacer).toBeLessThanOrEqual(MOST_PIXELS)
      const view = windowOf({ ...base, rowCount, scrollTop: spacer - base.height })
      expect(view.to).toBe(rowCount)
      expect(view.from).toBe(rowCount - 15)
      // The last row ends where the spacer ends.
      expect(view.top + (view.to - view.from) * base.rowHeight).toBeCloseTo(spacer, 3)
    }
  })

  it('survive a scroll bar that stands beyond the end, and a table without rows', () => {
    expect(windowOf({ ...base, rowCount: 3, scrollTop: 9999 })).toMatchObject({ from: 0, to: 3, top: 0 })
    expect(windowOf({ ...base, rowCount: 0, scrollTop: 0 })).toMatchObject({ from: 0, to: 0 })
  })

  it.each([0, 1, 499_999, 500_000, 999_999])('hold row %i after scrolling to it', (row) => {
    const view = { ...base, rowCount: 1_000_000, scrollTop: 7_000_000 }
    const shown = windowOf({ ...view, scrollTop: scrollToShow(row, view) })
    expect(shown.from).toBeLessThanOrEqual(row)
    expect(shown.to).toBeGreaterThan(row)
  })

  it('do not move for a row that is in view already', () => {
    const view = { ...base, rowCount: 1000, scrollTop: 340 }
    expect(scrollToShow(12, view)).toBeCloseTo(340)
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
