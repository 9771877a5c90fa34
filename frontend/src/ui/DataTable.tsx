'use client'

import ArrowDownwardRounded from '@mui/icons-material/ArrowDownwardRounded'
import ArrowUpwardRounded from '@mui/icons-material/ArrowUpwardRounded'
import ChevronRightRounded from '@mui/icons-material/ChevronRightRounded'
import ExpandMoreRounded from '@mui/icons-material/ExpandMoreRounded'
import MoreVertRounded from '@mui/icons-material/MoreVertRounded'
import Divider from '@mui/material/Divider'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Answer, ColumnType, Scalar, Sort } from '@/api/types'
import { formatAs, formatCount, isNumeric } from '@/lib/format'
import { useRested } from '@/lib/timing'
import {
  blocksOf,
  type Cell,
  columnsIn,
  edgesOf,
  moveInGrid,
  type Place,
  placeToShow,
  scrolled,
  settled,
  windowOf,
} from '@/lib/windowing'
import type { Action } from './ActionMenu'
import { ErrorNotice } from './ErrorNotice'
import { hidden } from './hidden'
import { MiniHistogram } from './MiniHistogram'
import { useNotify } from './notify'
import { TypeIcon } from './TypeIcon'
import { copied, copiedCell, MOST_COPIED, rectangle } from './table/copying'
import { Frame, HEAD, ROW } from './table/frame'
import {
  arranged,
  hide,
  moveBefore,
  moveBy,
  pin,
  plainLayout,
  resize,
  type TableLayout,
} from './table/layout'
import { type CellLook, lookAround, lookStyle } from './table/look'
import { lineAt, type Placed, type Section, startsOf } from './table/sections'
import { nextSort } from './table/sorting'

export interface GridColumn {
  id: string
  name: string
  type: ColumnType
  /** Its number format in the workbook. */
  format?: string | null
  unit?: string | null
  /** The column's shape, for the head. */
  counts?: readonly number[]
  /** Share of missing values, 0 to 1. */
  missing?: number
}

const BLOCK = 200
const STEP = 24
const TREE = '#groups'
const START: Place = { bar: 0, rows: 0 }

