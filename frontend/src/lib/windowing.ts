// Rows under a scroll bar. Browsers limit an element's height (Firefox to about 17.9 million pixels), so beyond a
// cap the scroll position is a fraction of the table rather than a distance, and every row stays reachable.

export const MOST_PIXELS = 15_000_000

export interface Window {
  /** Height of the element that is scrolled. */
  spacer: number
  /** The first row to draw, and the row after the last. */
  from: number
  to: number
  /** Where the first drawn row stands inside the spacer. */
  top: number
}

export interface Viewport {
  rowCount: number
  rowHeight: number
  height: number
  scrollTop: number
  /** Rows drawn beyond either edge. */
  margin?: number
}

export function windowOf({ rowCount, rowHeight, height, scrollTop, margin = 8 }: Viewport): Window {
  const natural = rowCount * rowHeight
  const spacer = Math.min(natural, MOST_PIXELS)
  const scrollable = Math.max(0, spacer - height)
  const at = Math.min(Math.max(0, scrollTop), scrollable)
  // The same fraction of what can be scrolled, in pixels of the natural table.
  const naturalTop = scrollable === 0 ? 0 : (at / scrollable) * Math.max(0, natural - height)
  const from = Math.max(0, Math.floor(naturalTop / rowHeight) - margin)
  const to = Math.min(rowCount, Math.ceil((naturalTop + height) / rowHeight) + margin)
  return { spacer, from, to, top: at - (naturalTop - from * rowHeight) }
}

/** The scroll position that shows a row, moving as little as possible. */
export function scrollToShow(row: number, { rowCount, rowHeight, height, scrollTop }: Viewport): number {
  const natural = rowCount * rowHeight
  const spacer = Math.min(natural, MOST_PIXELS)
  const scrollable = Math.max(0, spacer - height)
  const naturalScrollable = Math.max(0, natural - height)
  if (scrollable === 0 || naturalScrollable === 0) return 0
  const top = (Math.min(scrollTop, scrollable) / scrollable) * naturalScrollable
  const wanted =
    row * rowHeight < top
      ? row * rowHeight
      : (row + 1) * rowHeight > top + height
        ? (row + 1) * rowHeight - height
        : top
  return (Math.min(wanted, naturalScrollable) / naturalScrollable) * scrollable
}

/** The blocks of rows that cover a range, by index. */
export function blocksOf(from: number, to: number, size: number): number[] {
  if (to <= from) return []
  const first = Math.floor(from / size)
  const last = Math.floor((to - 1) / size)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** The left edges of columns, and after the last one the width of all. */
export function edgesOf(widths: readonly number[]): number[] {
  const edges = [0]
  for (const width of widths) edges.push((edges.at(-1) ?? 0) + width)
  return edges
}

/** The columns that a horizontal range touches, with one more at either side. */
export function columnsIn(
  edges: readonly number[],
  left: number,
  width: number,
): { from: number; to: number } {
  const count = edges.length - 1
  let from = 0
  while (from < count - 1 && (edges[from + 1] ?? 0) <= left) from += 1
  let to = from
  while (to < count && (edges[to] ?? 0) < left + width) to += 1
  return { from: Math.max(0, from - 1), to: Math.min(count, to + 1) }
}

export interface Cell {
  /** -1 is the head. */
  row: number
  column: number
}

/** Where a key leads from a cell, or null for keys that lead nowhere. The first key only enters the grid. */
export function moveInGrid(
  key: string,
  whole: boolean,
  active: Cell | null,
  { rows, columns, page }: { rows: number; columns: number; page: number },
): Cell | null {
  const keys = /^(Arrow(Down|Up|Left|Right)|Page(Down|Up)|Home|End)$/
  if (rows === 0 || columns === 0 || !keys.test(key)) return null
  if (!active && key.startsWith('Arrow')) return { row: 0, column: 0 }
  const { row, column } = active ?? { row: 0, column: 0 }
  const at = (nextRow: number, nextColumn: number): Cell => ({
    row: Math.min(rows - 1, Math.max(-1, nextRow)),
    column: Math.min(columns - 1, Math.max(0, nextColumn)),
  })
  switch (key) {
    case 'ArrowDown':
      return at(row + 1, column)
    case 'ArrowUp':
      return at(row - 1, column)
    case 'ArrowLeft':
      return at(row, column - 1)
    case 'ArrowRight':
      return at(row, column + 1)
    case 'PageDown':
      return at(row + page, column)
    case 'PageUp':
      return at(Math.max(0, row - page), column)
    case 'Home':
      return whole ? at(0, 0) : at(row, 0)
    default:
      return whole ? at(rows - 1, columns - 1) : at(row, columns - 1)
  }
}
