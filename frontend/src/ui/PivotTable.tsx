'use client'

import ChevronRightRounded from '@mui/icons-material/ChevronRightRounded'
import ExpandMoreRounded from '@mui/icons-material/ExpandMoreRounded'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useId, useMemo, useState } from 'react'
import type { Answer, AnswerColumn } from '@/api/types'
import { formatCount } from '@/lib/format'
import { answerCell } from './AnswerTable'
import { Button, ButtonBase } from './Button'
import { type CellLook, lookAround, lookStyle } from './table/look'
import { folded, groupKey, type Heading, type PivotLine, pivoted, spanOf } from './table/pivot'
import styles from './table.module.css'

const STEP = 200
const MOST_COLUMNS = 200

const total = `${styles.number} ${styles.total}`

/** A cross table. Every cell names its headings, so that a screen reader says what it is of. */
export function PivotTable({
  answer,
  across,
  label,
  maxHeight = 620,
  look,
}: {
  answer: Answer
  /** Keys of the dimensions that go across. */
  across: readonly string[]
  label: string
  maxHeight?: number | string
  look?: (row: number, key: string) => CellLook | undefined
}) {
  const id = useId()
  const [shown, setShown] = useState(STEP)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const table = useMemo(() => pivoted(answer, { columns: across }), [answer, across])
  const { down, measures, columns } = table
  const foldable = useMemo(
    () => new Set(table.rows.filter((row) => row.totalFrom === 1).map(groupKey)),
    [table],
  )
  const left = useMemo(() => folded(table.rows, closed), [table, closed])
  const rows = left.slice(0, shown)
  const drawn = columns.slice(0, Math.max(1, Math.floor(MOST_COLUMNS / Math.max(1, measures.length))))
  const one = measures.length === 1
  // With one measure, its heads stand in the line of the innermost heading.
  const corner = table.across.length - (one ? 1 : 0)
  const toggle = (key: string) =>
    setClosed((before) => {
      const next = new Set(before)
      if (!next.delete(key)) next.add(key)
      return next
    })
  const rowId = (row: number, depth: number) => `${id}-r${row}-${depth}`
  const columnId = (column: number, depth: number) => `${id}-c${column}-${depth}`
  /** The headings above a cell, each by the column in which it begins. */
  const above = (column: number): string => {
    const ids = table.across.map((_, depth) => {
      let begin = column
      while (begin > 0 && spanOf(drawn, begin, depth) === 0) begin -= 1
      return columnId(begin, depth)
    })
    return ids.join(' ')
  }
  const beside = (row: number): string =>
    down
      .slice(0, (rows[row]?.totalFrom ?? down.length) + 1)
      .map((_, depth) => {
        let begin = row
        while (begin > 0 && spanOf(rows, begin, depth) === 0) begin -= 1
        return rowId(begin, depth)
      })
      .join(' ')

  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
      tabIndex={0}
      aria-label={label}
      className={`${styles.frame} ${styles.cross}`}
      style={{ maxHeight }}
    >
      <table aria-label={label}>
        <thead>
          {table.across.map((column, depth) => (
            <tr key={column.key}>
              {depth === 0 && corner > 0 && <td colSpan={Math.max(1, down.length)} rowSpan={corner} />}
              {one &&
                depth === table.across.length - 1 &&
                down.map((dimension) => (
                  <th key={dimension.key} scope="col">
                    {dimension.label}
                  </th>
                ))}
              {one && depth === table.across.length - 1 && down.length === 0 && <td />}
              {drawn.map((line, index) => {
                const span = spanOf(drawn, index, depth)
                if (span === 0) return null
                const heading = line.headings[depth]
                return (
                  <th
                    key={line.key}
                    id={columnId(index, depth)}
                    scope={span * measures.length > 1 ? 'colgroup' : 'col'}
                    colSpan={span * Math.max(1, measures.length)}
                    className={heading?.total ? total : styles.number}
                  >
                    {heading && words(heading, column, answer, totalName(line, depth))}
                  </th>
                )
              })}
            </tr>
          ))}
          {(!one || table.across.length === 0) && (
            <tr>
              {down.map((dimension) => (
                <th key={dimension.key} scope="col">
                  {dimension.label}
                </th>
              ))}
              {down.length === 0 && <td />}
              {drawn.flatMap((line, index) =>
                measures.map((measure) => (
                  <th
                    key={`${line.key}-${measure.key}`}
                    id={`${id}-m${index}-${measure.key}`}
                    scope="col"
                    className={line.totalFrom === null ? styles.number : total}
                  >
                    {measure.label}
                  </th>
                )),
              )}
            </tr>
          )}
        </thead>
        <tbody>
          {rows.map((line, row) => {
            const key = groupKey(line)
            const isClosed = closed.has(key)
            return (
              <tr key={line.key}>
                {down.map((dimension, depth) => {
                  // A total's words stand in its first heading and reach over the rest.
                  if (line.totalFrom !== null && depth > line.totalFrom) return null
                  const isTotal = line.totalFrom === depth
                  const span = isTotal || isClosed ? 1 : spanOf(rows, row, depth)
                  if (span === 0) return null
                  const heading = line.headings[depth]
                  if (!heading) return null
                  const begins = depth === 0 && line.totalFrom !== 0 && foldable.has(key) && down.length > 1
                  return (
                    <th
                      key={dimension.key}
                      id={rowId(row, depth)}
                      scope={span > 1 ? 'rowgroup' : 'row'}
                      rowSpan={span}
                      colSpan={isTotal ? down.length - depth : 1}
                      className={isTotal ? styles.total : undefined}
                    >
                      {begins ? (
                        <ButtonBase
                          aria-expanded={!isClosed}
                          onClick={() => toggle(key)}
                          sx={{ font: 'inherit', borderRadius: 1, gap: 0.25, ml: -0.5, minHeight: 24 }}
                        >
                          {isClosed ? (
                            <ChevronRightRounded fontSize="inherit" aria-hidden />
                          ) : (
                            <ExpandMoreRounded fontSize="inherit" aria-hidden />
                          )}
                          {words(heading, dimension, answer, '')}
                        </ButtonBase>
                      ) : (
                        words(heading, dimension, answer, totalName(line, depth))
                      )}
                    </th>
                  )
                })}
                {down.length === 0 && (
                  <th id={rowId(row, 0)} scope="row">
                    {one ? measures[0]?.label : 'All'}
                  </th>
                )}
                {drawn.flatMap((column, index) =>
                  measures.map((measure) => {
                    const place = table.at(line, column)
                    const special = place === undefined ? undefined : look?.(place, measure.key)
                    const isTotal = line.totalFrom !== null || column.totalFrom !== null
                    return (
                      <td
                        key={`${column.key}-${measure.key}`}
                        className={isTotal ? total : styles.number}
                        style={special ? lookStyle(special) : undefined}
                        headers={[
                          down.length > 0 ? beside(row) : rowId(row, 0),
                          above(index),
                          one && table.across.length > 0 ? '' : `${id}-m${index}-${measure.key}`,
                        ]
                          .filter(Boolean)
                          .join(' ')}
                      >
                        {place === undefined
                          ? ''
                          : lookAround(answerCell(answer.data[measure.key]?.[place], measure), special)}
                      </td>
                    )
                  }),
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
      {(rows.length < left.length || drawn.length < columns.length) && (
        <Box sx={{ p: 1.5, display: 'flex', gap: 2, alignItems: 'center' }}>
          {rows.length < left.length && (
            <Button variant="outlined" onClick={() => setShown(shown + 400)}>
              Show more rows
            </Button>
          )}
          <Typography variant="caption" color="textSecondary">
            {formatCount(rows.length)} of {formatCount(left.length)} rows
            {drawn.length < columns.length &&
              `, the first ${formatCount(drawn.length)} of ${formatCount(columns.length)} columns. Put a grouping with fewer values across.`}
          </Typography>
        </Box>
      )}
    </section>
  )
}

function totalName(line: PivotLine, depth: number): string {
  return depth === 0 && line.totalFrom === 0 ? 'Total' : 'Subtotal'
}

function words(heading: Heading, column: AnswerColumn, answer: Answer, total: string): string {
  if (heading.total) return total
  if (heading.other) return 'Other'
  return answerCell(heading.value, column, answer.bin_width?.[column.key])
}
