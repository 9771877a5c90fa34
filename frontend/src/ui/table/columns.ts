// A column of a large table, and where it is drawn.

import type { ColumnType } from '@/api/types'
import { isNumeric } from '@/lib/format'

export interface GridColumn {
  id: string
  name: string
  type: ColumnType
  /** Its number format in the workbook. */
  format?: string | null
  unit?: string | null
  /** The column's shape, for the head. */
  counts?: readonly number[]
  /** Share of missing values, 0 to 1. */
  missing?: number
}

/** The id of the leading column that holds the groups. */
export const TREE = '#groups'

/** A column that is drawn: its place among all that are shown, its box, and whether it stays when the rest scrolls. */
export interface DrawnColumn {
  column: GridColumn
  at: number
  box: { left: number; width: number }
  place: 'free' | 'pinned' | 'pinned last'
}

export function widthOf(column: GridColumn): number {
  if (column.id === TREE) return 240
  const name = (column.name.length + (column.unit ? column.unit.length + 3 : 0)) * 7.6 + 56
  const least = isNumeric(column.type)
    ? 116
    : column.type === 'boolean'
      ? 92
      : column.type === 'date'
        ? 124
        : column.type === 'timestamp' || column.type === 'instant'
          ? 196
          : 176
  return Math.round(Math.min(280, Math.max(least, name)))
}
