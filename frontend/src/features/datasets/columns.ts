// The columns of a dataset, each with its profile.

import type { Column, ColumnProfile, DatasetDetail } from '@/api/types'
import type { GridColumn } from '@/ui/table/columns'

export interface Described {
  column: Column
  profile: ColumnProfile
}

const unknown = (id: string): ColumnProfile => ({
  id,
  null_count: 0,
  distinct_is_approximate: false,
  top: [],
  histogram: [],
})

/** Every column with its profile, in the table's order. */
export function described(dataset: Pick<DatasetDetail, 'schema' | 'profile'>): Described[] {
  const byId = new Map(dataset.profile.map((profile) => [profile.id, profile]))
  return dataset.schema.map((column) => ({ column, profile: byId.get(column.id) ?? unknown(column.id) }))
}

/** The column's shape as bars: a histogram for numbers and dates, the most frequent values otherwise. */
export function shapeOf({ profile }: Described): number[] {
  if (profile.histogram.length > 0) return profile.histogram.map((bar) => bar.count)
  return profile.top.slice(0, 12).map((one) => one.count)
}

/** The columns as a large table heads them. */
export const gridColumns = (dataset: DatasetDetail): GridColumn[] =>
  described(dataset).map((one) => ({
    ...one.column,
    counts: shapeOf(one),
    missing: dataset.row_count > 0 ? one.profile.null_count / dataset.row_count : 0,
  }))
