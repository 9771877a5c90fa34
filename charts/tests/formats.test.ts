// Conditional formats as tables of before and after; contrast is measured on every colour there can be.

import { describe, expect, test } from 'vitest'
import {
  type Answer,
  contrastOf,
  type FormatRule,
  formatsOf,
  type TableFormat,
  type Tint,
  themes,
} from '../src/index'
import golden from './formats.golden.json' with { type: 'json' }

const TINTS: Tint[] = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'grey', 'none']

function answer(data: Record<string, readonly unknown[]>, more: object = {}): Answer {
  const types: Record<string, string> = { d0: 'text', d1: 'date', m0: 'integer', m1: 'decimal' }
  return {
    columns: Object.keys(data).map((key) => ({
      key,
      label: key,
      type: types[key] ?? 'text',
      role: key.startsWith('m') ? 'measure' : 'dimension',
    })),
    data: data as Answer['data'],
    row_count: Object.values(data)[0]?.length ?? 0,
    truncated: false,
    version_id: '0',
    ...more,
  }
}

const SALES = answer({
  d0: ['North', 'North', 'South', 'South', 'South', null],
  m0: [10, 20, 100, 300, null, 40],
  m1: ['9.00', '20.01', '100.00', '-5.50', '1.00', null],
})

/** Which rows have a format, and what is said of them. */
function says(rule: FormatRule, of: Answer = SALES, key = 'm0'): (string | null)[] {
  const formats = formatsOf(of, { rules: [rule] })
  return Array.from({ length: of.row_count }, (_, row) => formats.cell(row, key)?.says ?? null)
}

const highlight = (more: object): FormatRule =>
  ({ kind: 'highlight', columns: ['m0'], tint: 'red', test: 'above', ...more }) as FormatRule
const lit = (...rows: number[]) =>
  Array.from({ length: 6 }, (_, row) => (rows.includes(row) ? 'highlighted' : null))

describe('highlights', () => {
  test.each([
    [{ test: 'above', values: [40] }, [2, 3]],
    [{ test: 'at_least', values: ['40.0'] }, [2, 3, 5]],
    [{ test: 'below', values: [20] }, [0]],
    [{ test: 'at_most', values: [20] }, [0, 1]],
    [{ test: 'equals', values: [100] }, [2]],
    [{ test: 'not_equals', values: [100] }, [0, 1, 3, 5]],
    [{ test: 'between', values: [20, 100] }, [1, 2, 5]],
    [{ test: 'outside', values: [20, 100] }, [0, 3]],
    [{ test: 'empty' }, [4]],
    [{ test: 'not_empty' }, [0, 1, 2, 3, 5]],
    [{ test: 'top', values: [2] }, [2, 3]],
    [{ test: 'bottom', values: [1] }, [0]],
    // By the values of another column, and against another column of the same row.
    [{ test: 'equals', values: ['South'], by: 'd0' }, [2, 3, 4]],
    [{ test: 'contains', values: ['OUT'], by: 'd0' }, [2, 3, 4]],
    [{ test: 'above', than: 'm1' }, [0, 3]],
    // Relative to the group: 10 of 30 and 20 of 30; 100 of 400 and 300 of 400; 40 of 40.
    [{ test: 'above', values: [0.6], relative: 'share', within: ['d0'] }, [1, 3, 5]],
    [{ test: 'below', values: [0.7], relative: 'mean', within: ['d0'] }, [0, 2]],
    [{ test: 'equals', values: [1], relative: 'largest', within: ['d0'] }, [1, 3, 5]],
    [{ test: 'top', values: [1], within: ['d0'] }, [1, 3, 5]],
    // What cannot be compared lights nothing.
    [{ test: 'above', values: [] }, []],
    [{ test: 'above', values: ['x'] }, []],
    [{ test: 'between', values: [1] }, []],
    [{ test: 'above', than: 'm9' }, []],
    [{ test: 'above', values: [1], by: 'm9' }, []],
    [{ test: 'above', values: [1], columns: ['m9'] }, []],
  ])('%j', (more, rows) => {
    expect(says(highlight(more))).toEqual(lit(...rows))
  })

  test('a whole row is painted by one of its columns', () => {
    const formats = formatsOf(SALES, {
      rules: [highlight({ columns: ['*'], by: 'm0', values: [299] })],
    })
    expect([...formats.columns]).toEqual(['d0', 'm0', 'm1'])
    expect(['d0', 'm0', 'm1'].map((key) => formats.cell(3, key)?.bold)).toEqual([true, true, true])
    expect(formats.cell(2, 'd0')).toBeUndefined()
  })

  test('a highlight without an icon is bold: colour never speaks alone', () => {
    const of = (more: object) =>
      formatsOf(SALES, { rules: [highlight({ values: [299], ...more })] }).cell(3, 'm0')
    expect(of({})).toMatchObject({ bold: true, fill: '#F5B5AD' })
    expect(of({ icon: 'warning' })).toMatchObject({ icon: '⚠', says: 'warning' })
    expect(of({ icon: 'warning' })).not.toHaveProperty('bold')
    expect(of({ tint: 'none' })).toEqual({ bold: true, says: 'highlighted' })
  })

  test('dates are compared as moments', () => {
    const days = answer({ d1: ['2026-01-31', '2026-02-01', null], m0: [1, 2, 3] })
    expect(says(highlight({ by: 'd1', test: 'at_least', values: ['2026-02-01'] }), days)).toEqual([
      null,
      'highlighted',
      null,
    ])
  })
})

