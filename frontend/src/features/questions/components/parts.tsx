'use client'

import AddRounded from '@mui/icons-material/AddRounded'
import CloseRounded from '@mui/icons-material/CloseRounded'
import DragIndicatorRounded from '@mui/icons-material/DragIndicatorRounded'
import Box from '@mui/material/Box'
import ListSubheader from '@mui/material/ListSubheader'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type DragEvent, type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import type { Action } from '@/ui/ActionMenu'
import { Button, IconButton } from '@/ui/Button'
import { hidden } from '@/ui/hidden'
import { TypeIcon } from '@/ui/TypeIcon'
import type { AskedColumn } from '../tables'

/** What is dragged: a column of the list, or a part of the question by its place. */
export type Dragged =
  | { kind: 'column'; column: string }
  | { kind: 'dimension'; index: number }
  | { kind: 'measure'; index: number }

const DRAG = 'application/x-tablewright-part'

export const dragProps = (dragged: Dragged) => ({
  draggable: true,
  onDragStart: (event: DragEvent) => {
    event.stopPropagation()
    event.dataTransfer.setData(DRAG, JSON.stringify(dragged))
    event.dataTransfer.effectAllowed = 'move'
  },
})

/** A place where something can be dropped. Whatever is dropped can also be put there by a menu. */
export function useDrop(onDrop: ((dragged: Dragged) => void) | undefined) {
  const [over, setOver] = useState(false)
  if (!onDrop) return { over: false, drop: {} }
  const carries = (event: DragEvent) => event.dataTransfer.types.includes(DRAG)
  return {
    over,
    drop: {
      onDragOver: (event: DragEvent) => {
        if (!carries(event)) return
        event.preventDefault()
        event.stopPropagation()
        setOver(true)
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false)
        if (!carries(event)) return
        event.preventDefault()
        event.stopPropagation()
        onDrop(JSON.parse(event.dataTransfer.getData(DRAG)) as Dragged)
      },
    },
  }
}

/** One part of the question, with its name and what can be added to it. */
export function Part({
  title,
  add,
  onDrop,
  children,
}: {
  title: string
  add?: ReactNode
  onDrop?: (dragged: Dragged) => void
  children?: ReactNode
}) {
  const id = useId()
  const { over, drop } = useDrop(onDrop)
  return (
    <Box
      component="section"
      aria-labelledby={id}
      {...drop}
      sx={{
        py: 1.75,
        px: 2,
        '* + &': { borderTop: '1px solid', borderColor: 'divider' },
        ...(over && { outline: '2px dashed', outlineColor: 'primary.main', outlineOffset: -4 }),
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', minHeight: 30, mb: children ? 0.75 : 0, gap: 0.5 }}>
        <Typography id={id} variant="subtitle2" component="h2" sx={{ flex: 1 }}>
          {title}
        </Typography>
        {add}
      </Box>
      {children && <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>{children}</Box>}
    </Box>
  )
}

/** A part that is folded until somebody wants it. */
export function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box
      component="details"
      sx={{
        px: 2,
        py: 1.25,
        borderTop: '1px solid',
        borderColor: 'divider',
        '& > summary': {
          cursor: 'pointer',
          fontWeight: 600,
          fontSize: '0.8125rem',
          borderRadius: 1,
          py: 0.5,
        },
      }}
    >
      <summary>{title}</summary>
      <Box sx={{ mt: 1 }}>{children}</Box>
    </Box>
  )
}

