// Which charts suit an answer, the best first.

import { NUMBERS, numberOf, TIMES } from './format'
import { MOST_AXES, MOST_LINES, MOST_PARTS } from './limits'
import { shareOnMap } from './outlines/index'
import type { Answer, AnswerColumn, Channel, ChartSpec } from './spec'

const isNumber = (column: AnswerColumn): boolean => NUMBERS.has(column.type)

/** Charts for an answer. Empty when nothing in it can be drawn: then a table is the right picture. */
export function suggest(answer: Answer): ChartSpec[] {
  const found: ChartSpec[] = []
  const dimensions = answer.columns.filter((column) => column.role === 'dimension')
  const measures = answer.columns.filter((column) => column.role === 'measure' && isNumber(column))
  if (answer.row_count === 0) return found
  if (dimensions.length === 0 && measures.length === 0) return suggestRows(answer)
  if (measures.length === 0) return found
  const pairs = measures.filter((column) => column.of?.length === 2)
  if (dimensions.length === 0) {
    const [first] = pairs
    if (first && pairs.length >= 3 && answer.row_count === 1)
      found.push({
        v: 1,
        mark: 'correlation',
        x: { field: first.key },
        y: pairs.map(({ key }) => ({ field: key })),
      })
    return found
  }
  const y = measures.slice(0, 8).map((column) => ({ field: column.key }))
  const one = y.slice(0, 1)
  const time = dimensions.find((column) => TIMES.has(column.type))
  const binned = dimensions.find((column) => Object.hasOwn(answer.bin_width ?? {}, column.key))
  const names = dimensions.filter((column) => column !== time && column !== binned)
  const crossed = names.find((column) => Object.hasOwn(answer.bin_width ?? {}, column.key))
  const add = (spec: ChartSpec): void => {
    found.push({ v: 1, ...spec })
  }

  const variety = (column: AnswerColumn): number => new Set(answer.data[column.key]).size
  const cells = (answer.data[measures[0]?.key ?? ''] ?? []).map((cell) => numberOf(cell) ?? 0)
  const positive = cells.every((cell) => cell > 0)

  if (time && measures.length === 4 && names.length === 0 && looksLikeCandles(answer, measures)) {
    add({ mark: 'candlestick', x: { field: time.key }, y })
  }
  if (time) {
    const x = { field: time.key }
    const color = names[0] ? { field: names[0].key } : null
    const short = new Set(answer.data[time.key]).size <= 2
    if (short) add({ mark: 'bar', x, y: color ? one : y, color })
    add({ mark: 'line', x, y: color ? one : y, color })
    if (color) {
      add({ mark: 'area', x, y: one, color, stack: 'zero' })
      add({ mark: 'bar', x, y: one, color, stack: 'zero' })
      if (variety(time) > 3 && variety(names[0] as AnswerColumn) > 3)
        add({ mark: 'heatmap', x, y: one, color })
    } else {
      if (measures.length > 1) add({ mark: 'combo', x, y: onTwoScales(answer, measures) })
      add({ mark: 'figure', x, y: one })
      add({ mark: 'area', x, y: one })
      if (!short) add({ mark: 'bar', x, y })
      if (time.grain === 'day' && variety(time) > 60) add({ mark: 'calendar', x, y: one })
    }
    return found
  }
  if (binned) {
    if (crossed) add({ mark: 'heatmap', x: { field: binned.key }, y: one, color: { field: crossed.key } })
    const color = names[0] ? { field: names[0].key } : null
    add({ mark: 'histogram', x: { field: binned.key }, y: one, color })
    if (measures[0]?.type === 'integer' && positive) {
      for (const mark of ['density', 'violin', 'ecdf', 'qq'] as const)
        add({ mark, x: { field: binned.key }, y: one, color })
    }
    add({
      mark: 'bar',
      x: { field: binned.key },
      y: one,
      color,
      ...(color ? { stack: 'percent' as const } : {}),
    })
    return found
  }
  // The dimension with more values makes the axis, the one with fewer the colours.
  const [wide, narrow] = [...names].sort((a, b) => variety(b) - variety(a))
  if (!wide) return found
  const x = { field: wide.key }
  if (narrow) {
    const color = { field: narrow.key }
    add({ mark: 'bar', x, y: one, color, stack: variety(narrow) > 4 ? 'zero' : 'none' })
    add({ mark: 'bar', x, y: one, color, stack: variety(narrow) > 4 ? 'none' : 'zero' })
    add({ mark: 'bar', x, y: one, color, stack: 'percent' })
    if (variety(narrow) > 2) add({ mark: 'heatmap', x, y: one, color })
    if (positive) {
      add({ mark: 'treemap', x, y: one, color })
      add({ mark: 'sunburst', x, y: one, color })
      add({ mark: 'sankey', x, y: one, color })
    }
    return found
  }
  if (isNumber(wide) && variety(wide) > 12) {
    add({ mark: 'line', x, y })
    add({ mark: 'scatter', x, y: one })
    add({ mark: 'bar', x, y })
    if (measures.length === 1 && measures[0]?.type === 'integer' && positive) {
      for (const mark of ['ecdf', 'density', 'violin', 'qq'] as const) add({ mark, x, y: one })
    }
  } else add({ mark: 'bar', x, y })
  if (measures.length > 1 && measures[1] && answer.row_count > 2) {
    const size = measures[2] ? { field: measures[2].key } : null
    const points: ChartSpec = {
      mark: 'scatter',
      x: { field: measures[0]?.key as string },
      y: [{ field: measures[1].key }],
    }
    add(size && allPositive(answer, measures.slice(2, 3)) ? { ...points, size, color: x } : points)
  }
  if (measures.length === 1 && cells.length >= 2 && positive) {
    if (cells.length <= MOST_PARTS) add({ mark: 'pie', x, y: one })
    else add({ mark: 'treemap', x, y: one })
    if (cells.length > 2) add({ mark: 'pareto', x, y: one })
    if (cells.length <= 12) add({ mark: 'funnel', x, y: one })
  }
  if (measures.length === 1 && cells.length >= 2 && cells.length <= 20 && !isNumber(wide)) {
    add({ mark: 'waterfall', x, y: one })
  }
  if (
    measures.length > 1 &&
    variety(wide) >= 3 &&
    variety(wide) <= MOST_AXES &&
    allPositive(answer, measures)
  ) {
    add({ mark: 'radar', x, y })
  }
  if (!isNumber(wide) && shareOnMap(answer.data[wide.key] ?? []) >= 0.6) {
    const map: ChartSpec = { v: 1, mark: 'map', x, y: one }
    found.splice(cells.length >= 5 ? 0 : 1, 0, map)
  }
  if (measures.length >= 3 && answer.row_count > 1 && answer.row_count <= MOST_LINES)
    add({ mark: 'parallel', x, y })
  if (measures.length === 5 && isRisingAcross(answer, measures)) add({ mark: 'box', x, y })
  return found
}

