'use client'

import AddRounded from '@mui/icons-material/AddRounded'
import ArrowDownwardRounded from '@mui/icons-material/ArrowDownwardRounded'
import ArrowUpwardRounded from '@mui/icons-material/ArrowUpwardRounded'
import DeleteOutlineRounded from '@mui/icons-material/DeleteOutlineRounded'
import RedoRounded from '@mui/icons-material/RedoRounded'
import UndoRounded from '@mui/icons-material/UndoRounded'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { ReportDetail, SavedQuestion, Section } from '@/api/types'
import { MODE_ATTRIBUTE } from '@/config/theme'
import { useHistory } from '@/lib/history'
import { Problem, toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { useRested } from '@/lib/timing'
import { ActionMenu } from '@/ui/ActionMenu'
import { BareField, BareText } from '@/ui/BareField'
import { Button, IconButton } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { hidden } from '@/ui/hidden'
import { nothing } from '@/ui/nothing'
import { PageHeader } from '@/ui/PageHeader'
import { PlainText } from '@/ui/PlainText'
import { DeliveryPanel, useDelivery } from '@/ui/useDelivery'
import { useEver } from '@/ui/useEver'
import { changeReport, renderEdition } from '../api'
import {
  addSection,
  type Block,
  changeSection,
  isSame,
  moveSection,
  type Paper,
  paperOf,
  removeSection,
  sectionsOf,
} from '../model'
import { Editions } from './Editions'
import { SectionView } from './SectionView'

const ChooseQuestion = dynamic(() => import('./ChooseQuestion'), { loading: nothing })

type Saving = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict'

const savingWords: Readonly<Record<Saving, string>> = {
  saved: 'Saved',
  waiting: 'Not saved yet',
  saving: 'Saving…',
  failed: 'Not saved',
  conflict: 'Changed by somebody else',
}

/** Save what is written once it rests, one request after another, each with the version that it was made from. */
function useAutosave(report: ReportDetail, paper: Paper, enabled: boolean) {
  const queries = useQueryClient()
  const [kept, setKept] = useState<Paper>(paper)
  const [version, setVersion] = useState(report.version)
  const [problem, setProblem] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const rested = useRested(paper, 700)
  const flying = useRef<Promise<boolean> | null>(null)
  const latest = useRef({ paper, kept, version })
  latest.current = { paper, kept, version }

  const save = async (): Promise<boolean> => {
    if (flying.current) await flying.current
    const { paper: wanted, kept: before, version: from } = latest.current
    if (isSame(wanted, before)) return true
    const work = (async () => {
      setBusy(true)
      try {
        const title = wanted.title.trim() || 'Untitled report'
        const next = await changeReport(report.id, { title, sections: sectionsOf(wanted), version: from })
        latest.current = { ...latest.current, kept: wanted, version: next.version }
        setKept(wanted)
        setVersion(next.version)
        setProblem(null)
        queries.setQueryData(['reports', 'detail', report.id], next)
        void queries.invalidateQueries({ queryKey: ['reports', 'list'] })
        return true
      } catch (error) {
        setProblem(error)
        return false
      } finally {
        setBusy(false)
      }
    })()
    flying.current = work
    const done = await work
    if (flying.current === work) flying.current = null
    return done
  }
  const saveLatest = useRef(save)
  saveLatest.current = save

  const conflict = problem instanceof Problem && problem.status === 409
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when what is written has come to rest
  useEffect(() => {
    if (enabled && !conflict && !isSame(rested, kept)) void saveLatest.current()
  }, [rested, enabled])
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => {
      if (!isSame(latest.current.paper, latest.current.kept)) event.preventDefault()
    }
    window.addEventListener('beforeunload', leave)
    return () => {
      window.removeEventListener('beforeunload', leave)
      // Leaving by a link keeps the last words too.
      if (!isSame(latest.current.paper, latest.current.kept)) void saveLatest.current()
    }
  }, [])

  const saving: Saving = conflict
    ? 'conflict'
    : problem
      ? 'failed'
      : busy
        ? 'saving'
        : isSame(paper, kept)
          ? 'saved'
          : 'waiting'
  return { saving, problem, save }
}

