'use client'

import CloseRounded from '@mui/icons-material/CloseRounded'
import ViewColumnRounded from '@mui/icons-material/ViewColumnRounded'
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import Chip from '@mui/material/Chip'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Typography from '@mui/material/Typography'
import { useQueries, useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useId, useMemo, useRef, useState } from 'react'
import type { Answer, Column, Condition, Question, Scalar, Sort } from '@/api/types'
import { answerQuery, ask } from '@/lib/ask'
import { countOf, formatCell, formatCount } from '@/lib/format'
import type { Action } from '@/ui/ActionMenu'
import { Button } from '@/ui/Button'
import { DataTable } from '@/ui/DataTable'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { ProgressBar } from '@/ui/ProgressBar'
import type { GridColumn } from '@/ui/table/columns'
import { hide, isPlain, plainLayout } from '@/ui/table/layout'
import type { CellLook } from '@/ui/table/look'
import type { Section } from '@/ui/table/sections'
import { useKeptLayout } from '@/ui/table/useKeptLayout'
import { useRestOfWindow } from '@/ui/useElementHeight'
import {
  both,
  canSummarise,
  countQuestion,
  type Grouping,
  type GroupPath,
  groupedBy,
  groupLabel,
  groupRows,
  groupsQuestion,
  MOST_LEVELS,
  onlyOrNot,
  pathConditions,
  summaries,
  summarised,
  summaryName,
  ungrouped,
} from '../rows'
import { isNamedAsKey } from '../suggest'

const nothing: readonly string[] = []

/**
 * The rows of a question, all of them, to be looked through. Sorting and filtering change the question; grouping
 * asks for the groups and, where one is opened, for its rows.
 */
