import { expect, it } from 'vitest'
import {
  breakWords,
  changesOf,
  columnsOf,
  type Diff,
  diffLines,
  rowsWords,
  storyOf,
} from '@/features/datasets/versions'

const none: Diff = {
  added: [],
  removed: [],
  renamed: [],
  retyped: [],
  relabelled: [],
  reordered: false,
  is_empty: true,
}

it('says how a version came to be', () => {
  const story = (mode: Parameters<typeof storyOf>[0]['mode'], parent: string | null, lineage = {}) =>
    storyOf({ mode, parent_id: parent, lineage, file: null })
  expect(story('replace', null)).toBe('First load')
  expect(story('replace', 'v1')).toBe('Replaced')
  expect(story('append', 'v1')).toBe('Rows added')
  expect(story('upsert', 'v1')).toBe('Rows updated by key')
  expect(story('replay', 'v1')).toBe('Rows put right')
  expect(story('restore', 'v1', { number: 3 })).toBe('Went back to version 3')
  const file = (id: string) => ({ file: { id, filename: 'a.csv', size: 1, content_hash: '' } })
  const again = { mode: 'replace', parent_id: 'v1', lineage: null, ...file('f1') } as const
  expect(storyOf(again, file('f1'))).toBe('The same file read differently')
  expect(storyOf(again, file('f0'))).toBe('Replaced')
})

it('counts only what changed', () => {
  expect(changesOf(null)).toEqual([])
  expect(changesOf({ added: 2, changed: 0, removed: 1, unchanged: 9, duplicates: 0 })).toEqual([
    { sign: '+', count: 2, word: 'added' },
    { sign: '−', count: 1, word: 'removed' },
  ])
})

it('names what can break something first, and a renamed column once', () => {
  const lines = diffLines({
    ...none,
    added: [
      { id: 'c9', name: 'Note', type: 'text' },
      { id: 'c8', name: 'Sum', type: 'decimal' },
    ],
    removed: [{ id: 'c2', name: 'Amount', type: 'decimal' }],
    renamed: [{ id: 'c2', name: 'Amount', new_id: 'c8', new_name: 'Sum', score: 0.9, why: ['same values'] }],
    retyped: [{ id: 'c3', name: 'Zip', before: 'integer', after: 'text', harmless: false }],
    reordered: true,
    is_empty: false,
  })
  expect(lines.map((line) => line.text)).toEqual([
    '“Amount” is missing; “Sum” looks like it (same values)',
    '“Zip” was whole number and is text',
    '“Note” is new (text)',
    'The columns stand in another order',
  ])
  expect(lines.map((line) => line.grave)).toEqual([true, true, false, false])
})

it('shows keys first, then the columns that changed, also those only one version has', () => {
  const columns = columnsOf(
    {
      diff: { ...none, removed: [{ id: 'c7', name: 'Gone', type: 'text' }] },
      keys: ['c2'],
      columns_changed: { c3: 4 },
    },
    [
      { id: 'c1', name: 'A', type: 'text' },
      { id: 'c2', name: 'Id', type: 'integer' },
      { id: 'c3', name: 'B', type: 'text' },
    ],
  )
  expect(columns.map((column) => column.name)).toEqual(['Id', 'B', 'A', 'Gone'])
})

it('speaks of changed rows only when rows have a key', () => {
  const rows = { added: 1, changed: 2, removed: 0, unchanged: 5 }
  expect(rowsWords({ rows, by: 'key' })).toBe('1 row added, 2 rows changed, 0 rows removed, 5 rows the same.')
  expect(rowsWords({ rows, by: 'rows' })).not.toContain('changed')
})

it('says why something would break', () => {
  const columns = [
    { id: 'c1', name: 'Amount', why: 'removed' as const },
    { id: 'c2', name: 'Zip', why: 'retyped' as const },
  ]
  expect(breakWords({ kind: 'question', id: 'q', name: 'Q', columns })).toBe(
    '“Amount” is missing, “Zip” has another type',
  )
})
