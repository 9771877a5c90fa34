import { describe, expect, test } from 'vitest'
import { formatValue } from '../src/format'
import { compile, headings, legendItems, NotDrawable } from '../src/index'
import { widthOf } from '../src/text'
import {
  amount,
  answer,
  byRegion,
  column,
  drawn,
  month,
  pdf,
  region,
  screen,
  texts,
  valuesOf,
  x,
  y,
} from './build'
import { cases } from './cases.mjs'

const valuesAt = (option: ReturnType<typeof drawn>): unknown[] =>
  (option.series[0]?.data ?? []).map((point) => (point as number[])[0])

const bar = { mark: 'bar' as const, x, y }

describe('bars', () => {
  test('start at zero and go by value when their names have no order', () => {
    const option = compile(bar, byRegion, pdf)
    expect(valuesOf(option)).toEqual([1204, 410, 88])
    expect(drawn(option).yAxis.min).toBe(0)
  })

  test('keep the order of the answer when it is asked for, or when it came sorted', () => {
    expect(valuesOf(compile({ ...bar, order: 'answer' }, byRegion, pdf))).toEqual([88, 1204, 410])
    const rising = (count: number) =>
      answer(
        [region, amount],
        Array.from({ length: count }, (_, index) => [`R${'ABCDE'[index]}`, index + 1]),
      )
    expect(valuesOf(compile(bar, rising(5), pdf))).toEqual([1, 2, 3, 4, 5])
    expect(valuesOf(compile({ ...bar, order: 'value' }, rising(5), pdf))).toEqual([5, 4, 3, 2, 1])
    // So few may rise by chance.
    expect(valuesOf(compile(bar, rising(2), pdf))).toEqual([2, 1])
  })

  test.each([
    [
      ['Mar', 'Jan', 'Feb'],
      [2, 3, 1],
    ],
    [
      ['Wednesday', 'Monday', 'Tuesday'],
      [2, 3, 1],
    ],
    [
      ['45–64', '18–24', '25–44'],
      [2, 3, 1],
    ],
    [
      ['Q1 2025', 'Q3 2024', 'Q4 2024'],
      [2, 3, 1],
    ],
    [
      ['2025-W10', '2025-W2', '2025-W9'],
      [2, 3, 1],
    ],
  ])('go in their own order: %s', (names, expected) => {
    const rows = answer(
      [region, amount],
      names.map((name, index) => [name, [1, 2, 3][index] ?? 0]),
    )
    const shuffled = answer(
      [region, amount],
      [
        [names[1] ?? '', 2],
        [names[0] ?? '', 1],
        [names[2] ?? '', 3],
      ],
    )
    expect(valuesOf(compile(bar, rows, pdf))).toEqual(expected)
    expect(valuesOf(compile(bar, shuffled, pdf))).toEqual(expected)
  })

  test('names that merely begin with a digit are names', () => {
    const rows = answer(
      [region, amount],
      [
        ['3M', 5],
        ['7-Eleven', 9],
        ['1 World', 7],
      ],
    )
    expect(valuesOf(compile(bar, rows, pdf))).toEqual([9, 7, 5])
  })

  test('lie down when names are long, unless told otherwise', () => {
    const long = answer(
      [region, amount],
      [
        ['Saint Vincent and the Grenadines', 2],
        ['Bosnia and Herzegovina', 3],
        ['A', 1],
        ['B', 0.5],
        ['C', 0.4],
        ['D', 0.2],
      ],
    )
    expect(drawn(compile(bar, long, pdf)).yAxis.type).toBe('category')
    expect(drawn(compile({ ...bar, horizontal: false }, long, pdf)).xAxis.type).toBe('category')
    expect(drawn(compile(bar, byRegion, pdf)).xAxis.type).toBe('category')
    expect(drawn(compile({ ...bar, horizontal: true }, byRegion, pdf)).yAxis.type).toBe('category')
  })

  test('say how many are not shown', () => {
    const many = answer(
      [region, amount],
      Array.from({ length: 312 }, (_, i) => [`P${i}x`, i * 7]),
    )
    const tall = { ...pdf, height: 900 }
    expect(valuesOf(compile(bar, many, tall))).toHaveLength(40)
    expect(texts(compile(bar, many, tall)).join(' ')).toContain('40 of 312 bars shown')
    expect(headings(bar, many, { ...screen, height: 900 }).subtitle).toBe(
      'Sum of Amount by Region · 40 of 312 bars shown',
    )
    expect(headings(bar, byRegion, screen).subtitle).toBe('Sum of Amount by Region')
  })

  test('keep the room of days without rows', () => {
    const day = column('d0', 'Day', 'date', { grain: 'day' })
    const rows = answer(
      [day, amount],
      [
        ['2025-03-01', 1],
        ['2025-03-04', 4],
      ],
    )
    expect(valuesOf(compile(bar, rows, pdf))).toEqual([1, null, null, 4])
  })

  test('as shares add up to one', () => {
    const rows = answer(
      [region, column('d1', 'Kind'), amount],
      [
        ['N', 'a', 30],
        ['N', 'b', 10],
        ['S', 'a', 5],
      ],
    )
    const option = compile({ ...bar, color: { field: 'd1' }, stack: 'percent' }, rows, pdf)
    expect(valuesOf(option, 0)).toEqual([0.75, 1])
    expect(valuesOf(option, 1)).toEqual([0.25, null])
    expect(drawn(option).yAxis.max).toBe(1)
  })

  test('rows that share a place are all drawn, none added up', () => {
    const rows = answer(
      [column('c1', 'City'), column('c2', 'Price', 'float')],
      [
        ['Rome', 3],
        ['Rome', 4],
        ['Oslo', 9],
      ],
    )
    const option = compile({ mark: 'bar', x: { field: 'c1' }, y: [{ field: 'c2' }] }, rows, pdf)
    expect(valuesOf(option)).toEqual([9, 4, 3])
  })

  test('of rows cut by a limit say so', () => {
    const cut = { ...byRegion, truncated: true, total_count: 90311 }
    expect(headings(bar, cut, pdf).subtitle).toBe('Sum of Amount by Region · 3 of 90,311 rows shown')
  })
})

