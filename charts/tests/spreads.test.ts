// What spreads, trends, ranges, panels and maps decide, and what can be read and walked of them.

import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  type ChartSpec,
  compile,
  cursorModel,
  headings,
  legendItems,
  loadOutlines,
  pickAt,
  suggest,
  summarise,
  tableTwin,
} from '../src/index'
import { panelsOf } from '../src/panels'
import { plan } from '../src/plan'
import { amount, answer, byRegion, column, drawn, month, pdf, region, screen, texts, x, y } from './build'

const color = { field: 'd1' }
const counts = column('m0', 'Rows', 'integer')
const bins = answer(
  [column('d0', 'Basket', 'float'), counts],
  [
    [0, 10],
    [10, 30],
    [20, 40],
    [30, 20],
  ],
  { bin_width: { d0: 10 } },
)
const grouped = answer(
  [column('d0', 'Basket', 'float'), column('d1', 'Channel'), counts],
  [
    [0, 'Web', 10],
    [10, 'Web', 30],
    [10, 'Shop', 5],
    [20, 'Shop', 15],
  ],
  { bin_width: { d0: 10 } },
)
const spoken = (spec: ChartSpec, of: Answer): string[] =>
  cursorModel(spec, of, screen).series.flatMap((one) => one.points.map((point) => point.spoken))

describe('spreads', () => {
  test('a cumulative distribution is exact at the edges of bins, and rises in between', () => {
    const told = spoken({ mark: 'ecdf', x, y }, bins)
    expect(told).toEqual([
      'at most 0: 0%',
      'at most 10: 10%',
      'at most 20: 40%',
      'at most 30: 80%',
      'at most 40: 100%',
    ])
    expect(summarise({ mark: 'ecdf', x, y }, bins, pdf)).toContain('100 values')
    expect(plan({ mark: 'ecdf', x, y }, bins, pdf).curved).toBe(true)
  })
  test('of single values it has steps', () => {
    const values = answer(
      [column('d0', 'Rating', 'float'), counts],
      [
        [1, 1],
        [2, 3],
      ],
    )
    const option = drawn(compile({ mark: 'ecdf', x, y }, values, pdf))
    expect(option.series[0]).toMatchObject({ type: 'line', step: 'end' })
    expect(spoken({ mark: 'ecdf', x, y }, values)).toEqual(['at most 1: 25%', 'at most 2: 100%'])
  })
  test('the area under a density is one', () => {
    const { slots, series } = plan({ mark: 'density', x, y }, bins, pdf)
    const step = (slots[1]?.at ?? 0) - (slots[0]?.at ?? 0)
    const area = (series[0]?.values ?? []).reduce<number>((sum, value) => sum + (value ?? 0) * step, 0)
    // No curve goes below zero where no value does: what would lie there is missing.
    expect(area).toBeGreaterThan(0.93)
    expect(area).toBeLessThan(1.01)
    expect(slots[0]?.at).toBe(0)
  })
  test('a violin has five numbers for each group, and a shape', () => {
    const spec: ChartSpec = { mark: 'violin', x, y, color }
    expect(spoken(spec, grouped)).toContain('Web, Median: 13.33')
    expect(spoken(spec, grouped)).toContain('Shop, Highest: 30')
    const decided = plan(spec, grouped, pdf)
    expect(decided.outlines.every((one) => (one?.density.length ?? 0) > 100)).toBe(true)
    expect(drawn(compile(spec, grouped, pdf)).series).toHaveLength(1)
  })
  test('a Q-Q plot stands at the inner edges of bins, with a line through the quartiles', () => {
    const decided = plan({ mark: 'qq', x, y }, bins, pdf)
    expect(decided.slots.map((slot) => slot.at.toFixed(3))).toEqual(['-1.282', '-0.253', '0.842'])
    expect(decided.series[0]?.values).toEqual([10, 20, 30])
    expect(decided.curves).toHaveLength(1)
  })
  test('few bins are said', () => {
    expect(headings({ mark: 'density', x, y }, bins, pdf).subtitle).toContain('Of 4 bins only')
  })
  test.each(['density', 'violin', 'ecdf', 'qq'] as const)(
    'a %s of names is drawn as bars, and why is said',
    (mark) => {
      const decided = plan({ mark, x, y }, byRegion, pdf)
      expect(decided.mark).toBe('bar')
      expect(decided.notes.join()).toContain('needs a number, and how many rows have it')
    },
  )
  test('a fitted curve is told and drawn; what cannot be is said', () => {
    const fit = plan({ mark: 'histogram', x, y, fit: 'normal' }, bins, pdf)
    expect(fit.curves[0]?.points).toHaveLength(161)
    expect(fit.notes.join()).toContain('Normal curve: mean 22, standard deviation 8.51')
    const below = answer(
      [column('d0', 'Change', 'float'), counts],
      [
        [-10, 5],
        [0, 5],
      ],
      { bin_width: { d0: 10 } },
    )
    expect(plan({ mark: 'histogram', x, y, fit: 'exponential' }, below, pdf).notes.join()).toContain(
      'not drawn',
    )
    const means = answer(
      [column('d0', 'Basket', 'float'), amount],
      [
        [0, 1.5],
        [10, 2],
      ],
      { bin_width: { d0: 10 } },
    )
    expect(plan({ mark: 'histogram', x, y, fit: 'normal' }, means, pdf).curves).toEqual([])
  })
})

