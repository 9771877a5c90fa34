import { describe, expect, it } from 'vitest'
import { specFor, suitingMarks } from '@/features/questions/chart'
import { draftOf, emptyDraft } from '@/features/questions/model'
import { grainBetween, suggestQuestions } from '@/features/questions/suggest'
import { answer, source } from '../support/data'

describe('the first questions about a dataset', () => {
  it('measures over time, by category, and looks at the spread, never at keys', () => {
    const found = suggestQuestions(source)
    expect(found.map((one) => one.title)).toEqual([
      'Sum of Amount by month of Order date',
      'Sum of Amount by Region',
      'Count of rows by Amount',
    ])
    expect(JSON.stringify(found)).not.toContain('"c1"')
  })

  it('still has something to ask of a table that holds one text column', () => {
    const [column] = source.columns.filter((one) => one.id === 'c3')
    const found = suggestQuestions({ ...source, columns: column ? [column] : [], profile: [] })
    expect(found).toHaveLength(1)
    expect(found[0]?.draft.limit).toBe(25)
  })

  it('counts nothing by a column in which every value is another', () => {
    const columns = source.columns.filter((one) => one.id === 'c3')
    const [profile] = source.profile.filter((one) => one.id === 'c3')
    const asked = (distinct: number, empty: number) =>
      suggestQuestions({
        ...source,
        columns,
        rowCount: 30,
        profile: profile ? [{ ...profile, distinct_count: distinct, null_count: empty }] : [],
      })
    expect(asked(30, 0)).toEqual([])
    expect(asked(28, 2)).toEqual([])
    expect(asked(29, 0)).toHaveLength(1)
  })

  it('asks nothing of a table without columns', () => {
    expect(suggestQuestions({ ...source, columns: [], profile: [] })).toEqual([])
  })

  it.each([
    ['2025-01-01', '2025-01-02', 'hour'],
    ['2025-01-01', '2025-02-20', 'day'],
    ['2023-01-01', '2025-12-31', 'month'],
    ['2010-01-01', '2020-01-01', 'quarter'],
    ['1900-01-01', '2020-01-01', 'year'],
    [null, undefined, 'month'],
  ])('takes a readable period between %s and %s', (first, last, grain) => {
    expect(grainBetween(first, last)).toBe(grain)
  })
})

describe('the chart of an answer', () => {
  it('is the best suggestion until somebody chooses', () => {
    expect(suitingMarks(answer)[0]).toBe('bar')
    expect(specFor(emptyDraft, answer)?.mark).toBe('bar')
    expect(specFor({ mark: 'pie', stack: null }, answer)).toMatchObject({ mark: 'pie', stack: 'none' })
  })

  it('is none where a table is wished for or nothing can be drawn', () => {
    expect(specFor({ mark: 'table', stack: null }, answer)).toBeNull()
    const empty = { ...answer, row_count: 0, data: { d0: [], m0: [] } }
    expect(specFor(emptyDraft, empty)).toBeNull()
  })

  it('keeps where a forecast begins and how sure intervals are, there and back', () => {
    const chart = {
      forecastFrom: '2025-03-01',
      error: { field: 'm0', count: 'm0', high: null, level: 0.99, draw: 'band' as const },
    }
    const spec = specFor({ ...emptyDraft, mark: 'line', chart }, answer)
    expect(spec?.forecast_from).toBe('2025-03-01')
    expect(spec?.y[0]?.error?.level).toBe(0.99)
    expect(draftOf({ dataset_id: 'd' }, spec).chart).toEqual(chart)
  })
})
