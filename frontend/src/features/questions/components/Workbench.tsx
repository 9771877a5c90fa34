'use client'

import RedoRounded from '@mui/icons-material/RedoRounded'
import UndoRounded from '@mui/icons-material/UndoRounded'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import IconButton from '@mui/material/IconButton'
import LinearProgress from '@mui/material/LinearProgress'
import TextField from '@mui/material/TextField'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import NextLink from 'next/link'
import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from 'react'
import type { Answer, SavedQuestion } from '@/api/types'
import { paths } from '@/config/paths'
import { encodeState } from '@/lib/address'
import { answerQuery, type Source } from '@/lib/ask'
import { countOf, formatCount } from '@/lib/format'
import { useHistory } from '@/lib/history'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { useRested } from '@/lib/timing'
import { ActionMenu } from '@/ui/ActionMenu'
import { AnswerTable } from '@/ui/AnswerTable'
import { Card } from '@/ui/Card'
import { Chart } from '@/ui/Chart'
import { EditableTitle } from '@/ui/EditableTitle'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { PageHeader } from '@/ui/PageHeader'
import { DeliveryPanel, type ExportSource, useDelivery } from '@/ui/useDelivery'
import { changeQuestion, createQuestion } from '../api'
import { specFor, suitingMarks } from '../chart'
import { compact, type Draft, questionOf, rowWords, sentence, titleOf } from '../model'
import { Builder } from './Builder'
import { MarkPicker } from './MarkPicker'

/** A question and its answer, side by side. */
export function Workbench({
  source,
  saved,
  initial,
  onSaved,
  onAddress,
  beside,
}: {
  source: Source
  saved: SavedQuestion | null
  initial: Draft
  onSaved: (question: SavedQuestion) => void
  /** Keep the state of an unsaved or changed question in the address; null when there is nothing to keep. */
  onAddress: (state: string | null) => void
  /** Actions of other features, given the saved question. */
  beside?: (question: SavedQuestion) => ReactNode
}) {
  const { value: draft, change, undo, redo, canUndo, canRedo } = useHistory(initial)
  const queries = useQueryClient()
  const notify = useNotify()
  const delivery = useDelivery()
  const mayEdit = useMay('questions.edit')
  const mayExport = useMay('exports.create')
  const [saving, setSaving] = useState<'new' | null>(null)
  const [kept, setKept] = useState(JSON.stringify(initial))

  const encoded = useMemo(() => encodeState(compact(draft)), [draft])
  const dirty = JSON.stringify(draft) !== kept
  const rested = useRested(draft, 220)
  const question = useMemo(
    () => questionOf(rested, source.id, source.columns, source.versionId),
    [rested, source.id, source.columns, source.versionId],
  )
  const { data: answer, error, isFetching, refetch } = useQuery(answerQuery(question))

  useEffect(() => onAddress(saved && !dirty ? null : encoded), [encoded, dirty, saved, onAddress])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return
      const { target } = event
      // Inside a text field the browser's own undo is meant.
      if (target instanceof HTMLElement && /^(input|textarea)$/i.test(target.tagName)) return
      event.preventDefault()
      if (event.shiftKey) redo()
      else undo()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [undo, redo])

  const spec = useMemo(() => (answer ? specFor(draft, answer) : null), [answer, draft])
  const suiting = useMemo(() => (answer ? suitingMarks(answer) : []), [answer])
  const words = sentence(draft, source.name, source.columns)
  const suggested = titleOf(draft, source.name, source.columns)
  const name = saved?.name ?? suggested

  const bodyOf = (title: string) => ({
    name: title,
    question: questionOf(draft, source.id, source.columns, null),
    chart: spec ? { ...spec, text: { title } } : null,
  })
  const keep = async (title: string, asNew: boolean) => {
    const next =
      saved && !asNew
        ? await changeQuestion(saved.id, { ...bodyOf(title), version: saved.version })
        : await createQuestion(bodyOf(title))
    setKept(JSON.stringify(draft))
    queries.setQueryData(['questions', 'detail', next.id], next)
    await queries.invalidateQueries({ queryKey: ['questions', 'list'] })
    notify(`“${next.name}” is saved.`)
    onSaved(next)
  }
  const quietly = (work: Promise<unknown>) => void work.catch((problem) => notify(toProblem(problem).message))

  const exported: ExportSource = {
    kind: 'question',
    question: questionOf(draft, source.id, source.columns, source.versionId),
    title: name,
  }

  return (
    <>
      <PageHeader
        title={name}
        heading={
          saved ? (
            <EditableTitle
              value={saved.name}
              label="Rename question"
              editable={mayEdit}
              onChange={(title) => quietly(keep(title, false))}
            />
          ) : undefined
        }
        facts={
          <>
            {saved ? 'Saved question on ' : 'New question on '}
            <Box component={NextLink} href={paths.dataset(source.id)} sx={{ color: 'primary.main' }}>
              {source.name}
            </Box>
          </>
        }
        actions={
          <>
            <Tooltip title="Undo">
              <span>
                <IconButton aria-label="Undo" disabled={!canUndo} onClick={undo}>
                  <UndoRounded fontSize="small" />
                </IconButton>
              </span>
            </Tooltip>
            <Tooltip title="Redo">
              <span>
                <IconButton aria-label="Redo" disabled={!canRedo} onClick={redo}>
                  <RedoRounded fontSize="small" />
                </IconButton>
              </span>
            </Tooltip>
            {mayExport && (
              <ActionMenu
                label="Download and share"
                actions={[
                  {
                    label: 'Download CSV',
                    run: () => void delivery.csv(exported),
                  },
                  { label: 'Download Excel', run: () => void delivery.excel(`Excel of ${name}`, exported) },
                  {
                    label: 'Copy link',
                    run: () =>
                      quietly(
                        navigator.clipboard
                          .writeText(window.location.href)
                          .then(() => notify('The link is copied.')),
                      ),
                  },
                  ...(saved && mayEdit
                    ? [{ label: 'Save as new question', run: () => setSaving('new') }]
                    : []),
                ]}
              />
            )}
            {saved && beside?.(saved)}
            {mayEdit && (
              <Button
                variant="contained"
                disabled={saved !== null && !dirty}
                onClick={() => (saved ? quietly(keep(saved.name, false)) : setSaving('new'))}
              >
                {saved ? (dirty ? 'Save changes' : 'Saved') : 'Save question'}
              </Button>
            )}
          </>
        }
      />
      <DeliveryPanel delivery={delivery} />
      <Box
        sx={{
          display: 'grid',
          gap: 3,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: '340px minmax(0, 1fr)' },
          alignItems: 'start',
        }}
      >
        <Builder draft={draft} source={source} onChange={change} />
        <Box component="section" aria-label="Answer" sx={{ minWidth: 0, display: 'grid', gap: 2 }}>
          <Typography
            variant="body1"
            data-testid="sentence"
            sx={{ textWrap: 'pretty', overflowWrap: 'anywhere' }}
          >
            {words}
          </Typography>
          <Result
            answer={answer}
            error={error}
            fetching={isFetching || rested !== draft}
            retry={() => void refetch()}
            draft={draft}
            spec={spec}
            suiting={suiting}
            onDraft={change}
          />
        </Box>
      </Box>
      <SaveDialog
        open={saving !== null}
        suggested={saved ? `${saved.name} (copy)` : suggested}
        onClose={() => setSaving(null)}
        onSave={(title) => keep(title, true)}
      />
    </>
  )
}

