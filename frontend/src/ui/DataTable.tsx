'use client'

import ArrowDownwardRounded from '@mui/icons-material/ArrowDownwardRounded'
import ArrowUpwardRounded from '@mui/icons-material/ArrowUpwardRounded'
import { styled } from '@mui/material/styles'
import { useQueries } from '@tanstack/react-query'
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { Answer, ColumnType, Scalar, Sort } from '@/api/types'
import { formatCell, formatCount, isNumeric } from '@/lib/format'
import { useRested } from '@/lib/timing'
import { blocksOf, columnsIn, edgesOf, moveInGrid, scrollToShow, windowOf } from '@/lib/windowing'
import { ErrorNotice } from './ErrorNotice'
import { hidden } from './hidden'
import { MiniHistogram } from './MiniHistogram'
import { useNotify } from './notify'
import { TypeIcon } from './TypeIcon'

export interface GridColumn {
  id: string
  name: string
  type: ColumnType
  /** The column's shape, for the head. */
  counts?: readonly number[]
  /** Share of missing values, 0 to 1. */
  missing?: number
}

const ROW = 34
const HEAD = 64
const BLOCK = 200
const AHEAD = 8

const Frame = styled('div')(({ theme }) => ({
  position: 'relative',
  overflow: 'auto',
  border: `1px solid ${theme.vars.palette.divider}`,
  borderRadius: 10,
  background: theme.vars.palette.background.paper,
  fontSize: '0.8125rem',
  fontVariantNumeric: 'tabular-nums',
  overscrollBehavior: 'contain',
  '&:focus-visible': { outline: `2px solid ${theme.vars.palette.primary.main}`, outlineOffset: 1 },
  '& .head': {
    position: 'sticky',
    top: 0,
    zIndex: 2,
    height: HEAD,
    background: theme.vars.palette.background.sunk,
    borderBottom: `1px solid ${theme.vars.palette.divider}`,
  },
  '& .name': {
    position: 'absolute',
    top: 0,
    height: HEAD,
    padding: '8px 12px 0',
    overflow: 'hidden',
    borderRight: `1px solid ${theme.vars.palette.divider}`,
    cursor: 'pointer',
    userSelect: 'none',
    fontWeight: 600,
  },
  '& .name:hover': { color: theme.vars.palette.primary.main },
  '& .title': { display: 'flex', alignItems: 'center', gap: 6, height: 20 },
  '& .title span': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .title svg': { color: theme.vars.palette.text.secondary, flex: 'none' },
  '& .shape': {
    display: 'flex',
    alignItems: 'flex-end',
    justifyContent: 'space-between',
    gap: 8,
    height: 24,
    marginTop: 4,
    color: 'color-mix(in srgb, var(--mui-palette-primary-main) 55%, transparent)',
  },
  '& .missing': {
    color: theme.vars.palette.text.secondary,
    fontWeight: 500,
    fontSize: '0.75rem',
    whiteSpace: 'nowrap',
  },
  '& .rows': { position: 'absolute', left: 0, right: 0 },
  '& .row': {
    position: 'absolute',
    height: ROW,
    borderBottom: `1px solid ${theme.vars.palette.divider}`,
  },
  '& .row:hover': {
    background: `color-mix(in srgb, ${theme.vars.palette.background.sunk} 60%, transparent)`,
  },
  '& .cell': {
    position: 'absolute',
    top: 0,
    height: ROW - 1,
    padding: '0 12px',
    lineHeight: `${ROW - 1}px`,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'pre',
  },
  '& .cell.number': { textAlign: 'right' },
  '& .cell.none, & .cell.wait': { color: theme.vars.palette.text.secondary },
  '& .cell.wait::before': {
    content: '""',
    position: 'absolute',
    inset: '12px 12px',
    borderRadius: 4,
    background: theme.vars.palette.background.sunk,
  },
  '& .active': { boxShadow: `inset 0 0 0 2px ${theme.vars.palette.primary.main}`, borderRadius: 3 },
  '& .gutter': {
    position: 'sticky',
    left: 0,
    zIndex: 1,
    height: '100%',
    padding: '0 10px',
    lineHeight: `${ROW - 1}px`,
    textAlign: 'right',
    color: theme.vars.palette.text.secondary,
    background: theme.vars.palette.background.paper,
    borderRight: `1px solid ${theme.vars.palette.divider}`,
    fontSize: '0.75rem',
  },
  '& .head .gutter': { background: theme.vars.palette.background.sunk },
}))

