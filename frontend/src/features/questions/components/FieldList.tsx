'use client'

import Box from '@mui/material/Box'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { Button } from '@/ui/Button'
import { TypeIcon } from '@/ui/TypeIcon'
import type { AskedColumn } from '../tables'
import { dragProps, Fold } from './parts'

/** The columns to drag from. Each is a button too, that offers the places where it can be put. */
export function FieldList({
  columns,
  onFilter,
  onGroup,
  onMeasure,
}: {
  columns: readonly AskedColumn[]
  onFilter: (column: AskedColumn) => void
  onGroup: (column: AskedColumn) => void
  onMeasure: (column: AskedColumn) => void
}) {
  const [anchor, setAnchor] = useState<{ element: HTMLElement; column: AskedColumn } | null>(null)
  const close = () => setAnchor(null)
  const column = anchor?.column
  const choices = column
    ? [
        ...(column.kind === 'column' && column.type !== 'nested'
          ? [{ label: 'Group by', run: () => onGroup(column) }]
          : []),
        { label: 'Measure', run: () => onMeasure(column) },
        ...(column.kind === 'column' ? [{ label: 'Filter', run: () => onFilter(column) }] : []),
      ]
    : []
  return (
    <Fold title="Columns">
      <Typography variant="caption" color="textSecondary" sx={{ display: 'block' }}>
        Drag one to a part below, or press it to choose where it goes.
      </Typography>
      <Box
        component="ul"
        aria-label="Columns"
        sx={{ listStyle: 'none', m: 0, p: 0, mt: 1, maxHeight: 260, overflow: 'auto', display: 'grid' }}
      >
        {columns.map((one) => (
          <li key={one.id}>
            <Button
              fullWidth
              {...dragProps({ kind: 'column', column: one.id })}
              aria-haspopup="menu"
              aria-expanded={anchor?.column.id === one.id}
              startIcon={<TypeIcon type={one.type} size={13} />}
              onClick={(event) => setAnchor({ element: event.currentTarget, column: one })}
              sx={{
                justifyContent: 'flex-start',
                minHeight: 28,
                py: 0.25,
                fontWeight: 400,
                color: 'text.primary',
                textAlign: 'left',
                whiteSpace: 'normal',
                overflowWrap: 'anywhere',
              }}
            >
              {one.name}
            </Button>
          </li>
        ))}
      </Box>
      <Menu anchorEl={anchor?.element} open={anchor !== null} onClose={close}>
        {choices.map((choice) => (
          <MenuItem
            key={choice.label}
            onClick={() => {
              close()
              choice.run()
            }}
          >
            {choice.label}
          </MenuItem>
        ))}
      </Menu>
    </Fold>
  )
}
