import { describe, expect, it } from 'vitest'
import type { Column, Condition } from '@/api/types'
import { edgesIn } from '@/features/questions/components/DimensionPiece'
import { conditionAt, periodAfter, rowsBehind } from '@/features/questions/drill'
import { isComplete, periodWords, readValue } from '@/features/questions/kinds'
import { compact, expand } from '@/features/questions/link'
import {
  addDimension,
  addedAt,
  addFilter,
  addJoin,
  addMeasure,
  changedAt,
  conditionOn,
  type Draft,
  draftOf,
  emptyDraft,
  groupOf,
  keepFormula,
  keepParameter,
  moveDimension,
  moveMeasure,
  nextFormulaId,
  questionOf,
  removeDimension,
  removeFormula,
  removeJoin,
  removeMeasure,
  removeParameter,
  setAcross,
  setLimit,
  setSort,
} from '@/features/questions/model'
import { groupedBy, groupsQuestion, noGrouping, onlyOrNot, ungrouped } from '@/features/questions/rows'
import { sentence, titleOf } from '@/features/questions/words'
import { decodeState, encodeState, MOST_ADDRESS, packState, unpackState } from '@/lib/address'
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
    draft = setSort(draft, [{ by: 'd1', direction: 'desc' }])
    expect(removeDimension(draft, 0).sort).toEqual([{ by: 'd0', direction: 'desc' }])
    expect(removeDimension(draft, 1).sort).toEqual([])
  })

  it('drops a sort by a measure that is gone, and moves up one behind it', () => {
    let draft = addMeasure(addMeasure(emptyDraft, { fn: 'count_rows' }), { fn: 'sum', column: 'c4' })
    draft = setSort(draft, [{ by: 'm1', direction: 'desc' }])
    expect(removeMeasure(draft, 0).sort).toEqual([{ by: 'm0', direction: 'desc' }])
    expect(removeMeasure(draft, 1).sort).toEqual([])
  })

  it('drops a sort by a column as soon as something is grouped', () => {
    const draft = setSort(emptyDraft, [{ by: 'c4', direction: 'asc' }])
    expect(addDimension(draft, { column: 'c3' }).sort).toEqual([])
  })

  it('leaves a condition out of the question while its value is still missing', () => {
    const draft = addFilter(emptyDraft, conditionOn(region))
    expect(questionOf(draft, source.id, columns).filter).toBeNull()
    const filled = {
      ...draft,
      filter: changedAt(draft.filter, [0], () => condition({ values: ['North'] })),
    }
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
      filter: groupOf([
        condition({ op: 'in', values: ['North', 'South'] }),
        condition({ column: 'c2', op: 'ge', values: ['2025-01-01'] }),
      ]),
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
      filter: groupOf(
        [condition({ values: ['Zürich “ö” 漢字'] }), condition({ column: 'c5', values: [true] })],
        'or',
      ),
      dimensions: [{ column: 'c4', bins: { count: 20, edges: [] } }],
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
        filter: {
          kind: 'group',
          items: [{ kind: 'group', items: [{ kind: 'condition', column: 'c99', op: 'eq', values: [] }] }],
        },
        sort: [{ by: 'm7', direction: 'asc' }, { by: '__proto__' }],
        limit: 1e9,
        mark: 'pyramid',
      },
      columns,
    )
    expect(expanded).toMatchObject({
      dimensions: [{ column: 'c3' }],
      measures: [{ fn: 'sum', column: 'c4' }],
      filter: groupOf(),
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
    const question = questionOf({ ...emptyDraft, filter: groupOf([group]) }, source.id, columns)
    expect(questionOf(draftOf(question, null), source.id, columns)).toEqual(question)
  })
})

describe('parts that are moved', () => {
  const by = (...ids: string[]): Draft =>
    ids.reduce((draft, column) => addDimension(draft, { column }), emptyDraft)

  it('take along what names them by place', () => {
    let draft = by('c2', 'c3', 'c5')
    draft = addMeasure(draft, { fn: 'sum', column: 'c4', derive: { kind: 'share', within: ['d2'], back: 1 } })
    draft = setAcross(setSort(draft, [{ by: 'd2', direction: 'asc' }]), 2, true)
    draft = { ...draft, having: groupOf([condition({ column: 'm1', op: 'gt', values: [1] })]) }
    const moved = moveMeasure(moveDimension(draft, 2, 0), 1, 0)
    expect(moved.dimensions.map((one) => one.column)).toEqual(['c5', 'c2', 'c3'])
    expect(moved.sort).toEqual([{ by: 'd0', direction: 'asc' }])
    expect(moved.pivot?.columns).toEqual(['d0'])
    expect(moved.measures[0]?.derive?.within).toEqual(['d0'])
    expect(moved.having.items[0]).toMatchObject({ column: 'm0' })
    expect(moveDimension(moved, 0, -1)).toBe(moved)
  })

  it('are a pivot as long as one is across or has a total', () => {
    const across = setAcross(by('c2', 'c3'), 1, true)
    expect(across).toMatchObject({ pivot: { columns: ['d1'] }, mark: 'table' })
    expect(setAcross(across, 1, false).pivot).toBeNull()
    expect(removeDimension(across, 1).pivot?.columns).toEqual([])
  })

  it('drop a condition on a measure that is gone', () => {
    const draft = {
      ...addMeasure(by('c3'), { fn: 'sum', column: 'c4' }),
      having: groupOf([condition({ column: 'm1', op: 'gt', values: [5] })]),
    }
    expect(questionOf(draft, source.id, columns).having).toEqual(draft.having)
    expect(removeMeasure(draft, 1).having.items).toEqual([])
  })
})

