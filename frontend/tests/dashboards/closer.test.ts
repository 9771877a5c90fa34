import { describe, expect, it } from 'vitest'
import type { Column, DashboardContent, Question } from '@/api/types'
import { byAnother, conditionsOn, hasRows, rowsBehind } from '@/features/dashboards/closer'
import { lookingOf, requestOf, sourceOf } from '@/features/dashboards/model'

const content = {
  v: 1,
  tabs: [{ title: 'One', tiles: [{ kind: 'text', id: 't1', place: { x: 0, y: 0, w: 1, h: 1 }, text: '' }] }],
  filters: [
    {
      id: 'p1',
      label: 'Region',
      kind: 'list',
      targets: [
        { dataset_id: 'a', column: 'c1' },
        { dataset_id: 'b', column: 'c7' },
      ],
      default: { op: 'in', values: ['North'], period: null },
      within: null,
    },
  ],
} as unknown as DashboardContent

const question = {
  dataset_id: 'a',
  filter: { kind: 'group', op: 'and', items: [] },
  dimensions: [{ column: 'c1' }],
  measures: [{ fn: 'sum', column: 'c4' }],
  limit: 10,
} as unknown as Question

const south = {
  dataset: 'a',
  condition: { kind: 'condition', column: 'c2', op: 'eq', values: ['x'] },
  words: 'x',
} as never

describe('what is behind a tile', () => {
  it('is cut by the filters of its dataset and by clicks', () => {
    const looking = { values: {}, picks: [south] }
    expect(conditionsOn('a', content, looking).map((one) => one.column)).toEqual(['c1', 'c2'])
    expect(conditionsOn('b', content, looking).map((one) => one.column)).toEqual(['c7'])
    expect(conditionsOn('a', content, { values: { p1: null }, picks: [] })).toEqual([])
  })

  it('is its rows, without groups, with the question’s own filter kept', () => {
    const conditions = conditionsOn('a', content, { values: {}, picks: [] })
    const rows = rowsBehind(question, conditions)
    expect(rows.measures).toBeUndefined()
    expect(rows.filter?.items).toHaveLength(2)
    expect(hasRows(question)).toBe(true)
    expect(hasRows({ ...question, base_id: 'x' } as Question)).toBe(false)
  })

  it('is its measure by another column, a date by days in their order', () => {
    const by = byAnother(question, [], { id: 'c3', type: 'date' } as Column)
    expect(by.dimensions).toEqual([{ column: 'c3', grain: 'day' }])
    expect(by.sort).toEqual([{ by: 'd0', direction: 'asc' }])
    expect(byAnother(question, [], { id: 'c2', type: 'text' } as Column).sort).toEqual([
      { by: 'm0', direction: 'desc' },
    ])
  })
})

describe('orders in the address', () => {
  it('are kept for tiles that there are, and sent for tiles that are asked', () => {
    const sorts = { t1: [{ by: 'm0', direction: 'asc' }], t9: [{ by: 'm0', direction: 'asc' }], t2: 'x' }
    const looking = lookingOf({ sorts }, content)
    expect(looking.sorts).toEqual({ t1: sorts.t1 })
    expect(requestOf(looking, ['t1']).sorts).toEqual({ t1: sorts.t1 })
    expect(requestOf(looking, []).sorts).toEqual({})
    expect(sourceOf('d', looking).sorts).toEqual({ t1: sorts.t1 })
  })
})
