// A report while it is edited: sections with names of their own, so that moving one keeps it the same one.

import type { ReportDetail, Section } from '@/api/types'

export interface Block {
  key: string
  section: Section
}

export interface Paper {
  title: string
  blocks: readonly Block[]
}

let count = 0
const newKey = (): string => {
  count += 1
  return `block-${count}`
}

export const paperOf = (report: Pick<ReportDetail, 'title' | 'sections'>): Paper => ({
  title: report.title,
  blocks: report.sections.map((section) => ({ key: newKey(), section })),
})

export const sectionsOf = (paper: Paper): Section[] => paper.blocks.map((block) => block.section)

/** The same words and sections, whatever the names of the blocks. */
export const isSame = (a: Paper, b: Paper): boolean =>
  a.title === b.title && JSON.stringify(sectionsOf(a)) === JSON.stringify(sectionsOf(b))

export const addSection = (paper: Paper, section: Section, at = paper.blocks.length): Paper => ({
  ...paper,
  blocks: [...paper.blocks.slice(0, at), { key: newKey(), section }, ...paper.blocks.slice(at)],
})

export const changeSection = (paper: Paper, key: string, section: Section): Paper => ({
  ...paper,
  blocks: paper.blocks.map((block) => (block.key === key ? { ...block, section } : block)),
})

export const removeSection = (paper: Paper, key: string): Paper => ({
  ...paper,
  blocks: paper.blocks.filter((block) => block.key !== key),
})

/** One place up or down; at either end nothing moves. */
export function moveSection(paper: Paper, key: string, step: -1 | 1): Paper {
  const from = paper.blocks.findIndex((block) => block.key === key)
  const to = from + step
  const moved = paper.blocks[from]
  const other = paper.blocks[to]
  if (!moved || !other) return paper
  const blocks = [...paper.blocks]
  blocks[from] = other
  blocks[to] = moved
  return { ...paper, blocks }
}