function Result({
  answer,
  error,
  fetching,
  retry,
  draft,
  spec,
  suiting,
  onDraft,
}: {
  answer: Answer | undefined
  error: unknown
  fetching: boolean
  retry: () => void
  draft: Draft
  spec: ReturnType<typeof specFor>
  suiting: ReturnType<typeof suitingMarks>
  onDraft: (draft: Draft) => void
}) {
  if (error) return <ErrorNotice error={error} retry={retry} />
  if (!answer) return <Loading label="Asking" rows={2} height={260} />
  const noun = rowWords(answer)
  const count = answer.truncated
    ? `First ${formatCount(answer.row_count)}${answer.total_count ? ` of ${countOf(answer.total_count, noun)}` : ` ${noun}s`}`
    : countOf(answer.row_count, noun)
  const stackable = spec?.color && (spec.mark === 'bar' || spec.mark === 'area')
  return (
    <>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          gap: 1.5,
          alignItems: 'center',
          justifyContent: 'space-between',
        }}
      >
        <MarkPicker
          value={draft.mark}
          drawn={spec?.mark ?? null}
          suiting={suiting}
          onChange={(mark) => onDraft({ ...draft, mark, stack: null })}
        />
        {stackable && (
          <Box
            component="select"
            aria-label="Stacking"
            value={spec.stack}
            onChange={(event: React.ChangeEvent<HTMLSelectElement>) =>
              onDraft({ ...draft, stack: event.target.value as Draft['stack'] })
            }
            sx={{
              minHeight: 32,
              px: 1,
              borderRadius: 1.5,
              border: '1px solid',
              borderColor: 'text.secondary',
              bgcolor: 'background.paper',
              color: 'text.primary',
              font: 'inherit',
              fontSize: '0.8125rem',
            }}
          >
            <option value="none">Side by side</option>
            <option value="zero">Stacked</option>
            <option value="percent">Shares</option>
          </Box>
        )}
        <Typography role="status" variant="caption" color="textSecondary" sx={{ ml: 'auto' }}>
          {count}
        </Typography>
      </Box>
      <Box sx={{ height: 2, my: -1.25 }}>
        {fetching && <LinearProgress aria-label="Asking" sx={{ height: 2 }} />}
      </Box>
      {answer.row_count === 0 ? (
        <EmptyState title="No rows answer this">
          The filters leave nothing. Loosen or remove one of them.
        </EmptyState>
      ) : (
        <>
          {spec && (
            <Card sx={{ p: 2, minWidth: 0 }}>
              <Chart spec={spec} answer={answer} height={380} hasTwin={false} />
            </Card>
          )}
          <AnswerTable answer={answer} label="Answer as a table" maxHeight={spec ? 380 : 620} />
        </>
      )}
    </>
  )
}

function SaveDialog({
  open,
  suggested,
  onClose,
  onSave,
}: {
  open: boolean
  suggested: string
  onClose: () => void
  onSave: (title: string) => Promise<void>
}) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const title = String(new FormData(event.currentTarget).get('name')).trim()
    if (!title || busy) return
    setBusy(true)
    setProblem(null)
    try {
      await onSave(title)
      onClose()
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="save-title">
      <form onSubmit={submit}>
        <DialogTitle id="save-title">Save question</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2, pt: '8px !important' }}>
          <TextField
            name="name"
            label="Name"
            defaultValue={suggested}
            required
            autoFocus
            slotProps={{
              htmlInput: {
                maxLength: 200,
                onFocus: (event: React.FocusEvent<HTMLInputElement>) => event.target.select(),
              },
            }}
          />
          {problem !== null && <ErrorNotice dense error={problem} />}
        </DialogContent>
        <DialogActions>
          <Button variant="outlined" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="contained" type="submit" disabled={busy}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