export function RowsTable({
  label,
  question,
  columns,
  rowCount,
  outOf,
  sort,
  onSort,
  onFilter,
  onEditFilter,
  grouping,
  onGrouping,
  keptAs,
  look,
  above,
}: {
  label: string
  question: Question
  columns: readonly GridColumn[]
  /** When it is known without asking. */
  rowCount?: number
  /** How many rows there are without a filter, where the page says so already. */
  outOf?: number
  sort: readonly Sort[]
  onSort: (sort: Sort[]) => void
  onFilter: (condition: Condition) => void
  /** Begin a condition on a column, to be filled in. */
  onEditFilter: (column: Column) => void
  grouping: Grouping
  onGrouping: (grouping: Grouping) => void
  /** Under which name the reader's arrangement of the columns is kept in this browser. */
  keptAs: string
  look?: (column: GridColumn, block: Answer, row: number) => CellLook | undefined
  /** What stands beside the count, such as the filters. */
  above?: ReactNode
}) {
  const [layout, setLayout] = useKeptLayout(keptAs)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const place = useRef<HTMLDivElement>(null)
  const height = useRestOfWindow(place)
  const by = useMemo(
    () => grouping.by.filter((id) => columns.some((column) => column.id === id)),
    [grouping.by, columns],
  )
  const counted = useQuery({ ...answerQuery(countQuestion(question)), enabled: rowCount === undefined })
  const total = rowCount ?? (counted.data ? Number(counted.data.data.m0?.[0] ?? 0) : undefined)
  const most = question.limit ? Math.min(question.limit, total ?? question.limit) : total

  // Groups are asked for level by level, as they are opened.
  const grouped = by.length > 0
  const paths = useMemo<GroupPath[]>(() => {
    if (!grouped) return []
    const opened = [...open].map((key) => JSON.parse(key) as Scalar[])
    return [[], ...opened.filter((path) => path.length < by.length)]
  }, [grouped, open, by.length])
  const level = useMemo<Grouping>(() => ({ ...grouping, by }), [grouping, by])
  const asked = useQueries({
    queries: paths.map((path) => answerQuery(groupsQuestion(question, columns, level, path))),
  })
  const groupProblem = asked.find((one) => one.error)?.error

  const load = useCallback(
    (filter: Question['filter']) => (offset: number, limit: number, signal: AbortSignal) =>
      ask({ ...question, filter, sort: [...sort], offset, limit } as Question, signal),
    [question, sort],
  )
  const toggle = useCallback(
    (key: string) =>
      setOpen((before) => {
        const next = new Set(before)
        if (!next.delete(key)) next.add(key)
        return next
      }),
    [],
  )
  const sections = useMemo<Section[]>(() => {
    if (!grouped)
      return [
        {
          key: '',
          rowCount: most ?? 0,
          blockKey: [question, sort],
          load: load(question.filter),
        },
      ]
    const answers = new Map<string, Answer | undefined>(
      paths.map((path, index) => [JSON.stringify(path), asked[index]?.data]),
    )
    const found: Section[] = []
    const walk = (path: GroupPath) => {
      const answer = answers.get(JSON.stringify(path))
      const column = columns.find((one) => one.id === by[path.length])
      if (!answer || !column) return
      for (const group of groupRows(answer, columns, level)) {
        const inner = [...path, group.value]
        const key = JSON.stringify(inner)
        const isOpen = open.has(key)
        const innermost = inner.length === by.length
        const filter = both(question.filter, pathConditions(columns, level, inner))
        found.push({
          key,
          head: {
            level: inner.length,
            label: groupLabel(group.value, column, formatCount(group.count)),
            open: isOpen,
            onToggle: () => toggle(key),
            values: group.values,
          },
          rowCount: isOpen && innermost ? group.count : 0,
          blockKey: [question, sort, key, by],
          load: load(filter as Question['filter']),
        })
        if (isOpen && !innermost) walk(inner)
      }
    }
    walk([])
    return found
  }, [grouped, most, question, sort, load, paths, asked, columns, by, level, open, toggle])

  const columnActions = (column: GridColumn): Action[] => [
    { label: 'Filter …', run: () => onEditFilter(column) },
    ...(by.includes(column.id)
      ? [{ label: 'Do not group by this', run: () => onGrouping(ungrouped(grouping, column.id)) }]
      : by.length < MOST_LEVELS && column.type !== 'nested'
        ? [
            {
              label: grouped ? 'Then group by this' : 'Group by this',
              run: () => onGrouping(groupedBy(withSums(grouping, columns), column)),
            },
          ]
        : []),
    ...(grouped && canSummarise(column) && !by.includes(column.id)
      ? [
          ...summaries
            .filter((fn) => grouping.summaries[column.id] !== fn)
            .map((fn) => ({
              label: `${summaryName(fn)} of the groups`,
              run: () => onGrouping(summarised(grouping, column.id, fn)),
            })),
          ...(grouping.summaries[column.id]
            ? [
                {
                  label: 'Nothing for the groups',
                  run: () => onGrouping(summarised(grouping, column.id, null)),
                },
              ]
            : []),
        ]
      : []),
  ]
  const cellActions = (column: GridColumn, value: Scalar): Action[] =>
    column.type === 'nested'
      ? []
      : [
          { label: `Only ${shortly(column, value)}`, run: () => onFilter(onlyOrNot(column, value, true)) },
          { label: `Not ${shortly(column, value)}`, run: () => onFilter(onlyOrNot(column, value, false)) },
        ]

  const names = by.map((id) => columns.find((column) => column.id === id)?.name ?? '')
  const waits = grouped ? asked[0]?.isPending : most === undefined
  const problem = groupProblem ?? counted.error
  return (
    <Box ref={place} sx={{ minWidth: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', mb: 1, minHeight: 36 }}>
        {above}
        {by.map((id, index) => (
          <Chip
            key={id}
            label={`${index === 0 ? 'Grouped by' : 'then'} ${names[index]}`}
            onDelete={() => onGrouping(ungrouped(grouping, id))}
            deleteIcon={<CloseRounded aria-label={`Do not group by ${names[index]}`} />}
          />
        ))}
        <Typography role="status" variant="caption" color="textSecondary" sx={{ ml: 'auto' }}>
          {most === undefined || most === outOf
            ? ''
            : outOf === undefined
              ? countOf(most, 'row')
              : `${formatCount(most)} of ${countOf(outOf, 'row')}`}
        </Typography>
        <Columns
          columns={columns}
          hidden={layout.hidden}
          onToggle={(id, on) => setLayout(hide(layout, id, on))}
          onReset={isPlain(layout) ? undefined : () => setLayout(plainLayout)}
        />
      </Box>
      {problem ? (
        <ErrorNotice
          error={problem}
          retry={() => {
            void counted.refetch()
            for (const one of asked) if (one.error) void one.refetch()
          }}
        />
      ) : waits ? (
        <ProgressBar label="Counting rows" />
      ) : most === 0 ? (
        <EmptyState title="No rows">
          {question.filter
            ? 'The filters leave nothing. Loosen or remove one of them.'
            : 'The file was read, and it holds columns but no rows.'}
        </EmptyState>
      ) : (
        <DataTable
          label={label}
          columns={columns}
          sections={sections}
          tree={grouped ? names.join(' › ') : undefined}
          sort={sort}
          onSort={onSort}
          layout={layout}
          onLayout={setLayout}
          columnActions={columnActions}
          cellActions={cellActions}
          look={look}
          height={height}
        />
      )}
    </Box>
  )
}

/** The first grouping sums what can be summed; afterwards the reader's choice stands. */
function withSums(grouping: Grouping, columns: readonly GridColumn[]): Grouping {
  if (grouping.by.length > 0 || Object.keys(grouping.summaries).length > 0) return grouping
  const numbers = columns.filter((column) => canSummarise(column) && !isNamedAsKey(column.name)).slice(0, 12)
  return { ...grouping, summaries: Object.fromEntries(numbers.map((column) => [column.id, 'sum' as const])) }
}

const shortly = (column: GridColumn, value: Scalar): string => {
  const text = value === null ? 'empty ones' : `“${formatCell(value, column.type)}”`
  return text.length > 42 ? `${text.slice(0, 40)}…”` : text
}

function Columns({
  columns,
  hidden = nothing,
  onToggle,
  onReset,
}: {
  columns: readonly GridColumn[]
  hidden?: readonly string[]
  onToggle: (id: string, hide: boolean) => void
  onReset: (() => void) | undefined
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const id = useId()
  const shown = columns.length - columns.filter((column) => hidden.includes(column.id)).length
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<ViewColumnRounded />}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-controls={anchor ? id : undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {shown === columns.length ? 'Columns' : `${shown} of ${columns.length} columns`}
      </Button>
      <Menu
        id={id}
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ paper: { sx: { maxHeight: 420 } } }}
      >
        {onReset && (
          <MenuItem
            onClick={() => {
              setAnchor(null)
              onReset()
            }}
          >
            Arrange as in the file
          </MenuItem>
        )}
        {columns.map((column) => {
          const on = !hidden.includes(column.id)
          return (
            <MenuItem
              key={column.id}
              role="menuitemcheckbox"
              aria-checked={on}
              disabled={on && shown === 1}
              onClick={() => onToggle(column.id, on)}
            >
              <Checkbox checked={on} size="small" tabIndex={-1} disableRipple aria-hidden sx={{ p: 0 }} />
              {column.name}
            </MenuItem>
          )
        })}
      </Menu>
    </>
  )
}
