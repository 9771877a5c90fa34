'use client'

import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Column, Condition, Question, Sort } from '@/api/types'
import { answerQuery } from '@/lib/ask'
import { countOf } from '@/lib/format'
import { useMay } from '@/lib/session'
import { AnswerTable } from '@/ui/AnswerTable'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { DeliveryPanel, useDelivery } from '@/ui/useDelivery'
import { byAnother, rowsBehind } from '../closer'

/** The rows behind a tile under what it was narrowed to, and its figures by another column. */
export function LookCloser({
  title,
  question,
  columns,
  conditions,
  words,
  onClose,
}: {
  title: string
  question: Question
  /** Of the dataset: what can be gone down by. */
  columns: readonly Column[]
  conditions: readonly Condition[]
  /** What it was narrowed to by clicks, in words. */
  words: readonly string[]
  onClose: () => void
}) {
  const mayExport = useMay('exports.create')
  const delivery = useDelivery()
  const [by, setBy] = useState('rows')
  const [sort, setSort] = useState<Sort[]>([])
  const column = columns.find((one) => one.id === by)
  const whole = column ? byAnother(question, conditions, column) : rowsBehind(question, conditions)
  const asked = sort.length > 0 ? { ...whole, sort } : whole
  const { data, error, refetch, isPlaceholderData } = useQuery(answerQuery(asked))
  const used = new Set((question.dimensions ?? []).map((one) => one.column))
  const measured = (question.measures ?? []).length > 0
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="lg" aria-labelledby="closer-title">
      <DialogTitle id="closer-title">Behind: {title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2, alignContent: 'start' }}>
        {words.length > 0 && (
          <Typography variant="body2" color="textSecondary">
            {words.join(' › ')}
          </Typography>
        )}
        <DeliveryPanel delivery={delivery} />
        <TextField
          select
          size="small"
          label="Show"
          value={by}
          onChange={(event) => {
            setBy(event.target.value)
            setSort([])
          }}
          sx={{ mt: 1, maxWidth: 320 }}
        >
          <MenuItem value="rows">the rows</MenuItem>
          {measured &&
            columns
              .filter((one) => one.type !== 'nested' && one.role !== 'key')
              .map((one) => (
                <MenuItem key={one.id} value={one.id}>
                  {used.has(one.id) ? `by ${one.name} in detail` : `by ${one.name}`}
                </MenuItem>
              ))}
        </TextField>
        {error ? (
          <ErrorNotice error={error} retry={refetch} />
        ) : !data || isPlaceholderData ? (
          <Loading label="Asking" rows={6} />
        ) : (
          <>
            <Typography variant="caption" color="textSecondary" role="status">
              {data.truncated
                ? `The first ${data.row_count} of ${countOf(data.total_count ?? data.row_count, 'row')}. The Excel export holds all.`
                : countOf(data.row_count, 'row')}
            </Typography>
            <AnswerTable
              answer={data}
              label={`Behind ${title}`}
              maxHeight={420}
              sort={asked.sort ?? []}
              onSort={setSort}
            />
          </>
        )}
      </DialogContent>
      <DialogActions>
        {mayExport && (
          <Button
            disabled={delivery.state !== null}
            onClick={() =>
              void delivery.excel('The workbook', {
                kind: 'question',
                question: { ...asked, limit: null } as never,
                title: `Behind ${title}`.slice(0, 200),
              })
            }
          >
            Excel, all rows
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}
