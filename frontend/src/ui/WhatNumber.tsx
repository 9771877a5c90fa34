'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import NextLink from 'next/link'
import type { ReactNode } from 'react'
import type { Answer, Column, Question } from '@/api/types'
import { paths } from '@/config/paths'
import { answerQuery, explainQuery } from '@/lib/ask'
import { countOf, formatCount } from '@/lib/format'
import { aloneWith, counted, countsOf, formulaOf, measureAt, type PointedNumber } from '@/lib/number'
import { Button } from './Button'
import { ErrorNotice } from './ErrorNotice'
import { Loading } from './Loading'

/** What a number is: what holds for it, how and from what it is computed, from how many rows, and what is missing. */
export default function WhatNumber({
  number,
  answer,
  question,
  columns,
  problem = null,
  onClose,
}: {
  number: PointedNumber
  answer: Answer
  /** What was asked, narrowed as it was; absent while that is being told. */
  question: Question | undefined
  /** Of the dataset, for names. */
  columns: readonly Column[]
  problem?: unknown
  onClose: () => void
}) {
  const label = answer.columns.find((column) => column.key === number.field)?.label ?? 'Number'
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="number-title">
      <DialogTitle id="number-title">What is this number?</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2, alignContent: 'start' }}>
        <Box>
          <Typography
            sx={{ fontSize: '1.75rem', fontWeight: 650, lineHeight: 1.2, overflowWrap: 'anywhere' }}
          >
            {number.value}
          </Typography>
          <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
            {[label, number.place].filter(Boolean).join(' · ')}
          </Typography>
        </Box>
        {problem ? (
          <ErrorNotice dense error={problem} />
        ) : !question ? (
          <Loading label="Looking" rows={4} />
        ) : (
          <Facts {...{ number, answer, question, columns }} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}

function Facts({
  number,
  answer,
  question,
  columns,
}: {
  number: PointedNumber
  answer: Answer
  question: Question
  columns: readonly Column[]
}) {
  const counts = countsOf(question, number.field)
  const explained = useQuery(explainQuery(aloneWith(question, number.field)))
  const asked = useQuery({ ...answerQuery(counts?.question ?? question), enabled: counts !== null })
  const error = explained.error ?? asked.error
  if (error) return <ErrorNotice dense error={error} />
  if (!explained.data || (counts && (!asked.data || asked.isPlaceholderData)))
    return <Loading label="Counting the rows behind it" rows={4} />
  const names = new Map([
    ...columns.map((column) => [column.id, column.name] as const),
    ...(question.formulas ?? []).map((one) => [one.id, one.name] as const),
  ])
  const found = counts && asked.data ? counted(answer, number.rows, counts, asked.data) : null
  const formula = formulaOf(question, number.field, names)
  const derived = measureAt(question, number.field)?.derive
  const [what, where] = halves(explained.data.words)
  const missing = found?.missing.filter((one) => one.count > 0) ?? []
  return (
    <>
      <Box
        component="dl"
        sx={{ m: 0, display: 'grid', gap: 1.5, '& dt': { fontWeight: 600 }, '& dd': { m: 0 } }}
      >
        <Fact name="Computed">
          {what}
          {number.read && '. It is read from these counts, in proportion inside of a bin'}
          {derived && '. It is made from the values of all groups, not from these rows alone'}.
          {formula && (
            <Box component="code" sx={{ display: 'block', mt: 0.5, overflowWrap: 'anywhere' }}>
              {formula}
            </Box>
          )}
        </Fact>
        <Fact name="Filters">
          {[number.place && `This mark alone: ${number.place}.`, where].filter(Boolean).join(' ') ||
            'None: every row counts.'}
        </Fact>
        <Fact name="From">
          {explained.data.sources.map((source, index) => (
            <span key={source.dataset_id}>
              {index > 0 && ', '}
              <Link
                component={NextLink}
                underline="always"
                href={paths.version(source.dataset_id, source.version_id)}
              >
                {source.name}
              </Link>
              {`, version ${source.version_number}`}
              {source.is_part && ' (the part that you may see)'}
            </span>
          ))}
        </Fact>
        <Fact name="Rows behind it">
          {found
            ? `${countOf(found.rows, 'row')}${question.base || question.base_id ? ' of the answer that it asks of' : ''}${question.sample ? ' of the sample' : ''}`
            : 'Not counted: the answers of several questions stand together here, or the data has changed since.'}
        </Fact>
        {found && found.missing.length > 0 && (
          <Fact name="Missing values">
            {missing.length === 0
              ? `None: ${found.rows === 1 ? 'the row has' : 'all rows have'} a value.`
              : missing
                  .map(
                    ({ column, count }) =>
                      `${formatCount(count)} of ${countOf(found.rows, 'row')} ${count === 1 ? 'has' : 'have'} no value in ${names.get(column) ?? 'a column that it is computed from'}, and ${count === 1 ? 'is' : 'are'} left out.`,
                  )
                  .join(' ')}
          </Fact>
        )}
      </Box>
      <Box component="details" sx={{ '& summary': { cursor: 'pointer', fontWeight: 600 } }}>
        <summary>SQL</summary>
        <Box
          component="pre"
          tabIndex={0}
          sx={{ m: 0, mt: 1, fontSize: '0.75rem', overflow: 'auto', maxHeight: 240 }}
        >
          {explained.data.sql}
        </Box>
      </Box>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Typography component="dt" variant="body2">
        {name}
      </Typography>
      <Typography component="dd" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        {children}
      </Typography>
    </div>
  )
}

/** The sentence of a question parted before its filters. */
function halves(words: string): [string, string] {
  const at = words.indexOf(', where ')
  const whole = words.replace(/\.$/, '')
  if (at < 0) return [whole, '']
  const where = whole.slice(at + ', where '.length)
  return [whole.slice(0, at), `${where.charAt(0).toUpperCase()}${where.slice(1)}.`]
}
