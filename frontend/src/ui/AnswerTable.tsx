'use client'

import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Answer, AnswerColumn, Scalar } from '@/api/types'
import { formatCell, formatCount, formatNumber, isNumeric } from '@/lib/format'

const STEP = 100

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
}: {
  answer: Answer
  label: string
  maxHeight?: number | string
  most?: number
}) {
  const [shown, setShown] = useState(most)
  const rows = Math.min(shown, answer.row_count)
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label={label}
      sx={{
        maxHeight,
        overflow: 'auto',
        border: '1px solid',
        borderColor: 'divider',
        borderRadius: 2,
        bgcolor: 'background.paper',
      }}
    >
      <Box
        component="table"
        aria-label={label}
        sx={{
          width: '100%',
          borderCollapse: 'separate',
          borderSpacing: 0,
          fontSize: '0.8125rem',
          fontVariantNumeric: 'tabular-nums',
          '& th, & td': { px: 1.5, py: 0.8, borderBottom: '1px solid', borderColor: 'divider' },
          '& th': {
            position: 'sticky',
            top: 0,
            bgcolor: 'background.sunk',
            fontWeight: 600,
            whiteSpace: 'nowrap',
            textAlign: 'left',
          },
          '& td': { maxWidth: 320, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
          '& .number': { textAlign: 'right' },
          '& tbody tr:last-of-type td': { borderBottom: 0 },
          '& tbody tr:hover td': { bgcolor: 'background.sunk' },
        }}
      >
        <thead>
          <tr>
            {answer.columns.map((column) => (
              <th key={column.key} scope="col" className={isRight(column, answer) ? 'number' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <tr key={row}>
              {answer.columns.map((column) => (
                <td key={column.key} className={isRight(column, answer) ? 'number' : undefined}>
                  {answerCell(answer.data[column.key]?.[row], column, answer.bin_width?.[column.key])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Box>
      {rows < answer.row_count && (
        <Box sx={{ p: 1.5, display: 'flex', gap: 2, alignItems: 'center' }}>
          <Button variant="outlined" onClick={() => setShown(shown + 400)}>
            Show more rows
          </Button>
          <Typography variant="caption" color="textSecondary">
            {formatCount(rows)} of {formatCount(answer.row_count)}
          </Typography>
        </Box>
      )}
    </Box>
  )
}

const isRight = (column: AnswerColumn, answer: Answer): boolean =>
  isNumeric(column.type) && answer.bin_width?.[column.key] === undefined
