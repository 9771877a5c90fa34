import { formatsOf, type TableFormat } from '@tablewright/charts'
import { describe, expect, it } from 'vitest'
import type { Answer, Scalar } from '@/api/types'
import { rowFormats } from '@/features/questions/formats'
import { columns, source } from '../support/data'

const format: TableFormat = {
  rules: [
    {
      kind: 'scale',
      columns: ['c4'],
      stops: [
        { kind: 'min', tint: 'red' },
        { kind: 'percentile', value: 50, tint: 'none' },
        { kind: 'number', value: 100, tint: 'green' },
      ],
    },
    { kind: 'highlight', columns: ['c1'], test: 'top', values: [2], tint: 'yellow' },
    {
      kind: 'highlight',
      columns: ['c1'],
      by: 'c4',
      test: 'above',
      values: [2],
      relative: 'mean',
      tint: 'blue',
    },
    { kind: 'highlight', columns: ['c3'], test: 'contains', values: ['N'], tint: 'blue' },
    { kind: 'bar', columns: ['c2'], tint: 'blue' },
  ],
}

const answerOf = (data: Record<string, Scalar[]>): Answer => ({
  columns: columns.map((column) => ({
    key: column.id,
    label: column.name,
    type: column.type,
    role: 'column' as const,
  })),
  data,
  row_count: Object.values(data)[0]?.length ?? 0,
  truncated: false,
  version_id: 'v',
  bin_width: {},
  engine: 'duckdb',
})

describe('formats of rows that come in parts', () => {
  const plan = rowFormats(format, columns, { dataset_id: source.id, filter: null })

  it('ask all rows once for what cells are compared by', () => {
    expect(plan.figures?.measures).toEqual([
      { fn: 'min', column: 'c4' },
      { fn: 'quantile', column: 'c4', q: 0.5 },
      { fn: 'mean', column: 'c4' },
    ])
    expect(plan.rankings).toMatchObject([
      { columns: ['c1'], sort: [{ by: 'c1', direction: 'desc' }], limit: 2 },
    ])
  })

  it('wait until that is known', () => {
    expect(plan.extents(undefined, [])).toBeNull()
    expect(plan.extents(answerOf({ m0: [1] }), [undefined])).toBeNull()
  })

  it('look the same in a part as in the whole', () => {
    const whole = {
      c1: [1, 2, 3, 4],
      c2: [null, null, null, null],
      c3: ['N', 'S', 'N', null],
      c4: ['10', '20', '60', '90'],
      c5: [true, true, false, null],
    }
    const figures = answerOf({ m0: ['10'], m1: [40], m2: [45] })
    const extents = plan.extents(figures, [answerOf({ c1: [4, 3] })])
    expect(extents?.['0/c4/[0]']).toEqual({ stops: [10, 40, 100], bound: null })
    const part = (from: number, to: number) =>
      answerOf(
        Object.fromEntries(Object.entries(whole).map(([key, values]) => [key, values.slice(from, to)])),
      )
    const all = formatsOf(answerOf(whole) as never, format)
    const parts = [part(0, 2), part(2, 4)].map((one) =>
      formatsOf(one as never, format, { extents: extents ?? {} }),
    )
    for (const key of ['c1', 'c3', 'c4']) {
      const inParts = [
        parts[0]?.cell(0, key),
        parts[0]?.cell(1, key),
        parts[1]?.cell(0, key),
        parts[1]?.cell(1, key),
      ]
      expect(inParts).toEqual([0, 1, 2, 3].map((row) => all.cell(row, key)))
    }
    expect(parts[1]?.cell(1, 'c1')?.bold).toBe(true)
  })
})
