// A question in words: what its parts are called, and what it is called as a whole.

import type { Answer, Column, Condition, Dimension, Group, Measure, Scalar } from '@/api/types'
import {
  aggregateName,
  binWords,
  derivedOf,
  derivedWords,
  operatorWords,
  partName,
  periodWords,
} from './kinds'
import { completed, type Draft, groups } from './model'

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const small = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

const nameOf = (id: string | null | undefined, columns: readonly Column[]): string =>
  columns.find((column) => column.id === id)?.name ?? 'a column that is gone'

export function dimensionWords(dimension: Dimension, columns: readonly Column[]): string {
  if (dimension.label) return dimension.label
  const name = nameOf(dimension.column, columns)
  if (dimension.grain) return `${capital(dimension.grain)} of ${name}`
  if (dimension.part) return `${capital(partName(dimension.part))} of ${name}`
  return dimension.bins ? `${name} ${binWords(dimension.bins)}` : name
}

export function measureWords(measure: Measure, columns: readonly Column[]): string {
  if (measure.label) return measure.label
  const derived = derivedOf(measure.derive)
  const inside = (measure.derive?.within ?? []).length > 0
  const words = inside && derived === 'share' ? 'Share of its group' : derivedWords[derived]
  const more =
    derived === 'none' ? '' : `: ${small(words)}${inside && derived === 'rank' ? ' in its group' : ''}`
  return plainWords(measure, columns) + (measure.filter?.items.length ? ' (filtered)' : '') + more
}

function plainWords(measure: Measure, columns: readonly Column[]): string {
  const of = () => nameOf(measure.column, columns)
  switch (measure.fn) {
    case 'count_rows':
      return 'Count of rows'
    case 'formula':
      return of()
    case 'metric':
      // By its name of today, which stands among the columns' names.
      return columns.find((one) => one.id === measure.metric)?.name ?? 'Metric'
    case 'quantile':
      return `${Math.round((measure.q ?? 0.5) * 1000) / 10}th percentile of ${of()}`
    case 'ratio':
      return `${of()} by ${nameOf(measure.other, columns)}`
    case 'correlation':
      return `Correlation of ${of()} and ${nameOf(measure.other, columns)}`
    default:
      return `${aggregateName(measure.fn)} of ${of()}`
  }
}

const valueWords = (value: Scalar): string =>
  typeof value === 'string'
    ? `“${value}”`
    : value === true
      ? 'yes'
      : value === false
        ? 'no'
        : String(value ?? 'nothing')

export function filterWords(filter: Condition | Group, columns: readonly Column[]): string {
  if (filter.kind === 'group') {
    return `(${filter.items.map((item) => filterWords(item as Condition | Group, columns)).join(` ${filter.op} `)})`
  }
  const type = columns.find((column) => column.id === filter.column)?.type
  const name = nameOf(filter.column, columns)
  if (filter.op === 'in_period')
    return `${name} is in ${filter.period ? periodWords(filter.period) : 'a period'}`
  if (filter.parameter) return `${name} ${operatorWords(filter.op, type)} {${filter.parameter}}`
  const values = filter.values.map(valueWords)
  const said =
    filter.op === 'between'
      ? values.join(' and ')
      : values.length > 4
        ? `${values.slice(0, 3).join(', ')} and ${values.length - 3} more`
        : values.join(', ')
  return [name, operatorWords(filter.op, type), said].filter(Boolean).join(' ')
}

/** `a, b and c`. */
export const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** The whole question in one sentence. */
export function sentence(draft: Draft, datasetName: string, columns: readonly Column[]): string {
  const parts: string[] = []
  if (groups(draft)) {
    const measures = draft.measures.map((one, index) => {
      const words = measureWords(one, columns)
      return index === 0 || one.label ? words : small(words)
    })
    parts.push(measures.length > 0 ? joined(measures) : 'The different combinations')
    if (draft.dimensions.length > 0)
      parts.push(
        `for each ${joined(
          draft.dimensions.map((one) =>
            (one.grain || one.part) && !one.label
              ? small(dimensionWords(one, columns))
              : dimensionWords(one, columns),
          ),
        )}`,
      )
  } else {
    parts.push(
      draft.columns.length > 0
        ? `Rows with ${joined(draft.columns.map((id) => nameOf(id, columns)))}`
        : 'All rows',
    )
  }
  parts.push(`in ${datasetName}`)
  const typeOf = (id: string) => columns.find((column) => column.id === id)?.type
  const filter = completed(draft.filter, typeOf)
  if (filter) parts.push(`where ${listed(filter, columns)}`)
  let said = parts.join(' ')
  for (const [place, sort] of draft.sort.entries()) {
    const by = sortKeys(draft, columns).find((one) => one.key === sort.by)?.label ?? sort.by
    said += `, ${place > 0 ? 'then ' : ''}${sort.direction === 'desc' ? 'largest' : 'smallest'} ${by} first`
  }
  if (draft.limit !== null) said += `, at most ${draft.limit.toLocaleString('en')} rows`
  return `${said}.`
}

const listed = (group: Group, columns: readonly Column[]): string =>
  (group.items as readonly (Condition | Group)[])
    .map((item) => filterWords(item, columns))
    .join(` ${group.op ?? 'and'} `)

/** A short name for saving: what is measured, by what. */
export function titleOf(draft: Draft, datasetName: string, columns: readonly Column[]): string {
  if (!groups(draft)) return `Rows of ${datasetName}`
  const [measure] = draft.measures
  const what = measure ? measureWords(measure, columns) : 'Groups'
  if (draft.dimensions.length === 0) return `${what} in ${datasetName}`
  const by = draft.dimensions.map((one) =>
    one.grain && !one.label
      ? small(dimensionWords(one, columns))
      : (one.label ?? nameOf(one.column, columns)),
  )
  return `${what} by ${joined(by)}`.slice(0, 200)
}

export const rowWords = (answer: Answer): 'group' | 'row' =>
  answer.columns.some((column) => column.role !== 'column') ? 'group' : 'row'

/** Where a result can be sorted by: its keys, with their words. */
export function sortKeys(draft: Draft, columns: readonly Column[]): { key: string; label: string }[] {
  if (!groups(draft)) return columns.map((column) => ({ key: column.id, label: column.name }))
  return [
    ...draft.dimensions.map((one, index) => ({ key: `d${index}`, label: dimensionWords(one, columns) })),
    ...draft.measures.map((one, index) => ({ key: `m${index}`, label: measureWords(one, columns) })),
  ]
}
