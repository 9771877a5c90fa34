'use client'

import Menu, { type MenuProps } from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import type { Action } from './ActionMenu'

/** An open menu of actions. Its code comes with the first that opens. */
export default function Choices({
  actions,
  onClose,
  ...rest
}: { actions: readonly Action[]; onClose: () => void } & Omit<MenuProps, 'onClose' | 'children'>) {
  return (
    <Menu onClose={onClose} {...rest}>
      {actions.map((action) => (
        <MenuItem
          key={action.label}
          disabled={action.disabled}
          selected={action.chosen}
          onClick={() => {
            onClose()
            action.run()
          }}
          sx={action.danger ? { color: 'error.main' } : undefined}
        >
          {action.label}
        </MenuItem>
      ))}
    </Menu>
  )
}
