'use client'

import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Tooltip from '@mui/material/Tooltip'
import type { Mark } from '@/api/types'
import type { ChartMark } from '../model'

const pictures: Readonly<Record<Mark | 'table', { label: string; path: string }>> = {
  bar: { label: 'Bar chart', path: 'M3 17V9M8 17V4M13 17v-6M18 17V7' },
  line: { label: 'Line chart', path: 'M2.5 14 8 8l4 4 6-8' },
  area: { label: 'Area chart', path: 'M2.5 16.5v-3L8 7l4 4 6-6v11.500z' },
  pie: { label: 'Pie chart', path: 'M10 2.500a7.500 7.500 0 1 0 7.500 7.500H10z' },
  scatter: {
    label: 'Scatter plot',
    path: 'M4 14h.01M7 10h.01M10 12h.01M12 6h.01M15 8h.01M17 4h.01',
  },
  histogram: {
    label: 'Histogram',
    path: 'M3 17v-3h3.500v3M6.500 17V8H10v9M10 17V5h3.500v12M13.500 17v-6H17v6',
  },
  table: { label: 'Table only', path: 'M3 4.500h14v11H3zM3 8.500h14M8 8.500v7' },
}
const order: readonly (Mark | 'table')[] = ['bar', 'line', 'area', 'pie', 'scatter', 'histogram', 'table']

/** Which picture. The best fitting one is chosen until somebody chooses otherwise. */
export function MarkPicker({
  value,
  drawn,
  suiting,
  onChange,
}: {
  value: ChartMark
  /** What `auto` has become. */
  drawn: Mark | null
  suiting: readonly Mark[]
  onChange: (mark: ChartMark) => void
}) {
  const current = value === 'auto' ? (drawn ?? 'table') : value
  return (
    <Box role="group" aria-label="Chart type" sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.25 }}>
      {order.map((mark) => {
        const { label, path } = pictures[mark]
        const on = mark === current
        const suits = mark === 'table' || suiting.includes(mark)
        const best = mark === suiting[0]
        return (
          <Tooltip key={mark} title={best ? `${label} (suggested)` : label}>
            <Box component="span">
              <ButtonBase
                aria-label={label}
                aria-pressed={on}
                disabled={!suits && !on}
                onClick={() => onChange(best ? 'auto' : mark)}
                sx={{
                  position: 'relative',
                  width: 36,
                  height: 32,
                  borderRadius: 1.5,
                  color: on ? 'primary.main' : 'text.secondary',
                  bgcolor: on ? 'background.sunk' : 'transparent',
                  '&:hover': { bgcolor: 'background.sunk' },
                  '&.Mui-disabled': { opacity: 0.35 },
                  '&.Mui-focusVisible': { outline: '2px solid', outlineColor: 'primary.main' },
                }}
              >
                <svg
                  width="20"
                  height="20"
                  viewBox="0 0 20 20"
                  fill={mark === 'area' ? 'currentColor' : 'none'}
                  fillOpacity={mark === 'area' ? 0.25 : undefined}
                  stroke="currentColor"
                  strokeWidth={mark === 'scatter' ? 2.6 : mark === 'bar' ? 2.6 : 1.7}
                  strokeLinecap="round"
                  strokeLinejoin="round"
                  aria-hidden="true"
                >
                  <path d={path} />
                </svg>
              </ButtonBase>
            </Box>
          </Tooltip>
        )
      })}
    </Box>
  )
}
