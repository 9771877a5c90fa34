// Rows under a scroll bar. Browsers limit an element's height (Firefox to about 17.9 million pixels), so beyond a
// cap the scroll bar is a fraction of the table rather than a distance, and every row stays reachable.

export const MOST_PIXELS = 15_000_000

/** A longer step is a leap: a scroll bar dragged by one pixel moves a capped table by some thirty thousand. */
const LEAP = 4000

export interface Table {
  rowCount: number
  rowHeight: number
  /** Of what is seen of the rows. */
  height: number
}

/** Where a table stands: where its scroll bar does, and how far its rows are scrolled. Equal below the cap. */
export interface Place {
  bar: number
  rows: number
}

export interface Window {
  /** Height of the element that is scrolled. */
  spacer: number
  /** The first row to draw, and the row after the last. */
  from: number
  to: number
  /** Where the first drawn row stands inside the spacer. */
  top: number
}

const within = (value: number, most: number): number => Math.min(Math.max(0, value), most)

function lengths({ rowCount, rowHeight, height }: Table) {
  const natural = rowCount * rowHeight
  const spacer = Math.min(natural, MOST_PIXELS)
  return { natural, spacer, mostRows: Math.max(0, natural - height), mostBar: Math.max(0, spacer - height) }
}

/** The rows at the same fraction of the whole as the scroll bar. */
export function placeAt(bar: number, table: Table): Place {
  const { mostRows, mostBar } = lengths(table)
  const at = within(bar, mostBar)
  return { bar: at, rows: mostBar === 0 ? 0 : (at / mostBar) * mostRows }
}

/** The scroll bar at the same fraction of the whole as the rows. */
export function placeOf(rows: number, table: Table): Place {
  const { mostRows, mostBar } = lengths(table)
  const at = within(rows, mostRows)
  return { bar: mostRows === 0 ? 0 : (at / mostRows) * mostBar, rows: at }
}

/**
 * After the scroll bar moved. A small step, as a wheel or a finger makes it, moves the rows by as many pixels, or
 * each turn of a wheel would pass thousands of rows of a large table; a leap moves them by its share of the whole.
 * Small steps make bar and rows drift apart: `settled` brings them together once the scrolling rests.
 */
export function scrolled(before: Place, bar: number, table: Table): Place {
  const { natural, spacer, mostRows } = lengths(table)
  const step = bar - before.bar
  if (natural === spacer || Math.abs(step) > LEAP) return placeAt(bar, table)
  return { bar, rows: within(before.rows + step, mostRows) }
}

export const settled = (place: Place, table: Table): Place => placeOf(place.rows, table)

export function windowOf(table: Table, place: Place, margin = 8): Window {
  const { spacer, mostRows, mostBar } = lengths(table)
  const rows = within(place.rows, mostRows)
  const from = Math.max(0, Math.floor(rows / table.rowHeight) - margin)
  const to = Math.min(table.rowCount, Math.ceil((rows + table.height) / table.rowHeight) + margin)
  return { spacer, from, to, top: within(place.bar, mostBar) - (rows - from * table.rowHeight) }
}

/** The place that shows a row, moving as little as possible. */
export function placeToShow(row: number, table: Table, place: Place): Place {
  const top = row * table.rowHeight
  const least = top + table.rowHeight - table.height
  if (top < place.rows) return placeOf(top, table)
  return least > place.rows ? placeOf(least, table) : place
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