describe('lines', () => {
  const line = { mark: 'line' as const, x, y }

  test('stand on a real time axis and break where months are missing', () => {
    const rows = answer(
      [month, amount],
      [
        ['2025-01-01', 1],
        ['2025-02-01', 2],
        ['2025-06-01', 3],
        ['2025-07-01', 4],
      ],
    )
    const option = compile(line, rows, pdf)
    expect(drawn(option).xAxis.type).toBe('time')
    const points = valuesOf(option) as [number, number | null][]
    expect(points.map(([, value]) => value)).toEqual([1, 2, null, 3, 4])
    expect(points[0]?.[0]).toBe(Date.UTC(2025, 0, 1))
  })

  test('do not break at a weekend', () => {
    const day = column('d0', 'Day', 'date', { grain: 'day' })
    const rows = answer(
      [day, amount],
      [
        ['2025-03-06', 1],
        ['2025-03-07', 2],
        ['2025-03-10', 3],
      ],
    )
    expect(valuesOf(compile(line, rows, pdf))).toHaveLength(3)
  })

  test('leave a gap for null and mark a point that is alone', () => {
    const rows = answer(
      [month, amount],
      [
        ...Array.from(
          { length: 14 },
          (_, i) => [`2024-${String((i % 12) + 1).padStart(2, '0')}-01`, i] as [string, number],
        ).slice(0, 12),
        ['2025-01-01', null],
        ['2025-02-01', 7],
        ['2025-03-01', null],
        ['2025-04-01', 8],
        ['2025-05-01', 9],
      ],
    )
    const option = drawn(compile(line, rows, pdf))
    const data = option.series[0]?.data as { value: [number, number | null]; symbol: string }[]
    expect(option.series[0]?.connectNulls).toBe(false)
    expect(data.map((point) => point.symbol).filter((symbol) => symbol !== 'none')).toHaveLength(1)
    expect(data[13]?.symbol).toBe('circle')
  })

  test('up to four carry their names, more get a legend on paper', () => {
    const rows = (count: number) =>
      answer(
        [month, column('d1', 'Kind'), amount],
        Array.from({ length: count * 2 }, (_, i) => [
          `2025-0${(i % 2) + 1}-01`,
          `Kind ${Math.floor(i / 2)}`,
          i,
        ]),
      )
    const spec = { ...line, color: { field: 'd1' } }
    expect(legendItems(spec, rows(4), pdf).map((item) => item.direct)).toEqual([true, true, true, true])
    expect(legendItems(spec, rows(5), pdf).every((item) => !item.direct)).toBe(true)
    expect(texts(compile(spec, rows(4), pdf))).toContain('Kind 2')
    expect(texts(compile(spec, rows(5), pdf))).toContain('Kind 2')
    expect(texts(compile(spec, rows(5), screen))).not.toContain('Kind 2')
    expect(texts(compile({ ...spec, legend: 'none' }, rows(5), pdf))).not.toContain('Kind 2')
  })

  test('beyond seven are grey together, yet all drawn', () => {
    const rows = answer(
      [month, column('d1', 'Kind'), amount],
      Array.from({ length: 20 }, (_, i) => [
        `2025-0${(i % 2) + 1}-01`,
        `Kind ${'ABCDEFGHIJ'[Math.floor(i / 2)]}`,
        i,
      ]),
    )
    const spec = { ...line, color: { field: 'd1' } }
    const option = drawn(compile(spec, rows, pdf))
    expect(option.series).toHaveLength(10)
    const items = legendItems(spec, rows, pdf)
    expect(items).toHaveLength(8)
    expect(items.at(-1)).toMatchObject({ name: 'Other (3)', series: ['Kind C', 'Kind B', 'Kind A'] })
  })

  test('past three thousand points are thinned, with a note', () => {
    const time = column('c1', 'Time', 'timestamp')
    const rows = answer(
      [time, column('c2', 'Load', 'float')],
      Array.from({ length: 3001 }, (_, i) => [new Date(i * 60000).toISOString().slice(0, 19), i]),
    )
    const spec = { mark: 'line' as const, x: { field: 'c1' }, y: [{ field: 'c2' }] }
    expect(drawn(compile(spec, rows, pdf)).series[0]).toMatchObject({ sampling: 'minmax', showSymbol: false })
    // The smallest and the largest of each pixel need values; gaps are drawn as gaps by the other way.
    const gap = answer(
      [...rows.columns],
      [...Array(3001).keys()].map((i) => [rows.data.c1?.[i] ?? null, i || null]),
    )
    expect(drawn(compile(spec, gap, pdf)).series[0]).toMatchObject({ sampling: 'lttb', showSymbol: true })
    expect(headings(spec, rows, pdf).subtitle).toBe('Load by Time · 3,001 points, simplified for display')
  })

  test('of a column of identities are forty at most, with a note, and cost no memory', () => {
    const rows = answer(
      [month, column('d1', 'Id'), amount],
      Array.from({ length: 20_000 }, (_, i) => [
        new Date(i * 86_400_000).toISOString().slice(0, 10),
        `id ${i}x`,
        i,
      ]),
    )
    const spec = { ...line, color: { field: 'd1' } }
    const option = drawn(compile(spec, rows, pdf))
    expect(option.series).toHaveLength(40)
    expect(option.series[0]?.name).toBe('id 19999x')
    expect(headings(spec, rows, pdf).subtitle).toContain('40 of 20,000 series shown')
  })

  test('a hidden series goes, the colours stay', () => {
    const rows = answer(
      [month, column('d1', 'Kind'), amount],
      [
        ['2025-01-01', 'a', 9],
        ['2025-01-01', 'b', 5],
        ['2025-02-01', 'a', 9],
        ['2025-02-01', 'b', 5],
      ],
    )
    const spec = { ...line, color: { field: 'd1' } }
    const whole = drawn(compile(spec, rows, screen))
    const part = drawn(compile(spec, rows, { ...screen, hidden: ['a'] }))
    expect(part.series.map((one) => one.name)).toEqual(['b'])
    expect(part.series[0]?.itemStyle).toEqual(whole.series[1]?.itemStyle)
    expect(legendItems(spec, rows, { ...screen, hidden: ['a'] }).map((item) => item.hidden)).toEqual([
      true,
      false,
    ])
  })
})

