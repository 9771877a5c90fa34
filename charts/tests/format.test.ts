import { describe, expect, test } from 'vitest'
import { tickLabels } from '../src/format'
import { formatTime, formatValue, numberFormat } from '../src/index'
import { nice, ticksOf } from '../src/scale'
import { clean, shorten, widthOf, wrap } from '../src/text'
import { parseTime, timeTicks } from '../src/time'

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')

describe('numbers', () => {
  test.each([
    [{}, 'en', 1234.5, '1,234.5'],
    [{}, 'de', 1234.5, '1.234,5'],
    [{}, 'en', -3, '−3'],
    [{}, 'en', -0, '0'],
    [{}, 'en', 0.00123, '0.00123'],
    [{ kind: 'percent' as const }, 'en', 0.256, '25.6%'],
    [{ kind: 'percent' as const, digits: 0 }, 'de', 0.256, '26 %'],
    [{ kind: 'currency' as const, unit: 'EUR', digits: 0 }, 'de', 1200, '1.200 €'],
    [{ kind: 'currency' as const, unit: 'usd' }, 'en', 3.5, '$3.50'],
    [{ kind: 'currency' as const, unit: 'talers' }, 'en', 3, '3 talers'],
    [{ kind: 'number' as const, unit: 'kg', digits: 1 }, 'en', 3, '3.0 kg'],
    [{}, 'no such locale', 1234, '1,234'],
  ])('%j in %s: %d is %s', (format, locale, value, expected) => {
    expect(plain(numberFormat(format, locale, 'full', value)(value))).toBe(expected)
  })

  test('are short on axes from ten thousand on', () => {
    expect(numberFormat({}, 'en', 'axis', 60000)(20000)).toBe('20K')
    expect(numberFormat({}, 'en', 'axis', 5e6)(2.5e6)).toBe('2.5M')
    expect(numberFormat({}, 'en', 'axis', 9000)(2000)).toBe('2,000')
    expect(plain(numberFormat({}, 'de', 'axis', 5e6)(2.5e6))).toBe('2,5 Mio.')
  })

  test('beside bars keep the digits that their language does not shorten', () => {
    expect(numberFormat({}, 'de', 'label', 2e6)(8812)).toBe('8.812')
    expect(numberFormat({}, 'en', 'label', 2e6)(1239400)).toBe('1.24M')
  })
})

describe('cells', () => {
  test.each([
    [null, 'text', '(empty)'],
    ['', 'text', '(empty)'],
    [true, 'boolean', 'Yes'],
    ['1234.50', 'decimal', '1,234.5'],
    ['9007199254740993', 'integer', '9007199254740993'],
    ['2025-03-04', 'date', 'Mar 4, 2025'],
    ['2025-03-04T13:05:00', 'timestamp', 'Mar 4, 2025, 13:05'],
    ['not a date', 'date', 'not a date'],
  ])('%s of type %s is %s', (value, type, expected) => {
    expect(formatValue(value, { type }, undefined, 'en')).toBe(expected)
  })

  test('periods are named by their grain', () => {
    const time = Date.UTC(2025, 3, 7)
    expect(
      (['year', 'quarter', 'month', 'week', 'day', 'hour'] as const).map((grain) =>
        formatTime(time, grain, 'date', 'en'),
      ),
    ).toEqual(['2025', 'Q2 2025', 'Apr 2025', 'week of Apr 7, 2025', 'Apr 7, 2025', 'Apr 7, 2025, 00:00'])
    expect(formatTime(time, 'week', 'date', 'de')).toBe('Woche ab 7. Apr. 2025')
  })

  test('whole numbers that name a group, such as years, have no separators', () => {
    expect(formatValue(2025, { type: 'integer', role: 'dimension' }, undefined, 'en')).toBe('2025')
    expect(formatValue(2025, { type: 'integer', role: 'measure' }, undefined, 'en')).toBe('2,025')
  })

  test('bins are ranges', () => {
    expect(formatValue(10, { type: 'float' }, undefined, 'en', 5)).toBe('10 to 15')
  })
})

describe('time', () => {
  test.each([
    ['2025-03-04', Date.UTC(2025, 2, 4)],
    ['2025-03-04T10:00:00', Date.UTC(2025, 2, 4, 10)],
    ['2025-03-04 10:00:00.250', Date.UTC(2025, 2, 4, 10, 0, 0, 250)],
    ['2025-03-04T10:00:00Z', Date.UTC(2025, 2, 4, 10)],
    ['2025-03-04T10:00:00+02:00', Date.UTC(2025, 2, 4, 8)],
    ['2025-03-04 10:00:00-03', Date.UTC(2025, 2, 4, 13)],
    ['0044-03-15', new Date(0).setUTCFullYear(44, 2, 15)],
    ['March', null],
    [5, null],
  ])('%s', (text, expected) => expect(parseTime(text)).toBe(expected))

  test('ticks stand on round places and never finer than the data', () => {
    const from = Date.UTC(2024, 10, 1)
    const to = Date.UTC(2025, 3, 1)
    expect(tickLabels(timeTicks(from, to, 12, 'month').values, 'month', 'en')).toEqual([
      'Nov\n2024',
      'Dec',
      'Jan\n2025',
      'Feb',
      'Mar',
      'Apr',
    ])
    expect(timeTicks(from, to, 50, 'quarter').unit).toBe('quarter')
    expect(
      timeTicks(Date.UTC(1900, 0, 1), Date.UTC(2020, 0, 1), 8, 'year').values.length,
    ).toBeLessThanOrEqual(8)
    for (const span of [5, 500, 86_400, 9e6, 4e8, 6e10]) {
      const { values } = timeTicks(from, from + span * 1000, 10)
      expect(values.length).toBeLessThanOrEqual(10)
    }
  })
})

describe('scales', () => {
  test('counts have no halves', () => {
    expect(ticksOf(nice(0, 2, 4, true))).toEqual([0, 1, 2])
    expect(ticksOf(nice(0, 5, 2, true))).toEqual([0, 5])
  })

  test.each([
    [0, 97, 5, [0, 20, 40, 60, 80, 100]],
    [-0.3, 0.8, 4, [-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8]],
    [5, 5, 4, [0, 1, 2, 3, 4, 5]],
    [0, 204, 2, [0, 100, 200, 300]],
    [0, 0, 2, [0, 0.5, 1]],
  ])('%d to %d in about %d', (low, high, count, expected) =>
    expect(ticksOf(nice(low, high, count))).toEqual(expected),
  )
})

describe('text', () => {
  test('is cut to its room', () => {
    const long = 'Saint Vincent and the Grenadines'
    expect(shorten(long, 80, 11)).toMatch(/^Saint.*…$/)
    expect(widthOf(shorten(long, 80, 11), 11)).toBeLessThanOrEqual(80)
    expect(shorten('short', 80, 11)).toBe('short')
    expect(wrap('one two three', 40, 12, 2)).toHaveLength(2)
  })

  test('loses what no picture can show', () => {
    expect(clean('a\u0000b\nc\u202ed\ud800')).toBe('a b c d\ufffd')
    expect(clean('👍 ok')).toBe('👍 ok')
  })
})
