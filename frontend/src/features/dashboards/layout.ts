// Where tiles stand. Pure: the grid, the keyboard and the phone all use it.

import type { Tile } from '@/api/types'

export const COLUMNS = 12
export const ROW_HEIGHT = 44
export const GAP = 16

type Place = Tile['place']

const meet = (one: Place, other: Place): boolean =>
  one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h

export const inOrder = (tiles: readonly Tile[]): Tile[] =>
  [...tiles].sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x)

/**
 * Every tile as high as it can stand without touching another. `first` keeps its wish and others make room for it: one
 * that goes down changes places with what it has covered to its middle.
 */
export function settle(tiles: readonly Tile[], first?: string, down = false): Tile[] {
  const placed: Tile[] = []
  const order = inOrder(tiles)
  const leader = order.find((tile) => tile.id === first)
  const rest = order.filter((tile) => tile !== leader)
  const rise = (tile: Tile): Tile => {
    let { y } = tile.place
    const free = (at: number): boolean => !placed.some((other) => meet({ ...tile.place, y: at }, other.place))
    while (!free(y)) y += 1
    while (y > 0 && free(y - 1)) y -= 1
    return y === tile.place.y ? tile : { ...tile, place: { ...tile.place, y } }
  }
  if (leader) {
    // What stands above it stays there, so that it lands where the pointer shows it.
    const edge = down ? leader.place.y + leader.place.h : leader.place.y
    const above = rest.filter((tile) => tile.place.y + tile.place.h / 2 <= edge)
    for (const tile of above) placed.push(rise(tile))
    placed.push(rise(leader))
    for (const tile of rest) if (!above.includes(tile)) placed.push(rise(tile))
  } else for (const tile of rest) placed.push(rise(tile))
  const byId = new Map(placed.map((tile) => [tile.id, tile]))
  return tiles.map((tile) => byId.get(tile.id) ?? tile)
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** One tile at another place or in another size, kept inside the grid; the others make room. */
export function place(tiles: readonly Tile[], id: string, wanted: Partial<Place>): Tile[] {
  let down = false
  const changed = tiles.map((tile) => {
    if (tile.id !== id) return tile
    down = (wanted.y ?? tile.place.y) > tile.place.y
    const now = { ...tile.place, ...wanted }
    const w = clamp(now.w, 1, COLUMNS)
    const x = clamp(now.x, 0, COLUMNS - w)
    return { ...tile, place: { x, y: clamp(now.y, 0, 9999), w, h: clamp(now.h, 1, 40) } }
  })
  return settle(changed, id, down)
}

/** One tile before or after its neighbour in reading order; side by side they change places. */
export function moveInOrder(tiles: readonly Tile[], id: string, by: 1 | -1): Tile[] {
  const order = inOrder(tiles)
  const at = order.findIndex((tile) => tile.id === id)
  const pair = by > 0 ? order.slice(at, at + 2) : order.slice(Math.max(0, at - 1), at + 1)
  const [first, second] = pair
  if (at < 0 || !first || !second) return [...tiles]
  const { x, y } = first.place
  if (second.place.y >= y + first.place.h) return place(tiles, second.id, { x, y })
  const across = clamp(second.place.x + second.place.w - first.place.w, 0, COLUMNS - first.place.w)
  return settle(
    tiles.map((tile) => {
      if (tile.id === first.id) return { ...tile, place: { ...tile.place, x: across, y: second.place.y } }
      return tile.id === second.id ? { ...tile, place: { ...tile.place, x, y } } : tile
    }),
  )
}

/** A free place for a new tile: the first gap that is wide enough, else below everything. */
export function roomFor(tiles: readonly Tile[], w: number, h: number): Place {
  const bottom = heightOf(tiles)
  for (let y = 0; y <= bottom; y += 1) {
    for (let x = 0; x + w <= COLUMNS; x += 1) {
      const wish = { x, y, w, h }
      if (!tiles.some((tile) => meet(wish, tile.place))) return wish
    }
  }
  return { x: 0, y: bottom, w, h }
}

export const heightOf = (tiles: readonly Tile[]): number =>
  tiles.reduce((most, tile) => Math.max(most, tile.place.y + tile.place.h), 0)
