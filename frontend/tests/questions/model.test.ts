import { describe, expect, it } from 'vitest'
import type { Column, Condition } from '@/api/types'
import {
  addDimension,
  addFilter,
  addMeasure,
  changeFilter,
  compact,
  type Draft,
  draftOf,
  emptyDraft,
  expand,
  isComplete,
  questionOf,
  readValue,
  removeDimension,
  removeMeasure,
  sentence,
  setLimit,
  setSort,
  titleOf,
} from '@/features/questions/model'
import { decodeState, encodeState } from '@/lib/address'
import { columns, source } from '../support/data'

const region = columns[2] as Column

const condition = (change: Partial<Condition>): Condition => ({
  kind: 'condition',
  column: 'c3',
  op: 'eq',
  values: [],
  ...change,
})

describe('a question in the making', () => {
  it('counts rows when somebody groups without saying what to measure', () => {
    const draft = addDimension(emptyDraft, { column: 'c3' })
    expect(draft.measures).toEqual([{ fn: 'count_rows' }])
  })

  it('keeps a sort pointing at the same result when an earlier grouping is removed', () => {
    let draft: Draft = emptyDraft
    draft = addDimension(draft, { column: 'c2', grain: 'month' })
    draft = addDimension(draft, { column: 'c3' })
    draft = setSort(draft, { by: 'd1', direction: 'desc' })
    expect(removeDimension(draft, 0).sort).toEqual([{ by: 'd0', direction: 'desc' }])
    expect(removeDimension(draft, 1).sort).toEqual([])
  })

  it('drops a sort by a measure that is gone, and moves up one behind it', () => {
    let draft = addMeasure(addMeasure(emptyDraft, { fn: 'count_rows' }), { fn: 'sum', column: 'c4' })
    draft = setSort(draft, { by: 'm1', direction: 'desc' })
    expect(removeMeasure(draft, 0).sort).toEqual([{ by: 'm0', direction: 'desc' }])
    expect(removeMeasure(draft, 1).sort).toEqual([])
  })

  it('drops a sort by a column as soon as something is grouped', () => {
    const draft = setSort(emptyDraft, { by: 'c4', direction: 'asc' })
    expect(addDimension(draft, { column: 'c3' }).sort).toEqual([])
  })

  it('leaves a condition out of the question while its value is still missing', () => {
    const draft = addFilter(emptyDraft, region)
    expect(questionOf(draft, source.id, columns).filter).toBeNull()
    const filled = changeFilter(draft, 0, condition({ values: ['North'] }))
    expect(questionOf(filled, source.id, columns).filter).toEqual({
      kind: 'group',
      op: 'and',
      items: [condition({ values: ['North'] })],
    })
  })

  it.each([
    [0, 1],
    [Number.NaN, 1],
    [5.4, 5],
    [9_000_000, 100_000],
  ])('keeps the limit %s within what may be asked', (wanted, limit) => {
    expect(setLimit(emptyDraft, wanted).limit).toBe(limit)
  })
})

describe('typed values', () => {
  it.each([
    ['12', 'integer', 12],
    ['12345678901234567890', 'integer', '12345678901234567890'],
    ['1.10', 'decimal', '1.10'],
    ['1.5', 'float', 1.5],
    ['abc', 'integer', null],
    ['', 'float', null],
    ['true', 'boolean', true],
    ['2025-03-01', 'date', '2025-03-01'],
    ['01.03.2025', 'date', null],
    ['2025-03-01T10:00', 'instant', '2025-03-01T10:00Z'],
    ['  kept ', 'text', '  kept '],
  ] as const)('reads %j as %s', (text, type, value) => {
    expect(readValue(text, type)).toBe(value)
  })

  it('asks for as many values as the comparison takes', () => {
    expect(isComplete(condition({ op: 'between', values: [1] }), 'integer')).toBe(false)
    expect(isComplete(condition({ op: 'between', values: [1, 2] }), 'integer')).toBe(true)
    expect(isComplete(condition({ op: 'between', values: [1, null] }), 'integer')).toBe(false)
    expect(isComplete(condition({ op: 'is_empty' }), 'text')).toBe(true)
    expect(isComplete(condition({ op: 'in' }), 'text')).toBe(false)
    expect(isComplete(condition({ op: 'contains', values: [''] }), 'text')).toBe(false)
    expect(isComplete(condition({ values: ['x'] }), undefined)).toBe(false)
  })
})

