'use client'

import Box from '@mui/material/Box'
import Tooltip from '@mui/material/Tooltip'
import { markNames, marks } from '@tablewright/charts'
import type { Mark } from '@/api/types'
import { ButtonBase } from '@/ui/Button'
import type { ChartMark } from '../model'

const table = { label: 'Table only', icon: 'M3 4.500h14v11H3zM3 8.500h14M8 8.500v7', needs: '' }
const order = [...markNames, 'table'] as const

/** Which picture. The best fitting one is chosen until somebody chooses otherwise. */
export function MarkPicker({
  value,
  drawn,
  suiting,
  suggests = true,
  onChange,
}: {
  value: ChartMark
  /** What `auto` has become. */
  drawn: Mark | null
  suiting: readonly Mark[]
  /** Whether the first of them is what is drawn until somebody chooses. */
  suggests?: boolean
  onChange: (mark: ChartMark) => void
}) {
  const current = value === 'auto' ? (drawn ?? 'table') : value
  return (
    <Box role="group" aria-label="Chart type" sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.25 }}>
      {order.map((mark) => {
        const { label, icon, needs } = mark === 'table' ? table : marks[mark]
        const on = mark === current
        const suits = mark === 'table' || suiting.includes(mark)
        const best = suggests && mark === suiting[0]
        return (
          <Tooltip
            key={mark}
            title={best ? `${label} (suggested)` : suits || on ? label : `${label}: needs ${needs}`}
          >
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
                  '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' },
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
                  <path d={icon} />
                </svg>
              </ButtonBase>
            </Box>
          </Tooltip>
        )
      })}
    </Box>
  )
}