describe('other marks', () => {
  test('a pie of more than six parts, of negative parts or of two measures becomes bars and says so', () => {
    const pie = { mark: 'pie' as const, x, y }
    const seven = answer(
      [region, amount],
      Array.from({ length: 7 }, (_, i) => [`R${i}x`, i + 1]),
    )
    const negative = answer(
      [region, amount],
      [
        ['A', 4],
        ['B', -1],
      ],
    )
    expect(drawn(compile(pie, byRegion, pdf)).series[0]?.type).toBe('pie')
    for (const rows of [seven, negative]) {
      expect(drawn(compile(pie, rows, pdf)).series[0]?.type).toBe('bar')
      expect(headings(pie, rows, pdf).subtitle).toMatch(/ · Drawn as bars/)
    }
  })

  test('a histogram stands on the edges of its bins and counts empty bins as zero', () => {
    const rows = answer(
      [column('d0', 'Basket', 'float'), column('m0', 'Count of rows', 'integer')],
      [
        [0, 3],
        [10, 5],
        [30, 2],
      ],
      { bin_width: { d0: 10 } },
    )
    const option = drawn(compile({ mark: 'histogram', x, y }, rows, pdf))
    expect(option.series[0]?.data).toEqual([
      [0, 10, 0, 3],
      [10, 20, 0, 5],
      [20, 30, 0, 0],
      [30, 40, 0, 2],
    ])
    expect(option.xAxis).toMatchObject({ min: 0, max: 40 })
  })

  test.each([
    ['edges of old answers', 0, 8.385, 6],
    ['many of them', 1.277, 8.385, 20],
    ['round edges', -10, 2.5, 18],
    ['ones', 1, 1, 5],
    ['one bin', 3, 8, 1],
    ['one narrow bin', 7.0301, 0.0002, 1],
    ['large', 0, 2e11, 11],
    ['tiny', 0, 2e-7, 11],
    ['smaller than plain numbers', 0, 2e-12, 11],
    ['far from zero', 1_000_000, 50, 9],
    ['far below zero', -98_765_432, 0.5, 40],
  ])('the ticks of a histogram are different round numbers with room between: %s', (_, low, width, count) => {
    const rows = answer(
      [column('d0', 'Basket', 'float'), column('m0', 'Count of rows', 'integer')],
      Array.from({ length: count }, (_, bin) => [low + bin * width, 3 + bin]),
      { bin_width: { d0: width } },
    )
    for (let wide = 240; wide <= 1200; wide += 60) {
      for (const locale of ['en', 'de']) {
        const context = { ...screen, width: wide, height: 200, locale }
        const option = drawn(compile({ mark: 'histogram', x, y }, rows, context))
        const { min, max, axisLabel } = option.xAxis as {
          min: number
          max: number
          axisLabel: { customValues: number[]; formatter: (value: number) => string }
        }
        const { left, right } = option.grid
        const labels = axisLabel.customValues.map((value) => {
          const text = axisLabel.formatter(value)
          const middle = left + ((value - min) / (max - min)) * (wide - left - right)
          return { text, from: middle - widthOf(text, 11) / 2, to: middle + widthOf(text, 11) / 2 }
        })
        expect(labels.length).toBeGreaterThanOrEqual(2)
        expect(labels.length).toBeLessThanOrEqual(Math.max(count + 1, wide / 50))
        expect(new Set(labels.map((label) => label.text)).size).toBe(labels.length)
        expect(labels[0]?.from).toBeGreaterThanOrEqual(0)
        expect(labels.at(-1)?.to).toBeLessThanOrEqual(wide)
        for (const [index, label] of labels.entries())
          expect(label.from - (labels[index - 1]?.to ?? -99)).toBeGreaterThan(8)
      }
    }
  })

  test('ticks of bins with round edges are edges', () => {
    const rows = answer(
      [column('d0', 'Basket', 'float'), column('m0', 'Count of rows', 'integer')],
      Array.from({ length: 18 }, (_, bin) => [-10 + bin * 2.5, 3 + bin]),
      { bin_width: { d0: 2.5 } },
    )
    const option = drawn(compile({ mark: 'histogram', x, y }, rows, { ...screen, width: 280, height: 200 }))
    const label = option.xAxis.axisLabel as { customValues: number[] }
    expect(label.customValues).toEqual([-10, 0, 10, 20, 30])
  })

  test('points over categories share a place for each category', () => {
    const rows = answer(
      [region, amount],
      [
        ['A', 1],
        ['B', 2],
        ['A', 3],
      ],
    )
    const option = drawn(compile({ mark: 'scatter', x, y }, rows, pdf))
    expect(option.xAxis.data).toHaveLength(2)
    expect(valuesAt(option)).toEqual([0, 1, 0])
  })

  test('a large scatter is drawn in one stroke', () => {
    const rows = answer(
      [column('c1', 'A', 'float'), column('c2', 'B', 'float')],
      Array.from({ length: 3001 }, (_, i) => [i, i % 7]),
    )
    const spec = { mark: 'scatter' as const, x: { field: 'c1' }, y: [{ field: 'c2' }] }
    expect(drawn(compile(spec, rows, screen)).series[0]?.large).toBe(true)
    expect(drawn(compile(spec, rows, screen)).series[0]?.data).toHaveLength(2 * 3001)
  })

  test('an answer without rows says so', () => {
    expect(texts(compile(bar, answer([region, amount], []), pdf))).toContain('No data')
  })
})

