'use client'

import Box from '@mui/material/Box'
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { Tile } from '@/api/types'
import { hidden } from '@/ui/hidden'
import { COLUMNS, GAP, heightOf, inOrder, moveInOrder, place, ROW_HEIGHT } from '../layout'
import styles from './tiles.module.css'

const PHONE = 720
/** Pixels at the upper and lower edge of the window in which a dragged tile scrolls the page, and by how many. */
const EDGE = 110
const SCROLL = 14

type Way = 'move' | 'size'

interface Drag {
  id: string
  way: Way
  x: number
  y: number
  before: readonly Tile[]
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * Tiles on twelve columns; on a phone one below the other. While it is changed, a tile is dragged by its head and
 * resized by its corner, or moved with the arrow keys and resized with Shift and the arrow keys. On a phone it is
 * dragged before and after others.
 */
export function Grid({
  tiles,
  editing,
  nameOf,
  onChange,
  children,
}: {
  tiles: readonly Tile[]
  editing: boolean
  nameOf: (tile: Tile) => string
  onChange: (tiles: Tile[], kind?: string) => void
  /** A tile in a place of this height and width. */
  children: (tile: Tile, height: number, width: number) => ReactNode
}) {
  const host = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [drag, setDrag] = useState<Drag | null>(null)
  const [said, setSaid] = useState('')

  useLayoutEffect(() => {
    const element = host.current
    if (!element) return
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    watch.observe(element)
    setWidth(Math.floor(element.getBoundingClientRect().width))
    return () => watch.disconnect()
  }, [])

  const column = (width + GAP) / COLUMNS
  const row = ROW_HEIGHT + GAP
  const phone = width > 0 && width < PHONE

  const begin = (event: PointerEvent, id: string, way: Way) => {
    if (!editing || (phone && way === 'size') || event.button !== 0) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    setDrag({ id, way, x: event.clientX, y: event.clientY, before: tiles })
  }
  const followOnPhone = (drag: Drag, y: number) => {
    if (y < EDGE) window.scrollBy(0, -SCROLL)
    else if (y > window.innerHeight - EDGE) window.scrollBy(0, SCROLL)
    const order = inOrder(tiles)
    const at = order.findIndex((tile) => tile.id === drag.id)
    const middle = (tile: Tile | undefined): number => {
      const box = tile && host.current?.querySelector(`[data-tile="${tile.id}"]`)?.getBoundingClientRect()
      return box ? box.top + box.height / 2 : Number.NaN
    }
    const by = y > middle(order[at + 1]) ? 1 : y < middle(order[at - 1]) ? -1 : null
    if (by) onChange(moveInOrder(tiles, drag.id, by), `drag-${drag.id}-${drag.x}-${drag.y}`)
  }
  const follow = (event: PointerEvent) => {
    if (!drag) return
    if (phone) return followOnPhone(drag, event.clientY)
    const from = drag.before.find((tile) => tile.id === drag.id)?.place
    if (!from) return
    const dx = Math.round((event.clientX - drag.x) / column)
    const dy = Math.round((event.clientY - drag.y) / row)
    const wanted =
      drag.way === 'move' ? { x: from.x + dx, y: from.y + dy } : { w: from.w + dx, h: from.h + dy }
    onChange(place(drag.before, drag.id, wanted), `drag-${drag.id}-${drag.x}-${drag.y}`)
  }
  const end = () => setDrag(null)

  const onKeyDown = (event: KeyboardEvent, tile: Tile) => {
    const step = steps[event.key]
    if (!editing || !step || event.target !== event.currentTarget) return
    event.preventDefault()
    const { x, y, w, h } = tile.place
    const wanted: Partial<Tile['place']> = event.shiftKey
      ? { w: w + step[0], h: h + step[1] }
      : { x: x + step[0], y: y + step[1] }
    // Past what stands next to it: one row alone would be undone by the tiles settling.
    const next = tiles.filter(
      (other) =>
        (step[1] < 0 ? other.place.y + other.place.h === y : other.place.y === y + h) &&
        other.place.x < x + w &&
        x < other.place.x + other.place.w,
    )
    if (!event.shiftKey && step[1] !== 0 && next.length > 0) {
      wanted.y =
        step[1] < 0
          ? Math.min(...next.map((other) => other.place.y))
          : y + Math.max(...next.map((other) => other.place.h))
    }
    const moved = place(tiles, tile.id, wanted)
    onChange(moved, `keys-${tile.id}`)
    const now = moved.find((other) => other.id === tile.id)?.place
    if (now) setSaid(`Column ${now.x + 1}, row ${now.y + 1}, ${now.w} wide, ${now.h} high.`)
  }

  // What is held must not leave the document: while it is dragged, the order is one of style.
  const order = inOrder(tiles)
  const held = drag && phone ? inOrder(drag.before) : null
  const drawn = held ? held.flatMap(({ id }) => tiles.find((tile) => tile.id === id) ?? []) : order
  return (
    <>
      <Box
        ref={host}
        sx={{
          position: 'relative',
          display: phone ? 'grid' : 'block',
          gap: `${GAP}px`,
          height: phone || width === 0 ? 'auto' : heightOf(tiles) * row - GAP,
        }}
      >
        {width > 0 &&
          drawn.map((tile) => {
            const { x, y, w, h } = tile.place
            const height = h * row - GAP
            return (
              // biome-ignore lint/a11y/useSemanticElements: no field of a form
              <div
                key={tile.id}
                role="group"
                aria-label={nameOf(tile)}
                data-tile={tile.id}
                tabIndex={editing ? 0 : undefined}
                aria-describedby={editing ? 'grid-keys' : undefined}
                onKeyDown={editing ? (event) => onKeyDown(event, tile) : undefined}
                className={[
                  styles.tile,
                  phone ? styles.stacked : editing ? !drag && styles.gliding : styles.resting,
                  drag?.id === tile.id && styles.held,
                ]
                  .filter(Boolean)
                  .join(' ')}
                style={
                  phone
                    ? {
                        minHeight: tile.kind === 'text' ? 0 : height,
                        order: held ? order.indexOf(tile) : undefined,
                      }
                    : { left: x * column, top: y * row, width: w * column - GAP, height }
                }
              >
                {children(
                  tile,
                  phone ? Math.max(height, 200) : height,
                  phone ? width : Math.floor(w * column - GAP),
                )}
                {editing && (
                  <>
                    <div
                      aria-hidden
                      data-grip={tile.id}
                      onPointerDown={(event) => begin(event, tile.id, 'move')}
                      onPointerMove={follow}
                      onPointerUp={end}
                      onPointerCancel={end}
                      className={styles.grip}
                    />
                    {!phone && (
                      <div
                        aria-hidden
                        data-corner={tile.id}
                        onPointerDown={(event) => begin(event, tile.id, 'size')}
                        onPointerMove={follow}
                        onPointerUp={end}
                        onPointerCancel={end}
                        className={styles.corner}
                      />
                    )}
                  </>
                )}
              </div>
            )
          })}
      </Box>
      <Box id="grid-keys" sx={hidden}>
        Arrow keys move the tile, Shift and arrow keys change its size.
      </Box>
      <Box role="status" aria-live="polite" sx={hidden}>
        {said}
      </Box>
    </>
  )
}
