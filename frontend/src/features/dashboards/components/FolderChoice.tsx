'use client'

import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'

export default function FolderChoice({
  folders,
  value,
  onChange,
}: {
  folders: readonly string[]
  value: string
  onChange: (folder: string) => void
}) {
  return (
    <TextField
      select
      size="small"
      label="Folder"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 150 }}
    >
      <MenuItem value="">All folders</MenuItem>
      {folders.map((name) => (
        <MenuItem key={name} value={name}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  )
}
