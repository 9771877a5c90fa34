// The marks that are no bars, lines or points on axes: what they decide, and what can be read and walked.

import { describe, expect, test } from 'vitest'
import {
  type Answer,
  type ChartSpec,
  compile,
  cursorModel,
  pickAt,
  pointAt,
  start,
  suggest,
  summarise,
  tableTwin,
} from '../src/index'
import { plan } from '../src/plan'
import { stepsOf } from '../src/steps'
import { themes } from '../src/theme'
import { squarify } from '../src/tree'
import { amount, answer, byRegion, column, drawn, month, pdf, region, screen, texts, x, y } from './build'

const color = { field: 'd1' }
const channel = column('d1', 'Channel')
const square = answer(
  [region, channel, amount],
  [
    ['North', 'Web', 10],
    ['North', 'Shop', 40],
    ['South', 'Web', 30],
    ['South', 'Shop', null],
  ],
)
const spoken = (spec: ChartSpec, of: Answer): string[] =>
  cursorModel(spec, of, screen).series.flatMap((one) => one.points.map((point) => point.spoken))

describe('steps of colour', () => {
  const stepped = (values: (number | null)[]) => {
    const of = answer(
      [region, amount],
      values.map((value, index) => [`R${index}`, value]),
    )
    const decided = plan({ mark: 'heatmap', x, y }, of, pdf)
    return stepsOf(decided, { theme: themes.light } as Parameters<typeof stepsOf>[1])
  }
  test('have round edges from zero, and a value on an edge is in the upper step', () => {
    const steps = stepped([3, 96, null, 41])
    expect(steps.edges).toEqual([0, 20, 40, 60, 80, 100])
    expect(steps.colorOf(20)).toBe(steps.colors[1])
    expect(steps.colorOf(19.999)).toBe(steps.colors[0])
    expect(steps.colorOf(100)).toBe(steps.colors[4])
  })
  test('stand around zero where values lie on both sides', () => {
    const steps = stepped([-30, 80])
    expect(steps.edges[0]).toBe(-(steps.edges.at(-1) ?? 0))
    expect(steps.edges).toContain(0)
    expect(steps.colorOf(-80)).toBe(themes.light.around[0])
    expect(steps.colorOf(80)).toBe(themes.light.around.at(-1))
  })
  test('also of one value', () => expect(stepped([7, 7]).colorOf(7)).toMatch(/^#/))
})

test('a heat map keeps a hole where there is no value, and periods without a row', () => {
  const spec: ChartSpec = { mark: 'heatmap', x, y, color }
  const holes = drawn(compile(spec, square, pdf)).series.flatMap((one) => one.data as unknown[][])
  expect(holes.filter((cell) => cell[2] === null)).toHaveLength(1)
  expect(spoken(spec, square)).toContain('South, Shop: no value')
  const gap = answer(
    [month, amount],
    [
      ['2025-01-01', 1],
      ['2025-04-01', 2],
    ],
  )
  expect(drawn(compile({ mark: 'heatmap', x, y }, gap, pdf)).series[0]?.data).toHaveLength(4)
})

test('a waterfall ends with the total, each bar beginning where the one before it ended', () => {
  const steps = answer(
    [region, amount],
    [
      ['Sales', 100],
      ['Costs', -70.1],
      ['Taxes', -9.9],
    ],
  )
  const spec: ChartSpec = { mark: 'waterfall', x, y }
  expect(plan(spec, steps, pdf).spans).toEqual([
    [0, 100],
    [100, expect.closeTo(29.9)],
    [expect.closeTo(29.9), expect.closeTo(20)],
    [0, expect.closeTo(20)],
  ])
  expect(spoken(spec, steps)).toEqual(['Sales: 100', 'Costs: −70.1', 'Taxes: −9.9', 'Total: 20'])
  expect(summarise(spec, steps, pdf)).toContain('3 values')
})

test('a funnel goes from the largest to the smallest and says shares of the first', () => {
  const written = texts(compile({ mark: 'funnel', x, y }, byRegion, pdf))
  expect(written.filter((text) => ['North', 'South', 'East'].includes(text))).toEqual([
    'North',
    'South',
    'East',
  ])
  expect(written.join('|')).toContain('34.1% of the first')
})

test.each<[ChartSpec['mark'], Partial<ChartSpec>, Answer, string]>([
  ['funnel', {}, answer([region, amount], [['A', -1]]), 'cannot show negative values'],
  ['treemap', {}, answer([region, amount], [['A', 0]]), 'needs values that add up to something'],
  ['sankey', {}, byRegion, 'needs where the flows go to'],
  ['radar', {}, answer([region, amount], [['A', 1]]), 'needs three to twelve axes'],
  ['box', {}, byRegion, 'needs five measures'],
  ['candlestick', {}, byRegion, 'needs four measures'],
  ['calendar', {}, byRegion, 'needs dates'],
  ['waterfall', { color }, square, 'cannot be split by colour'],
])('what a %s cannot show is drawn plainly, and why is said', (mark, more, of, why) => {
  const spec: ChartSpec = { mark, x, y, ...more }
  const decided = plan(spec, of, pdf)
  expect(decided.mark).toBe('bar')
  expect(decided.notes.join()).toContain(why)
})

test('the areas of a tree map are its values', () => {
  const values = [60, 25, 10, 4, 1]
  const places = squarify(values, { left: 10, top: 20, right: 410, bottom: 220 })
  const areas = places.map((place) => (place.right - place.left) * (place.bottom - place.top))
  for (const [index, area] of areas.entries()) expect(area).toBeCloseTo((values[index] ?? 0) * 800, 6)
  for (const place of places) {
    expect(place.left).toBeGreaterThanOrEqual(10)
    expect(place.bottom).toBeLessThanOrEqual(220.000001)
  }
})

test('whole boxes and candles are walked number by number', () => {
  const five = ['Lowest', 'Quartile 1', 'Median', 'Quartile 3', 'Highest']
  const of = answer(
    [region, ...five.map((name, index) => column(`m${index}`, name, 'float'))],
    [['A', 1, 2, 3, 4, 9]],
  )
  const spec: ChartSpec = { mark: 'box', x, y: five.map((_, index) => ({ field: `m${index}` })) }
  expect(spoken(spec, of)).toEqual(five.map((name, index) => `A, ${name}: ${[1, 2, 3, 4, 9][index]}`))
  const model = cursorModel(spec, of, screen)
  expect(pointAt(model, { series: 2, point: 0 })).toMatchObject({ seriesIndex: 0, dataIndex: 0 })
})

test('every value of a sunburst, a tree map, a radar and a Sankey diagram is walked, and the tip follows where it can', () => {
  for (const mark of ['sunburst', 'treemap', 'sankey'] as const) {
    const model = cursorModel({ mark, x, y, color }, square, screen)
    expect(start(model)).not.toBeNull()
    expect(spoken({ mark, x, y, color }, square)).toContain('North, Shop: 40')
  }
  const inner = cursorModel({ mark: 'sunburst', x, y, color }, square, screen)
  const numbers = inner.series
    .flatMap((one) => one.points.map((point) => point.dataIndex))
    .filter((at) => at >= 0)
  expect(new Set(numbers).size).toBe(numbers.length)
})

test('a bubble says its size, and the table has it', () => {
  const of = answer(
    [region, amount, column('m1', 'Rating', 'float'), column('m2', 'Customers', 'integer')],
    [
      ['North', 1, 2, 900],
      ['South', 2, 3, null],
    ],
  )
  const spec: ChartSpec = { mark: 'scatter', x: { field: 'm0' }, y: [{ field: 'm1' }], size: { field: 'm2' } }
  expect(spoken(spec, of)).toEqual(['1: 2, Customers 900', '2: 3, Customers no value'])
  expect(tableTwin(spec, of, 'en').columns.map((one) => one.label)).toEqual([
    'Sum of Amount',
    'Rating',
    'Customers',
  ])
  const size = drawn(compile(spec, of, pdf)).series[0]?.symbolSize as (point: number[]) => number
  expect(size([1, 2, 0])).toBe(46)
})

const sales = answer(
  [month, amount, column('m1', 'Margin', 'float')],
  [
    ['2025-01-01', 800, 0.2],
    ['2025-02-01', 1200, 0.1],
    ['2025-03-01', 900, null],
  ],
)

test('two scales have as many steps, and a measure of another size gets the second', () => {
  const spec = suggest(sales).find((one) => one.mark === 'combo') as ChartSpec
  expect(spec.y).toEqual([{ field: 'm0' }, { field: 'm1', axis: 'right' }])
  const axes = drawn(compile(spec, sales, pdf)).yAxis as unknown as {
    min: number
    max: number
    interval: number
  }[]
  const steps = axes.map((axis) => Math.round((axis.max - axis.min) / axis.interval))
  expect(steps).toHaveLength(2)
  expect(steps[0]).toBe(steps[1])
  expect(axes[0]?.min).toBe(0)
  expect(axes[1]?.max).toBeGreaterThanOrEqual(0.2)
  expect(axes[1]?.min).toBeLessThanOrEqual(0.1)
  expect(summarise(spec, sales, pdf)).toContain(
    'Margin: Jan 2025 is highest with 0.2, Feb 2025 lowest with 0.1',
  )
})

test('a Pareto chart reaches the whole, and says how few make most of it', () => {
  const spec: ChartSpec = { mark: 'pareto', x, y }
  const reached = plan(spec, byRegion, pdf).series[1]?.values ?? []
  expect(reached.at(-1)).toBeCloseTo(1)
  expect(reached[0]).toBeCloseTo(1204 / 1702)
  expect(summarise(spec, byRegion, pdf)).toContain('2 of 3 make 94.8% of the total')
})

test('a figure shows the last value there is against the one before it', () => {
  const spec: ChartSpec = { mark: 'figure', x, y }
  expect(texts(compile(spec, sales, { ...pdf, headings: false })).slice(0, 2)).toEqual([
    '900',
    '▼ −25% against 1,200 (Feb 2025)',
  ])
  const margin: ChartSpec = { mark: 'figure', x, y: [{ field: 'm1' }] }
  expect(texts(compile(margin, sales, { ...pdf, headings: false }))[0]).toBe('0.1')
})

test('a gauge goes up to its goal; without one it is a figure, and says so', () => {
  const spec: ChartSpec = { mark: 'gauge', x, y, references: [{ value: 1800 }] }
  expect(texts(compile(spec, sales, { ...pdf, headings: false }))).toEqual(['900', '50% · goal 1,800'])
  const decided = plan({ mark: 'gauge', x, y }, sales, pdf)
  expect(decided.mark).toBe('figure')
  expect(decided.notes.join()).toContain('needs a goal')
})

test('reference lines are part of what the axis reaches', () => {
  const spec: ChartSpec = { mark: 'line', x, y, references: [{ value: 5000, label: 'Goal' }] }
  const option = drawn(compile(spec, sales, pdf))
  expect(option.yAxis.max).toBeGreaterThanOrEqual(5000)
  expect(texts(option)).toContain('Goal')
})

test('totals of a pivot are not drawn beside their parts, and the rest beyond a top is named and last', () => {
  const of = answer(
    [region, amount],
    [
      ['A', 5],
      [null, 90],
      ['B', 7],
      [null, 102],
      [null, 1],
    ],
    { level: [0, 0, 0, 1, 0], other: [0, 1, 0, 0, 0] },
  )
  const decided = plan({ mark: 'bar', x, y }, of, pdf)
  expect(decided.slots.map((slot) => slot.label)).toEqual(['B', 'A', '(empty)', 'Other'])
  expect(decided.series[0]?.values).toEqual([7, 5, 1, 90])
})

test('a mark tells the values that it stands for; a total, a rest and a measure tell none', () => {
  const at = (spec: ChartSpec, of: Answer, seriesIndex: number, dataIndex: number, data?: unknown) =>
    pickAt(spec, of, screen, { seriesIndex, dataIndex, data }).map((pick) => [pick.field, pick.value])
  expect(at({ mark: 'bar', x, y }, byRegion, 0, 0)).toEqual([['d0', 'North']])
  expect(at({ mark: 'bar', x, y }, byRegion, 0, 9)).toEqual([])
  const split: ChartSpec = { mark: 'bar', x, y, color, stack: 'zero' }
  expect(at(split, square, 0, 0)).toEqual([
    ['d0', 'North'],
    ['d1', 'Web'],
  ])
  expect(at({ mark: 'waterfall', x, y }, byRegion, 0, 3)).toEqual([])
  expect(at({ mark: 'sankey', x, y, color }, square, 0, 0, { at: [1, 1] })).toEqual([
    ['d0', 'South'],
    ['d1', 'Shop'],
  ])
  const rest = answer(
    [region, amount],
    [
      ['A', 5],
      [null, 90],
    ],
    { other: [0, 1] },
  )
  expect(at({ mark: 'bar', x, y }, rest, 0, 0)).toEqual([['d0', 'A']])
  expect(at({ mark: 'bar', x, y }, rest, 0, 1)).toEqual([])
  const binned = answer([column('d0', 'Basket', 'float'), amount], [[10, 3]], { bin_width: { d0: 5 } })
  expect(pickAt({ mark: 'histogram', x, y }, binned, screen, { seriesIndex: 0, dataIndex: 0 })).toMatchObject(
    [{ field: 'd0', value: 10, to: 15 }],
  )
})

test('numbers are written as is agreed of their column, unless the chart says otherwise', () => {
  const of = (more: object) => answer([region, { ...amount, ...more }], [['A', 0.25]])
  const text = (more: object, format?: object) =>
    spoken({ mark: 'bar', x, y: [{ field: 'm0', ...(format ? { format } : {}) }] }, of(more))[0]
  expect(text({})).toBe('A: 0.25')
  expect(text({ format: 'percent' })).toBe('A: 25%')
  expect(text({ format: 'currency', unit: 'EUR' })).toContain('€0.25')
  expect(text({ unit: 'kg' })).toMatch(/^A: 0\.25\skg$/)
  expect(text({ format: 'percent' }, { kind: 'number', digits: 1 })).toBe('A: 0.3')
})

test('minutes are periods like others: named, kept empty in bars, a line broken after an hour without', () => {
  const minute = column('d0', 'Time', 'timestamp', { grain: 'minute' })
  const of = answer(
    [minute, amount],
    [
      ['2025-03-01T10:00:00', 1],
      ['2025-03-01T10:03:00', 2],
      ['2025-03-01T12:00:00', 3],
    ],
  )
  expect(spoken({ mark: 'line', x, y }, of)[0]).toBe('Mar 1, 2025, 10:00: 1')
  expect([...plan({ mark: 'line', x, y }, of, pdf).gaps]).toEqual([1])
  expect(plan({ mark: 'bar', x, y }, of, pdf).slots).toHaveLength(121)
})

test('heat maps, calendars and tree maps are proposed where they suit', () => {
  const marks = (of: Answer): string[] => suggest(of).map((spec) => spec.mark)
  const days = answer(
    [column('d0', 'Day', 'date', { grain: 'day' }), amount],
    Array.from({ length: 90 }, (_, index) => [
      new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10),
      1,
    ]),
  )
  expect(marks(days)).toContain('calendar')
  const parts = answer(
    [region, amount],
    Array.from({ length: 20 }, (_, index) => [`R${index}`, index + 1]),
  )
  expect(marks(parts)).toContain('treemap')
  expect(marks(byRegion)).not.toContain('treemap')
  expect(marks(byRegion)).toEqual(expect.arrayContaining(['pie', 'funnel', 'waterfall']))
  const full = { ...square, data: { ...square.data, m0: [10, 40, 30, 5] } }
  expect(marks(full)).toEqual(expect.arrayContaining(['treemap', 'sunburst', 'sankey']))
  const prices = (low: number) =>
    answer(
      [month, ...['First', 'High', 'Low', 'Last'].map((name, index) => column(`m${index}`, name, 'float'))],
      [['2025-01-01', 5, 9, low, 6]],
    )
  expect(marks(prices(3))[0]).toBe('candlestick')
  expect(marks(prices(7))).not.toContain('candlestick')
})

test('two numbers in bins are a heat map that rises upwards, its cells named by both edges', () => {
  const bins = answer(
    [column('d0', 'Weight', 'integer'), column('d1', 'Price', 'decimal'), column('m0', 'Rows', 'integer')],
    [
      [0, '0', 5],
      [0, '10', 7],
      [20, '0', 1],
      [20, null, 2],
    ],
    { bin_width: { d0: 20, d1: 10 } },
  )
  const [first] = suggest(bins)
  expect(first).toMatchObject({ mark: 'heatmap', x: { field: 'd0' }, color: { field: 'd1' } })
  const decided = plan(first as ChartSpec, bins, pdf)
  expect(decided.series.map((one) => one.name)).toEqual(['10 to 20', '0 to 10', '(empty)'])
  expect(decided.slots.map((slot) => slot.label)).toEqual(['0 to 20', '20 to 40'])
  expect(spoken(first as ChartSpec, bins)).toContain('0 to 20, 10 to 20: 7')
})
