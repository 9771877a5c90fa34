'use client'

import RedoRounded from '@mui/icons-material/RedoRounded'
import UndoRounded from '@mui/icons-material/UndoRounded'
import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import TextField from '@mui/material/TextField'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { formatsOf, loadOutlines, type TableFormat } from '@tablewright/charts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import NextLink from 'next/link'
import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from 'react'
import type { Answer, AnswerColumn, Question, SavedQuestion } from '@/api/types'
import { paths } from '@/config/paths'
import { answerQuery, explainQuery, type Source } from '@/lib/ask'
import { countOf, formatCount } from '@/lib/format'
import { useHistory } from '@/lib/history'
import type { PointedNumber } from '@/lib/number'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { useLate, useRested } from '@/lib/timing'
import { type Action, ActionMenu } from '@/ui/ActionMenu'
import { AnswerTable } from '@/ui/AnswerTable'
import { Button, IconButton } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Chart } from '@/ui/Chart'
import { EditableTitle } from '@/ui/EditableTitle'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'
import { PageHeader } from '@/ui/PageHeader'
import { ProgressBar } from '@/ui/ProgressBar'
import { DeliveryPanel, type ExportSource, useDelivery } from '@/ui/useDelivery'
import { useTone } from '@/ui/useTone'
import { changeQuestion, createQuestion, metricQueries } from '../api'
import { mayCorrelate, specFor, suitingMarks, withCorrelations } from '../chart'
import { rowsBehind } from '../drill'
import {
  addFilter,
  type ChartMark,
  conditionOn,
  type Draft,
  draws,
  groups,
  MOST_ROWS,
  questionOf,
  setMark,
  setSort,
} from '../model'
import { drawn, inBins, marksOfRows } from '../points'
import { noGrouping, onlyOrNot } from '../rows'
import { isListed, type Tables, useFormulaKinds, useTables } from '../tables'
import { rowWords, sentence, titleOf } from '../words'
import { Builder } from './Builder'
import { ChartOptions } from './ChartOptions'
import { MarkPicker } from './MarkPicker'
import { RowsTable } from './RowsTable'
import { Sql } from './Sql'
import { useRowLooks } from './useRowLooks'

const WhatNumber = dynamic(() => import('@/ui/WhatNumber'), { loading: nothing })
const PivotTable = dynamic(() => import('@/ui/PivotTable').then((module) => module.PivotTable), {
  loading: () => <Loading label="Loading the table" rows={4} />,
})

export interface FormatPanelProps {
  columns: readonly AnswerColumn[]
  format: TableFormat | null
  hasTotals: boolean
  onChange: (format: TableFormat) => void
}