describe('labels', () => {
  const ticksOf = (values: number[], context = screen): string[] => {
    const rows = answer(
      [month, amount],
      values.map((value, index) => [`2025-${String(index + 1).padStart(2, '0')}-01`, value]),
    )
    const axis = drawn(compile({ mark: 'line', x, y }, rows, context)).yAxis as {
      min: number
      max: number
      interval: number
      axisLabel: { formatter: (value: number) => string }
    }
    const count = Math.round((axis.max - axis.min) / axis.interval)
    return Array.from({ length: count + 1 }, (_, index) =>
      axis.axisLabel.formatter(axis.min + index * axis.interval),
    )
  }

  test.each([
    [[1_000_000, 1_000_000.2]],
    [[1_000_000, 1_090_000]],
    [[2e-7, 9e-7]],
    [[3e-12, 8e-12]],
    [[-4e12, 7e12]],
  ])('of a value axis all differ, however large or small: %s', (values) => {
    const written = ticksOf(values)
    expect(written.length).toBeGreaterThan(2)
    expect(new Set(written).size).toBe(written.length)
  })

  test('are shortened only when that rounds nothing', () => {
    expect(ticksOf([1_000_000, 1_090_000], { ...screen, height: 300 })).toContain('1.025M')
    expect(ticksOf([1_000_000, 1_000_000.2])).toContain('1,000,000.1')
  })

  test('of slanted names are all written, and leave the plot most of the room', () => {
    const long = answer(
      [region, amount],
      Array.from({ length: 9 }, (_, index) => [`Saint Vincent and the Grenadines ${index}`, 9 - index]),
    )
    const option = drawn(compile({ ...bar, horizontal: false }, long, { ...screen, width: 280, height: 200 }))
    expect((option.xAxis.axisLabel as { interval: number }).interval).toBe(0)
    expect(200 - option.grid.top - option.grid.bottom).toBeGreaterThan(50)
  })

  test('of bins have the decimals that tell the edges apart', () => {
    const bin = (edge: number, width: number, format = {}): string =>
      formatValue(edge, column('d0', 'B', 'float'), format, 'en', width)
    expect(bin(0.1, 0.2)).toBe('0.1 to 0.3')
    expect(bin(0, 0.0002)).toBe('0 to 0.0002')
    expect(bin(0.0025, 0.0025, { kind: 'percent' })).toBe('0.25% to 0.5%')
  })
})