const rowsOf = (answer: Answer, columns: readonly AnswerColumn[]): (number | null)[][] =>
  Array.from({ length: answer.row_count }, (_, row) =>
    columns.map((column) => numberOf(answer.data[column.key]?.[row])),
  )

const allPositive = (answer: Answer, columns: readonly AnswerColumn[]): boolean =>
  rowsOf(answer, columns).every((row) => row.every((value) => (value ?? 0) >= 0))

/** Measures of quite another size than the first stand on an axis of their own. */
function onTwoScales(answer: Answer, measures: readonly AnswerColumn[]): Channel[] {
  const largest = measures.slice(0, 8).map((column) => ({
    field: column.key,
    most: (answer.data[column.key] ?? []).reduce<number>(
      (most, cell) => Math.max(most, Math.abs(numberOf(cell) ?? 0)),
      0,
    ),
  }))
  const first = largest[0]?.most ?? 0
  return largest.map(({ field, most }) =>
    Math.max(most, first) > 8 * Math.min(most, first) ? { field, axis: 'right' as const } : { field },
  )
}

/** Lowest, quartiles and highest: each row goes upwards. */
const isRisingAcross = (answer: Answer, columns: readonly AnswerColumn[]): boolean =>
  rowsOf(answer, columns).every((row) =>
    row.every((value, at) => at === 0 || (value ?? 0) >= (row[at - 1] ?? 0)),
  )

/** First, highest, lowest, last: nothing above the second or below the third. */
const looksLikeCandles = (answer: Answer, columns: readonly AnswerColumn[]): boolean =>
  rowsOf(answer, columns).every(([first, high, low, last]) =>
    [first, last].every((value) => (value ?? 0) <= (high ?? 0) && (value ?? 0) >= (low ?? 0)),
  )

/** Rows that nobody grouped: two numbers make points, a time and numbers make lines. */
function suggestRows(answer: Answer): ChartSpec[] {
  const numbers = answer.columns.filter(isNumber)
  const time = answer.columns.find((column) => TIMES.has(column.type))
  const found: ChartSpec[] = []
  const [first, second] = numbers
  if (time && first) {
    found.push({ v: 1, mark: 'line', x: { field: time.key }, y: [{ field: first.key }] })
    found.push({ v: 1, mark: 'scatter', x: { field: time.key }, y: [{ field: first.key }] })
  }
  if (first && second) {
    const split = answer.columns.find((column) => {
      const values =
        column.type === 'text' || column.type === 'boolean' ? new Set(answer.data[column.key]).size : 0
      return values >= 2 && values <= 7
    })
    found.push({
      v: 1,
      mark: 'scatter',
      x: { field: first.key },
      y: [{ field: second.key }],
      color: split ? { field: split.key } : null,
    })
  }
  return found
}
