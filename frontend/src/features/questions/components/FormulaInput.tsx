'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useMemo } from 'react'
import type { Question } from '@/api/types'
import { typeName } from '@/lib/format'
import { AnswerTable } from '@/ui/AnswerTable'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { formulaQueries } from '../api'
import { mended } from '../formula'
import { useFormula, type Written } from '../useFormula'
import { FormulaField } from './FormulaField'

/** What a formula of each level is, for people. */
const levelWords = {
  row: 'a value for each row',
  aggregate: 'a value for each group of rows',
  window: 'a value that looks at other rows',
} as const

/** The field of a formula, with what is wrong where it stands, a proposal, and what it gives on ten rows. */
export function FormulaInput({ formula }: { formula: Written }) {
  const id = useId()
  const { text, setText, mistake, problem, found, rested } = formula
  return (
    <>
      <FormulaField
        label="Formula"
        value={text}
        onChange={setText}
        mistake={mistake}
        help={formula.help}
        describedBy={`${id}-told`}
      />
      <Box id={`${id}-told`} role="status" sx={{ minHeight: 24 }}>
        {mistake ? (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
            <Typography variant="body2" color="error">
              {mistake.message}
            </Typography>
            {mistake.proposal !== null && (
              <Button variant="outlined" onClick={() => setText(mended(text, mistake))}>
                Write {mistake.proposal}
              </Button>
            )}
          </Box>
        ) : problem ? (
          <ErrorNotice dense error={problem} retry={formula.retry} />
        ) : found ? (
          <Typography variant="body2" color="textSecondary">
            {typeName(found.type)}: {levelWords[found.level]}.
          </Typography>
        ) : null}
      </Box>
      {found && <Preview question={formula.question} text={rested} />}
    </>
  )
}

/** A formula over the rows of a dataset that aggregates, for what is kept by itself. Tells it once it is right. */
export function DatasetFormula({
  datasetId,
  stored,
  onStored,
}: {
  datasetId: string
  /** As it was kept, with ids in the place of names. */
  stored: string
  /** Null while it is not right. */
  onStored: (text: string | null) => void
}) {
  const question = useMemo<Question>(() => ({ dataset_id: datasetId }), [datasetId])
  const formula = useFormula(question, { id: '', text: stored })
  const now = formula.found?.stored ?? null
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when it changes, to whoever listens then
  useEffect(() => onStored(now), [now])
  return <FormulaInput formula={formula} />
}

/** What the formula gives: for ten rows beside what it is made of, or for the groups that are asked for. */
function Preview({ question, text }: { question: Question; text: string }) {
  const { data, error } = useQuery(formulaQueries.preview(question, text))
  if (error) return <ErrorNotice dense error={error} />
  if (!data || data.answer.row_count === 0) return null
  return <AnswerTable answer={data.answer} label="The first ten results" maxHeight={260} most={10} />
}