describe('trends', () => {
  const exact = answer(
    [column('d0', 'Size', 'float'), amount],
    [
      [1, 3],
      [2, 5],
      [3, 7.1],
      [4, 8.9],
    ],
  )
  test('say equation, R², p and n', () => {
    const { subtitle } = headings({ mark: 'scatter', x, y, trend: {} }, exact, pdf)
    expect(subtitle).toBe(
      'Sum of Amount against Size · Trend: y = 1.98 x + 1.05, R² 0.999, p < 0.001, n = 4, band of 95% confidence',
    )
    expect(plan({ mark: 'scatter', x, y, trend: { band: null } }, exact, pdf).curves[0]?.band).toEqual([])
  })
  test('over dates are told for each period, and are drawn over the line', () => {
    const rows = Array.from({ length: 24 }, (_, index) => [
      new Date(Date.UTC(2024, index, 1)).toISOString().slice(0, 10),
      100 + index * 5,
    ])
    const spec: ChartSpec = { mark: 'line', x, y, trend: {} }
    const of = answer([month, amount], rows)
    expect(headings(spec, of, pdf).subtitle).toContain('Trend: +5 a month, R² 1, p < 0.001, n = 24')
    const lines = drawn(compile(spec, of, pdf)).graphic.elements.filter((one) => one.type === 'polyline')
    expect(lines).toHaveLength(1)
  })
  test('are not drawn over bars, and that is said', () => {
    expect(headings({ mark: 'bar', x, y, trend: {} }, byRegion, pdf).subtitle).toContain('No trend')
  })
})

describe('ranges of error', () => {
  const sure = answer(
    [
      region,
      column('m0', 'Mean', 'float'),
      column('m1', 'Deviation', 'float'),
      column('m2', 'Rows', 'integer'),
    ],
    [
      ['North', 10, 2, 9],
      ['South', 8, 1, 1],
    ],
  )
  const around = (error: NonNullable<ChartSpec['y'][number]['error']>) =>
    plan({ mark: 'bar', x, y: [{ field: 'm0', error }] }, sure, pdf).series[0]?.around
  test('are ± a measure, between two, or the interval of a mean', () => {
    expect(around({ field: 'm1' })).toEqual([
      [8, 12],
      [7, 9],
    ])
    expect(around({ field: 'm1', high: 'm2' })).toEqual([
      [2, 9],
      [1, 1],
    ])
    // scipy.stats.t.interval(0.95, 8, 10, 2 / 3): one value alone says nothing of its mean.
    expect(around({ field: 'm1', count: 'm2' })).toEqual([
      [expect.closeTo(8.46266, 5), expect.closeTo(11.53734, 5)],
      null,
    ])
  })
  test('follow their bars when these are sorted, are spoken, and stand in the table', () => {
    const spec: ChartSpec = { mark: 'bar', x, y: [{ field: 'm0', error: { field: 'm1' } }] }
    expect(spoken(spec, sure)).toEqual(['North: 10 (8 to 12)', 'South: 8 (7 to 9)'])
    expect(tableTwin(spec, sure, 'en').columns.map((one) => one.label)).toEqual([
      'Region',
      'Mean',
      'Deviation',
    ])
  })
})

