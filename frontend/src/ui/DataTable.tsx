'use client'

import Divider from '@mui/material/Divider'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Answer, Scalar, Sort } from '@/api/types'
import { formatCount } from '@/lib/format'
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
import { useNotify } from './notify'
import { type DrawnColumn, type GridColumn, TREE, widthOf } from './table/columns'
import { copied, copiedCell, MOST_COPIED, rectangle } from './table/copying'
import { Frame, HEAD, ROW } from './table/frame'
import { Heads } from './table/Heads'
import { Line, type Look } from './table/Line'
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
import { lineAt, type Placed, type Section, startsOf } from './table/sections'
import { nextSort } from './table/sorting'

const BLOCK = 200
const STEP = 24
const STRETCH = 1000
const MARGIN = 8
const NOTHING: [number, number] = [0, -1]
const unsorted: readonly Sort[] = []
const START: Place = { bar: 0, rows: 0 }

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
  sort = unsorted,
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
  look?: Look
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
  const [copying, setCopying] = useState(false)

  const starts = useMemo(() => startsOf(sections), [sections])
  const lineCount = starts.at(-1) ?? 0
  const most = Math.max(1, ...sections.map((section) => section.rowCount))
  const gutter = Math.max(44, formatCount(most).length * 8 + 22)
  const sizeOf = useCallback(
    (column: GridColumn) => layout.widths[column.id] ?? widthOf(column),
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
  const view = windowOf(table, place, MARGIN)
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
    queries: useMemo(
      () =>
        blocks.map(({ section, block }) => ({
          queryKey: keyOf(section, block),
          queryFn: ({ signal }: { signal: AbortSignal }) => section.load(block * BLOCK, BLOCK, signal),
          staleTime: Number.POSITIVE_INFINITY,
          gcTime: 60_000,
        })),
      [blocks, keyOf],
    ),
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

  const open = useCallback(
    (cell: Cell, at?: { left: number; top: number }) => {
      const element = document.getElementById(`${id}-${cell.row}-${cell.column}`)
      const box = element?.getBoundingClientRect()
      setActive(cell)
      setMenu({ cell, left: at?.left ?? box?.left ?? 0, top: at?.top ?? box?.bottom ?? 0 })
    },
    [id],
  )

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
    const cell = cellUnder(event.target)
    const at = cell ?? active
    if (!at) return
    event.preventDefault()
    open(at, cell && event.clientX > 0 ? { left: event.clientX, top: event.clientY } : undefined)
  }

  const openHead = useCallback((at: number) => open({ row: -1, column: at }), [open])
  const pickHead = useCallback(
    (at: number, column: GridColumn, more: boolean) => {
      frame.current?.focus({ preventScroll: true })
      setAnchor(null)
      setActive({ row: -1, column: at })
      if (column.id !== TREE) onSort?.(nextSort(sort, column.id, more))
    },
    [onSort, sort],
  )
  const arrange = useMemo(
    () =>
      onLayout && {
        move: (moved: string, before: string) => onLayout(moveBefore(layout, columns, moved, before)),
        resize: (resized: string, width: number | null) =>
          onLayout(width === null ? withoutWidth(layout, resized) : resize(layout, resized, width)),
      },
    [onLayout, layout, columns],
  )
  const onBodyClick = (event: MouseEvent) => {
    const cell = cellUnder(event.target)
    if (!cell) return
    frame.current?.focus({ preventScroll: true })
    setAnchor(event.shiftKey ? (anchor ?? active) : null)
    setActive(cell)
    if (shown[cell.column]?.id === TREE) toggle(cell.row)
  }

  const chosen = anchor && active ? rectangle(anchor, active) : null
  const drawn = useMemo(
    () =>
      shown.flatMap((column, at): DrawnColumn[] =>
        at < pinned || (at >= pinned + seen.from && at < pinned + seen.to)
          ? [
              {
                column,
                at,
                box: { left: gutter + (edges[at] ?? 0), width: (edges[at + 1] ?? 0) - (edges[at] ?? 0) },
                place: at >= pinned ? 'free' : at === pinned - 1 ? 'pinned last' : 'pinned',
              },
            ]
          : [],
      ),
    [shown, pinned, seen.from, seen.to, gutter, edges],
  )
  // Which cells of a line are chosen.
  const spanOf = (row: number): [number, number] =>
    chosen && row >= chosen.top && row <= chosen.bottom ? [chosen.left, chosen.right] : NOTHING
  // A line that comes into view takes the elements of one that left it.
  const pool = Math.ceil(body / ROW) + 2 * MARGIN + 2
  // Lines keep their place inside of a stretch, and the stretch is moved: below the cap none is ever moved.
  const stretch = view.from - (view.from % STRETCH)
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
          <Heads
            id={id}
            drawn={drawn}
            gutter={gutter}
            sort={sort}
            active={active?.row === -1 ? active.column : -1}
            from={spanOf(-1)[0]}
            to={spanOf(-1)[1]}
            arrange={arrange}
            onPick={pickHead}
            onOpen={openHead}
          />
        </div>
        <div
          role="rowgroup"
          style={{ position: 'relative', height: view.spacer, width: total }}
          onClick={onBodyClick}
        >
          <div role="presentation" className="rows" style={{ top: view.top - (view.from - stretch) * ROW }}>
            {lines.map((line) => {
              const placed = lineAt(sections, starts, line)
              if (!placed) return null
              const { head } = placed.section
              const found = blockAt(placed)
              const [from, to] = spanOf(line)
              return (
                <Line
                  key={line % pool}
                  id={id}
                  line={line}
                  row={placed.row}
                  top={(line - stretch) * ROW}
                  width={total}
                  gutter={gutter}
                  drawn={drawn}
                  head={placed.row < 0 ? head : undefined}
                  level={
                    tree === undefined ? undefined : placed.row < 0 ? head?.level : (head?.level ?? 0) + 1
                  }
                  block={found?.answer}
                  at={found?.row ?? 0}
                  active={active?.row === line ? active.column : -1}
                  from={from}
                  to={to}
                  look={look}
                />
              )
            })}
          </div>
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

/** The cell of the table that an event came from. */
function cellUnder(target: EventTarget): Cell | null {
  const cell = (target as HTMLElement).closest<HTMLElement>('[data-cell]')?.dataset.cell
  const [row, column] = (cell ?? '').split(' ').map(Number)
  return cell ? { row: row ?? 0, column: column ?? 0 } : null
}

function withoutWidth(layout: TableLayout, id: string): TableLayout {
  const { [id]: _, ...widths } = layout.widths
  return { ...layout, widths }
}

const menuName = (cell: Cell, shown: readonly GridColumn[]): string =>
  cell.row < 0 ? `What to do with ${shown[cell.column]?.name ?? 'the column'}` : 'What to do with the cell'