/** A report as a sheet of paper that can be written on. */
export function ReportEditor({
  report,
  questions,
  onReload,
}: {
  report: ReportDetail
  questions: readonly SavedQuestion[]
  /** Forget what is here and take what the server has. */
  onReload: () => void
}) {
  const mayEdit = useMay('reports.edit')
  const mayExport = useMay('exports.create')
  const initial = useMemo(() => paperOf(report), [report])
  const { value: paper, change, undo, redo, canUndo, canRedo } = useHistory(initial)
  const { saving, problem, save } = useAutosave(report, paper, mayEdit)
  const delivery = useDelivery()
  const queries = useQueryClient()
  const [choosing, setChoosing] = useState<'chart' | 'table' | null>(null)
  const hasChosen = useEver(choosing !== null)
  const [said, setSaid] = useState('')
  const sheet = useRef<HTMLDivElement>(null)
  const byId = useMemo(() => new Map(questions.map((question) => [question.id, question])), [questions])

  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return
      if (event.target instanceof HTMLElement && /^(input|textarea)$/i.test(event.target.tagName)) return
      event.preventDefault()
      if (event.shiftKey) redo()
      else undo()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [undo, redo])

  const add = (section: Section) => {
    change(addSection(paper, section))
    requestAnimationFrame(() => {
      const blocks = sheet.current?.querySelectorAll<HTMLElement>('[data-block]')
      const last = blocks?.[blocks.length - 1]
      last?.scrollIntoView({ block: 'center' })
      ;(last?.querySelector<HTMLElement>('textarea:not([aria-hidden])') ?? last)?.focus()
    })
  }
  const move = (block: Block, step: -1 | 1) => {
    const next = moveSection(paper, block.key, step)
    if (next === paper) return
    change(next)
    const place = next.blocks.findIndex((one) => one.key === block.key) + 1
    setSaid(`Section moved to place ${place} of ${next.blocks.length}.`)
    requestAnimationFrame(() =>
      sheet.current?.querySelector<HTMLElement>(`[data-block="${block.key}"]`)?.focus(),
    )
  }
  const remove = (block: Block) => {
    const at = paper.blocks.findIndex((one) => one.key === block.key)
    const next = removeSection(paper, block.key)
    change(next)
    setSaid('Section removed.')
    const near = next.blocks[Math.min(at, next.blocks.length - 1)]
    requestAnimationFrame(() =>
      (near
        ? sheet.current?.querySelector<HTMLElement>(`[data-block="${near.key}"]`)
        : sheet.current?.querySelector<HTMLElement>('button')
      )?.focus(),
    )
  }
  const title = paper.title.trim() || 'Untitled report'
  const pdf = async () => {
    if (mayEdit && !(await save())) return
    await delivery.edition(
      `PDF of ${title}`,
      () => renderEdition(report.id),
      () => void queries.invalidateQueries({ queryKey: ['reports', 'editions', report.id] }),
    )
  }

  return (
    <>
      <PageHeader
        title={title}
        heading={
          <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
        }
        facts={mayEdit ? <span role="status">{savingWords[saving]}</span> : undefined}
        actions={
          <>
            {mayEdit && (
              <>
                <IconButton aria-label="Undo" disabled={!canUndo} onClick={undo}>
                  <UndoRounded fontSize="small" />
                </IconButton>
                <IconButton aria-label="Redo" disabled={!canRedo} onClick={redo}>
                  <RedoRounded fontSize="small" />
                </IconButton>
              </>
            )}
            {mayExport && (
              <>
                <ActionMenu
                  label="More downloads"
                  actions={[
                    {
                      label: 'Download Excel',
                      disabled: paper.blocks.every((block) => block.section.kind === 'text'),
                      run: () =>
                        void (async () => {
                          if (!mayEdit || (await save())) {
                            await delivery.excel(`Excel of ${title}`, { kind: 'report', id: report.id })
                          }
                        })(),
                    },
                  ]}
                />
                <Button variant="contained" onClick={() => void pdf()} disabled={paper.blocks.length === 0}>
                  Download PDF
                </Button>
              </>
            )}
          </>
        }
      />
      {saving === 'conflict' && (
        <Box sx={{ mb: 3 }}>
          <ErrorNotice
            error={
              new Problem({
                title: 'Somebody else changed this report',
                detail: 'What you wrote since then is not saved. Copy what you need, then load the newest.',
              })
            }
            action={
              <Button variant="outlined" onClick={onReload}>
                Load the newest
              </Button>
            }
          />
        </Box>
      )}
      {saving === 'failed' && (
        <Box sx={{ mb: 3 }}>
          <ErrorNotice error={toProblem(problem)} retry={() => void save()} />
        </Box>
      )}
      <DeliveryPanel delivery={delivery} />

      <Box
        ref={sheet}
        {...{ [MODE_ATTRIBUTE]: 'light' }}
        sx={{
          colorScheme: 'light',
          color: 'text.primary',
          bgcolor: 'background.paper',
          border: '1px solid',
          borderColor: 'divider',
          borderRadius: 1.5,
          boxShadow: '0 1px 2px rgb(0 0 0 / 5%), 0 16px 48px -24px rgb(0 0 0 / 25%)',
          maxWidth: 794,
          minHeight: { md: 1123 },
          mx: 'auto',
          px: { xs: 2, sm: 7 },
          py: { xs: 3, sm: 7 },
        }}
      >
        {mayEdit ? (
          <BareText
            value={paper.title}
            onChange={(event) =>
              change({ ...paper, title: event.target.value.replaceAll('\n', ' ') }, 'title')
            }
            placeholder="Untitled report"
            aria-label="Report title"
            maxLength={300}
            sx={{
              fontSize: '1.75rem',
              fontWeight: 650,
              letterSpacing: '-0.02em',
              lineHeight: 1.2,
              mb: 2,
              ...written,
            }}
          />
        ) : (
          <Typography
            component="p"
            sx={{ fontSize: '1.75rem', fontWeight: 650, letterSpacing: '-0.02em', mb: 2 }}
          >
            {title}
          </Typography>
        )}

        {paper.blocks.length === 0 && (
          <EmptyState title="A blank page">
            {mayEdit
              ? 'Add a text, or the chart or table of a saved question.'
              : 'This report has no sections yet.'}
          </EmptyState>
        )}
        {paper.blocks.map((block, index) => (
          <BlockView
            key={block.key}
            block={block}
            number={index + 1}
            last={index === paper.blocks.length - 1}
            editable={mayEdit}
            question={block.section.kind === 'text' ? undefined : byId.get(block.section.question_id)}
            onChange={(section) => change(changeSection(paper, block.key, section), block.key)}
            onMove={(step) => move(block, step)}
            onRemove={() => remove(block)}
          />
        ))}
        {mayEdit && (
          <Box
            role="group"
            aria-label="Add a section"
            sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 3 }}
          >
            <Button
              variant="outlined"
              startIcon={<AddRounded />}
              onClick={() => add({ kind: 'text', text: '' })}
            >
              Add text
            </Button>
            <Button variant="outlined" startIcon={<AddRounded />} onClick={() => setChoosing('chart')}>
              Add chart
            </Button>
            <Button variant="outlined" startIcon={<AddRounded />} onClick={() => setChoosing('table')}>
              Add table
            </Button>
          </Box>
        )}
      </Box>
      <Box role="status" aria-live="polite" sx={hidden}>
        {said}
      </Box>
      <Editions reportId={report.id} />
      {hasChosen && (
        <ChooseQuestion
          kind={choosing}
          questions={questions}
          onClose={() => setChoosing(null)}
          onChoose={(question) => {
            const kind = choosing
            setChoosing(null)
            add(
              kind === 'table'
                ? { kind: 'table', question_id: question.id, title: null }
                : { kind: 'chart', question_id: question.id, title: null, chart: null },
            )
          }}
        />
      )}
    </>
  )
}