describe('logarithmic axes', () => {
  const wide = answer(
    [column('d0', 'Mass', 'float'), amount],
    [
      [0.1, 1],
      [10, 100],
      [1000, 10000],
      [0, 5],
      [5, -1],
    ],
  )
  test('equal steps are equal factors, and what has no place is counted', () => {
    const spec: ChartSpec = {
      mark: 'scatter',
      x: { field: 'd0', scale: 'log' },
      y: [{ field: 'm0', scale: 'log' }],
    }
    const option = drawn(compile(spec, wide, pdf))
    expect(((option.series[0]?.data ?? []) as number[][]).map(([a, b]) => [a, b])).toEqual([
      [-1, 0],
      [1, 2],
      [3, 4],
    ])
    expect(headings(spec, wide, pdf).subtitle).toContain('2 values of 0 or less not shown')
  })
  test('bars have none', () => {
    expect(
      headings({ mark: 'bar', x, y: [{ field: 'm0', scale: 'log' }] }, byRegion, pdf).subtitle,
    ).toContain('No logarithmic axis')
  })
})

test('annotations stand at names, dates and numbers; those outside are counted', () => {
  const spec: ChartSpec = {
    mark: 'bar',
    x,
    y,
    annotations: [
      { x: 'North', text: 'Fair' },
      { x: 'Atlantis', text: 'Lost' },
    ],
  }
  expect(texts(compile(spec, byRegion, pdf))).toContain('Fair')
  expect(headings(spec, byRegion, pdf).subtitle).toContain('1 annotation lies outside')
})

test('a forecast is dashed from its place on', () => {
  const rows = Array.from({ length: 6 }, (_, index) => [
    new Date(Date.UTC(2025, index, 1)).toISOString().slice(0, 10),
    index,
  ])
  const spec: ChartSpec = { mark: 'line', x, y, forecast_from: '2025-04-01' }
  const of = answer([month, amount], rows)
  const option = drawn(compile(spec, of, pdf))
  const ways = option.graphic.elements.filter((one) => one.type === 'polyline') as unknown as {
    shape: { points: unknown[] }
    style: { lineDash?: number[] }
  }[]
  expect(ways.map((one) => [one.shape.points.length, one.style.lineDash !== undefined])).toEqual([
    [4, false],
    [3, true],
  ])
  expect(headings(spec, of, pdf).subtitle).toContain('Forecast from Apr 2025 on')
})

describe('small multiples', () => {
  const of = answer(
    [region, column('d1', 'Shop'), amount],
    Array.from({ length: 15 }, (_, shop) => [
      ['North', `Shop ${shop + 1}`, 10 + shop],
      ['South', `Shop ${shop + 1}`, 40 - shop],
    ])
      .flat()
      .filter((_, row) => row !== 0),
  )
  const spec: ChartSpec = { mark: 'bar', x, y, facet: { field: 'd1' } }
  test('are twelve at most, on shared axes and with shared places', () => {
    const { panels } = panelsOf(spec, of, pdf)
    expect(panels.map((one) => one.name)).toEqual(
      Array.from({ length: 12 }, (_, index) => `Shop ${index + 1}`),
    )
    expect(new Set(panels.map((one) => JSON.stringify(one.plan.shared?.y))).size).toBe(1)
    expect(new Set(panels.map((one) => one.plan.slots.map((slot) => slot.label).join())).size).toBe(1)
    expect(panels[0]?.plan.series[0]?.values.filter((value) => value === null)).toHaveLength(1)
    expect(headings(spec, of, pdf).subtitle).toContain('12 of 15 panels shown')
    const option = compile(spec, of, pdf) as unknown as { grid: unknown[]; series: { xAxisIndex: number }[] }
    expect(option.grid).toHaveLength(12)
    expect(option.series.map((one) => one.xAxisIndex)).toEqual(
      Array.from({ length: 12 }, (_, index) => index),
    )
  })
  test('are walked with the panel’s name, and a click says panel and place', () => {
    const { series } = cursorModel(spec, of, screen)
    const second = series[1]?.points[0]
    expect(second?.spoken).toMatch(/^Shop 2, (North|South): \d+$/)
    expect(second?.seriesIndex).toBe(1)
    expect(pickAt(spec, of, screen, { seriesIndex: 1, dataIndex: 0 })).toEqual([
      expect.objectContaining({ field: 'd0' }),
      { field: 'd1', value: 'Shop 2', label: 'Shop 2' },
    ])
  })
  test('share their colours', () => {
    const split = answer(
      [region, column('d1', 'Shop'), column('d2', 'Kind'), amount],
      [
        ['North', 'A', 'Old', 90],
        ['North', 'A', 'New', 10],
        ['North', 'B', 'New', 80],
        ['North', 'B', 'Old', 5],
      ],
    )
    const facetted: ChartSpec = { ...spec, color: { field: 'd2' } }
    const { panels } = panelsOf(facetted, split, pdf)
    const colours = panels.map((one) =>
      Object.fromEntries(one.plan.series.map((each) => [each.name, each.color])),
    )
    expect(colours[0]).toEqual(colours[1])
    expect(
      legendItems(facetted, split, pdf)
        .map((one) => one.name)
        .sort(),
    ).toEqual(['New', 'Old'])
  })
  test('are not for a pie', () => {
    const { panels, whole } = panelsOf({ ...spec, mark: 'pie' }, of, pdf)
    expect(panels).toHaveLength(1)
    expect(whole.notes.join()).toContain('No panels')
  })
})