describe('totals', () => {
  const pivot = answer({ d0: ['North', 'South', null], m0: [10, 30, 40] }, { level: [0, 0, 1] })
  const scale = (on: string): FormatRule =>
    ({
      kind: 'scale',
      columns: ['m0'],
      on,
      stops: [
        { kind: 'min', tint: 'none' },
        { kind: 'max', tint: 'blue' },
      ],
    }) as FormatRule

  test.each([
    ['groups', ['0 % of the scale', '100 % of the scale', null]],
    ['totals', [null, null, '50 % of the scale']],
    ['all', ['0 % of the scale', '100 % of the scale', '50 % of the scale']],
  ])('formats on %s leave totals out of the comparison of cells', (on, expected) => {
    expect(says(scale(on), pivot)).toEqual(expected)
  })
})

describe('scales, bars and icons', () => {
  const three = (stops: unknown): FormatRule => ({ kind: 'scale', columns: ['m0'], stops }) as FormatRule

  test('a scale of three points has its middle where it is told', () => {
    const of = answer({ m0: [0, 10, 20, 100, null] })
    const rule = three([
      { kind: 'min', tint: 'blue' },
      { kind: 'number', value: 20, tint: 'none' },
      { kind: 'max', tint: 'orange' },
    ])
    const formats = formatsOf(of, { rules: [rule] })
    expect([0, 2, 3, 4].map((row) => formats.cell(row, 'm0')?.fill?.toUpperCase())).toEqual([
      '#AFD0F0',
      '#FFFFFF',
      '#F8CB94',
      undefined,
    ])
    expect(says(rule, of)).toEqual([
      '0 % of the scale',
      '10 % of the scale',
      '20 % of the scale',
      '100 % of the scale',
      null,
    ])
  })

  test('percentiles lie between values in proportion', () => {
    const of = answer({ m0: [0, 10, 20, 1000] })
    const rule = three([
      { kind: 'percentile', value: 0, tint: 'none' },
      { kind: 'percentile', value: 50, tint: 'blue' },
    ])
    expect(formatsOf(of, { rules: [rule] }).extents['0/m0/[0]']?.stops).toEqual([0, 15])
    expect(says(rule, of)).toEqual([
      '0 % of the scale',
      '67 % of the scale',
      '100 % of the scale',
      '100 % of the scale',
    ])
  })

  test('equal values have no ends, and nothing breaks', () => {
    const of = answer({ m0: [5, 5] })
    expect(
      says(
        three([
          { kind: 'min', tint: 'none' },
          { kind: 'max', tint: 'blue' },
        ]),
        of,
      ),
    ).toEqual(['50 % of the scale', '50 % of the scale'])
    expect(
      says(
        three([
          { kind: 'min', tint: 'none' },
          { kind: 'max', tint: 'blue' },
        ]),
        answer({ m0: [null] }),
      ),
    ).toEqual([null])
  })

  test('bars begin at zero and go both ways', () => {
    const of = answer({ m0: [-50, 0, 150, null] })
    const rule = { kind: 'bar', columns: ['m0'], tint: 'teal' } as FormatRule
    const formats = formatsOf(of, { rules: [rule] })
    expect([0, 1, 2].map((row) => formats.cell(row, 'm0')?.bar)).toEqual([
      { from: 0, to: 0.25, axis: 0.25, low: -50, high: 150, fill: '#A4DDD7' },
      { from: 0.25, to: 0.25, axis: 0.25, low: -50, high: 150, fill: '#A4DDD7' },
      { from: 0.25, to: 1, axis: 0.25, low: -50, high: 150, fill: '#A4DDD7' },
    ])
    expect(says(rule, of)).toEqual(['bar of 25 % below zero', 'bar of 0 %', 'bar of 75 %', null])
    const positive = answer({ m0: [50, 100] })
    expect(formatsOf(positive, { rules: [rule] }).cell(0, 'm0')?.bar).toMatchObject({ from: 0, to: 0.5 })
  })

  test('icons change at their limits, and can be turned around', () => {
    const rule = (more: object): FormatRule =>
      ({
        kind: 'icons',
        columns: ['m0'],
        set: 'arrows',
        limits: [
          { kind: 'number', value: 20 },
          { kind: 'number', value: 100 },
        ],
        ...more,
      }) as FormatRule
    const icons = (more: object) => {
      const formats = formatsOf(SALES, { rules: [rule(more)] })
      return [0, 1, 2, 3, 4].map((row) => formats.cell(row, 'm0')?.icon)
    }
    expect(icons({})).toEqual(['▼', '▶', '▲', '▲', undefined])
    expect(icons({ reverse: true })).toEqual(['▲', '▶', '▼', '▼', undefined])
    expect(icons({ set: 'signs' })).toEqual(['✖', '!', '✔', '✔', undefined])
  })

  test('a cell keeps the first colour, and everything is said', () => {
    const formats = formatsOf(SALES, {
      rules: [
        highlight({ values: [299] }),
        { kind: 'bar', columns: ['m0'], tint: 'blue' },
        highlight({ values: [1], tint: 'green', icon: 'up' }),
      ],
    })
    expect(formats.cell(3, 'm0')).toMatchObject({ fill: '#F5B5AD', icon: '▲', bold: true })
    expect(formats.cell(3, 'm0')?.bar).toMatchObject({ to: 1 })
    expect(formats.cell(3, 'm0')?.says).toBe('highlighted; bar of 100 %; up')
    expect(formats.cell(0, 'm0')?.fill).toBe('#AEDDB9')
  })

  test('a part of an answer is painted as the whole would be', () => {
    const rule = three([
      { kind: 'min', tint: 'none' },
      { kind: 'percentile', value: 90, tint: 'purple' },
    ])
    const whole = answer({ m0: Array.from({ length: 100 }, (_, at) => (at * 37) % 100) })
    const { extents, cell } = formatsOf(whole, { rules: [rule] })
    const part = answer({ m0: whole.data.m0?.slice(40, 45) ?? [] })
    const page = formatsOf(part, { rules: [rule] }, { extents })
    for (let row = 0; row < 5; row += 1) expect(page.cell(row, 'm0')).toEqual(cell(40 + row, 'm0'))
  })
})

