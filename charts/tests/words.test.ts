import { describe, expect, test } from 'vitest'
import {
  compile,
  cursorModel,
  headings,
  move,
  pointAt,
  start,
  suggest,
  summarise,
  tableTwin,
} from '../src/index'
import { amount, answer, byRegion, column, month, pdf, region, screen, texts, x, y } from './build'
import { cases } from './cases.mjs'

const kind = column('d1', 'Kind')
const two = answer(
  [month, kind, amount],
  [
    ['2025-01-01', 'a', 10],
    ['2025-01-01', 'b', 4],
    ['2025-02-01', 'a', 20],
    ['2025-05-01', 'a', 25],
    ['2025-05-01', 'b', 8],
  ],
)
const lines = { mark: 'line' as const, x, y, color: { field: 'd1' } }

describe('summaries', () => {
  test.each([
    [
      'bar',
      'en',
      'Bar chart of Sum of Amount by Region: North is highest with 1,204, East lowest with 88; 3 bars.',
    ],
    ['pie', 'en', 'Pie chart of Sum of Amount by Region: North is largest with 1,204 (70.7%); 3 parts.'],
    [
      'bar',
      'de',
      'Balkendiagramm: Sum of Amount nach Region: North ist mit 1.204 am höchsten, East mit 88 am niedrigsten; 3 Balken.',
    ],
  ] as const)('%s in %s', (mark, locale, expected) => {
    expect(summarise({ mark, x, y }, byRegion, { ...pdf, locale })).toBe(expected)
  })

  test('of lines tell where they begin and end', () => {
    expect(summarise(lines, two, pdf)).toBe(
      'Line chart of Sum of Amount by Month and Kind: a goes from 10 (Jan 2025) to 25 (May 2025); b goes from 4 (Jan 2025) to 8 (May 2025); 5 points.',
    )
  })

  test('take the words of the author first, and say what is missing', () => {
    expect(summarise({ mark: 'bar', x, y, text: { alt: 'North leads.' } }, byRegion, pdf)).toBe(
      'North leads.',
    )
    expect(summarise({ mark: 'bar', x, y, text: { title: 'North leads' } }, byRegion, pdf)).toMatch(
      /^North leads\. Bar chart of/,
    )
    expect(summarise({ mark: 'bar', x, y }, answer([region, amount], []), pdf)).toBe(
      'Bar chart of Sum of Amount by Region: No data.',
    )
    expect(summarise({ mark: 'bar', x, y }, { ...byRegion, truncated: true, total_count: 9 }, pdf)).toMatch(
      /3 of 9 rows shown\.$/,
    )
  })
})

describe('suggestions', () => {
  const count = column('m0', 'Count of rows', 'integer')
  const marks = (rows: ReturnType<typeof answer>): string[] => suggest(rows).map((spec) => spec.mark)

  test('time makes lines, names make bars with a pie as an alternative, bins make histograms', () => {
    expect(marks(two)[0]).toBe('line')
    expect(suggest(two)[0]?.color).toEqual({ field: 'd1' })
    expect(marks(byRegion)).toEqual(['bar', 'pie', 'pareto', 'funnel', 'waterfall'])
    expect(
      marks(
        answer(
          [column('d0', 'Price', 'float'), count],
          [
            [0, 1],
            [5, 2],
          ],
          { bin_width: { d0: 5 } },
        ),
      )[0],
    ).toBe('histogram')
  })

  test('many or negative parts make no pie', () => {
    expect(
      marks(
        answer(
          [region, amount],
          [
            ['a', 1],
            ['b', -1],
          ],
        ),
      ),
    ).not.toContain('pie')
    expect(
      marks(
        answer(
          [region, amount],
          Array.from({ length: 9 }, (_, i) => [`r${i}`, i + 1]),
        ),
      ),
    ).not.toContain('pie')
  })

  test('two numbers of plain rows make points; words alone make nothing', () => {
    expect(marks(answer([column('c1', 'A', 'float'), column('c2', 'B', 'decimal')], [[1, '2']]))).toEqual([
      'scatter',
    ])
    expect(marks(answer([column('c1', 'A')], [['x']]))).toEqual([])
    expect(marks(answer([region, amount], []))).toEqual([])
  })
})

