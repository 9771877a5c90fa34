'use client'

import { useColorScheme } from '@mui/material/styles'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'

type Mode = 'light' | 'dark' | 'system'

/** Which colours: as the system has them, light, or dark. */
export function ModeToggle() {
  const { mode, setMode } = useColorScheme()
  return (
    <ToggleButtonGroup
      exclusive
      fullWidth
      size="small"
      aria-label="Colours"
      value={mode ?? 'system'}
      onChange={(_, next: Mode | null) => next && setMode(next)}
    >
      {(['system', 'light', 'dark'] as const).map((option) => (
        <ToggleButton
          key={option}
          value={option}
          sx={{ py: 0.4, textTransform: 'capitalize', fontSize: '0.8125rem', color: 'text.secondary' }}
        >
          {option}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
