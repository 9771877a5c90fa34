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
  heatmap: {
    label: 'Heat map',
    path: 'M3 3h4v4H3zM8 3h4v4H8zM13 3h4v4h-4zM3 8h4v4H3zM13 8h4v4h-4zM8 13h4v4H8z',
  },
  calendar: {
    label: 'Calendar',
    path: 'M3 4.500h14v12H3zM3 8h14M7 3v3M13 3v3M6 11h.01M10 11h.01M14 11h.01M6 14h.01',
  },
  waterfall: { label: 'Waterfall', path: 'M3 17v-5h3v5M7 12V8h3v4M11 8V5h3v5h-3M15 17v-7h3v7' },
  funnel: { label: 'Funnel', path: 'M3 4h14l-4.500 5.500H7.500zM7.500 11h5l-1.500 5h-2z' },
  treemap: { label: 'Tree map', path: 'M3 3h14v14H3zM11 3v14M3 11h8M11 8h6M14 8v9' },
  sunburst: {
    label: 'Sunburst',
    path: 'M10 2.500a7.500 7.500 0 1 0 .01 0zM10 6.500a3.500 3.500 0 1 0 .01 0zM10 2.500v4M3 12l3.500-1M15.500 15l-3-2.500',
  },
  sankey: {
    label: 'Sankey diagram',
    path: 'M3 3v6M3 12v5M17 3v4M17 10v7M3 5c7 0 7-1 14-1M3 8c7 0 7 5 14 5M3 14c7 0 7 1 14 1',
  },
  radar: { label: 'Radar chart', path: 'M10 2.500 17.500 8l-3 8.500h-9l-3-8.500zM10 6l4 3-2 5H8L5.500 9z' },
  box: { label: 'Box plot', path: 'M5 3v3M5 14v3M3 6h4v8H3zM3 10h4M14 5v2M14 12v3M12 7h4v5h-4zM12 9h4' },
  candlestick: {
    label: 'Candlestick',
    path: 'M5 3v3M5 13v4M3.500 6h3v7h-3zM10 2v4M10 11v3M8.500 6h3v5h-3zM15 6v3M15 14v3M13.500 9h3v5h-3z',
  },
  combo: { label: 'Bars and lines', path: 'M4 17v-5M9 17V9M14 17v-7M3 8l5-4 4 3 5-4' },
  pareto: { label: 'Pareto chart', path: 'M4 17V7M9 17v-6M14 17v-3M3 9c3-4 7-5.500 14-6' },
  figure: { label: 'Figure', path: 'M4 5h3v7M4 12h6M3 16.500l4-1.500 4 1 6-3M12 5h4v3.500h-4V12h4' },
  gauge: { label: 'Gauge', path: 'M3 14a7 7 0 0 1 14 0M10 14l3-4' },
  table: { label: 'Table only', path: 'M3 4.500h14v11H3zM3 8.500h14M8 8.500v7' },
}
const order: readonly (Mark | 'table')[] = [
  'bar',
  'line',
  'area',
  'pie',
  'scatter',
  'histogram',
  'heatmap',
  'calendar',
  'waterfall',
  'funnel',
  'treemap',
  'sunburst',
  'sankey',
  'radar',
  'box',
  'candlestick',
  'combo',
  'pareto',
  'figure',
  'gauge',
  'table',
]

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
