'use client'

import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import type { Member, Role } from '@/api/types'
import { roles } from '../roles'

/** The role of a member, to be changed. */
export default function RoleField({ member, onChange }: { member: Member; onChange: (role: Role) => void }) {
  return (
    <TextField
      select
      value={member.role}
      onChange={(event) => onChange(event.target.value as Role)}
      slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Role of ${member.name}` } } }}
      sx={{ width: 132 }}
    >
      {roles.map((role) => (
        <MenuItem key={role.value} value={role.value}>
          {role.label}
        </MenuItem>
      ))}
    </TextField>
  )
}
