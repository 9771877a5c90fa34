'use client'

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import NextLink from 'next/link'
import { useEffect, useState } from 'react'
import type { ReportDetail } from '@/api/types'
import { paths } from '@/config/paths'
import { questionQueries } from '@/features/questions/api'
import { reportQueries } from '@/features/reports/api'
import { ReportEditor } from '@/features/reports/components/ReportEditor'
import { useAddress } from '@/lib/address'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'

export default function Page() {
  const [id] = useAddress('id')
  if (!id) {
    return (
      <EmptyState
        title="Which report?"
        action={
          <Button component={NextLink} href={paths.reports} variant="outlined">
            All reports
          </Button>
        }
      >
        This address names none.
      </EmptyState>
    )
  }
  return <ReportPage key={id} id={id} />
}

function ReportPage({ id }: { id: string }) {
  const queries = useQueryClient()
  const report = useQuery({
    ...reportQueries.detail(id),
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
  })
  const questions = useInfiniteQuery(questionQueries.list())
  // The editor owns the report from its opening on; what the cache learns later comes from its own saving.
  const [opened, setOpened] = useState<ReportDetail | null>(null)
  useEffect(() => {
    if (report.data && report.isFetchedAfterMount && !opened) setOpened(report.data)
  }, [report.data, report.isFetchedAfterMount, opened])
  // Sections name their questions, so all of them are needed.
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = questions
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  const error = report.error ?? questions.error
  if (error)
    return (
      <ErrorNotice error={error} retry={() => void (report.error ? report.refetch() : questions.refetch())} />
    )
  if (!opened || !questions.data || hasNextPage) return <Loading label="Loading the report" rows={8} />
  return (
    <ReportEditor
      key={`${opened.id}-${opened.version}`}
      report={opened}
      questions={questions.data.pages.flatMap((page) => page.items)}
      onReload={() =>
        void queries
          .fetchQuery({ ...reportQueries.detail(id), staleTime: 0 })
          .then((newest) => setOpened(newest))
      }
    />
  )
}
