import { describe, expect, it } from 'vitest'
import type { Column } from '@/api/types'
import { draws, emptyDraft, questionOf, setMark } from '@/features/questions/model'
import { drawn, inBins, marksOfRows } from '@/features/questions/points'
import { columns, source } from '../support/data'

const weight: Column = { id: 'c6', name: 'Weight', type: 'float' }
const region = columns[2] as Column
const ask = (draft: typeof emptyDraft) => questionOf(draft, source.id, [...columns, weight])

describe('rows that are drawn', () => {
  it('need two numbers, or a time and a number; one that tells rows apart is none', () => {
    expect(marksOfRows(columns)).toEqual(['scatter', 'line'])
    expect(marksOfRows([region, columns[0] as Column, weight])).toEqual([])
    expect(marksOfRows([columns[3] as Column, weight])).toEqual(['scatter'])
  })

  it('take the two columns that suit, and no more rows than can be drawn', () => {
    const points = drawn(emptyDraft, [...columns, weight], 'scatter')
    expect(draws(points)).toBe(true)
    expect(ask(points)).toMatchObject({ columns: ['c4', 'c6'], dimensions: [], limit: 100_000 })
    expect(drawn(emptyDraft, columns, 'line').columns).toEqual(['c2', 'c4'])
    const chosen = { ...emptyDraft, columns: ['c6', 'c4', 'c3'] }
    expect(drawn(chosen, [weight, columns[3] as Column, region], 'scatter').columns).toEqual(chosen.columns)
    expect(drawn(chosen, [weight, region], 'scatter')).toBe(chosen)
    expect(ask({ ...points, limit: 50 }).limit).toBe(50)
  })

  it('are rows again once nothing is drawn, and groups once something is grouped', () => {
    const points = drawn(emptyDraft, [...columns, weight], 'scatter')
    const table = setMark(points, 'table', 'scatter')
    expect(draws(table)).toBe(false)
    expect(ask(table).limit).toBe(null)
    expect(draws({ ...points, dimensions: [{ column: region.id }] })).toBe(false)
  })

  it('are counted in bins of both where they are too many', () => {
    const bins = inBins({ ...emptyDraft, limit: 100_000 }, [...columns, weight], 'scatter')
    expect(bins && ask(bins)).toMatchObject({
      columns: [],
      dimensions: [
        { column: 'c4', bins: { count: 40 } },
        { column: 'c6', bins: { count: 25 } },
      ],
      measures: [{ fn: 'count_rows' }],
      limit: null,
    })
    expect(inBins(emptyDraft, columns, 'line')?.dimensions).toMatchObject([
      { column: 'c2', grain: 'month', bins: null },
      { column: 'c4', bins: { count: 25 } },
    ])
    expect(inBins(emptyDraft, [region], 'scatter')).toBe(null)
  })
})
