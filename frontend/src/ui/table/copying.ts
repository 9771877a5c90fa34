// Cells as text for another program: tabs between them, one row a line.

import type { Scalar } from '@/api/types'
import { isNumeric } from '@/lib/format'

export const MOST_COPIED = 50_000

/** A cell for a spreadsheet. Text that would be run as a formula there is told to be text. */
export function copiedCell(value: Scalar | undefined, type: string): string {
  if (value === null || value === undefined) return ''
  const plain = String(value)
  const text = !isNumeric(type) && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const copied = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.join('\t')).join('\n')

/** Two corners as a rectangle, whichever way they were drawn. */
export function rectangle(
  from: { row: number; column: number },
  to: { row: number; column: number },
): { top: number; bottom: number; left: number; right: number } {
  return {
    top: Math.min(from.row, to.row),
    bottom: Math.max(from.row, to.row),
    left: Math.min(from.column, to.column),
    right: Math.max(from.column, to.column),
  }
}
