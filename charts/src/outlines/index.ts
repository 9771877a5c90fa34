// Outlines of countries and states: loaded by a page only when it draws a map; in V8 they are part of the bundle.

import type { Scalar } from '../spec'

export interface Region {
  /** A code of ISO 3166: `FRA`, `US-TX`. */
  id: string
  /** Names in several languages and codes, in small letters. */
  names: readonly string[]
  /** The middle of its largest part. */
  at: readonly number[]
  /** Closed lines: where each begins, then the way from point to point. */
  rings: readonly (readonly number[])[]
}

export type OutlineName = 'world' | 'us'

export interface Outline {
  regions: readonly Region[]
}

interface Known extends Outline {
  find: ReadonlyMap<string, number>
}

const known = new Map<OutlineName, Known>()

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/^the /, '')
    .replace(/&/g, 'and')
    .replace(/\bst\.? /g, 'saint ')
    .replace(/[.,'’()-]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

export function provideOutline(name: OutlineName, outline: Outline): void {
  const find = new Map<string, number>()
  for (const [index, region] of outline.regions.entries()) {
    for (const each of region.names) if (!find.has(plain(each))) find.set(plain(each), index)
  }
  known.set(name, { ...outline, find })
}

/** How many outlines are there: a map is another one once they have come. */
export const outlinesThere = (): number => known.size

export const outlineOf = (name: OutlineName): Known | null => known.get(name) ?? null

/** The number of the region that a value names, by name or code; null when it is none. */
export function regionOf(outline: Known, value: Scalar): number | null {
  if (value === null || typeof value === 'boolean') return null
  return outline.find.get(plain(String(value))) ?? null
}

/** The share of the values that some outlines know, as far as outlines are there. */
export function shareOnMap(values: readonly Scalar[]): number {
  const present = values.filter((value) => value !== null)
  const share = (outline: Known): number =>
    present.filter((value) => regionOf(outline, value) !== null).length / Math.max(1, present.length)
  return present.length < 2 ? 0 : Math.max(0, ...[...known.values()].map(share))
}

/** Load what a map needs. Nothing happens when it is there already. */
export async function loadOutlines(): Promise<void> {
  if (known.size === 2) return
  const [world, us] = await Promise.all([import('./world.json'), import('./us.json')])
  provideOutline('world', world.default)
  provideOutline('us', us.default)
}