const written = {
  borderRadius: 1,
  mx: -1,
  px: 1,
  py: 0.25,
  '&:hover': { bgcolor: 'background.sunk' },
  '&.Mui-focused': { bgcolor: 'background.sunk', outline: '2px solid', outlineColor: 'primary.main' },
} as const

const kindWords: Readonly<Record<Section['kind'], string>> = { text: 'Text', chart: 'Chart', table: 'Table' }

function BlockView({
  block,
  number,
  last,
  editable,
  question,
  onChange,
  onMove,
  onRemove,
}: {
  block: Block
  number: number
  last: boolean
  editable: boolean
  question: SavedQuestion | undefined
  onChange: (section: Section) => void
  onMove: (step: -1 | 1) => void
  onRemove: () => void
}) {
  const { section } = block
  const label = `Section ${number}: ${kindWords[section.kind]}`
  if (!editable) {
    return (
      <Box sx={{ my: 2.5 }}>
        <SectionView section={section} question={question} />
      </Box>
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onMove(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <Box
      role="group"
      aria-label={label}
      data-block={block.key}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      sx={{
        position: 'relative',
        mx: { xs: -1, sm: -2 },
        px: { xs: 1, sm: 2 },
        py: 1.25,
        borderRadius: 2,
        outline: 'none',
        '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' },
        '@media (hover: hover)': {
          '& .tools': { opacity: 0 },
          '&:hover, &:focus-within': { bgcolor: 'background.default' },
          '&:hover .tools, &:focus-within .tools, &:focus .tools': { opacity: 1 },
        },
      }}
    >
      <Box
        className="tools"
        sx={{
          display: 'flex',
          justifyContent: 'flex-end',
          gap: 0.25,
          position: { md: 'absolute' },
          top: -16,
          right: 8,
          zIndex: 1,
          border: { md: '1px solid' },
          borderColor: { md: 'divider' },
          borderRadius: 2,
          bgcolor: { md: 'background.paper' },
        }}
      >
        <IconButton
          size="small"
          aria-label={`Move section ${number} up`}
          disabled={number === 1}
          onClick={() => onMove(-1)}
        >
          <ArrowUpwardRounded fontSize="inherit" />
        </IconButton>
        <IconButton
          size="small"
          aria-label={`Move section ${number} down`}
          disabled={last}
          onClick={() => onMove(1)}
        >
          <ArrowDownwardRounded fontSize="inherit" />
        </IconButton>
        <IconButton size="small" aria-label={`Remove section ${number}`} onClick={onRemove}>
          <DeleteOutlineRounded fontSize="inherit" />
        </IconButton>
      </Box>
      {section.kind === 'text' ? (
        <TextField
          label={`Text of section ${number}`}
          text={section.text}
          onChange={(text) => onChange({ ...section, text })}
        />
      ) : (
        <>
          <BareField
            fullWidth
            value={section.title ?? ''}
            placeholder={question?.name ?? 'Title'}
            onChange={(event) => onChange({ ...section, title: event.target.value || null })}
            aria-label={`Title of section ${number}`}
            maxLength={300}
            sx={{
              fontSize: '0.9375rem',
              fontWeight: 600,
              mb: 0.5,
              ...written,
              '& input::placeholder': { opacity: 1 },
            }}
          />
          <SectionView section={section} question={question} titleHidden />
        </>
      )}
    </Box>
  )
}

/** A text as it will be printed, and while it is being written as it is typed. */
function TextField({
  label,
  text,
  onChange,
}: {
  label: string
  text: string
  onChange: (text: string) => void
}) {
  const [writing, setWriting] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const pressed = useRef(false)
  useEffect(() => {
    if (!writing) return
    const press = (event: Event) => {
      pressed.current = event.type === 'pointerdown'
    }
    const kinds = ['pointerdown', 'pointerup', 'pointercancel'] as const
    for (const kind of kinds) document.addEventListener(kind, press, true)
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, press, true)
    }
  }, [writing])
  // A press outside ends the writing, and the text then changes its height. Not before the press is over:
  // the button under the pointer would move away, and its click would be lost.
  const leave = () => {
    const end = () => setTimeout(() => document.activeElement !== field.current && setWriting(false))
    if (pressed.current) document.addEventListener('pointerup', end, { once: true })
    else end()
  }
  const shown = writing || text.trim() === ''
  return (
    <>
      <BareText
        rows={2}
        value={text}
        inputRef={field}
        onFocus={() => setWriting(true)}
        onBlur={leave}
        onChange={(event) => onChange(event.target.value)}
        placeholder="Write here. # begins a heading, ## a smaller one, - a bullet; a blank line a new paragraph."
        aria-label={label}
        maxLength={50_000}
        sx={
          shown
            ? {
                fontSize: '0.9375rem',
                lineHeight: 1.6,
                ...written,
                '& textarea::placeholder': { opacity: 1, color: 'text.secondary' },
              }
            : hidden
        }
      />
      {!shown && (
        // The field above says the same to assistive technology, and takes the keyboard.
        <Box aria-hidden onClick={() => field.current?.focus()} sx={{ cursor: 'text' }}>
          <PlainText text={text} />
        </Box>
      )}
    </>
  )
}
