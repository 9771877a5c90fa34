import { expect, it } from 'vitest'
import type { Section } from '@/api/types'
import {
  addSection,
  changeSection,
  isSame,
  moveSection,
  paperOf,
  removeSection,
  sectionsOf,
} from '@/features/reports/model'
import { paragraphsOf } from '@/lib/paragraphs'

const text = (words: string): Section => ({ kind: 'text', text: words })
const paper = paperOf({ title: 'Report', sections: [text('a'), text('b'), text('c')] })
const words = (of: typeof paper) =>
  sectionsOf(of).map((section) => (section.kind === 'text' ? section.text : ''))
const key = (index: number) => paper.blocks[index]?.key ?? ''

it('sections move by one place and stop at the ends', () => {
  expect(words(moveSection(paper, key(2), -1))).toEqual(['a', 'c', 'b'])
  expect(moveSection(paper, key(0), -1)).toBe(paper)
  expect(moveSection(paper, key(2), 1)).toBe(paper)
  expect(moveSection(paper, 'nobody', 1)).toBe(paper)
})

it('a moved section keeps its name, so that its field keeps the focus', () => {
  expect(moveSection(paper, key(0), 1).blocks[1]?.key).toBe(key(0))
})

it('sections are added, changed and removed one at a time', () => {
  expect(words(addSection(paper, text('d'), 1))).toEqual(['a', 'd', 'b', 'c'])
  expect(words(addSection(paper, text('d')))).toEqual(['a', 'b', 'c', 'd'])
  expect(words(changeSection(paper, key(1), text('B')))).toEqual(['a', 'B', 'c'])
  expect(words(removeSection(paper, key(1)))).toEqual(['a', 'c'])
})

it('two papers are the same when they would print the same', () => {
  expect(isSame(paper, paperOf({ title: 'Report', sections: sectionsOf(paper) }))).toBe(true)
  expect(isSame(paper, { ...paper, title: 'Other' })).toBe(false)
})

it('text is parted into headings, bullets and paragraphs as it is printed', () => {
  expect(
    paragraphsOf('# One\nfirst\nline\n\n\nsecond\n#not a heading\n## Two\n- a\n- b\n\n- c\nend\n-'),
  ).toEqual([
    { kind: 'heading', level: 1, text: 'One' },
    { kind: 'text', text: 'first\nline' },
    { kind: 'text', text: 'second\n#not a heading' },
    { kind: 'heading', level: 2, text: 'Two' },
    { kind: 'bullets', items: ['a', 'b'] },
    { kind: 'bullets', items: ['c'] },
    { kind: 'text', text: 'end\n-' },
  ])
  expect(paragraphsOf(' \n ')).toEqual([])
})
