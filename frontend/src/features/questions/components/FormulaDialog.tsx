'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import TextField from '@mui/material/TextField'
import { useId, useState } from 'react'
import type { Formula, Question } from '@/api/types'
import { Button } from '@/ui/Button'
import type { AskedColumn } from '../tables'
import { useFormula } from '../useFormula'
import { FormulaInput } from './FormulaInput'
import { FunctionList } from './FunctionList'

/** A formula is written: help, mistakes where they stand, and what it gives on ten rows. */
export function FormulaDialog({
  open,
  formula,
  question,
  columns,
  onClose,
  onKeep,
}: {
  open: boolean
  /** The formula as it is, stored; a new one has no text. */
  formula: Formula
  /** What is asked now: it says which names there are. */
  question: Question
  columns: readonly AskedColumn[]
  onClose: () => void
  onKeep: (formula: Formula) => void
}) {
  const id = useId()
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="md" aria-labelledby={id}>
      <DialogTitle id={id}>{formula.text ? 'Change formula' : 'New formula'}</DialogTitle>
      {open && (
        <Writing formula={formula} question={question} columns={columns} onClose={onClose} onKeep={onKeep} />
      )}
    </Dialog>
  )
}

function Writing({
  formula,
  question,
  columns,
  onClose,
  onKeep,
}: {
  formula: Formula
  question: Question
  columns: readonly AskedColumn[]
  onClose: () => void
  onKeep: (formula: Formula) => void
}) {
  const [name, setName] = useState(formula.name)
  const written = useFormula(question, formula)
  const taken = columns.some((column) => column.id !== formula.id && column.name === name.trim())
  const { found } = written
  const keep = () => found && onKeep({ id: formula.id, name: name.trim(), text: found.stored })

  return (
    <>
      <DialogContent
        sx={{
          display: 'grid',
          gap: 2,
          pt: '8px !important',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) 300px' },
          alignItems: 'start',
        }}
      >
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <TextField
            label="Name"
            value={name}
            required
            autoFocus={!formula.text}
            error={taken}
            helperText={taken ? 'Another column has this name.' : undefined}
            onChange={(event) => setName(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          <FormulaInput formula={written} />
        </Box>
        <FunctionList
          onPick={(insert) =>
            written.setText((before) =>
              before && !/[\s(,;]$/.test(before) ? `${before} ${insert}` : before + insert,
            )
          }
        />
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="contained" disabled={!found || name.trim() === '' || taken} onClick={keep}>
          Keep formula
        </Button>
      </DialogActions>
    </>
  )
}