/** One line of a part: moved by its handle, by dragging or arrow keys or its menu, and removed. */
export function Piece({
  title,
  children,
  label,
  onRemove,
  dragged,
  onDrop,
  onMove,
  moves = [],
  more,
}: {
  title: string
  children?: ReactNode
  label: string
  onRemove: () => void
  dragged?: Dragged
  onDrop?: (dragged: Dragged) => void
  /** By one place up or down; absent where there is no other place. */
  onMove?: (by: -1 | 1) => void
  /** Where else it can go. */
  moves?: readonly Action[]
  /** What is rarely needed, folded away. */
  more?: ReactNode
}) {
  const [open, setOpen] = useState(false)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const { over, drop } = useDrop(onDrop)
  const actions: Action[] = [
    ...(onMove
      ? [
          { label: 'Move up', run: () => onMove(-1) },
          { label: 'Move down', run: () => onMove(1) },
        ]
      : []),
    ...moves,
  ]
  const onKeyDown = (event: KeyboardEvent) => {
    if (!onMove || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onMove(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <Box
      role="group"
      aria-label={label}
      {...drop}
      sx={{
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr)',
        gap: 0.75,
        p: 1,
        pt: 0.5,
        borderRadius: 2,
        bgcolor: 'background.sunk',
        ...(over && { boxShadow: 'inset 0 3px 0 0 var(--mui-palette-primary-main)' }),
      }}
    >
      <Box sx={{ display: 'flex', gap: 0.5, alignItems: 'center', minHeight: 32, mr: -0.5 }}>
        {dragged && actions.length > 0 && (
          <IconButton
            size="small"
            aria-label={`Move ${label}`}
            aria-haspopup="menu"
            aria-expanded={anchor !== null}
            title="Drag, press the arrow keys, or open the menu"
            {...dragProps(dragged)}
            onKeyDown={onKeyDown}
            onClick={(event) => setAnchor(event.currentTarget)}
            sx={{ cursor: 'grab', ml: -0.75, p: 0.5 }}
          >
            <DragIndicatorRounded fontSize="inherit" />
          </IconButton>
        )}
        <Typography variant="body2" sx={{ flex: 1, minWidth: 0, fontWeight: 600, overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        <IconButton size="small" aria-label={`Remove ${label}`} onClick={onRemove}>
          <CloseRounded fontSize="inherit" />
        </IconButton>
      </Box>
      {children}
      {more && (
        <Box>
          <Button
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            sx={{ minHeight: 26, px: 0.75, ml: -0.5, fontSize: '0.75rem', color: 'text.secondary' }}
          >
            {open ? 'Less' : 'More'}
            <Box component="span" sx={hidden}>
              {` about ${label}`}
            </Box>
          </Button>
          {open && (
            <Box sx={{ display: 'grid', gap: 1.5, mt: 0.5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              {more}
            </Box>
          )}
        </Box>
      )}
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {actions.map((action) => (
          <MenuItem
            key={action.label}
            disabled={action.disabled}
            onClick={() => {
              setAnchor(null)
              action.run()
            }}
          >
            {action.label}
          </MenuItem>
        ))}
      </Menu>
    </Box>
  )
}

/** A button that offers the columns, those of joined tables under the table's name. */
export function AddColumn({
  label,
  columns,
  extra = [],
  disabled = false,
  onPick,
}: {
  label: string
  columns: readonly AskedColumn[]
  /** Choices that are no columns, offered first. */
  extra?: readonly { id: string; label: string; run: () => void }[]
  disabled?: boolean
  onPick: (column: AskedColumn) => void
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const id = useId()
  const close = () => setAnchor(null)
  const tables = [...new Set(columns.map((column) => column.table))]
  return (
    <>
      <Button
        startIcon={<AddRounded />}
        disabled={disabled || columns.length + extra.length === 0}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-controls={anchor ? id : undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={smallButton}
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
        {tables.flatMap((table) => [
          ...(tables.length > 1
            ? [
                <ListSubheader key={`of ${table}`} role="presentation" sx={{ lineHeight: 2.4 }}>
                  {table}
                </ListSubheader>,
              ]
            : []),
          ...columns
            .filter((column) => column.table === table)
            .map((column) => (
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
            )),
        ])}
      </Menu>
    </>
  )
}

export const smallButton = {
  minHeight: 28,
  px: 1,
  fontSize: '0.8125rem',
  '& > span:first-of-type': { mr: 0.5 },
} as const

/** A small choice. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  shown,
}: {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
  /** The label is shown too, where the choice does not say by itself what it is of. */
  shown?: boolean
}) {
  return (
    <TextField
      select
      label={shown ? label : undefined}
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

/** A number that may be left out. */
export function NumberField({
  label,
  value,
  onChange,
  min,
  max,
  step = 1,
  placeholder,
}: {
  label: string
  value: number | null
  onChange: (value: number | null) => void
  min?: number
  max?: number
  step?: number | 'any'
  placeholder?: string
}) {
  return (
    <TextField
      type="number"
      label={label}
      value={value ?? ''}
      placeholder={placeholder}
      onChange={(event) => {
        const number = Number(event.target.value)
        if (event.target.value === '' || Number.isNaN(number)) onChange(null)
        else onChange(Math.min(max ?? number, Math.max(min ?? number, number)))
      }}
      slotProps={{ htmlInput: { min, max, step }, inputLabel: { shrink: true } }}
    />
  )
}
