import ArrowDownwardRounded from '@mui/icons-material/ArrowDownwardRounded'
import ArrowUpwardRounded from '@mui/icons-material/ArrowUpwardRounded'
import MoreVertRounded from '@mui/icons-material/MoreVertRounded'
import { memo, type PointerEvent, useState } from 'react'
import type { Sort } from '@/api/types'
import { hidden } from '../hidden'
import { MiniHistogram } from '../MiniHistogram'
import { TypeIcon } from '../TypeIcon'
import { type DrawnColumn, type GridColumn, TREE } from './columns'
import { HEAD } from './frame'

/** The heads of a large table's columns: names, shapes, what they are sorted by, and handles to arrange them. */
export const Heads = memo(function Heads({
  id,
  drawn,
  gutter,
  sort,
  active,
  from,
  to,
  arrange,
  onPick,
  onOpen,
}: {
  id: string
  drawn: readonly DrawnColumn[]
  gutter: number
  sort: readonly Sort[]
  /** The place of the active head, or -1. */
  active: number
  from: number
  to: number
  arrange:
    | {
        /** A column is put before another. */
        move: (id: string, before: string) => void
        /** A column gets a width, or its own again. */
        resize: (id: string, width: number | null) => void
      }
    | undefined
  onPick: (at: number, column: GridColumn, more: boolean) => void
  onOpen: (at: number) => void
}) {
  const [dragged, setDragged] = useState<{ id: string; over: string | null } | null>(null)

  // A column is moved by dragging its head; the menu moves it by keyboard.
  const onHeadDown = (event: PointerEvent<HTMLElement>, column: GridColumn) => {
    if (event.button !== 0 || !arrange || column.id === TREE || event.pointerType === 'touch') return
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
    const onUp = () => {
      stop()
      if (moved === undefined) return
      head.addEventListener('click', swallow, { once: true, capture: true })
      setTimeout(() => head.removeEventListener('click', swallow, { capture: true }), 0)
      if (moved && moved !== column.id && moved !== TREE) arrange.move(column.id, moved)
    }
    const stop = () => {
      head.removeEventListener('pointermove', onMove)
      head.removeEventListener('pointerup', onUp)
      head.removeEventListener('pointercancel', stop)
      setDragged(null)
    }
    head.setPointerCapture(event.pointerId)
    head.addEventListener('pointermove', onMove)
    head.addEventListener('pointerup', onUp)
    head.addEventListener('pointercancel', stop)
  }

  const onEdgeDown = (event: PointerEvent<HTMLElement>, column: GridColumn, width: number) => {
    event.stopPropagation()
    event.preventDefault()
    const edge = event.currentTarget
    const begin = event.clientX
    const onMove = (next: globalThis.PointerEvent) => arrange?.resize(column.id, width + next.clientX - begin)
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

  return (
    <div role="row" aria-rowindex={1} style={{ height: HEAD }}>
      <div role="columnheader" aria-colindex={1} className="gutter" style={{ width: gutter }}>
        <span style={hidden}>Row</span>
      </div>
      {drawn.map(({ column, at, box, place }) => {
        const order = sort.findIndex((one) => one.by === column.id)
        const sorted = sort[order]?.direction ?? null
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
            className={`name ${place}${at === active ? ' active' : ''}${at >= from && at <= to ? ' chosen' : ''}${
              dragged?.over === column.id && dragged.id !== column.id ? ' over' : ''
            }`}
            style={box}
            title={column.name}
            onPointerDown={(event) => onHeadDown(event, column)}
            onClick={(event) => onPick(at, column, event.shiftKey)}
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
            {arrange && (
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
                    onOpen(at)
                  }}
                >
                  <MoreVertRounded sx={{ fontSize: 16 }} aria-hidden />
                </button>
                <span
                  className="edge"
                  aria-hidden="true"
                  onPointerDown={(event) => onEdgeDown(event, column, box.width)}
                  onClick={(event) => event.stopPropagation()}
                  onDoubleClick={() => arrange.resize(column.id, null)}
                />
              </>
            )}
          </div>
        )
      })}
    </div>
  )
})

const percent = (share: number): string => (share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`)
