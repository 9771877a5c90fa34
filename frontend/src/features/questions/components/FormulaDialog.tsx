'use client'

import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useId, useMemo, useState } from 'react'
import type { Formula, Question } from '@/api/types'
import { typeName } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useRested } from '@/lib/timing'
import { AnswerTable } from '@/ui/AnswerTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { completeFormula, formulaQueries } from '../api'
import { formulasFor, mended, mistakeIn } from '../formula'
import type { AskedColumn } from '../tables'
import { FormulaField } from './FormulaField'
import { FunctionList } from './FunctionList'

/** What a formula of each level is, for people. */
const levelWords = {
  row: 'a value for each row',
  aggregate: 'a value for each group of rows',
  window: 'a value that looks at other rows',
} as const

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
  const id = useId()
  const [name, setName] = useState(formula.name)
  const [written, setText] = useState<string | null>(formula.text ? null : '')
  const others = useMemo<Question>(
    () => ({ ...question, formulas: formulasFor(question.formulas ?? [], formula.id) }),
    [question, formula.id],
  )
  // What is kept has ids; it is shown with the names of today.
  const kept = useQuery({ ...formulaQueries.check(others, formula.text), enabled: written === null })
  const text = written ?? kept.data?.shown ?? (kept.error ? formula.text : '')
  const rested = useRested(text, 250)
  const isBlank = rested.trim() === ''
  const checked = useQuery({ ...formulaQueries.check(others, rested), enabled: !isBlank })
  const isNow = rested === text && !isBlank
  const problem = checked.error && isNow ? toProblem(checked.error) : null
  const mistake = problem && mistakeIn(text, problem)
  const found = isNow && !checked.error ? checked.data : undefined
  const help = useCallback(
    (now: string, cursor: number, signal: AbortSignal) => completeFormula(others, now, cursor, signal),
    [others],
  )
  const taken = columns.some((column) => column.id !== formula.id && column.name === name.trim())
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
          <FormulaField
            label="Formula"
            value={text}
            onChange={setText}
            mistake={mistake}
            help={help}
            describedBy={`${id}-told`}
          />
          <Box id={`${id}-told`} role="status" sx={{ minHeight: 24 }}>
            {mistake ? (
              <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
                <Typography variant="body2" color="error">
                  {mistake.message}
                </Typography>
                {mistake.proposal !== null && (
                  <Button size="small" variant="outlined" onClick={() => setText(mended(text, mistake))}>
                    Write {mistake.proposal}
                  </Button>
                )}
              </Box>
            ) : problem ? (
              <ErrorNotice dense error={checked.error} retry={() => void checked.refetch()} />
            ) : found ? (
              <Typography variant="body2" color="textSecondary">
                {typeName(found.type)}: {levelWords[found.level]}.
              </Typography>
            ) : null}
          </Box>
          {found && <Preview question={others} text={rested} />}
        </Box>
        <FunctionList
          onPick={(insert) =>
            setText((before) =>
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

/** What the formula gives: for ten rows beside what it is made of, or for the groups that are asked for. */
function Preview({ question, text }: { question: Question; text: string }) {
  const { data, error } = useQuery(formulaQueries.preview(question, text))
  if (error) return <ErrorNotice dense error={error} />
  if (!data || data.answer.row_count === 0) return null
  return <AnswerTable answer={data.answer} label="The first ten results" maxHeight={260} most={10} />
}
