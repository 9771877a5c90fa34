// Rows that were set aside, and what a person does with them.

import type { components } from '@/api/schema'
import { formatCount } from '@/lib/format'

export type QuarantineRow = components['schemas']['QuarantineRow']
export type EditedRow = components['schemas']['EditedRow']

export interface Edits {
  /** By the row's index: its values, one a column of the file, or its text where it could not be split. */
  rows: ReadonlyMap<number, { values?: (string | null)[]; raw?: string }>
  /** Rows that are left out on purpose. */
  out: ReadonlySet<number>
}

export const untouched: Edits = { rows: new Map(), out: new Set() }

export const isTouched = (edits: Edits): boolean => edits.rows.size + edits.out.size > 0

export function edit(
  edits: Edits,
  index: number,
  change: { values?: (string | null)[]; raw?: string },
): Edits {
  const out = new Set(edits.out)
  out.delete(index)
  return { rows: new Map(edits.rows).set(index, change), out }
}

export function leaveOut(edits: Edits, index: number): Edits {
  const rows = new Map(edits.rows)
  rows.delete(index)
  return { rows, out: new Set(edits.out).add(index) }
}

export function undo(edits: Edits, index: number): Edits {
  const rows = new Map(edits.rows)
  const out = new Set(edits.out)
  rows.delete(index)
  out.delete(index)
  return { rows, out }
}

export const stateOf = (edits: Edits, index: number): 'edited' | 'left out' | null =>
  edits.rows.has(index) ? 'edited' : edits.out.has(index) ? 'left out' : null

/** What is sent: empty values are no values. */
export function bodyOf(edits: Edits): { rows: EditedRow[]; discard: number[] } {
  return {
    rows: [...edits.rows].map(([index, change]) => ({ index, ...change })),
    discard: [...edits.out],
  }
}

/** What the button does, in words. */
export function deedOf(edits: Edits): string {
  const rows = (count: number) => `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`
  const parts: string[] = []
  if (edits.rows.size > 0) parts.push(`load ${rows(edits.rows.size)}`)
  if (edits.out.size > 0) parts.push(`leave out ${rows(edits.out.size)}`)
  const words = parts.join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export interface Refused {
  index: number
  column?: string | null
  reason: string
}

/** What a replay said: how many rows came in, and which were refused. */
export function outcomeOf(result: unknown): { replayed: number; discarded: number; refused: Refused[] } {
  const told = (result ?? {}) as { replayed?: number[]; discarded?: number[]; refused?: Refused[] }
  return {
    replayed: told.replayed?.length ?? 0,
    discarded: told.discarded?.length ?? 0,
    refused: told.refused ?? [],
  }
}
