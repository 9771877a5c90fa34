'use client'

import AddRounded from '@mui/icons-material/AddRounded'
import EditRounded from '@mui/icons-material/EditRounded'
import Typography from '@mui/material/Typography'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { Formula, Question } from '@/api/types'
import { Button } from '@/ui/Button'
import { nothing } from '@/ui/nothing'
import { mono } from '@/ui/theme'
import { shownText } from '../formula'
import { type Draft, keepFormula, MOST_FORMULAS, nextFormulaId, removeFormula } from '../model'
import type { Tables } from '../tables'
import { Part, Piece, smallButton } from './parts'

const FormulaDialog = dynamic(() => import('./FormulaDialog').then((module) => module.FormulaDialog), {
  loading: nothing,
})

/** The columns and measures that are computed. */
export function FormulaPart({
  draft,
  question,
  tables,
  onChange,
}: {
  draft: Draft
  question: Question
  tables: Pick<Tables, 'columns'>
  onChange: (draft: Draft) => void
}) {
  const [open, setOpen] = useState<Formula | null>(null)
  return (
    <Part
      title="Formulas"
      add={
        <Button
          startIcon={<AddRounded />}
          disabled={draft.formulas.length >= MOST_FORMULAS}
          aria-haspopup="dialog"
          onClick={() => setOpen({ id: nextFormulaId(draft), name: '', text: '' })}
          sx={smallButton}
        >
          Add formula
        </Button>
      }
    >
      {draft.formulas.length > 0 &&
        draft.formulas.map((formula) => (
          <Piece
            key={formula.id}
            title={formula.name}
            label={`the formula ${formula.name}`}
            onRemove={() => onChange(removeFormula(draft, formula.id))}
          >
            <Typography
              variant="caption"
              sx={{ fontFamily: mono, overflowWrap: 'anywhere', color: 'text.secondary' }}
            >
              {shownText(formula.text, tables.columns)}
            </Typography>
            <Button
              startIcon={<EditRounded />}
              aria-haspopup="dialog"
              onClick={() => setOpen(formula)}
              sx={{ ...smallButton, justifySelf: 'start' }}
            >
              Change
            </Button>
          </Piece>
        ))}
      {open && (
        <FormulaDialog
          open
          formula={open}
          question={question}
          columns={tables.columns}
          onClose={() => setOpen(null)}
          onKeep={(formula) => {
            setOpen(null)
            onChange(keepFormula(draft, formula))
          }}
        />
      )}
    </Part>
  )
}