function widthOf(column: GridColumn): number {
  const name = column.name.length * 7.6 + 56
  const least = isNumeric(column.type)
    ? 116
    : column.type === 'boolean'
      ? 92
      : column.type === 'date'
        ? 124
        : column.type === 'timestamp' || column.type === 'instant'
          ? 196
          : 176
  return Math.round(Math.min(280, Math.max(least, name)))
}

const nextSort = (sort: Sort | null, id: string): Sort | null =>
  sort?.by !== id
    ? { by: id, direction: 'asc' }
    : sort.direction === 'asc'
      ? { by: id, direction: 'desc' }
      : null

/**
 * Any number of rows, of which only those in view are asked for and drawn. A grid for assistive technology: arrows
 * walk the cells, Enter on a head sorts, Ctrl C copies the cell.
 */
export function DataTable({
  label,
  rowCount,
  columns,
  blockKey,
  load,
  sort,
  onSort,
  height,
}: {
  label: string
  rowCount: number
  columns: readonly GridColumn[]
  /** What a block's rows depend on: version, filter, sort. */
  blockKey: readonly unknown[]
  load: (offset: number, limit: number, signal: AbortSignal) => Promise<Answer>
  sort?: Sort | null
  onSort?: (sort: Sort | null) => void
  height: number
}) {
  const id = useId()
  const notify = useNotify()
  const frame = useRef<HTMLDivElement>(null)
  const [scroll, setScroll] = useState({ top: 0, left: 0, width: 900 })
  const [active, setActive] = useState<{ row: number; column: number } | null>(null)

  const gutter = Math.max(44, formatCount(rowCount).length * 8 + 22)
  const edges = useMemo(() => edgesOf(columns.map(widthOf)), [columns])
  // A narrow table's head and lines still reach the edge of its frame.
  const total = Math.max(gutter + (edges.at(-1) ?? 0), scroll.width)
  const body = Math.max(ROW, height - HEAD - 2)
  const viewport = { rowCount, rowHeight: ROW, height: body, scrollTop: scroll.top, margin: AHEAD }
  const view = windowOf(viewport)
  const across = columnsIn(edges, scroll.left, scroll.width)

  useEffect(() => {
    const element = frame.current
    if (!element) return
    const measure = () =>
      setScroll((before) => ({
        ...before,
        width: element.clientWidth,
        top: element.scrollTop,
        left: element.scrollLeft,
      }))
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    return () => watch.disconnect()
  }, [])

  // Rows are asked for in blocks, and only where the scroll bar rests.
  const wanted = blocksOf(view.from, view.to, BLOCK).join(',')
  const rested = useRested(wanted, 70)
  const blocks = useMemo(() => (rested === '' ? [] : rested.split(',').map(Number)), [rested])
  const results = useQueries({
    queries: blocks.map((block) => ({
      queryKey: ['rows', ...blockKey, block],
      queryFn: ({ signal }: { signal: AbortSignal }) => load(block * BLOCK, BLOCK, signal),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
    })),
  })
  const answers = useMemo(() => {
    const found = new Map<number, Answer>()
    for (const [index, block] of blocks.entries()) {
      const data = results[index]?.data
      if (data) found.set(block, data)
    }
    return found
  }, [blocks, results])
  const failed = results.find((result) => result.isError)

  const cellOf = useCallback(
    (row: number, column: GridColumn): Scalar | undefined => {
      const block = Math.floor(row / BLOCK)
      return answers.get(block)?.data[column.id]?.[row - block * BLOCK]
    },
    [answers],
  )

  const show = (row: number, column: number) => {
    const element = frame.current
    setActive({ row, column })
    if (!element) return
    if (row >= 0) {
      const top = scrollToShow(row, { ...viewport, scrollTop: element.scrollTop })
      if (Math.abs(top - element.scrollTop) > 0.5) element.scrollTop = top
    }
    const left = edges[column] ?? 0
    const right = edges[column + 1] ?? left
    const room = element.clientWidth - gutter
    if (left < element.scrollLeft) element.scrollLeft = left
    else if (right > element.scrollLeft + room) element.scrollLeft = Math.min(left, right - room)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const at = active ?? { row: 0, column: 0 }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') {
      const column = columns[at.column]
      if (!active || !column || window.getSelection()?.toString()) return
      const text = at.row < 0 ? column.name : String(cellOf(at.row, column) ?? '')
      navigator.clipboard?.writeText(text).then(
        () => notify('Copied'),
        () => notify('The browser did not allow copying.'),
      )
      return
    }
    const to = moveInGrid(event.key, event.ctrlKey || event.metaKey, active, {
      rows: rowCount,
      columns: columns.length,
      page: Math.max(1, Math.floor(body / ROW) - 1),
    })
    if (to) {
      event.preventDefault()
      show(to.row, to.column)
    } else if ((event.key === 'Enter' || event.key === ' ') && active?.row === -1 && onSort) {
      event.preventDefault()
      onSort(nextSort(sort ?? null, columns[active.column]?.id ?? ''))
    }
  }

  const drawn = columns.slice(across.from, across.to)
  const activeId = active ? `${id}-${active.row}-${active.column}` : undefined
  const rows = Array.from({ length: Math.max(0, view.to - view.from) }, (_, index) => view.from + index)

  return (
    <>
      {failed && (
        <div style={{ marginBottom: 12 }}>
          <ErrorNotice
            error={failed.error}
            retry={() => {
              for (const result of results) if (result.isError) result.refetch()
            }}
          />
        </div>
      )}
      <Frame
        ref={frame}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={activeId}
        aria-busy={results.some((result) => result.isPending)}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          const { scrollTop: top, scrollLeft: left, clientWidth: width } = event.currentTarget
          setScroll({ top, left, width })
        }}
        style={{ height: Math.min(height, HEAD + rowCount * ROW + 18) }}
      >
        <div role="rowgroup" className="head" style={{ width: total }}>
          <div role="row" aria-rowindex={1} style={{ height: HEAD }}>
            <div role="columnheader" aria-colindex={1} className="gutter" style={{ width: gutter }}>
              <span style={hidden}>Row</span>
            </div>
            {drawn.map((column, index) => {
              const at = across.from + index
              const sorted = sort?.by === column.id ? sort.direction : null
              const isActive = active?.row === -1 && active.column === at
              return (
                <div
                  key={column.id}
                  id={`${id}--1-${at}`}
                  role="columnheader"
                  aria-colindex={at + 2}
                  aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
                  className={isActive ? 'name active' : 'name'}
                  style={{ left: gutter + (edges[at] ?? 0), width: (edges[at + 1] ?? 0) - (edges[at] ?? 0) }}
                  title={column.name}
                  onClick={() => {
                    setActive({ row: -1, column: at })
                    onSort?.(nextSort(sort ?? null, column.id))
                  }}
                >
                  <div className="title">
                    <TypeIcon type={column.type} size={13} />
                    <span>{column.name}</span>
                    {sorted === 'asc' && <ArrowUpwardRounded sx={{ fontSize: 14 }} aria-hidden />}
                    {sorted === 'desc' && <ArrowDownwardRounded sx={{ fontSize: 14 }} aria-hidden />}
                  </div>
                  <div className="shape" aria-hidden="true">
                    <MiniHistogram counts={column.counts ?? []} width={72} height={20} />
                    {(column.missing ?? 0) > 0 && (
                      <span className="missing">{percent(column.missing ?? 0)} empty</span>
                    )}
                  </div>
                </div>
              )
            })}
          </div>
        </div>
        <div role="rowgroup" style={{ position: 'relative', height: view.spacer, width: total }}>
          {rows.map((row, index) => (
            <div
              key={row}
              role="row"
              aria-rowindex={row + 2}
              className="row"
              style={{ top: view.top + index * ROW, width: total }}
            >
              <div role="rowheader" aria-colindex={1} className="gutter" style={{ width: gutter }}>
                {formatCount(row + 1)}
              </div>
              {drawn.map((column, position) => {
                const at = across.from + position
                const value = cellOf(row, column)
                const kind =
                  value === undefined
                    ? 'wait'
                    : value === null
                      ? 'none'
                      : isNumeric(column.type)
                        ? 'number'
                        : 'plain'
                const isActive = active?.row === row && active.column === at
                return (
                  <div
                    key={column.id}
                    id={`${id}-${row}-${at}`}
                    role="gridcell"
                    aria-colindex={at + 2}
                    aria-selected={isActive}
                    className={`cell ${kind}${isActive ? ' active' : ''}`}
                    style={{
                      left: gutter + (edges[at] ?? 0),
                      width: (edges[at + 1] ?? 0) - (edges[at] ?? 0),
                    }}
                    onClick={() => setActive({ row, column: at })}
                  >
                    {value === undefined ? '' : value === null ? '–' : formatCell(value, column.type)}
                  </div>
                )
              })}
            </div>
          ))}
        </div>
      </Frame>
    </>
  )
}

const percent = (share: number): string => (share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`)
