// How well two tables fit: which columns to join by, and what a join does to the rows. Told before anything is asked.

import type { Column, Join, Question } from '@/api/types'
import { countOf, formatCount, isNumeric } from '@/lib/format'
import type { Draft } from './model'

export interface Suggested {
  on: readonly (readonly [string, string])[]
  /** Why these columns, in words. */
  why: string
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const kindOf = (type: Column['type']): string =>
  isNumeric(type) ? 'number' : type === 'timestamp' || type === 'instant' ? 'moment' : type

const fits = (one: Column, other: Column): boolean =>
  kindOf(one.type) === kindOf(other.type) && one.type !== 'nested'

interface Other {
  id: string
  name: string
  columns: readonly Column[]
  primaryKey: readonly string[]
}

interface Link {
  dataset_id?: string | null
  columns: readonly string[]
  names: readonly string[]
}

/**
 * By which columns to join, the best first: a link that the file itself told, then the key of the other table, then
 * columns of one name. `region id` of one table is `id` of a table named regions.
 */
export function suggestJoin(
  left: readonly Column[],
  right: Other,
  links: readonly Link[] = [],
): Suggested | null {
  for (const link of links) {
    if (link.dataset_id !== right.id) continue
    const pairs = link.columns.flatMap((id, place) => {
      const there = right.columns.find((column) => column.name === link.names[place])
      return there && left.some((column) => column.id === id) ? [[id, there.id] as const] : []
    })
    if (pairs.length > 0 && pairs.length === link.columns.length)
      return { on: pairs, why: 'The file links these columns.' }
  }
  const table = plain(right.name).replace(/s$/, '')
  const sameName = (there: Column): Column | undefined =>
    left.find((here) => plain(here.name) === plain(there.name) && fits(here, there))
  const keys = right.columns.filter((column) => right.primaryKey.includes(column.id))
  const byKey = keys.map((there) => {
    const named = plain(there.name)
    const here =
      left.find((one) => fits(one, there) && plain(one.name) === `${table} ${named}`) ??
      (named === 'id' ? left.find((one) => fits(one, there) && plain(one.name) === table) : sameName(there))
    return here && ([here.id, there.id] as const)
  })
  if (byKey.length > 0 && byKey.every((pair) => pair !== undefined))
    return { on: byKey as (readonly [string, string])[], why: `This is the key of ${right.name}.` }
  for (const there of right.columns) {
    const here = sameName(there)
    if (here && plain(there.name) !== 'id')
      return { on: [[here.id, there.id]], why: 'These columns have one name.' }
  }
  return null
}

export interface MatchQuestions {
  /** Rows before the join, those that find a match, and all rows after it. */
  before: Question
  matched: Question
  after: Question
  /** Rows of the other table that nothing matches; null where that cannot be asked the other way around. */
  unmatchedThere: Question | null
}

const counted = { measures: [{ fn: 'count_rows' as const }] }

/** What is asked to tell what a join does. Filters come after joins, so they have no part in it. */
export function matchQuestions(draft: Draft, index: number, datasetId: string): MatchQuestions | null {
  const join = draft.joins[index]
  if (!join || join.on.length === 0 || join.on.some(([left]) => left.startsWith('f'))) return null
  const of: Question = {
    dataset_id: datasetId,
    ...(draft.asOf && { as_of: draft.asOf }),
    ...(draft.base && { base_id: draft.base }),
    ...(draft.sample && { sample: draft.sample }),
  }
  const before = draft.joins.slice(0, index)
  const as = (kind: Join['kind']): Question => ({ ...of, joins: [...before, { ...join, kind }], ...counted })
  const simple = !draft.base && join.on.every(([left]) => left.startsWith('c'))
  return {
    before: { ...of, joins: before, ...counted },
    matched: as('semi'),
    after: as('left'),
    unmatchedThere: simple
      ? {
          dataset_id: join.dataset_id,
          joins: [
            {
              dataset_id: datasetId,
              ...(draft.asOf && { as_of: draft.asOf }),
              kind: 'anti',
              on: join.on.map(([left, right]) => [right, left] as const),
            },
          ],
          ...counted,
        }
      : null,
  }
}

export interface Match {
  before: number
  matched: number
  after: number
  unmatchedThere: number | null
  there: string
}

/** What a join does, in sentences. `multiplies` when rows find several matches: sums would count them twice. */
export function matchWords(match: Match): { facts: string[]; multiplies: string | null } {
  const { before, matched, after, unmatchedThere, there } = match
  const found = after - (before - matched)
  const facts = [
    before === 0
      ? 'There are no rows to match.'
      : matched === before
        ? `All ${countOf(before, 'row')} find a match.`
        : `${formatCount(matched)} of ${countOf(before, 'row')} find a match, ${formatCount(before - matched)} do not.`,
    ...(unmatchedThere === null
      ? []
      : [
          unmatchedThere === 0
            ? `Every row of ${there} is used.`
            : `${countOf(unmatchedThere, 'row')} of ${there} ${unmatchedThere === 1 ? 'matches' : 'match'} nothing.`,
        ]),
  ]
  if (found <= matched) return { facts, multiplies: null }
  const factor = Math.round((after / before) * 100) / 100
  return {
    facts,
    multiplies: `Rows multiply: ${countOf(before, 'row')} become ${formatCount(after)} (${factor} times), for some match several rows of ${there}. Sums of this side would count them more than once.`,
  }
}
