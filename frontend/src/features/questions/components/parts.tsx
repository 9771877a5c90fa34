'use client'

import AddRounded from '@mui/icons-material/AddRounded'
import CloseRounded from '@mui/icons-material/CloseRounded'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type ReactNode, useId, useState } from 'react'
import type { Column } from '@/api/types'
import { TypeIcon } from '@/ui/TypeIcon'

/** One part of the question, with its name and what can be added to it. */
export function Part({ title, add, children }: { title: string; add?: ReactNode; children?: ReactNode }) {
  const id = useId()
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={{ py: 1.75, px: 2, '& + &': { borderTop: '1px solid', borderColor: 'divider' } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', minHeight: 30, mb: children ? 0.75 : 0 }}>
        <Typography id={id} variant="subtitle2" component="h2" sx={{ flex: 1 }}>
          {title}
        </Typography>
        {add}
      </Box>
      {children && <Box sx={{ display: 'grid', gap: 1 }}>{children}</Box>}
    </Box>
  )
}

/** One line of a part, removable. */
export function Piece({
  title,
  children,
  label,
  onRemove,
}: {
  title: string
  children?: ReactNode
  label: string
  onRemove: () => void
}) {
  return (
    <Box
      role="group"
      aria-label={label}
      sx={{ display: 'grid', gap: 0.75, p: 1, pt: 0.5, borderRadius: 2, bgcolor: 'background.sunk' }}
    >
      <Box sx={{ display: 'flex', gap: 0.5, alignItems: 'center', minHeight: 32, mr: -0.5 }}>
        <Typography variant="body2" sx={{ flex: 1, minWidth: 0, fontWeight: 600, overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        <IconButton size="small" aria-label={`Remove ${label}`} onClick={onRemove}>
          <CloseRounded fontSize="inherit" />
        </IconButton>
      </Box>
      {children}
    </Box>
  )
}

/** A button that offers the columns. */
export function AddColumn({
  label,
  columns,
  extra = [],
  disabled = false,
  onPick,
}: {
  label: string
  columns: readonly Column[]
  /** Choices that are no columns, offered first. */
  extra?: readonly { id: string; label: string; run: () => void }[]
  disabled?: boolean
  onPick: (column: Column) => void
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const id = useId()
  const close = () => setAnchor(null)
  return (
    <>
      <Button
        size="small"
        startIcon={<AddRounded />}
        disabled={disabled || columns.length + extra.length === 0}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-controls={anchor ? id : undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ minHeight: 28, px: 1, fontSize: '0.8125rem', '& .MuiButton-startIcon': { mr: 0.5 } }}
      >
        {label}
      </Button>
      <Menu
        id={id}
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ paper: { sx: { maxHeight: 380, minWidth: 220 } } }}
      >
        {extra.map((one) => (
          <MenuItem
            key={one.id}
            onClick={() => {
              close()
              one.run()
            }}
          >
            {one.label}
          </MenuItem>
        ))}
        {columns.map((column) => (
          <MenuItem
            key={column.id}
            onClick={() => {
              close()
              onPick(column)
            }}
          >
            <Box sx={{ color: 'text.secondary', display: 'grid' }} aria-hidden>
              <TypeIcon type={column.type} />
            </Box>
            {column.name}
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}

/** A small choice. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}) {
  return (
    <TextField
      select
      value={value}
      onChange={(event) => onChange(event.target.value as T)}
      slotProps={{ select: { displayEmpty: true, SelectDisplayProps: { 'aria-label': label } } }}
    >
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  )
}
