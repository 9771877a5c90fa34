// A table in sections: each a head that can be folded, and rows below it. A table without groups is one section.

import type { Answer } from '@/api/types'

export interface SectionHead {
  /** 1 for the outermost groups. */
  level: number
  /** The group's value in words. */
  label: string
  open: boolean
  onToggle: () => void
  /** What is said under each column, such as its sum. */
  values: Readonly<Record<string, string>>
}

export interface Section {
  key: string
  head?: SectionHead
  /** Rows below the head, those that are shown now. */
  rowCount: number
  /** What a block's rows depend on: version, filter, sort. */
  blockKey: readonly unknown[]
  load: (offset: number, limit: number, signal: AbortSignal) => Promise<Answer>
}

export interface Placed {
  section: Section
  /** The row inside its section; -1 is the section's head. */
  row: number
}

/** The line at which each section begins, and after the last one the count of all lines. */
export function startsOf(sections: readonly Section[]): number[] {
  const starts = [0]
  for (const { head, rowCount } of sections) starts.push((starts.at(-1) ?? 0) + (head ? 1 : 0) + rowCount)
  return starts
}

/** What stands in a line. */
export function lineAt(sections: readonly Section[], starts: readonly number[], line: number): Placed | null {
  let low = 0
  let high = sections.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= line) low = middle
    else high = middle - 1
  }
  const section = sections[low]
  if (!section || line < 0 || line >= (starts[low + 1] ?? 0)) return null
  return { section, row: line - (starts[low] ?? 0) - (section.head ? 1 : 0) }
}