test('a correlation matrix is made of pairs, with ones between', () => {
  const pair = (key: string, a: string, b: string) => ({
    ...column(key, `Correlation of ${a} and ${b}`, 'float'),
    of: [a, b],
  })
  const of = answer([pair('m0', 'A', 'B'), pair('m1', 'A', 'C'), pair('m2', 'B', 'C')], [[0.5, -0.9, null]])
  const [spec] = suggest(of)
  expect(spec?.mark).toBe('correlation')
  const decided = plan(spec as ChartSpec, of, pdf)
  expect(decided.series.map((one) => one.values)).toEqual([
    [1, 0.5, -0.9],
    [0.5, 1, null],
    [-0.9, null, 1],
  ])
  expect(summarise(spec as ChartSpec, of, pdf)).toContain('A and C go together most, with −0.9')
})

test('parallel coordinates tell all measures of a line at once', () => {
  const of = answer(
    [region, amount, column('m1', 'Weight', 'float')],
    [
      ['North', 1, 20],
      ['South', 2, null],
    ],
  )
  const spec: ChartSpec = { mark: 'parallel', x, y: [{ field: 'm0' }, { field: 'm1' }] }
  expect(spoken(spec, of)).toContain('North, Weight: 20')
  expect(drawn(compile(spec, of, pdf)).series[0]?.data).toHaveLength(2)
})

describe('maps', () => {
  const country = column('d0', 'Country')
  const of = answer(
    [country, amount],
    [
      ['Germany', 3],
      ['fra', 2],
      ['Österreich', 1],
      ['Atlantis', 9],
      [null, 4],
      ['Côte d’Ivoire', 5],
    ],
  )
  const spec: ChartSpec = { mark: 'map', x, y }
  test('without outlines are bars', () => {
    expect(plan(spec, of, pdf).mark).toBe('bar')
  })
  describe('with outlines', () => {
    beforeAll(loadOutlines)
    test('know names in several languages and codes, and list what they do not know', () => {
      const decided = plan(spec, of, pdf)
      expect(decided.mark).toBe('map')
      expect(decided.slots.map((slot) => slot.label)).toEqual([
        'Germany',
        'fra',
        'Österreich',
        'Côte d’Ivoire',
      ])
      expect(decided.notes).toContain('2 not on the map: Atlantis, (empty)')
      expect(tableTwin(spec, of, 'en').rows).toHaveLength(6)
    })
    test('are proposed for countries and for states, not for other names', () => {
      const first = (names: string[]) =>
        suggest(
          answer(
            [country, amount],
            names.map((name, at) => [name, at + 1]),
          ),
        )[0]?.mark
      expect(first(['Germany', 'France', 'Spain', 'Italy', 'Poland'])).toBe('map')
      expect(first(['TX', 'CA', 'NY', 'OH', 'WA'])).toBe('map')
      expect(first(['North', 'South', 'West', 'East', 'Export'])).toBe('bar')
    })
    test('a click says the value as it is in the data', () => {
      expect(pickAt(spec, of, screen, { seriesIndex: 0, dataIndex: 1 })).toEqual([
        { field: 'd0', value: 'fra', label: 'fra' },
      ])
    })
  })
})