describe('nested conditions', () => {
  it('are added, changed and taken out anywhere', () => {
    let group = addedAt(groupOf(), [], groupOf([], 'or'))
    group = addedAt(group, [0], condition({ values: ['North'] }))
    group = addedAt(group, [0], condition({ values: ['South'] }))
    expect(group.items[0]).toMatchObject({ op: 'or', items: [{ values: ['North'] }, { values: ['South'] }] })
    const less = changedAt(group, [0, 0], () => null)
    expect(less.items[0]).toMatchObject({ items: [{ values: ['South'] }] })
  })

  it('are asked without the empty groups that editing leaves', () => {
    const draft = { ...emptyDraft, filter: groupOf([groupOf(), condition({})]) }
    expect(questionOf(draft, source.id, columns).filter).toBeNull()
  })
})

describe('joins and formulas', () => {
  const join = (dataset: string) => ({
    dataset_id: dataset,
    kind: 'left' as const,
    on: [['c3', 'c1']] as const,
  })

  it('go with all that is asked of their columns, and later joins move up', () => {
    let draft = addJoin(addJoin(emptyDraft, join('a')), { ...join('b'), on: [['j1c2', 'c1']] })
    draft = addDimension(draft, { column: 'j1c2' })
    draft = addDimension(draft, { column: 'j2c5' })
    draft = keepFormula(draft, { id: 'f1', name: 'Twice', text: '[#j2c4] * 2 + [#c4]' })
    const rest = removeJoin({ ...draft, joins: [draft.joins[0] as never, join('b')] }, 0)
    expect(rest.dimensions.map((one) => one.column)).toEqual(['j1c5'])
    expect(rest.formulas[0]?.text).toBe('[#j1c4] * 2 + [#c4]')
    expect(rest.joins).toHaveLength(1)
  })

  it('give a formula an id that is free', () => {
    const draft = keepFormula(emptyDraft, { id: 'f1', name: 'A', text: '1' })
    expect(nextFormulaId(draft)).toBe('f2')
    const grouped = addMeasure(addDimension(draft, { column: 'c3' }), { fn: 'sum', column: 'f1' })
    expect(removeFormula(grouped, 'f1')).toMatchObject({ formulas: [], measures: [{ fn: 'count_rows' }] })
  })

  it('keep a condition on its parameter when that is renamed, and free it when it is gone', () => {
    const bound = {
      ...keepParameter(emptyDraft, 0, { name: 'region', type: 'text', value: 'North' }),
      filter: groupOf([condition({ parameter: 'region' })]),
    }
    const renamed = keepParameter(bound, 0, { name: 'where', type: 'text', value: 'North' })
    expect(renamed.filter.items[0]).toMatchObject({ parameter: 'where' })
    expect(removeParameter(renamed, 0)).toMatchObject({
      parameters: [],
      filter: { items: [{ parameter: null }] },
    })
  })
})