describe('safety', () => {
  test('moves only on screens whose reader does not mind', () => {
    const moving = drawn(compile(bar, byRegion, screen))
    expect(moving.animation).toBe(true)
    expect(moving.animationDuration).toBeLessThanOrEqual(250)
    expect(moving.animationDurationUpdate).toBeLessThanOrEqual(250)
    expect(drawn(compile(bar, byRegion, { ...screen, reducedMotion: true })).animation).toBe(false)
    expect(drawn(compile(bar, byRegion, pdf)).animation).toBe(false)
  })

  test('tool tips are text and paper has none', () => {
    expect(drawn(compile(bar, byRegion, screen)).tooltip?.renderMode).toBe('richText')
    expect(drawn(compile(bar, byRegion, pdf)).tooltip).toBeUndefined()
    const tip = drawn(compile(bar, byRegion, screen)).tooltip?.formatter as (hits: unknown) => string
    expect(tip([{ seriesIndex: 0, dataIndex: 0 }])).toBe('North\n1,204')
    const rich = answer([region, amount], [['{b|x}', 2]])
    const other = drawn(compile(bar, rich, screen)).tooltip?.formatter as (hits: unknown) => string
    expect(other({ seriesIndex: 0, dataIndex: 0 })).toBe('{\u2060b|x}\n2')
  })

  test('keys that are no result keys are refused, also those that every object has', () => {
    for (const field of ['__proto__', 'constructor', 'd9', 'toString']) {
      expect(() => compile({ ...bar, x: { field } }, byRegion, pdf)).toThrow(NotDrawable)
    }
  })

  test('no case throws, at any size, in any language', () => {
    for (const one of cases) {
      for (const [width, height] of [
        [80, 60],
        [240, 160],
        [1600, 900],
      ] as const) {
        for (const locale of ['de', 'ar', 'xx-invalid-locale-', '']) {
          expect(() => compile(one.spec, one.answer, { ...one.context, width, height, locale })).not.toThrow()
        }
      }
    }
  })

  test('no text is the key that would reach a prototype, however titles are broken into lines', () => {
    const rows = answer(
      [region, amount],
      [
        ['__proto__', 2],
        ['b', 1],
      ],
    )
    const spec = {
      ...bar,
      text: { title: `${'a'.repeat(200)} __proto__`, subtitle: '__proto__', source: '__proto__' },
    }
    for (const mark of ['bar', 'pie', 'line'] as const) {
      const option = compile({ ...spec, mark, y: [{ field: 'm0', title: '__proto__' }] }, rows, {
        ...pdf,
        width: 200,
      })
      expect(texts(option)).not.toContain('__proto__')
    }
  })
})