describe('the table twin', () => {
  test('has all rows in the order of the answer, formatted like the chart', () => {
    const spec = {
      mark: 'bar' as const,
      x,
      y: [{ field: 'm0', format: { kind: 'currency' as const, unit: 'EUR', digits: 0 } }],
    }
    expect(tableTwin(spec, byRegion, 'en')).toEqual({
      columns: [
        { key: 'd0', label: 'Region', align: 'left' },
        { key: 'm0', label: 'Sum of Amount', align: 'right' },
      ],
      rows: [
        ['East', '€88'],
        ['North', '€1,204'],
        ['South', '€410'],
      ],
    })
  })
})

describe('the keyboard cursor', () => {
  const model = cursorModel(lines, two, screen)

  test('knows every point, with its place in the drawn data behind holes', () => {
    expect(model.series.map((one) => one.points.map((point) => [point.dataIndex, point.spoken]))).toEqual([
      [
        [0, 'Jan 2025, a: 10'],
        [1, 'Feb 2025, a: 20'],
        [3, 'May 2025, a: 25'],
      ],
      [
        [0, 'Jan 2025, b: 4'],
        [1, 'Feb 2025, b: no value'],
        [3, 'May 2025, b: 8'],
      ],
    ])
  })

  test('walks points and series and stops at the ends', () => {
    let cursor = start(model)
    expect(cursor).toEqual({ series: 0, point: 0 })
    const walk = (...keys: Parameters<typeof move>[2][]): string => {
      for (const key of keys) cursor = move(model, cursor ?? { series: 0, point: 0 }, key)
      return pointAt(model, cursor ?? { series: 0, point: 0 })?.spoken ?? ''
    }
    expect(walk('ArrowLeft')).toBe('Jan 2025, a: 10')
    expect(walk('ArrowRight', 'ArrowRight', 'ArrowRight')).toBe('May 2025, a: 25')
    expect(walk('ArrowDown')).toBe('May 2025, b: 8')
    expect(walk('ArrowDown')).toBe('May 2025, b: 8')
    expect(walk('Home')).toBe('Jan 2025, b: 4')
    expect(walk('ArrowUp', 'End')).toBe('May 2025, a: 25')
  })

  test('has nowhere to start when nothing is drawn', () => {
    expect(start(cursorModel({ mark: 'bar', x, y }, answer([region, amount], []), screen))).toBeNull()
  })

  test('walks scattered points from left to right', () => {
    const rows = answer(
      [column('c1', 'A', 'float'), column('c2', 'B', 'float')],
      [
        [5, 1],
        [2, null],
        [3, 9],
      ],
    )
    const points = cursorModel({ mark: 'scatter', x: { field: 'c1' }, y: [{ field: 'c2' }] }, rows, screen)
      .series[0]?.points
    expect(points?.map((point) => [point.dataIndex, point.spoken])).toEqual([
      [1, '3: 9'],
      [0, '5: 1'],
    ])
  })
})

describe('titles', () => {
  test('a chart is entitled with what it shows and says below what is measured, in every picture', () => {
    const spec = { mark: 'bar' as const, x, y }
    const { title, subtitle } = headings(spec, byRegion, pdf)
    expect(title).toMatch(/North.*1,204/)
    expect(subtitle).toBe('Sum of Amount by Region')
    expect(texts(compile(spec, byRegion, pdf)).join(' ')).toContain(title)
    expect(texts(compile(spec, byRegion, { ...pdf, headings: false })).join(' ')).not.toContain(title)
  })

  test('the title of an author stays, and a figure says itself what it shows', () => {
    const own = headings({ mark: 'bar', x, y, text: { title: 'Mine' } }, byRegion, pdf)
    expect([own.title, own.subtitle]).toEqual(['Mine', ''])
    expect(headings({ mark: 'figure', x, y }, byRegion, pdf).title).toBe('Sum of Amount by Region')
  })
})

test('what is one picture for each place is entitled with its middle, or its way from the first to the last', () => {
  const titled = (name: string): string => {
    const one = cases.find((each) => each.name === name)
    return one ? headings(one.spec, one.answer, one.context).title : ''
  }
  expect(titled('box')).toBe('Median: East is highest with 24, North lowest with 18')
  expect(titled('candlestick')).toBe(
    'From 100 (Jan 1, 2025) to 104.79 (Feb 9, 2025), highest 107.85 (Feb 2, 2025)',
  )
  expect(titled('qq')).toBe('Rating runs 2.1 to 4.7')
})