describe('the rows behind a group', () => {
  it.each([
    ['2025-01-31', 'day', '2025-02-01T00:00:00'],
    ['2025-12-01', 'month', '2026-01-01T00:00:00'],
    ['2024-10-01', 'quarter', '2025-01-01T00:00:00'],
    ['2024-02-26', 'week', '2024-03-04T00:00:00'],
    ['2025-03-01T23:00:00Z', 'hour', '2025-03-02T00:00:00'],
  ] as const)('of %s by %s end before %s', (start, grain, end) => {
    expect(periodAfter(start, grain)).toBe(end)
  })

  const answer = {
    columns: [],
    data: { d0: ['2025-03-01'], d1: ['North'], d2: [10], m0: [7] },
    row_count: 1,
    truncated: false,
    version_id: 'v',
    bin_width: { d2: 5 },
    engine: 'duckdb',
  }
  const draft: Draft = {
    ...emptyDraft,
    filter: groupOf([condition({ column: 'c5', values: [true] })]),
    dimensions: [
      { column: 'c2', grain: 'month' },
      { column: 'c3' },
      { column: 'c4', bins: { count: 20, edges: [] } },
    ],
    measures: [{ fn: 'count_rows' }],
  }

  it('fulfil what the group stands for, beside the filter of the question', () => {
    const behind = rowsBehind(draft, answer, 0, columns)
    expect(behind?.dimensions).toEqual([])
    expect(behind?.filter.items).toEqual([
      condition({ column: 'c5', values: [true] }),
      groupOf([
        condition({ column: 'c2', op: 'ge', values: ['2025-03-01'] }),
        condition({ column: 'c2', op: 'lt', values: ['2025-04-01'] }),
      ]),
      condition({ values: ['North'] }),
      groupOf([
        condition({ column: 'c4', op: 'ge', values: [10] }),
        condition({ column: 'c4', op: 'le', values: [15] }),
      ]),
    ])
  })

  it('cannot be told for the rest, nor for what recurs', () => {
    expect(conditionAt(draft, { ...answer, other: [2] }, 0, 1, columns)).toBeNull()
    const monthly: Draft = { ...draft, dimensions: [{ column: 'c2', part: 'month_of_year' }] }
    expect(rowsBehind(monthly, { ...answer, data: { d0: [3] } }, 0, columns)).toBeNull()
  })
})

describe('rows that are looked through', () => {
  it('are grouped level by level, inside of what was opened', () => {
    const grouping = {
      ...groupedBy(groupedBy(noGrouping, region), columns[4] as Column),
      summaries: { c4: 'sum' as const },
    }
    expect(grouping.by).toEqual(['c3', 'c5'])
    const asked = groupsQuestion({ dataset_id: source.id, filter: null }, columns, grouping, ['North'])
    expect(asked.dimensions).toMatchObject([{ column: 'c5' }])
    expect(asked.measures).toEqual([{ fn: 'count_rows' }, { fn: 'sum', column: 'c4' }])
    expect(asked.filter).toMatchObject({ items: [{ column: 'c3', op: 'eq', values: ['North'] }] })
    expect(ungrouped(ungrouped(grouping, 'c3'), 'c5')).toBe(noGrouping)
  })

  it('are filtered by the value of a cell', () => {
    expect(onlyOrNot(region, 'North', false)).toMatchObject({ op: 'ne', values: ['North'] })
    expect(onlyOrNot(region, null, true)).toMatchObject({ op: 'is_empty', values: [] })
  })
})

describe('small words', () => {
  it.each([
    [{ kind: 'last', unit: 'month', count: 12 }, 'the last 12 full months'],
    [{ kind: 'to_date', unit: 'year', count: 1 }, 'this year so far'],
    [{ kind: 'rolling', unit: 'day', count: 7 }, 'the last 7 days up to today'],
  ] as const)('%o is “%s”', (period, words) => {
    expect(periodWords(period)).toBe(words)
  })

  it.each([
    ['1; 2.5; 10', [1, 2.5, 10]],
    ['3; 2', null],
    ['one', null],
    ['', null],
  ])('edges %j are %j', (text, edges) => {
    expect(edgesIn(text)).toEqual(edges)
  })
})

describe('a large question in a link', () => {
  const many = (count: number): Draft => ({
    ...emptyDraft,
    formulas: Array.from({ length: count }, (_, index) => ({
      id: `f${index + 1}`,
      name: `Formula ${index}`,
      text: `IF([#c4] > ${index}, [#c4] * ${index}, ${index * 7919})`,
    })),
  })

  it('is packed, and comes back the same', async () => {
    const text = await packState(compact(many(60)))
    expect(text).toMatch(/^z\.[\w-]+$/)
    expect((text as string).length).toBeLessThan(encodeState(compact(many(60))).length / 3)
    expect(expand(await unpackState(text), columns)).toEqual(many(60))
  })

  it('is refused where it would be longer than an address may be', async () => {
    const noise = Array.from({ length: 9000 }, () => Math.random().toString(36).slice(2))
    expect(await packState(noise)).toBeNull()
    expect(MOST_ADDRESS).toBeLessThan(10_000)
  })

  it('is not unpacked without end, and what nobody packed is nothing', async () => {
    const bomb = await packState('x'.repeat(399_000))
    expect((bomb as string).length).toBeLessThan(2000)
    expect(await unpackState(bomb)).toBe('x'.repeat(399_000))
    expect(await unpackState('z.AAAA')).toBeNull()
    expect(await unpackState('z.%%%')).toBeNull()
  })
})
