'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import NextLink from 'next/link'
import { paths } from '@/config/paths'
import { formatAgo } from '@/lib/format'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { PageHeader } from '@/ui/PageHeader'
import { RowList } from '@/ui/RowList'
import { ShowMore } from '@/ui/ShowMore'
import { datasetQueries } from '../api'
import { datasetFacts } from './DatasetList'

/** Which dataset a new question is about. */
export function DatasetPicker() {
  const list = useInfiniteQuery(datasetQueries.list({}))
  const { data, error, refetch } = list
  if (error) return <ErrorNotice error={error} retry={refetch} />
  const items = data?.pages.flatMap((page) => page.items)
  return (
    <>
      <PageHeader title="New question" facts="Choose the dataset that it is about." />
      {!items ? (
        <Loading label="Loading datasets" />
      ) : items.length === 0 ? (
        <EmptyState
          title="There is nothing to ask yet"
          action={
            <Button component={NextLink} href={paths.data} variant="contained">
              Load a file
            </Button>
          }
        >
          Questions are asked about datasets, and this workspace has none.
        </EmptyState>
      ) : (
        <RowList
          label="Datasets"
          rows={items.map((dataset) => ({
            id: dataset.id,
            name: dataset.name,
            href: paths.ask(dataset.id),
            facts: datasetFacts(dataset),
            aside: formatAgo(dataset.updated_at),
          }))}
        />
      )}
      <ShowMore list={list} />
    </>
  )
}
