import ChevronRightRounded from '@mui/icons-material/ChevronRightRounded'
import ExpandMoreRounded from '@mui/icons-material/ExpandMoreRounded'
import { memo, type ReactNode } from 'react'
import type { Answer, Scalar } from '@/api/types'
import { formatAs, formatCount, isNumeric } from '@/lib/format'
import { hidden } from '../hidden'
import { type DrawnColumn, type GridColumn, TREE } from './columns'
import { type CellLook, lookAround, lookStyle } from './look'
import type { SectionHead } from './sections'

export type Look = (column: GridColumn, block: Answer, row: number) => CellLook | undefined

/**
 * One line of a large table. It is drawn again only when something in it changes, so that a key press costs the line
 * that is left and the line that is reached, and not all that are in view.
 */
export const Line = memo(function Line({
  id,
  line,
  row,
  top,
  width,
  gutter,
  drawn,
  head,
  level,
  block,
  at,
  active,
  from,
  to,
  look,
}: {
  /** What the ids of its cells begin with. */
  id: string
  line: number
  /** The row's number in its section, for a line that is no head. */
  row: number
  top: number
  width: number
  gutter: number
  drawn: readonly DrawnColumn[]
  head: SectionHead | undefined
  /** In a grouped table, how deep the line stands. */
  level: number | undefined
  /** The rows that were fetched together with this one, and its place among them. */
  block: Answer | undefined
  at: number
  /** The place of the active cell, or -1. */
  active: number
  /** The chosen cells, both ends included; nothing is chosen when the first is after the last. */
  from: number
  to: number
  look: Look | undefined
}) {
  return (
    <div
      role="row"
      aria-rowindex={line + 2}
      {...(level !== undefined && { 'aria-level': level })}
      {...(head && { 'aria-expanded': head.open })}
      className={head ? 'row group' : 'row'}
      style={{ top, width }}
    >
      <div role="rowheader" aria-colindex={1} className="gutter" style={{ width: gutter }}>
        {head ? <span style={hidden}>Group</span> : formatCount(row + 1)}
      </div>
      {drawn.map(({ column, at: place, box, place: kind }) => {
        const isTree = column.id === TREE
        const value = head || isTree ? undefined : block?.data[column.id]?.[at]
        const special = look && block && !head && !isTree ? look(column, block, at) : undefined
        const looks = isTree
          ? head
            ? 'tree folds'
            : 'tree'
          : value === undefined && !head
            ? 'wait'
            : value === null
              ? 'none'
              : isNumeric(column.type)
                ? 'number'
                : 'plain'
        const isActive = place === active
        const isChosen = place >= from && place <= to
        return (
          <div
            key={column.id}
            id={`${id}-${line}-${place}`}
            role="gridcell"
            tabIndex={-1}
            aria-colindex={place + 2}
            aria-selected={isActive || isChosen}
            data-cell={`${line} ${place}`}
            className={`cell ${looks} ${kind}${isChosen ? ' chosen' : ''}${isActive ? ' active' : ''}`}
            style={
              special
                ? { ...box, ...lookStyle(special) }
                : isTree
                  ? { ...box, paddingLeft: 8 + ((head?.level ?? 1) - 1) * 18 }
                  : box
            }
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
})

const shownIn = (value: Scalar | undefined, column: GridColumn, look: CellLook | undefined): ReactNode =>
  lookAround(
    value === undefined ? '' : value === null ? '–' : formatAs(value, column.type, column.format),
    look,
  )

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
