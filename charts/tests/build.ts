// Answers and contexts for tests, in few words.

import type { Answer, AnswerColumn, Context, Scalar } from '../src/index'

export const pdf: Context = { target: 'pdf', width: 720, height: 420, locale: 'en', theme: 'light' }
export const screen: Context = { ...pdf, target: 'screen' }

export function column(
  key: string,
  label: string,
  type = 'text',
  more: Partial<AnswerColumn> = {},
): AnswerColumn {
  const role = key.startsWith('m') ? 'measure' : key.startsWith('d') ? 'dimension' : 'column'
  return { key, label, type, role, ...more }
}

export function answer(columns: AnswerColumn[], rows: Scalar[][], more: Partial<Answer> = {}): Answer {
  const data = Object.fromEntries(
    columns.map((one, index) => [one.key, rows.map((row) => row[index] ?? null)]),
  )
  return { columns, data, row_count: rows.length, truncated: false, version_id: 'v', ...more }
}

export const region = column('d0', 'Region')
export const amount = column('m0', 'Sum of Amount', 'float')
export const month = column('d0', 'Month', 'date', { grain: 'month' })
export const x = { field: 'd0' }
export const y = [{ field: 'm0' }]
export const byRegion = answer(
  [region, amount],
  [
    ['East', 88],
    ['North', 1204],
    ['South', 410],
  ],
)

interface Drawn {
  series: { type: string; name: string; data: unknown[]; [key: string]: unknown }[]
  xAxis: Record<string, unknown>
  yAxis: Record<string, unknown>
  grid: { left: number; top: number; right: number; bottom: number }
  animation: boolean
  animationDuration: number
  animationDurationUpdate: number
  tooltip?: Record<string, unknown>
  graphic: { elements: { type: string; style: { text?: string } }[] }
}
export const drawn = (option: unknown): Drawn => option as Drawn
export const texts = (option: unknown): string[] =>
  drawn(option).graphic.elements.flatMap((element) => element.style.text ?? [])
export const valuesOf = (option: unknown, series = 0): unknown[] =>
  (drawn(option).series[series]?.data ?? []).map((item) => (item as { value: unknown }).value)