test.each(['light', 'dark'] as const)('letters are readable on every colour of the %s theme', (theme) => {
  let lowest = 21
  for (const from of TINTS)
    for (const to of TINTS) {
      const formats = formatsOf(
        answer({ m0: Array.from({ length: 21 }, (_, at) => at) }),
        {
          rules: [
            {
              kind: 'scale',
              columns: ['m0'],
              stops: [
                { kind: 'min', tint: from },
                { kind: 'max', tint: to },
              ],
            },
          ],
        },
        { theme },
      )
      for (let row = 0; row < 21; row += 1) {
        const cell = formats.cell(row, 'm0')
        lowest = Math.min(lowest, contrastOf(cell?.fill ?? '', cell?.ink ?? ''))
      }
    }
  // Bars lie under the table's own letters.
  for (const tint of TINTS) {
    const bar = formatsOf(SALES, { rules: [{ kind: 'bar', columns: ['m0'], tint }] }, { theme }).cell(
      3,
      'm0',
    )?.bar
    lowest = Math.min(lowest, contrastOf(bar?.fill ?? '', themes[theme].ink))
  }
  expect(lowest).toBeGreaterThanOrEqual(4.5)
})

test('keys that are no columns reach nothing', () => {
  const rules = ['__proto__', 'constructor', 'toString'].map((key) => highlight({ columns: [key], by: key }))
  expect(formatsOf(SALES, { rules }).columns.size).toBe(0)
  const odd = highlight({ tint: '__proto__', values: [1] })
  expect(formatsOf(SALES, { rules: [odd] }).cell(3, 'm0')?.fill).toBe('#ffffff')
})

test.each(
  golden as {
    theme: 'light' | 'dark'
    format: TableFormat
    answer: Answer
    cells: Record<string, unknown[]>
  }[],
)(
  'what is decided in V8 for paper and workbooks is decided here ($theme)',
  ({ theme, format, answer: of, cells }) => {
    const formats = formatsOf(of, format, { theme })
    expect([...formats.columns].sort()).toEqual(Object.keys(cells).sort())
    for (const [key, expected] of Object.entries(cells))
      expect(Array.from({ length: of.row_count }, (_, row) => formats.cell(row, key) ?? null)).toEqual(
        expected,
      )
  },
)
