// Rows drawn one by one, as points or along a line; of too many the engine makes bins.

import type { Column, Mark } from '@/api/types'
import { isNumeric, isTime } from '@/lib/format'
import { binsOf } from './kinds'
import { type Draft, emptyDraft } from './model'
import { isNamedAsKey } from './suggest'

/** Cells of a heatmap that can still be told apart. */
const BINS_ALONG = 40
const BINS_UP = 25

/** The two columns that rows are drawn by: two numbers, or a time and a number. */
function pairOf(mark: Mark, columns: readonly Column[]): [Column, Column] | null {
  const numbers = columns.filter((column) => isNumeric(column.type) && !isNamedAsKey(column.name))
  const time = columns.find((column) => isTime(column.type))
  const [first, second] = numbers
  if (mark === 'scatter' && first && second) return [first, second]
  return time && first ? [time, first] : null
}

/** The marks that rows of these columns can be drawn with. */
export const marksOfRows = (columns: readonly Column[]): Mark[] =>
  (['scatter', 'line'] as const).filter((mark) => pairOf(mark, columns) !== null)

/** The rows drawn: with the columns that somebody chose, where these can be, or with the two that suit best. */
export function drawn(draft: Draft, listed: readonly Column[], mark: Mark): Draft {
  const pair = pairOf(mark, listed)
  if (!pair) return draft
  const chosen = draft.columns.length > 0 && draft.columns.length <= 4
  return { ...draft, columns: chosen ? draft.columns : pair.map((column) => column.id), mark, stack: null }
}

/** All rows counted in bins of the two columns: what a chart of them shows where they are too many to be drawn. */
export function inBins(draft: Draft, listed: readonly Column[], mark: Mark): Draft | null {
  const pair = pairOf(mark, listed)
  if (!pair) return null
  const [x, y] = pair
  return {
    ...draft,
    columns: [],
    dimensions: [
      {
        column: x.id,
        grain: isTime(x.type) ? 'month' : null,
        bins: isTime(x.type) ? null : binsOf({ count: BINS_ALONG }),
      },
      { column: y.id, grain: null, bins: binsOf({ count: BINS_UP }) },
    ],
    measures: [{ fn: 'count_rows' }],
    sort: emptyDraft.sort,
    limit: null,
    mark: 'heatmap',
    stack: null,
  }
}
