'use client'

import CloseRounded from '@mui/icons-material/CloseRounded'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Popover from '@mui/material/Popover'
import Typography from '@mui/material/Typography'
import { useRef, useState } from 'react'
import type { Column, ColumnProfile, Condition } from '@/api/types'
import { Button } from '@/ui/Button'
import { filterWords } from '../words'
import { FilterPiece } from './FilterPiece'

/** Conditions in a line, each to be changed or taken away. */
export function FilterChips({
  conditions,
  columns,
  profile,
  editing,
  onEdit,
  onChange,
}: {
  conditions: readonly Condition[]
  columns: readonly Column[]
  profile: readonly ColumnProfile[]
  /** The place of the condition that is open. */
  editing: number | null
  onEdit: (place: number | null) => void
  onChange: (conditions: Condition[]) => void
}) {
  const line = useRef<HTMLDivElement>(null)
  const [chip, setChip] = useState<HTMLElement | null>(null)
  const open = editing === null ? undefined : conditions[editing]
  const column = columns.find((one) => one.id === open?.column)
  return (
    <Box
      ref={line}
      role="group"
      aria-label="Filters"
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, minWidth: 0 }}
    >
      {conditions.map((condition, place) => {
        const words = filterWords(condition, columns)
        return (
          <Chip
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions are named by their place
            key={place}
            label={words}
            color="primary"
            variant="outlined"
            aria-haspopup="dialog"
            onClick={(event) => {
              setChip(event.currentTarget)
              onEdit(place)
            }}
            onDelete={() => onChange(conditions.filter((_, index) => index !== place))}
            deleteIcon={<CloseRounded aria-label={`Remove: ${words}`} />}
            sx={{ maxWidth: '100%' }}
          />
        )
      })}
      <Popover
        open={open !== undefined && column !== undefined}
        anchorEl={chip?.isConnected ? chip : line.current}
        onClose={() => onEdit(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{
          paper: {
            role: 'dialog',
            'aria-label': `Filter on ${column?.name}`,
            sx: { width: 320, maxWidth: 'calc(100vw - 32px)', p: 2, display: 'grid', gap: 1.25 },
          },
        }}
      >
        {open && column && editing !== null && (
          <>
            <Typography variant="subtitle2" component="h3">
              {column.name}
            </Typography>
            <FilterPiece
              condition={open}
              column={column}
              profile={profile.find((one) => one.id === column.id)}
              onChange={(next) => onChange(conditions.map((one, index) => (index === editing ? next : one)))}
            />
            <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 1 }}>
              <Button
                onClick={() => {
                  onEdit(null)
                  onChange(conditions.filter((_, index) => index !== editing))
                }}
              >
                Remove
              </Button>
              <Button variant="outlined" onClick={() => onEdit(null)}>
                Done
              </Button>
            </Box>
          </>
        )}
      </Popover>
    </Box>
  )
}
