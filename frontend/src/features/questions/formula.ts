// The text of a formula as it is written: its pieces in colour, its names in the place of ids.

import type { Formula } from '@/api/types'

export type PieceKind =
  | 'text'
  | 'reference'
  | 'parameter'
  | 'moment'
  | 'number'
  | 'function'
  | 'word'
  | 'other'

export interface TextPiece {
  kind: PieceKind
  text: string
}

const PIECES =
  /("(?:[^"]|"")*(?:"|$))|((?:'(?:[^']|'')*')?\[(?:[^\]]|\]\])*(?:\]|$))|(\{[^}]*(?:\}|$))|(#\d[^#\n]{0,40}(?:#|$))|(\d[\w.]*)|([\p{L}_][\p{L}\p{N}_.]*(?=\s*\())|([\p{L}_][\p{L}\p{N}_.]*)|([^"'[{#\d\p{L}_]+|.)/gsu
const KINDS: readonly PieceKind[] = [
  'text',
  'reference',
  'parameter',
  'moment',
  'number',
  'function',
  'word',
  'other',
]

/** The text in pieces; together they are the text, whatever it is. */
export function piecesOf(text: string): TextPiece[] {
  return [...text.matchAll(PIECES)].map((found) => ({
    kind: KINDS[found.slice(1).findIndex((group) => group !== undefined)] ?? 'other',
    text: found[0],
  }))
}

export interface Named {
  id: string
  name: string
}

/** A stored formula with the names of today in the place of ids. A name that means two things stays an id. */
export function shownText(stored: string, named: readonly Named[]): string {
  const counts = new Map<string, number>()
  for (const { name } of named) counts.set(name, (counts.get(name) ?? 0) + 1)
  const byId = new Map(named.map((one) => [one.id, one.name]))
  return piecesOf(stored)
    .map((piece) => {
      const id = piece.kind === 'reference' ? /^\[#([^\]]+)\]$/.exec(piece.text)?.[1] : undefined
      const name = id === undefined ? undefined : byId.get(id)
      return name !== undefined && counts.get(name) === 1 ? `[${name.replaceAll(']', ']]')}]` : piece.text
    })
    .join('')
}

/** The formulas without one, and without those that use it: what that one may be made of. */
export function formulasFor(formulas: readonly Formula[], id: string): Formula[] {
  let gone = new Set([id])
  for (;;) {
    const next = new Set(
      formulas
        .filter((one) => gone.has(one.id) || [...gone].some((other) => one.text.includes(`[#${other}]`)))
        .map((one) => one.id)
        .concat(id),
    )
    if (next.size === gone.size) return formulas.filter((one) => !gone.has(one.id))
    gone = next
  }
}

// The API counts characters, a text field counts units of UTF-16.

export const unitsAt = (text: string, character: number): number =>
  [...text].slice(0, character).join('').length

export const charactersAt = (text: string, unit: number): number => [...text.slice(0, unit)].length

/** A text with a stretch of it put in the place of another, and where the cursor stands afterwards. */
export function replaced(
  text: string,
  start: number,
  end: number,
  insert: string,
): { text: string; cursor: number } {
  // A function's parentheses: the cursor goes between them.
  const cursor = start + (insert.endsWith('()') ? insert.length - 1 : insert.length)
  return { text: text.slice(0, start) + insert + text.slice(end), cursor }
}

export interface Mistake {
  message: string
  /** Units of UTF-16; the end is not included. */
  start: number
  end: number
  proposal: string | null
}

interface Problem {
  message: string
  where?: Record<string, unknown>
}

/** What is wrong with a formula, from what the API says of it; null for what is about something else. */
export function mistakeIn(text: string, { message, where = {} }: Problem): Mistake | null {
  const { start, end, proposal } = where
  if (typeof start !== 'number' || typeof end !== 'number') return null
  return {
    message,
    start: unitsAt(text, start),
    end: Math.max(unitsAt(text, end), unitsAt(text, start) + 1),
    proposal: typeof proposal === 'string' ? proposal : null,
  }
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '"': '"', "'": "'" }

/** The text with the proposal in the place of what is wrong; a mark that was never closed is closed at the end. */
export function mended(text: string, { start, end, proposal }: Mistake): string {
  if (proposal === null) return text
  return closing[text.slice(start, end)] === proposal
    ? text + proposal
    : text.slice(0, start) + proposal + text.slice(end)
}
