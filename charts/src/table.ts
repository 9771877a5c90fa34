// The chart's data as a table for people who would rather read than look: same rows, same formats.

import { formatValue, NUMBERS } from './format'
import { named } from './plan'
import type { Answer, AnswerColumn, Channel, ChartSpec } from './spec'

export interface TableTwin {
  columns: { key: string; label: string; align: 'left' | 'right' }[]
  rows: string[][]
}

/** All rows of the answer, also those that the picture has no room for, in the answer's order. */
export function tableTwin(spec: ChartSpec, answer: Answer, locale: string): TableTwin {
  const channels: Channel[] = [
    ...(spec.facet ? [spec.facet] : []),
    spec.x,
    ...(spec.color ? [spec.color] : []),
    ...spec.y,
    ...(spec.size ? [spec.size] : []),
    ...spec.y.flatMap(({ error }) =>
      [error?.field, error?.high, error?.count].flatMap((field) => (field ? [{ field }] : [])),
    ),
  ]
  const seen = new Set<string>()
  const used = channels.flatMap((channel) => {
    if (seen.has(channel.field)) return []
    seen.add(channel.field)
    const column = answer.columns.find((candidate) => candidate.key === channel.field)
    return column && Object.hasOwn(answer.data, channel.field) ? [{ channel, column }] : []
  })
  const width = (column: AnswerColumn): number | undefined =>
    answer.bin_width && Object.hasOwn(answer.bin_width, column.key) ? answer.bin_width[column.key] : undefined
  return {
    columns: used.map(({ channel, column }) => ({
      key: column.key,
      label: named(channel, column),
      align: NUMBERS.has(column.type) && width(column) === undefined ? 'right' : 'left',
    })),
    rows: Array.from({ length: answer.row_count }, (_, row) =>
      used.map(({ channel, column }) =>
        formatValue(answer.data[column.key]?.[row], column, channel.format, locale, width(column)),
      ),
    ),
  }
}
