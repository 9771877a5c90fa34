'use client'

import Box from '@mui/material/Box'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { DatasetDetail, Sort } from '@/api/types'
import { ask, blankQuestion } from '@/lib/ask'
import { DataTable, type GridColumn } from '@/ui/DataTable'
import { EmptyState } from '@/ui/EmptyState'
import { useRestOfWindow } from '@/ui/useElementHeight'
import { described, shapeOf } from '../model'

/** All rows of the current version, as far as one cares to scroll. */
export function DatasetTable({ dataset }: { dataset: DatasetDetail }) {
  const [sort, setSort] = useState<Sort | null>(null)
  const place = useRef<HTMLDivElement>(null)
  const height = useRestOfWindow(place)
  const columns = useMemo<GridColumn[]>(
    () =>
      described(dataset).map((one) => ({
        ...one.column,
        counts: shapeOf(one),
        missing: dataset.row_count > 0 ? one.profile.null_count / dataset.row_count : 0,
      })),
    [dataset],
  )
  const load = useCallback(
    (offset: number, limit: number, signal: AbortSignal) =>
      ask(
        {
          ...blankQuestion(dataset.id, dataset.current_version_id),
          sort: sort ? [sort] : [],
          offset,
          limit,
        },
        signal,
      ),
    [dataset.id, dataset.current_version_id, sort],
  )
  if (dataset.row_count === 0) {
    return <EmptyState title="No rows">The file was read, and it holds columns but no rows.</EmptyState>
  }
  return (
    <Box ref={place}>
      <DataTable
        label={`Rows of ${dataset.name}`}
        rowCount={dataset.row_count}
        columns={columns}
        blockKey={[dataset.id, dataset.current_version_id, sort]}
        load={load}
        sort={sort}
        onSort={setSort}
        height={height}
      />
    </Box>
  )
}
