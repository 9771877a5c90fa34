'use client'

import TableChartOutlined from '@mui/icons-material/TableChartOutlined'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Dataset } from '@/api/types'
import { paths } from '@/config/paths'
import { countOf, formatAgo, formatBytes } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { ActionMenu } from '@/ui/ActionMenu'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { RowList } from '@/ui/RowList'
import { ShowMore } from '@/ui/ShowMore'
import { datasetQueries, restoreDataset } from '../api'
import { useDatasetDeletion } from '../useDatasetDeletion'

export function datasetFacts(dataset: Dataset): string {
  return [
    countOf(dataset.row_count, 'row'),
    countOf(dataset.column_count, 'column'),
    formatBytes(dataset.byte_count),
    ...(dataset.hidden ? ['hidden in its file'] : []),
  ].join(' · ')
}

export function DatasetList({
  search = '',
  deleted = false,
  most,
  empty,
}: {
  search?: string
  deleted?: boolean
  /** Show only the newest few. */
  most?: number
  empty: ReactNode
}) {
  const filter = { ...(search && { search }), ...(deleted && { deleted }) }
  const list = useInfiniteQuery(datasetQueries.list(filter))
  const { data, error, refetch } = list
  const remove = useDatasetDeletion()
  const mayEdit = useMay('datasets.edit')
  const queries = useQueryClient()
  const notify = useNotify()

  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading datasets" rows={most ?? 5} height={52} />
  const items = data.pages.flatMap((page) => page.items).slice(0, most)
  if (items.length === 0) {
    return search ? (
      <EmptyState title="No dataset is called that">Try a shorter part of its name.</EmptyState>
    ) : (
      empty
    )
  }
  return (
    <>
      <RowList
        label={deleted ? 'Deleted datasets' : 'Datasets'}
        icon={<TableChartOutlined fontSize="small" />}
        rows={items.map((dataset) => ({
          id: dataset.id,
          name: dataset.name,
          href: deleted ? paths.data : paths.dataset(dataset.id),
          facts: datasetFacts(dataset),
          aside: dataset.deleted_at
            ? `deleted ${formatAgo(dataset.deleted_at)}`
            : formatAgo(dataset.updated_at),
          actions: !mayEdit ? undefined : deleted ? (
            <Button
              variant="outlined"
              aria-label={`Restore ${dataset.name}`}
              onClick={() =>
                restoreDataset(dataset.id)
                  .then(() => queries.invalidateQueries({ queryKey: ['datasets'] }))
                  .then(() => notify(`“${dataset.name}” is back.`))
                  .catch((problem) => notify(toProblem(problem).message))
              }
            >
              Restore
            </Button>
          ) : (
            <ActionMenu
              label={`Actions for ${dataset.name}`}
              actions={[{ label: 'Delete', danger: true, run: () => void remove(dataset) }]}
            />
          ),
        }))}
      />
      {!most && <ShowMore list={list} />}
    </>
  )
}