/** A question and its answer, side by side. */
export function Workbench({
  source,
  saved,
  initial,
  onSaved,
  onAddress,
  beside,
  formatPanel,
}: {
  source: Source
  saved: SavedQuestion | null
  initial: Draft
  onSaved: (question: SavedQuestion) => void
  /** Keep an unsaved or changed question in the address; null when there is nothing to keep. */
  onAddress: (draft: Draft | null) => void
  /** Actions of other features, given the saved question. */
  beside?: (question: SavedQuestion) => ReactNode
  /** The panel of another feature in which conditional formats are written. */
  formatPanel?: (panel: FormatPanelProps) => ReactNode
}) {
  const { value: draft, change, undo, redo, canUndo, canRedo } = useHistory(initial)
  const queries = useQueryClient()
  const notify = useNotify()
  const delivery = useDelivery()
  const mayEdit = useMay('questions.edit')
  const mayExport = useMay('exports.create')
  const [saving, setSaving] = useState<'new' | null>(null)
  const [kept, setKept] = useState(JSON.stringify(initial))

  const kinds = useFormulaKinds(draft, source)
  const tables = useTables(draft, source, kinds)
  const { columns } = tables
  const dirty = JSON.stringify(draft) !== kept
  const rested = useRested(draft, 220)
  // What is asked and what is listed of it come from one draft, the one that rested.
  const asked = useTables(rested, source, useFormulaKinds(rested, source))
  // Equal questions are one: an address or a sort of columns changes the draft, not what is asked.
  const text = JSON.stringify(questionOf(rested, source.id, asked.columns, source.versionId))
  const question = useMemo(() => JSON.parse(text) as Question, [text])
  const asks = isAsked(rested)
  const grouped = asks && isAsked(draft)
  const { data, error, isFetching, refetch } = useQuery({ ...answerQuery(question), enabled: asks })
  const answer = grouped ? data : undefined

  const explained = useQuery(explainQuery(question))
  useEffect(() => onAddress(saved && !dirty ? null : draft), [draft, dirty, saved, onAddress])
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

  const hasOutlines = useOutlines(answer)
  // biome-ignore lint/correctness/useExhaustiveDependencies: with outlines, maps are among the proposals
  const suiting = useMemo(() => (answer ? suitingMarks(answer) : []), [answer, hasOutlines])
  // biome-ignore lint/correctness/useExhaustiveDependencies: with outlines, a map may be the best proposal
  const spec = useMemo(() => (answer ? specFor(draft, answer) : null), [answer, draft, hasOutlines])
  const shownColumns = useMemo<readonly AnswerColumn[]>(
    () =>
      grouped
        ? (answer?.columns ?? [])
        : listedColumns(rested, asked).map((column) => ({
            key: column.id,
            label: column.name,
            type: column.type,
            role: 'column' as const,
          })),
    [grouped, answer, rested, asked],
  )
  const metrics = useQuery(metricQueries.list())
  const named = useMemo(
    () => [
      ...columns,
      ...(metrics.data?.items ?? []).map(({ id, name }) => ({ id, name, type: 'float' as const })),
    ],
    [columns, metrics.data],
  )
  const words = explained.data?.words ?? sentence(draft, tables.name, named)
  const suggested = titleOf(draft, tables.name, named)
  const name = saved?.name ?? suggested

  const bodyOf = (title: string) => ({
    name: title,
    question: questionOf(draft, source.id, columns, null),
    chart: spec ? { ...spec, text: { ...spec.text, title } } : null,
    formats: draft.formats,
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
    question: questionOf(draft, source.id, columns, source.versionId) as never,
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
        <Builder
          draft={draft}
          source={source}
          tables={tables}
          named={named}
          question={question}
          onChange={change}
          formats={
            formatPanel && shownColumns.length > 0
              ? formatPanel({
                  columns: shownColumns,
                  format: draft.formats,
                  hasTotals: draft.pivot !== null,
                  onChange: (formats) =>
                    change({ ...draft, formats: formats.rules.length > 0 ? formats : null }, 'formats'),
                })
              : null
          }
        />
        <Box component="section" aria-label="Answer" sx={{ minWidth: 0, display: 'grid', gap: 2 }}>
          <Typography
            variant="body1"
            data-testid="sentence"
            sx={{ textWrap: 'pretty', overflowWrap: 'anywhere' }}
          >
            {words}
          </Typography>
          {explained.data && !explained.error && <Sql text={explained.data.sql} />}
          {tables.error ? (
            <ErrorNotice error={tables.error} />
          ) : asks ? (
            <Result
              answer={answer}
              error={error}
              fetching={isFetching || rested !== draft}
              retry={() => void refetch()}
              cancel={() => void queries.cancelQueries({ queryKey: ['answer', question] })}
              draft={draft}
              tables={tables}
              spec={spec}
              suiting={suiting}
              onDraft={change}
              question={question}
            />
          ) : (
            <Rows
              draft={draft}
              asked={rested}
              question={question}
              source={source}
              tables={asked}
              onDraft={change}
            />
          )}
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

/** Whether there is one answer, and not rows that are looked through. */
const isAsked = (draft: Draft): boolean => groups(draft) || draft.union.length > 0 || draws(draft)

/** Outlines of maps, once there are names that could be countries. */
function useOutlines(answer: Answer | undefined): boolean {
  const [there, setThere] = useState(false)
  const wanted = answer?.columns.some((column) => column.role === 'dimension' && column.type === 'text')
  useEffect(() => {
    if (wanted && !there) void loadOutlines().then(() => setThere(true))
  }, [wanted, there])
  return there
}

/** The columns of a list of rows: those that were chosen, or all that can be listed by now. */
function listedColumns(draft: Pick<Draft, 'columns' | 'joins'>, tables: Tables) {
  const all = tables.columns.filter((column) => isListed(column, draft))
  const chosen = draft.columns.flatMap((id) => all.find((column) => column.id === id) ?? [])
  return chosen.length > 0 ? chosen : all
}

/** The rows of a question that groups nothing, all of them. */
function Rows({
  draft,
  asked,
  question,
  source,
  tables,
  onDraft,
}: {
  draft: Draft
  /** The draft that `question` and `tables` are of. */
  asked: Draft
  question: Question
  source: Source
  tables: Tables
  onDraft: (draft: Draft) => void
}) {
  const [grouping, setGrouping] = useState(noGrouping)
  const columns = useMemo(() => {
    const profiles = new Map(tables.profile.map((profile) => [profile.id, profile]))
    return listedColumns(asked, tables).map((column) => {
      const profile = profiles.get(column.id)
      const bars = profile?.histogram?.length ? profile.histogram : (profile?.top ?? []).slice(0, 12)
      return { ...column, counts: bars.map((bar) => bar.count) }
    })
  }, [tables, asked])
  const own = asked.base || asked.joins.length > 0 || asked.formulas.length > 0
  const listed = useMemo<Question>(
    () => ({ ...question, sort: [], ...(own && { columns: columns.map((column) => column.id) }) }),
    [question, own, columns],
  )
  const sort = useMemo(
    () => draft.sort.filter(({ by }) => tables.columns.some((column) => column.id === by)),
    [draft.sort, tables],
  )
  const look = useRowLooks(draft.formats, columns, listed)
  const isWhole = !own && !question.filter && !question.sample && !question.as_of
  const suiting = marksOfRows(columns)
  const notify = useNotify()
  const draw = (mark: ChartMark) => {
    if (mark === 'auto' || mark === 'table') return
    const tooMany =
      isWhole && Math.min(source.rowCount, draft.limit ?? Infinity) > MOST_ROWS
        ? inBins(draft, columns, mark)
        : null
    if (tooMany)
      notify(
        `${formatCount(source.rowCount)} rows are too many to be drawn one by one: they are counted in bins.`,
      )
    onDraft(tooMany ?? drawn(draft, columns, mark))
  }
  return (
    <RowsTable
      above={
        suiting.length > 0 && (
          <MarkPicker value="table" drawn={null} suiting={suiting} suggests={false} onChange={draw} />
        )
      }
      label="Rows of the answer"
      question={listed}
      columns={columns}
      rowCount={isWhole ? source.rowCount : undefined}
      sort={sort}
      onSort={(sort) => onDraft(setSort(draft, sort))}
      onFilter={(condition) => onDraft(addFilter(draft, condition))}
      onEditFilter={(column) => onDraft(addFilter(draft, conditionOn(column)))}
      grouping={grouping}
      onGrouping={setGrouping}
      keptAs={`ask-${source.id}`}
      look={look}
    />
  )
}

function Result({
  answer,
  error,
  fetching,
  retry,
  cancel,
  draft,
  tables,
  spec,
  suiting,
  onDraft,
  question,
}: {
  answer: Answer | undefined
  error: unknown
  fetching: boolean
  retry: () => void
  cancel: () => void
  draft: Draft
  tables: Tables
  spec: ReturnType<typeof specFor>
  suiting: ReturnType<typeof suitingMarks>
  onDraft: (draft: Draft) => void
  question: Question
}) {
  const theme = useTone()
  const [pointed, setPointed] = useState<PointedNumber | null>(null)
  const formats = useMemo(
    () => (answer && draft.formats ? formatsOf(answer as never, draft.formats, { theme }) : null),
    [answer, draft.formats, theme],
  )
  if (error) return <ErrorNotice error={error} retry={retry} />
  if (!answer)
    return fetching ? (
      <Loading label="Asking" rows={2} height={260} />
    ) : (
      <EmptyState title="Not asked" action={<Button onClick={retry}>Ask again</Button>}>
        The question was cancelled before it had an answer.
      </EmptyState>
    )
  const noun = rowWords(answer)
  const count = answer.truncated
    ? `First ${formatCount(answer.row_count)}${answer.total_count ? ` of ${countOf(answer.total_count, noun)}` : ` ${noun}s`}`
    : countOf(answer.row_count, noun)
  const bins =
    answer.truncated && spec && draws(draft)
      ? inBins(
          draft,
          tables.columns.filter((column) => draft.columns.includes(column.id)),
          spec.mark,
        )
      : null
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
          suggests={!draws(draft)}
          suiting={
            !draws(draft) && mayCorrelate(tables.columns) && !suiting.includes('correlation')
              ? [...suiting, 'correlation']
              : suiting
          }
          onChange={(mark) =>
            mark === 'correlation'
              ? onDraft(withCorrelations(draft, tables.columns))
              : onDraft(setMark(draft, mark, mark === 'auto' ? (suiting[0] ?? null) : (spec?.mark ?? null)))
          }
        />
        {bins && <Button onClick={() => onDraft(bins)}>Count all in bins</Button>}
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
      <Box sx={{ minHeight: 2, my: -1.25 }}>
        {fetching && <ProgressBar label="Asking" height={2} />}
        {fetching && <Slow cancel={cancel} />}
      </Box>
      {answer.row_count === 0 ? (
        <EmptyState title="No rows answer this">
          The filters leave nothing. Loosen or remove one of them.
        </EmptyState>
      ) : (
        <>
          {spec && (
            <ChartOptions
              spec={spec}
              answer={answer}
              options={draft.chart ?? {}}
              onChange={(chart) => onDraft({ ...draft, chart })}
            />
          )}
          {spec && (
            <Card sx={{ p: 2, minWidth: 0 }}>
              <Chart
                spec={spec}
                answer={answer}
                height={380}
                hasTwin={draws(draft)}
                onNumber={setPointed}
                actionsAt={(number) => {
                  const [row] = number.rows
                  return number.rows.length === 1 && row !== undefined && !number.read
                    ? actionsOf(draft, answer, row, tables, onDraft)
                    : []
                }}
              />
            </Card>
          )}
          {draws(draft) && spec ? null : draft.pivot && answer.level ? (
            <PivotTable
              answer={answer}
              across={draft.pivot.columns ?? []}
              label="Answer as a table"
              look={formats?.cell}
            />
          ) : (
            <AnswerTable
              answer={answer}
              label="Answer as a table"
              maxHeight={spec ? 380 : 620}
              sort={draft.sort}
              onSort={(sort) => onDraft(setSort(draft, sort))}
              look={formats?.cell}
              actions={(row) => actionsOf(draft, answer, row, tables, onDraft)}
              onNumber={setPointed}
            />
          )}
          {pointed && (
            <WhatNumber
              number={pointed}
              answer={answer}
              question={question}
              columns={tables.columns}
              onClose={() => setPointed(null)}
            />
          )}
        </>
      )}
    </>
  )
}

/** What can be asked next about a group of the answer. */
function actionsOf(
  draft: Draft,
  answer: Answer,
  row: number,
  tables: Tables,
  onDraft: (draft: Draft) => void,
): Action[] {
  const behind = rowsBehind(draft, answer, row, tables.columns)
  return [
    { label: 'Show its rows', disabled: !behind, run: () => behind && onDraft(behind) },
    ...draft.dimensions.flatMap((dimension, index) => {
      const column = tables.columns.find((one) => one.id === dimension.column)
      const value = answer.data[`d${index}`]?.[row]
      if (!column || value === undefined || dimension.grain || dimension.bins || dimension.part) return []
      if (((answer.other?.[row] ?? 0) & (1 << index)) !== 0) return []
      const text = value === null ? 'empty ones' : `“${String(value).slice(0, 40)}”`
      return [
        { label: `Only ${text}`, run: () => onDraft(addFilter(draft, onlyOrNot(column, value, true))) },
        { label: `Not ${text}`, run: () => onDraft(addFilter(draft, onlyOrNot(column, value, false))) },
      ]
    }),
  ]
}

/** A question that takes long can be left. */
function Slow({ cancel }: { cancel: () => void }) {
  const late = useLate(1000)
  if (!late) return null
  return (
    <Box sx={{ display: 'flex', justifyContent: 'flex-end', pt: 0.5 }}>
      <Button onClick={cancel}>Cancel</Button>
    </Box>
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
