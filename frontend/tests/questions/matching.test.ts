import { describe, expect, it } from 'vitest'
import type { Column } from '@/api/types'
import { matchQuestions, matchWords, suggestJoin } from '@/features/questions/matching'
import { addJoin, emptyDraft } from '@/features/questions/model'
import { columns, source } from '../support/data'

const other = (names: readonly [string, Column['type']][], primaryKey: string[] = []) => ({
  id: 'other',
  name: 'Regions',
  columns: names.map(([name, type], index): Column => ({ id: `c${index + 1}`, name, type })),
  primaryKey,
})

describe('by which columns to join', () => {
  it.each([
    [
      'one name, however it is written',
      other([
        ['id', 'integer'],
        ['REGION', 'text'],
      ]),
      [['c3', 'c2']],
    ],
    ['the key of the other table', other([['Order_ID', 'integer']], ['c1']), [['c1', 'c1']]],
    [
      'its name before its id',
      other(
        [
          ['manager', 'text'],
          ['id', 'text'],
        ],
        ['c2'],
      ),
      [['c3', 'c2']],
    ],
  ])('%s', (_, right, on) => {
    expect(suggestJoin(columns, right)?.on).toEqual(on)
  })

  it('nothing where names agree and types do not, or only ids have a name', () => {
    expect(
      suggestJoin(
        columns,
        other([
          ['Amount', 'text'],
          ['Paid', 'date'],
        ]),
      ),
    ).toBeNull()
    const ids = [{ id: 'c1', name: 'id', type: 'integer' as const }]
    expect(suggestJoin(ids, other([['id', 'integer']]))).toBeNull()
  })

  it('what the file links, before what names say', () => {
    const right = other([
      ['Region', 'text'],
      ['code', 'text'],
    ])
    const link = { dataset_id: 'other', columns: ['c3'], names: ['code'] }
    expect(suggestJoin(columns, right, [link])).toEqual({
      on: [['c3', 'c2']],
      why: 'The file links these columns.',
    })
    expect(suggestJoin(columns, right, [{ ...link, dataset_id: 'third' }])?.on).toEqual([['c3', 'c1']])
  })
})

describe('what a join does to the rows', () => {
  it('is asked of the rows before the filter, both ways around', () => {
    const draft = addJoin(emptyDraft, { dataset_id: 'other', kind: 'inner', on: [['c3', 'c1']] })
    const asked = matchQuestions(draft, 0, source.id)
    expect(asked?.before).toMatchObject({ joins: [], measures: [{ fn: 'count_rows' }] })
    expect(asked?.matched.joins?.[0]?.kind).toBe('semi')
    expect(asked?.after.joins?.[0]?.kind).toBe('left')
    expect(asked?.unmatchedThere).toMatchObject({
      dataset_id: 'other',
      joins: [{ dataset_id: source.id, kind: 'anti', on: [['c1', 'c3']] }],
    })
    const second = addJoin(draft, { dataset_id: 'third', kind: 'left', on: [['j1c2', 'c1']] })
    expect(matchQuestions(second, 1, source.id)).toMatchObject({
      before: { joins: [{ dataset_id: 'other', kind: 'inner' }] },
      unmatchedThere: null,
    })
  })

  const match = { before: 100, matched: 90, after: 100, unmatchedThere: 0, there: 'Regions' }

  it('is said in sentences', () => {
    expect(matchWords(match)).toEqual({
      facts: ['90 of 100 rows find a match, 10 do not.', 'Every row of Regions is used.'],
      multiplies: null,
    })
    expect(matchWords({ ...match, matched: 100, unmatchedThere: 1 }).facts).toEqual([
      'All 100 rows find a match.',
      '1 row of Regions matches nothing.',
    ])
  })

  it('warns when rows multiply, even where unmatched ones hide it in the count', () => {
    expect(matchWords({ ...match, after: 190 }).multiplies).toContain('100 rows become 190 (1.9 times)')
    expect(matchWords({ ...match, matched: 10, after: 101 }).multiplies).toContain('become 101')
    expect(matchWords({ ...match, before: 0, matched: 0, after: 0 }).multiplies).toBeNull()
  })
})
