'use client'

import Box from '@mui/material/Box'
import Divider from '@mui/material/Divider'
import Menu from '@mui/material/Menu'
import Typography from '@mui/material/Typography'
import { toProblem } from '@/lib/problem'
import { signOut } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ModeToggle } from '@/ui/ModeMenu'
import { useNotify } from '@/ui/notify'

/** What stands behind one's own name. */
export default function PersonChoices({
  email,
  anchor,
  onClose,
  onShortcuts,
}: {
  email: string
  anchor: HTMLElement | null
  onClose: () => void
  onShortcuts: () => void
}) {
  const notify = useNotify()
  return (
    <Menu
      anchorEl={anchor}
      open={anchor !== null}
      onClose={onClose}
      anchorOrigin={{ vertical: 'top', horizontal: 'left' }}
      transformOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      slotProps={{
        list: { component: 'div', role: 'presentation' },
        paper: { role: 'dialog', 'aria-label': 'Account', sx: { width: 240, p: 0.5 } },
      }}
    >
      <Typography variant="caption" color="textSecondary" component="div" noWrap sx={{ px: 1.5, py: 1 }}>
        {email}
      </Typography>
      <Box sx={{ px: 1, pb: 1 }}>
        <ModeToggle />
      </Box>
      <Divider component="div" />
      <Button
        fullWidth
        color="inherit"
        sx={{ justifyContent: 'flex-start', px: 1.5, mt: 0.5, fontWeight: 400 }}
        onClick={() => {
          onClose()
          onShortcuts()
        }}
      >
        Keyboard shortcuts
      </Button>
      <Button
        fullWidth
        color="inherit"
        sx={{ justifyContent: 'flex-start', px: 1.5, fontWeight: 400 }}
        onClick={() =>
          signOut()
            .then(() => window.location.assign('/sign-in/?out=1'))
            .catch((error) => notify(toProblem(error).message))
        }
      >
        Sign out
      </Button>
    </Menu>
  )
}
