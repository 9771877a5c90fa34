// A hundred thousand points: nothing that stands out is lost, and what was planned once is not planned again.

import { LineChart, ScatterChart } from 'echarts/charts'
import { GraphicComponent, GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { expect, test } from 'vitest'
import { compile, cursorModel, legendItems, summarise } from '../src/index'
import { panelsOf } from '../src/panels'
import { plan } from '../src/plan'
import { spokenHit } from '../src/spoken'
import { answer, byRegion, column, drawn, pdf, screen, x, y } from './build'

use([LineChart, ScatterChart, GridComponent, GraphicComponent, SVGRenderer])

const COUNT = 20_000
const PEAK = 7_777
const TROUGH = 12_345

const peaked = answer(
  [column('c1', 'Row', 'integer'), column('c2', 'Load', 'float')],
  Array.from({ length: COUNT }, (_, row) => [
    row,
    row === PEAK ? 900 : row === TROUGH ? -900 : (row * 37) % 100,
  ]),
)
const over = (mark: 'line' | 'scatter') => ({ mark, x: { field: 'c1' }, y: [{ field: 'c2' }] })

function svgOf(mark: 'line' | 'scatter'): { svg: string; top: number; bottom: number } {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: pdf.width, height: pdf.height })
  try {
    chart.setOption(compile(over(mark), peaked, pdf))
    const pixel = (value: number): number => chart.convertToPixel({ yAxisIndex: 0 }, value)
    return { svg: chart.renderToSVGString(), top: pixel(900), bottom: pixel(-900) }
  } finally {
    chart.dispose()
  }
}

/** The longest path of a picture: its line, or its points in one stroke. */
const heights = (svg: string): number[] => {
  const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map((found) => found[1] as string)
  const longest = paths.reduce((a, b) => (b.length > a.length ? b : a))
  return [...longest.matchAll(/[ML]\s*-?[\d.]+[ ,](-?[\d.]+)/g)].map((found) => Number(found[1]))
}

test.each(['line', 'scatter'] as const)('the picture of many points as %s reaches its extremes', (mark) => {
  const { svg, top, bottom } = svgOf(mark)
  const drawn = heights(svg)
  expect(drawn.length).toBeGreaterThan(500)
  const [highest, lowest] = [drawn.reduce((a, b) => Math.min(a, b)), drawn.reduce((a, b) => Math.max(a, b))]
  expect(Math.abs(highest - top)).toBeLessThan(3)
  expect(Math.abs(lowest - bottom)).toBeLessThan(3)
})

test.each(['line', 'scatter'] as const)('all points of a %s go to the engine, side by side', (mark) => {
  const data = drawn(compile(over(mark), peaked, screen)).series[0]?.data as unknown as Float64Array
  expect(data).toBeInstanceOf(Float64Array)
  expect(data).toHaveLength(2 * COUNT)
  expect([...data.slice(2 * PEAK, 2 * PEAK + 2)]).toEqual([PEAK, 900])
})

test('points without a value leave no hole, and the cursor stands on those that are drawn', () => {
  const some = answer(
    [...peaked.columns],
    Array.from({ length: 4000 }, (_, row) => [row, row % 4 === 0 ? null : row]),
  )
  expect(drawn(compile(over('scatter'), some, screen)).series[0]?.data).toHaveLength(2 * 3000)
  const [first, second] = cursorModel(over('scatter'), some, screen).series[0]?.points ?? []
  expect([first?.dataIndex, first?.spoken]).toEqual([0, '1: 1'])
  expect([second?.dataIndex, second?.from]).toEqual([1, [0, 2]])
})

test('a mere point says its place and value, as an array or out of a long list', () => {
  const few = plan(over('scatter'), peaked, screen)
  for (const data of [[PEAK, 900, PEAK], [PEAK, 900], undefined])
    expect(spokenHit(few, { seriesIndex: 0, dataIndex: PEAK, data }, 'en')).toEqual([
      { place: '7,777', name: '', value: '900' },
    ])
  const line = plan(over('line'), peaked, screen)
  expect(spokenHit(line, { seriesIndex: 0, dataIndex: COUNT, data: [0, 0] }, 'en')).toEqual([])
})

test('rows that rise and rows that fall make the same line, also where places come twice', () => {
  const rows = [
    [1, 10],
    [2, 20],
    [4, 40],
    [4, 41],
    [3, 30],
    [1, 11],
  ]
  const shape = (order: number[][]) => {
    const { slots, series } = plan(over('line'), answer([...peaked.columns], order), screen)
    return [slots.map((slot) => slot.at), series[0]?.values]
  }
  expect(shape(rows)).toEqual([
    [1, 1, 2, 3, 4, 4],
    [10, 11, 20, 30, 40, 41],
  ])
  const falling = [rows[2], rows[3], rows[4], rows[1], rows[0], rows[5]] as number[][]
  expect(shape(falling)).toEqual(shape(rows))
})

test('a plan serves every width, and another theme, height or set of series has its own', () => {
  const bar = { mark: 'bar' as const, x, y }
  const { whole } = panelsOf(bar, byRegion, screen)
  expect(panelsOf(bar, byRegion, { ...screen, width: 300 }).whole).toBe(whole)
  expect(panelsOf(bar, byRegion, { ...screen, theme: 'dark' }).whole).not.toBe(whole)
  expect(panelsOf(bar, byRegion, { ...screen, height: 90 }).whole).not.toBe(whole)
  expect(panelsOf({ ...bar, order: 'answer' }, byRegion, screen).whole).not.toBe(whole)
  const hidden = { ...screen, hidden: ['Sum of Amount'] }
  expect(panelsOf(bar, byRegion, hidden).whole.series).toEqual([])
  expect(summarise(bar, byRegion, hidden)).toContain('North')
  expect(legendItems(bar, byRegion, hidden)).toEqual([])
})
