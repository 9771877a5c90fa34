'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import { turnShortcuts, useShortcutsOn } from '@/lib/shortcuts'
import { Button } from './Button'

export interface Hint {
  keys: string
  label: string
}

const pageHints: readonly Hint[] = [
  { keys: 'mod+z', label: 'Undo in a question or report' },
  { keys: 'mod+shift+z', label: 'Do it again' },
  { keys: '← → ↑ ↓', label: 'Walk the points of a chart or the cells of a table' },
  { keys: 'alt+↑ alt+↓', label: 'Move a section of a report' },
  { keys: 'mod+c', label: 'Copy the cell of a table' },
]

const caps = (keys: string): string[] =>
  keys
    .split(' ')
    .map((key) =>
      key.replace('mod', 'Ctrl').replace('shift', 'Shift').replace('alt', 'Alt').replaceAll('+', ' + '),
    )

export function ShortcutsDialog({
  open,
  onClose,
  hints,
}: {
  open: boolean
  onClose: () => void
  hints: readonly Hint[]
}) {
  const on = useShortcutsOn()
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="shortcuts-title">
      <DialogTitle id="shortcuts-title">Keyboard shortcuts</DialogTitle>
      <DialogContent>
        <Box component="dl" sx={{ m: 0, display: 'grid', gap: 0.75 }}>
          {[...hints, ...pageHints].map((hint) => (
            <Box key={hint.keys} sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, py: 0.25 }}>
              <Box component="dt" sx={{ fontSize: '0.875rem' }}>
                {hint.label}
              </Box>
              <Box component="dd" sx={{ m: 0, display: 'flex', gap: 0.5, flex: 'none' }}>
                {caps(hint.keys).map((key) => (
                  <Box
                    component="kbd"
                    key={key}
                    sx={{
                      px: 0.9,
                      py: 0.1,
                      minWidth: 24,
                      textAlign: 'center',
                      border: '1px solid',
                      borderColor: 'divider',
                      borderRadius: 1,
                      bgcolor: 'background.sunk',
                      fontFamily: 'inherit',
                      fontSize: '0.8125rem',
                    }}
                  >
                    {key}
                  </Box>
                ))}
              </Box>
            </Box>
          ))}
        </Box>
        <FormControlLabel
          sx={{ mt: 2 }}
          control={<Switch checked={on} onChange={(_, next) => turnShortcuts(next)} />}
          label="Single-key shortcuts"
          slotProps={{ typography: { variant: 'body2' } }}
        />
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  )
}
