'use client'

import ArrowDownwardRounded from '@mui/icons-material/ArrowDownwardRounded'
import ArrowUpwardRounded from '@mui/icons-material/ArrowUpwardRounded'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { lazy, Suspense, useDeferredValue, useId, useState } from 'react'
import type { Answer, AnswerColumn, Scalar, Sort } from '@/api/types'
import { formatCell, formatCount, formatNumber, isNumeric } from '@/lib/format'
import { numberInCell, type PointedNumber } from '@/lib/number'
import type { Action } from './ActionMenu'
import { Button } from './Button'
import { type CellLook, lookAround, lookStyle } from './table/look'
import { nextSort } from './table/sorting'
import styles from './table.module.css'
import { useEver } from './useEver'

const Choices = lazy(() => import('./Choices'))

const STEP = 100
/** What a row is high, in pixels. */
const ROW = 33

/** A value of an answer, with the upper edge where it is a bin. */
export function answerCell(value: Scalar | undefined, column: AnswerColumn, binWidth?: number): string {
  if (value === null || value === undefined) return '–'
  if (binWidth !== undefined) {
    const from = Number(value)
    return `${formatNumber(from)} to ${formatNumber(from + binWidth)}`
  }
  return formatCell(value, column.type, column.grain)
}

/** An answer as a plain table. Long ones grow by the button below. */
export function AnswerTable({
  answer,
  label,
  maxHeight = 460,
  most = STEP,
  sort = [],
  onSort,
  actions,
  onNumber,
  look,
}: {
  answer: Answer
  label: string
  maxHeight?: number | string
  most?: number
  sort?: readonly Sort[]
  /** The heads become buttons that sort the question. */
  onSort?: (sort: Sort[]) => void
  /** What can be done with a row. */
  actions?: (row: number) => readonly Action[]
  /** Somebody wants to know what the number in a cell is. */
  onNumber?: ((number: PointedNumber) => void) | undefined
  look?: (row: number, key: string) => CellLook | undefined
}) {
  const [shown, setShown] = useState(most)
  const wanted = Math.min(shown, answer.row_count)
  // As many rows as are seen at once; the others follow when nothing is more urgent.
  const seen = Math.ceil((typeof maxHeight === 'number' ? maxHeight : 1000) / ROW)
  const rows = useDeferredValue(wanted, Math.min(wanted, seen))
  // One menu for all rows: a hundred of them would cost more than the rows.
  const [open, setOpen] = useState<{ row: number; anchor: HTMLElement } | null>(null)
  const used = useEver(open !== null)
  const menu = useId()
  const widthOf = (column: AnswerColumn) => answer.bin_width?.[column.key]
  const measures = answer.columns.filter((column) => column.role === 'measure')
  const written = (row: number, column: AnswerColumn): string =>
    ((answer.other?.[row] ?? 0) & placeOf(column)) !== 0
      ? 'Other'
      : answerCell(answer.data[column.key]?.[row], column, widthOf(column))
  const actionsAt = (row: number): readonly Action[] => [
    ...(actions?.(row) ?? []),
    ...(onNumber
      ? measures.map((column) => ({
          label: measures.length > 1 ? `What is this number: ${column.label}` : 'What is this number?',
          disabled: (answer.data[column.key]?.[row] ?? null) === null,
          run: () => onNumber(numberInCell(answer, row, column, written)),
        }))
      : []),
  ]
  const acts = actions !== undefined || (onNumber !== undefined && measures.length > 0)
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
      tabIndex={0}
      aria-label={label}
      className={styles.frame}
      style={{ maxHeight }}
    >
      <table aria-label={label}>
        <thead>
          <tr>
            {answer.columns.map((column) => {
              const sorted = sort.find((one) => one.by === column.key)?.direction
              return (
                <th
                  key={column.key}
                  scope="col"
                  className={isRight(column, answer) ? styles.number : undefined}
                  aria-sort={
                    !onSort ? undefined : sorted === 'asc' ? 'ascending' : sorted ? 'descending' : 'none'
                  }
                >
                  {onSort ? (
                    <button
                      type="button"
                      className={styles.sort}
                      onClick={(event) => onSort(nextSort(sort, column.key, event.shiftKey))}
                    >
                      {column.label}
                      {sorted === 'asc' && <ArrowUpwardRounded sx={{ fontSize: 14 }} aria-hidden />}
                      {sorted === 'desc' && <ArrowDownwardRounded sx={{ fontSize: 14 }} aria-hidden />}
                    </button>
                  ) : (
                    column.label
                  )}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <tr key={row}>
              {answer.columns.map((column, place) => {
                const special = look?.(row, column.key)
                return (
                  <td
                    key={column.key}
                    className={classOf(isRight(column, answer), acts && place === 0)}
                    style={special ? lookStyle(special) : undefined}
                  >
                    {lookAround(written(row, column), special)}
                    {acts && place === 0 && (
                      <button
                        type="button"
                        className={styles.more}
                        aria-label={`Actions for row ${row + 1}`}
                        aria-haspopup="menu"
                        aria-expanded={open?.row === row}
                        aria-controls={open?.row === row ? menu : undefined}
                        onClick={(event) => setOpen({ row, anchor: event.currentTarget })}
                      />
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {used && (
        <Suspense>
          <Choices
            id={menu}
            anchorEl={open?.anchor ?? null}
            open={open !== null}
            onClose={() => setOpen(null)}
            actions={open ? actionsAt(open.row) : []}
          />
        </Suspense>
      )}
      {wanted < answer.row_count && (
        <Box sx={{ p: 1.5, display: 'flex', gap: 2, alignItems: 'center' }}>
          <Button variant="outlined" onClick={() => setShown(shown + 400)}>
            Show more rows
          </Button>
          <Typography variant="caption" color="textSecondary">
            {formatCount(wanted)} of {formatCount(answer.row_count)}
          </Typography>
        </Box>
      )}
    </section>
  )
}

const classOf = (right: boolean, acts: boolean): string | undefined =>
  [right && styles.number, acts && styles.acts].filter(Boolean).join(' ') || undefined

const isRight = (column: AnswerColumn, answer: Answer): boolean =>
  isNumeric(column.type) && answer.bin_width?.[column.key] === undefined

/** The bit of a dimension in `level` and `other`. */
const placeOf = (column: AnswerColumn): number =>
  column.role === 'dimension' ? 1 << Number(column.key.slice(1)) : 0