function widthOf(column: GridColumn): number {
  const name = (column.name.length + (column.unit ? column.unit.length + 3 : 0)) * 7.6 + 56
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

interface Opened {
  cell: Cell
  left: number
  top: number
}

/**
 * Any number of rows, of which only those in view are asked for and drawn. A grid for assistive technology: arrows
 * walk the cells and with Shift choose several, Enter on a head sorts and elsewhere opens what can be done with the
 * cell, Ctrl C copies.
 */
export function DataTable({
  label,
  columns,
  sections,
  tree,
  sort = [],
  onSort,
  layout = plainLayout,
  onLayout,
  columnActions,
  cellActions,
  look,
  height,
}: {
  label: string
  columns: readonly GridColumn[]
  /** One for a plain table, one a group for a grouped one. */
  sections: readonly Section[]
  /** The name of the leading column that holds the groups. */
  tree?: string
  sort?: readonly Sort[]
  onSort?: (sort: Sort[]) => void
  layout?: TableLayout
  onLayout?: (layout: TableLayout) => void
  columnActions?: (column: GridColumn) => readonly Action[]
  cellActions?: (column: GridColumn, value: Scalar) => readonly Action[]
  /** How a cell stands out, by its row in a block of rows. */
  look?: (column: GridColumn, block: Answer, row: number) => CellLook | undefined
  height: number
}) {
  const id = useId()
  const notify = useNotify()
  const queries = useQueryClient()
  const frame = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<Place>(START)
  // Several scroll events may come before one is drawn.
  const stands = useRef<Place>(START)
  const [across, setAcross] = useState({ left: 0, width: 900 })
  const [active, setActive] = useState<Cell | null>(null)
  const [anchor, setAnchor] = useState<Cell | null>(null)
  const [menu, setMenu] = useState<Opened | null>(null)
  const [dragged, setDragged] = useState<{ id: string; over: string | null } | null>(null)
  const [copying, setCopying] = useState(false)

  const starts = useMemo(() => startsOf(sections), [sections])
  const lineCount = starts.at(-1) ?? 0
  const most = Math.max(1, ...sections.map((section) => section.rowCount))
  const gutter = Math.max(44, formatCount(most).length * 8 + 22)
  const sizeOf = useCallback(
    (column: GridColumn) => layout.widths[column.id] ?? (column.id === TREE ? 240 : widthOf(column)),
    [layout.widths],
  )
  const { shown, pinned } = useMemo(() => {
    const found = arranged(columns, layout)
    const leading: GridColumn[] = tree === undefined ? [] : [{ id: TREE, name: tree, type: 'text' }]
    const wanted = [...leading, ...found.pinned]
    // What is pinned must leave room for the rest: on a narrow screen it scrolls like all others.
    const room = wanted.reduce((sum, column) => sum + sizeOf(column), gutter) <= across.width * 0.6
    return { shown: [...wanted, ...found.free], pinned: room ? wanted.length : 0 }
  }, [columns, layout, tree, sizeOf, across.width, gutter])
  const edges = useMemo(() => edgesOf(shown.map(sizeOf)), [shown, sizeOf])
  const fixed = gutter + (edges[pinned] ?? 0)
  // A narrow table's head and lines still reach the edge of its frame.
  const total = Math.max(gutter + (edges.at(-1) ?? 0), across.width)
  const body = Math.max(ROW, height - HEAD - 2)
  const table = useMemo(() => ({ rowCount: lineCount, rowHeight: ROW, height: body }), [lineCount, body])
  const view = windowOf(table, place)
  const freeEdges = useMemo(
    () => edges.slice(pinned).map((edge) => edge - (edges[pinned] ?? 0)),
    [edges, pinned],
  )
  const seen = columnsIn(freeEdges, across.left, across.width - fixed)

  useEffect(() => {
    const element = frame.current
    if (!element) return
    const watch = new ResizeObserver(() =>
      setAcross({ left: element.scrollLeft, width: element.clientWidth }),
    )
    watch.observe(element)
    return () => watch.disconnect()
  }, [])

  // Once the scrolling rests, the scroll bar is put where the rows are.
  const expected = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const go = useCallback((next: Place) => {
    const element = frame.current
    stands.current = next
    setPlace(next)
    if (!element || Math.abs(element.scrollTop - next.bar) < 0.5) return
    expected.current = next.bar
    element.scrollTop = next.bar
  }, [])
  const onScroll = () => {
    const element = frame.current
    if (!element) return
    const { scrollTop, scrollLeft, clientWidth } = element
    if (scrollLeft !== across.left || clientWidth !== across.width)
      setAcross({ left: scrollLeft, width: clientWidth })
    if (Math.abs(scrollTop - expected.current) < 1.5) {
      expected.current = -9
      return
    }
    expected.current = -9
    if (scrollTop === stands.current.bar) return
    const next = scrolled(stands.current, scrollTop, table)
    stands.current = next
    setPlace(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => go(settled(stands.current, table)), 160)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  // Fewer lines than before: the place moves with the end. The browser does the same to the bar.
  useLayoutEffect(() => {
    const next = settled(stands.current, table)
    if (Math.abs(next.rows - stands.current.rows) > 0.5) go(next)
  }, [table, go])

  // Rows are asked for in blocks, and only where the scroll bar rests.
  const wanted = useMemo(() => {
    const found: string[] = []
    for (let line = view.from; line < view.to; ) {
      const placed = lineAt(sections, starts, line)
      if (!placed) break
      const index = sections.indexOf(placed.section)
      const end = Math.min(view.to, starts[index + 1] ?? view.to)
      const begin = Math.max(0, placed.row)
      const last = begin + (end - line) - (placed.row < 0 ? 1 : 0)
      for (const block of blocksOf(begin, last, BLOCK)) found.push(`${index}:${block}`)
      line = end
    }
    return found.join(',')
  }, [sections, starts, view.from, view.to])
  const rested = useRested(wanted, 70)
  const keyOf = useCallback((section: Section, block: number) => ['rows', ...section.blockKey, block], [])
  const blocks = useMemo(
    () =>
      (rested === '' ? [] : rested.split(',')).flatMap((one) => {
        const [index, block] = one.split(':').map(Number)
        const section = sections[index ?? -1]
        return section && block !== undefined ? [{ section, block }] : []
      }),
    [rested, sections],
  )
  const results = useQueries({
    queries: blocks.map(({ section, block }) => ({
      queryKey: keyOf(section, block),
      queryFn: ({ signal }: { signal: AbortSignal }) => section.load(block * BLOCK, BLOCK, signal),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
    })),
  })
  const failed = results.find((result) => result.isError)

  // Blocks that were read before are drawn at once, even while the scroll bar moves.
  const drawnBlocks = new Map<string, Answer | undefined>()
  const blockAt = (placed: Placed | null): { answer: Answer; row: number } | undefined => {
    if (!placed || placed.row < 0) return undefined
    const block = Math.floor(placed.row / BLOCK)
    const key = `${placed.section.key}:${block}`
    if (!drawnBlocks.has(key))
      drawnBlocks.set(key, queries.getQueryData<Answer>(keyOf(placed.section, block)))
    const answer = drawnBlocks.get(key)
    return answer && { answer, row: placed.row - block * BLOCK }
  }
  const valueAt = (placed: Placed | null, column: string): Scalar | undefined => {
    const found = blockAt(placed)
    return found?.answer.data[column]?.[found.row]
  }

  const showCell = (cell: Cell) => {
    const element = frame.current
    setActive(cell)
    if (!element) return
    if (cell.row >= 0) {
      const next = placeToShow(cell.row, table, stands.current)
      if (next !== stands.current) go(next)
    }
    if (cell.column < pinned) return
    const left = edges[cell.column] ?? 0
    const right = edges[cell.column + 1] ?? left
    const fixedEdge = edges[pinned] ?? 0
    const room = element.clientWidth - gutter
    if (left - fixedEdge < element.scrollLeft) element.scrollLeft = left - fixedEdge
    else if (right > element.scrollLeft + room) element.scrollLeft = Math.min(left - fixedEdge, right - room)
  }

  const textOf = (column: GridColumn, placed: Placed, value: Scalar | undefined): string =>
    placed.row < 0
      ? column.id === TREE
        ? copiedCell(placed.section.head?.label, 'text')
        : (placed.section.head?.values[column.id] ?? '')
      : copiedCell(column.id === TREE ? null : value, column.type)

  const copy = async () => {
    if (!active) return
    const { top, bottom, left, right } = rectangle(anchor ?? active, active)
    const chosen = shown.slice(left, right + 1)
    if ((bottom - top + 1) * chosen.length > MOST_COPIED) {
      notify(`Up to ${formatCount(MOST_COPIED)} cells can be copied at once. Download the rows instead.`)
      return
    }
    const heads = top < 0 ? [chosen.map((column) => copiedCell(column.name, 'text'))] : []
    const lines: string[][] = []
    setCopying(true)
    try {
      for (let line = Math.max(0, top); line <= bottom; line += 1) {
        const placed = lineAt(sections, starts, line)
        if (!placed) break
        const block = Math.floor(Math.max(0, placed.row) / BLOCK)
        const answer =
          placed.row < 0
            ? null
            : await queries.fetchQuery({
                queryKey: keyOf(placed.section, block),
                queryFn: ({ signal }) => placed.section.load(block * BLOCK, BLOCK, signal),
                staleTime: Number.POSITIVE_INFINITY,
              })
        lines.push(
          chosen.map((column) =>
            textOf(column, placed, answer?.data[column.id]?.[placed.row - block * BLOCK]),
          ),
        )
      }
      await navigator.clipboard.writeText(copied([...heads, ...lines]))
      const count = lines.length * chosen.length
      notify(count > 1 ? `${formatCount(count)} cells are copied.` : 'Copied')
    } catch {
      notify('The cells could not be copied.')
    } finally {
      setCopying(false)
    }
  }

  const open = (cell: Cell, at?: { left: number; top: number }) => {
    const element = document.getElementById(`${id}-${cell.row}-${cell.column}`)
    const box = element?.getBoundingClientRect()
    setActive(cell)
    setMenu({ cell, left: at?.left ?? box?.left ?? 0, top: at?.top ?? box?.bottom ?? 0 })
  }

  const toggle = (row: number, to?: boolean): boolean => {
    const head = lineAt(sections, starts, row)
    if (!head?.section.head || head.row >= 0) return false
    if (to !== undefined && head.section.head.open === to) return false
    head.section.head.onToggle()
    return true
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const mod = event.ctrlKey || event.metaKey
    const key = event.key
    if (mod && key.toLowerCase() === 'c') {
      if (!active || window.getSelection()?.toString()) return
      event.preventDefault()
      void copy()
      return
    }
    if (mod && key.toLowerCase() === 'a' && lineCount > 0) {
      event.preventDefault()
      setAnchor({ row: -1, column: 0 })
      setActive({ row: lineCount - 1, column: shown.length - 1 })
      return
    }
    if (active && event.altKey && key === 'ArrowDown') {
      event.preventDefault()
      open(active)
      return
    }
    if (active && tree !== undefined && active.column === 0) {
      if (
        (key === 'ArrowRight' && toggle(active.row, true)) ||
        (key === 'ArrowLeft' && toggle(active.row, false))
      ) {
        event.preventDefault()
        return
      }
    }
    if (key === 'Escape' && anchor) {
      setAnchor(null)
      return
    }
    const to = moveInGrid(key, mod, active, {
      rows: lineCount,
      columns: shown.length,
      page: Math.max(1, Math.floor(body / ROW) - 1),
    })
    if (to) {
      event.preventDefault()
      setAnchor(event.shiftKey ? (anchor ?? active ?? to) : null)
      showCell(to)
    } else if ((key === 'Enter' || key === ' ') && active) {
      event.preventDefault()
      const column = shown[active.column]
      if (active.row === -1 && onSort && column && column.id !== TREE)
        onSort(nextSort(sort, column.id, event.shiftKey))
      else if (!toggle(active.row)) open(active)
    }
  }

  const onContextMenu = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    const cell = target.closest<HTMLElement>('[data-cell]')
    const [row, column] = (cell?.dataset.cell ?? '').split(' ').map(Number)
    const at = cell ? { row: row ?? 0, column: column ?? 0 } : active
    if (!at) return
    event.preventDefault()
    open(at, cell && event.clientX > 0 ? { left: event.clientX, top: event.clientY } : undefined)
  }

  // A column is moved by dragging its head; the menu moves it by keyboard.
  const onHeadDown = (event: PointerEvent<HTMLElement>, column: GridColumn) => {
    if (event.button !== 0 || !onLayout || column.id === TREE) return
    const head = event.currentTarget
    const begin = event.clientX
    // The click that ends a drag is none.
    const swallow = (click: globalThis.MouseEvent) => click.stopPropagation()
    let moved: string | null | undefined
    const onMove = (next: globalThis.PointerEvent) => {
      if (Math.abs(next.clientX - begin) < 6 && moved === undefined) return
      const under = document
        .elementFromPoint(next.clientX, next.clientY)
        ?.closest<HTMLElement>('[data-column]')
      moved = under?.dataset.column ?? null
      setDragged({ id: column.id, over: moved })
    }
    const stop = () => {
      head.removeEventListener('pointermove', onMove)
      head.removeEventListener('pointerup', onUp)
      head.removeEventListener('pointercancel', stop)
      setDragged(null)
    }
    const onUp = () => {
      stop()
      if (moved === undefined) return
      head.addEventListener('click', swallow, { once: true, capture: true })
      setTimeout(() => head.removeEventListener('click', swallow, { capture: true }), 0)
      if (moved && moved !== column.id && moved !== TREE)
        onLayout(moveBefore(layout, columns, column.id, moved))
    }
    if (event.pointerType === 'touch') return
    head.setPointerCapture(event.pointerId)
    head.addEventListener('pointermove', onMove)
    head.addEventListener('pointerup', onUp)
    head.addEventListener('pointercancel', stop)
  }

  const onEdgeDown = (event: PointerEvent<HTMLElement>, column: GridColumn) => {
    if (!onLayout) return
    event.stopPropagation()
    event.preventDefault()
    const edge = event.currentTarget
    const begin = event.clientX
    const width = sizeOf(column)
    const onMove = (next: globalThis.PointerEvent) =>
      onLayout(resize(layout, column.id, width + next.clientX - begin))
    const stop = () => {
      edge.removeEventListener('pointermove', onMove)
      edge.removeEventListener('pointerup', stop)
      edge.removeEventListener('pointercancel', stop)
    }
    edge.setPointerCapture(event.pointerId)
    edge.addEventListener('pointermove', onMove)
    edge.addEventListener('pointerup', stop)
    edge.addEventListener('pointercancel', stop)
  }

  const chosen = anchor && active ? rectangle(anchor, active) : null
  const isChosen = (row: number, column: number): boolean =>
    chosen !== null &&
    row >= chosen.top &&
    row <= chosen.bottom &&
    column >= chosen.left &&
    column <= chosen.right
  const drawn = [
    ...shown.slice(0, pinned).map((column, at) => ({ column, at })),
    ...shown
      .slice(pinned + seen.from, pinned + seen.to)
      .map((column, index) => ({ column, at: pinned + seen.from + index })),
  ]
  const boxOf = (at: number) => ({
    left: gutter + (edges[at] ?? 0),
    width: (edges[at + 1] ?? 0) - (edges[at] ?? 0),
  })
  const kindOf = (at: number): string =>
    at >= pinned ? 'free' : at === pinned - 1 ? 'pinned last' : 'pinned'
  const activeId = active ? `${id}-${active.row}-${active.column}` : undefined
  const lines = Array.from({ length: Math.max(0, view.to - view.from) }, (_, index) => view.from + index)

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
        role={tree === undefined ? 'grid' : 'treegrid'}
        tabIndex={0}
        aria-label={label}
        aria-rowcount={lineCount + 1}
        aria-colcount={shown.length + 1}
        aria-multiselectable="true"
        aria-activedescendant={activeId}
        aria-busy={copying || results.some((result) => result.isPending)}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
        onScroll={onScroll}
        style={{ height: Math.min(height, HEAD + lineCount * ROW + 18) }}
      >
        <div role="rowgroup" className="head" style={{ width: total }}>
          <div role="row" aria-rowindex={1} style={{ height: HEAD }}>
            <div role="columnheader" aria-colindex={1} className="gutter" style={{ width: gutter }}>
              <span style={hidden}>Row</span>
            </div>
            {drawn.map(({ column, at }) => {
              const order = sort.findIndex((one) => one.by === column.id)
              const sorted = sort[order]?.direction ?? null
              const isActive = active?.row === -1 && active.column === at
              return (
                <div
                  key={column.id}
                  id={`${id}--1-${at}`}
                  role="columnheader"
                  tabIndex={-1}
                  aria-colindex={at + 2}
                  aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
                  data-cell={`-1 ${at}`}
                  data-column={column.id}
                  className={`name ${kindOf(at)}${isActive ? ' active' : ''}${isChosen(-1, at) ? ' chosen' : ''}${
                    dragged?.over === column.id && dragged.id !== column.id ? ' over' : ''
                  }`}
                  style={boxOf(at)}
                  title={column.name}
                  onPointerDown={(event) => onHeadDown(event, column)}
                  onClick={(event) => {
                    frame.current?.focus({ preventScroll: true })
                    setAnchor(null)
                    setActive({ row: -1, column: at })
                    if (column.id !== TREE) onSort?.(nextSort(sort, column.id, event.shiftKey))
                  }}
                >
                  <div className="title">
                    {column.id !== TREE && <TypeIcon type={column.type} size={13} />}
                    <span>{column.unit ? `${column.name} (${column.unit})` : column.name}</span>
                    {sorted === 'asc' && <ArrowUpwardRounded sx={{ fontSize: 14 }} aria-hidden />}
                    {sorted === 'desc' && <ArrowDownwardRounded sx={{ fontSize: 14 }} aria-hidden />}
                    {sorted && sort.length > 1 && <small aria-hidden>{order + 1}</small>}
                  </div>
                  <div className="shape" aria-hidden="true">
                    <MiniHistogram counts={column.counts ?? []} width={72} height={20} />
                    {(column.missing ?? 0) > 0 && (
                      <span className="missing">{percent(column.missing ?? 0)} empty</span>
                    )}
                  </div>
                  {onLayout && (
                    <>
                      <button
                        type="button"
                        className="more"
                        tabIndex={-1}
                        aria-label={`What to do with ${column.name}`}
                        aria-haspopup="menu"
                        onPointerDown={(event) => event.stopPropagation()}
                        onClick={(event) => {
                          event.stopPropagation()
                          open({ row: -1, column: at })
                        }}
                      >
                        <MoreVertRounded sx={{ fontSize: 16 }} aria-hidden />
                      </button>
                      <span
                        className="edge"
                        aria-hidden="true"
                        onPointerDown={(event) => onEdgeDown(event, column)}
                        onClick={(event) => event.stopPropagation()}
                        onDoubleClick={() => onLayout(withoutWidth(layout, column.id))}
                      />
                    </>
                  )}
                </div>
              )
            })}
          </div>
        </div>
        <div role="rowgroup" style={{ position: 'relative', height: view.spacer, width: total }}>
          {lines.map((line, index) => {
            const placed = lineAt(sections, starts, line)
            if (!placed) return null
            const head = placed.row < 0 ? placed.section.head : undefined
            const under = placed.section.head
            return (
              <div
                key={line}
                role="row"
                aria-rowindex={line + 2}
                {...(tree !== undefined && { 'aria-level': head ? head.level : (under?.level ?? 0) + 1 })}
                {...(head && { 'aria-expanded': head.open })}
                className={head ? 'row group' : 'row'}
                style={{ top: view.top + index * ROW, width: total }}
              >
                <div role="rowheader" aria-colindex={1} className="gutter" style={{ width: gutter }}>
                  {head ? <span style={hidden}>Group</span> : formatCount(placed.row + 1)}
                </div>
                {drawn.map(({ column, at }) => {
                  const value = head || column.id === TREE ? undefined : valueAt(placed, column.id)
                  const isTree = column.id === TREE
                  const waits = value === undefined && !head && !isTree
                  const kind = waits
                    ? 'wait'
                    : value === null
                      ? 'none'
                      : isTree
                        ? head
                          ? 'tree folds'
                          : 'tree'
                        : isNumeric(column.type)
                          ? 'number'
                          : 'plain'
                  const isActive = active?.row === line && active.column === at
                  const block = look && !head && !isTree ? blockAt(placed) : undefined
                  const special = block && look?.(column, block.answer, block.row)
                  return (
                    <div
                      key={column.id}
                      id={`${id}-${line}-${at}`}
                      role="gridcell"
                      tabIndex={-1}
                      aria-colindex={at + 2}
                      aria-selected={isActive || isChosen(line, at)}
                      data-cell={`${line} ${at}`}
                      className={`cell ${kind} ${kindOf(at)}${isChosen(line, at) ? ' chosen' : ''}${isActive ? ' active' : ''}`}
                      style={{
                        ...boxOf(at),
                        ...(special && lookStyle(special)),
                        ...(isTree && { paddingLeft: 8 + ((head?.level ?? 1) - 1) * 18 }),
                      }}
                      onClick={(event) => {
                        frame.current?.focus({ preventScroll: true })
                        setAnchor(event.shiftKey ? (anchor ?? active) : null)
                        setActive({ row: line, column: at })
                        if (isTree) toggle(line)
                      }}
                    >
                      {isTree
                        ? head && <GroupHead open={head.open} label={head.label} />
                        : head
                          ? (head.values[column.id] ?? '')
                          : shownIn(value, column, special)}
                    </div>
                  )
                })}
              </div>
            )
          })}
        </div>
      </Frame>
      <Menu
        open={menu !== null}
        onClose={() => setMenu(null)}
        anchorReference="anchorPosition"
        anchorPosition={{ left: menu?.left ?? 0, top: menu?.top ?? 0 }}
        slotProps={{ list: { 'aria-label': menu ? menuName(menu.cell, shown) : undefined } }}
      >
        {menu && menuItems(menu.cell)}
      </Menu>
    </>
  )

  function menuItems(cell: Cell): ReactNode[] {
    const column = shown[cell.column]
    if (!column) return []
    const placed = cell.row >= 0 ? lineAt(sections, starts, cell.row) : null
    const value = valueAt(placed, column.id)
    const ofCell: Action[] =
      cell.row < 0
        ? []
        : [
            { label: chosen ? 'Copy cells' : 'Copy', run: () => void copy() },
            ...(value !== undefined && cellActions ? cellActions(column, value) : []),
          ]
    const real = column.id !== TREE
    const direction = sort.find((one) => one.by === column.id)?.direction
    const ofSort: Action[] =
      onSort && real
        ? [
            ...(direction === 'asc'
              ? []
              : [
                  { label: 'Sort, smallest first', run: () => onSort([{ by: column.id, direction: 'asc' }]) },
                ]),
            ...(direction === 'desc'
              ? []
              : [
                  { label: 'Sort, largest first', run: () => onSort([{ by: column.id, direction: 'desc' }]) },
                ]),
            ...(sort.length > 0 && !direction
              ? [
                  {
                    label: 'Then sort by this',
                    run: () => onSort([...sort, { by: column.id, direction: 'asc' }]),
                  },
                ]
              : []),
            ...(direction
              ? [
                  {
                    label: 'Do not sort by this',
                    run: () => onSort(sort.filter((one) => one.by !== column.id)),
                  },
                ]
              : []),
          ]
        : []
    const isPinned = layout.pinned.includes(column.id)
    const ofLayout: Action[] = onLayout
      ? [
          ...(real
            ? [
                {
                  label: isPinned ? 'Unpin' : 'Pin to the left',
                  run: () => onLayout(pin(layout, column.id, !isPinned)),
                },
                { label: 'Move left', run: () => onLayout(moveBy(layout, columns, column.id, -1)) },
                { label: 'Move right', run: () => onLayout(moveBy(layout, columns, column.id, 1)) },
              ]
            : []),
          { label: 'Wider', run: () => onLayout(resize(layout, column.id, sizeOf(column) + 2 * STEP)) },
          { label: 'Narrower', run: () => onLayout(resize(layout, column.id, sizeOf(column) - 2 * STEP)) },
          ...(real && shown.length > 1
            ? [{ label: 'Hide', run: () => onLayout(hide(layout, column.id, true)) }]
            : []),
        ]
      : []
    const parts = [ofCell, ofSort, real ? (columnActions?.(column) ?? []) : [], ofLayout].filter(
      (part) => part.length > 0,
    )
    return parts.flatMap((part, place) => [
      // biome-ignore lint/suspicious/noArrayIndexKey: a line between parts has nothing else
      ...(place > 0 ? [<Divider key={`line-${place}`} />] : []),
      ...part.map((action) => (
        <MenuItem
          key={action.label}
          disabled={action.disabled}
          onClick={() => {
            setMenu(null)
            action.run()
          }}
        >
          {action.label}
        </MenuItem>
      )),
    ])
  }
}

function GroupHead({ open, label }: { open: boolean; label: string }) {
  return (
    <>
      {open ? (
        <ExpandMoreRounded sx={{ fontSize: 18 }} aria-hidden />
      ) : (
        <ChevronRightRounded sx={{ fontSize: 18 }} aria-hidden />
      )}
      <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{label}</span>
    </>
  )
}

const shownIn = (value: Scalar | undefined, column: GridColumn, look: CellLook | undefined): ReactNode =>
  lookAround(
    value === undefined ? '' : value === null ? '–' : formatAs(value, column.type, column.format),
    look,
  )

function withoutWidth(layout: TableLayout, id: string): TableLayout {
  const { [id]: _, ...widths } = layout.widths
  return { ...layout, widths }
}

const menuName = (cell: Cell, shown: readonly GridColumn[]): string =>
  cell.row < 0 ? `What to do with ${shown[cell.column]?.name ?? 'the column'}` : 'What to do with the cell'

const percent = (share: number): string => (share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`)
