// A first question about a dataset that nobody has asked anything yet, from its columns and their profile.

import type { Column, ColumnProfile, Dimension, Grain, Measure } from '@/api/types'
import { paths } from '@/config/paths'
import { encodeState } from '@/lib/address'
import type { Source } from '@/lib/ask'
import { isNumeric, isTime } from '@/lib/format'
import { binsOf } from './kinds'
import { compact } from './link'
import { type Draft, emptyDraft } from './model'
import { titleOf } from './words'

export interface Suggestion {
  title: string
  draft: Draft
}

/** Where a new question about a dataset begins: with the first suggestion. */
export const askPath = (source: Source, suggestion: Suggestion | undefined): string =>
  paths.ask(source.id, suggestion && encodeState(compact(suggestion.draft)))

const NAMED_AS_KEY =
  /(^|[\s_\-.])(id|ids|key|nr|no|num|number|code|zip|plz|postcode|uuid|guid|phone|index)$|^(id|key|nr|no|index)([\s_\-.]|$)|Id$|ID$/i
const AVERAGED =
  /(rate|ratio|percent|pct|%|price|age\b|score|rating|temp|avg|mean|average|length|width|height|depth|speed|weight|mpg|lat|lon|discount|year)/i

const profileOf = (source: Source, column: Column): ColumnProfile | undefined =>
  source.profile.find((profile) => profile.id === column.id)

const varietyOf = (source: Source, column: Column): number | null =>
  profileOf(source, column)?.distinct_count ?? null

/** Whether some value comes more than once, so that there is something to count. */
function comesAgain(source: Source, column: Column): boolean {
  const profile = profileOf(source, column)
  return !profile || (profile.distinct_count ?? 0) < source.rowCount - profile.null_count
}

/** Whether the name says that the numbers of a column only tell things apart: nobody adds them up. */
export const isNamedAsKey = (name: string): boolean => NAMED_AS_KEY.test(name)

function isKey(source: Source, column: Column): boolean {
  if (isNamedAsKey(column.name)) return true
  const variety = varietyOf(source, column)
  return (
    column.type === 'integer' && variety !== null && source.rowCount > 20 && variety > source.rowCount * 0.98
  )
}

/** The period that gives a readable number of points between the first and the last date. */
export function grainBetween(first: unknown, last: unknown): Grain {
  const from = Date.parse(String(first))
  const to = Date.parse(String(last))
  const days = (to - from) / 86_400_000
  if (Number.isNaN(days)) return 'month'
  if (days <= 2) return 'hour'
  if (days <= 92) return 'day'
  if (days <= 1500) return 'month'
  if (days <= 5500) return 'quarter'
  return 'year'
}

/** Up to three questions that are most likely worth a look, the best first. */
export function suggestQuestions(source: Source): Suggestion[] {
  const time = source.columns.find((column) => isTime(column.type))
  const numbers = source.columns.filter((column) => isNumeric(column.type) && !isKey(source, column))
  const measured = numbers.find((column) => (varietyOf(source, column) ?? 99) > 12) ?? numbers[0]
  const categories = source.columns
    .filter((column) => column.type === 'text' || column.type === 'boolean' || column.type === 'integer')
    .filter((column) => column !== measured && !isKey(source, column))
    .map((column) => ({ column, variety: varietyOf(source, column) ?? 0 }))
    .filter(({ column, variety }) => variety >= 2 && variety <= (column.type === 'integer' ? 12 : 40))
    // Names tell more than codes, and a handful of groups more than two or forty.
    .sort((a, b) => costOf(a) - costOf(b))
    .map(({ column }) => column)
  const measure: Measure = measured
    ? { fn: AVERAGED.test(measured.name) ? 'mean' : 'sum', column: measured.id }
    : { fn: 'count_rows' }

  const found: Draft[] = []
  if (time) {
    const profile = profileOf(source, time)
    const grain = grainBetween(profile?.min, profile?.max)
    const fine = time.type === 'date' && grain === 'hour' ? 'day' : grain
    found.push({ ...emptyDraft, dimensions: [{ column: time.id, grain: fine }], measures: [measure] })
  }
  const [first, second] = measured ? categories : categories.filter((column) => comesAgain(source, column))
  if (first) {
    found.push({
      ...emptyDraft,
      dimensions: [{ column: first.id }],
      measures: [measure],
      sort: [{ by: 'm0', direction: 'desc' }],
    })
  }
  if (measured) {
    const bins: Dimension = { column: measured.id, bins: binsOf() }
    found.push({ ...emptyDraft, dimensions: [bins], measures: [{ fn: 'count_rows' }] })
  }
  if (second && comesAgain(source, second) && found.length < 3) {
    found.push({
      ...emptyDraft,
      dimensions: [{ column: second.id }],
      measures: [{ fn: 'count_rows' }],
      sort: [{ by: 'm0', direction: 'desc' }],
    })
  }
  if (found.length === 0) {
    const any = source.columns.find(
      (column) => column.type !== 'nested' && (isNumeric(column.type) || comesAgain(source, column)),
    )
    if (any) {
      found.push({
        ...emptyDraft,
        dimensions: [{ column: any.id, ...(isNumeric(any.type) && { bins: binsOf() }) }],
        measures: [{ fn: 'count_rows' }],
        sort: isNumeric(any.type) ? [] : [{ by: 'm0', direction: 'desc' }],
        limit: 25,
      })
    }
  }
  return found.slice(0, 3).map((draft) => ({ title: titleOf(draft, source.name, source.columns), draft }))
}

function costOf({ column, variety }: { column: Column; variety: number }): number {
  const kind = column.type === 'text' ? 0 : column.type === 'boolean' ? 20 : 30
  return kind + Math.abs(variety - 6)
}
