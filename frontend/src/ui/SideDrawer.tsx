'use client'

import Drawer from '@mui/material/Drawer'
import type { ReactNode } from 'react'

/** The menu of a phone. */
export default function SideDrawer({
  open,
  onClose,
  children,
}: {
  open: boolean
  onClose: () => void
  children: ReactNode
}) {
  return (
    <Drawer
      anchor="right"
      open={open}
      onClose={onClose}
      slotProps={{
        paper: {
          'aria-label': 'Menu',
          sx: { width: 280, p: 2, display: 'flex', bgcolor: 'background.default' },
        },
      }}
    >
      {children}
    </Drawer>
  )
}