describe('the question in words', () => {
  it('says measures, groups, filters and order in one sentence', () => {
    const draft: Draft = {
      ...emptyDraft,
      dimensions: [{ column: 'c2', grain: 'month' }, { column: 'c3' }],
      measures: [{ fn: 'sum', column: 'c4' }, { fn: 'count_rows' }],
      filters: [
        condition({ op: 'in', values: ['North', 'South'] }),
        condition({ column: 'c2', op: 'ge', values: ['2025-01-01'] }),
      ],
      sort: [{ by: 'm0', direction: 'desc' }],
    }
    expect(sentence(draft, 'orders', columns)).toBe(
      'Sum of Amount and count of rows for each month of Order date and Region in orders where Region is one of “North”, “South” and Order date is on or after “2025-01-01”, largest Sum of Amount first.',
    )
  })

  it('says that rows are listed when nothing is grouped', () => {
    expect(sentence(emptyDraft, 'orders', columns)).toBe('All rows in orders.')
    expect(titleOf(emptyDraft, 'orders', columns)).toBe('Rows of orders')
  })

  it('names the question by what is measured and by what', () => {
    const draft = {
      ...emptyDraft,
      dimensions: [{ column: 'c3' }],
      measures: [{ fn: 'mean' as const, column: 'c4' }],
    }
    expect(titleOf(draft, 'orders', columns)).toBe('Mean of Amount by Region')
  })
})

describe('a draft in the address', () => {
  it('comes back the same after the journey through the address', () => {
    const draft: Draft = {
      ...emptyDraft,
      join: 'or',
      filters: [condition({ values: ['Zürich “ö” 漢字'] }), condition({ column: 'c5', values: [true] })],
      dimensions: [{ column: 'c4', bins: { count: 20 } }],
      measures: [{ fn: 'count_rows' }],
      sort: [{ by: 'd0', direction: 'asc' }],
      limit: 50,
      mark: 'histogram',
      stack: null,
    }
    const text = encodeState(compact(draft))
    expect(text).toMatch(/^[\w-]+$/)
    expect(expand(decodeState(text), columns)).toEqual(draft)
  })

  it('says only what differs from an empty draft', () => {
    expect(compact(emptyDraft)).toEqual({})
    expect(compact({ ...emptyDraft, limit: 10 })).toEqual({ limit: 10 })
  })

  it('leaves out what the dataset does not have, and refuses what is no draft', () => {
    const expanded = expand(
      {
        dimensions: [{ column: 'c99' }, { column: 'c3' }, 'x'],
        measures: [
          { fn: 'drop_table', column: 'c4' },
          { fn: 'sum', column: 'c4' },
        ],
        filters: [{ kind: 'group', items: [{ kind: 'condition', column: 'c99', op: 'eq', values: [] }] }],
        sort: [{ by: 'm7', direction: 'asc' }, { by: '__proto__' }],
        limit: 1e9,
        mark: 'pyramid',
      },
      columns,
    )
    expect(expanded).toMatchObject({
      dimensions: [{ column: 'c3' }],
      measures: [{ fn: 'sum', column: 'c4' }],
      filters: [],
      sort: [],
      limit: 100_000,
      mark: 'auto',
    })
    expect(expand('text', columns)).toBeNull()
    expect(expand(null, columns)).toBeNull()
    expect(decodeState('%%%')).toBeNull()
    expect(decodeState('')).toBeNull()
  })

  it('opens a saved question with its nested groups untouched', () => {
    const group = { kind: 'group' as const, op: 'or' as const, items: [condition({ values: ['North'] })] }
    const question = questionOf({ ...emptyDraft, filters: [group] }, source.id, columns)
    expect(questionOf(draftOf(question, null), source.id, columns)).toEqual(question)
  })
})
