'use client'

import { useInfiniteQuery, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import NextLink from 'next/link'
import { useEffect, useMemo, useState } from 'react'
import { paths } from '@/config/paths'
import { dashboardQueries } from '@/features/dashboards/api'
import { datasetQueries } from '@/features/datasets/api'
import { questionQueries } from '@/features/questions/api'
import { useAddress } from '@/lib/address'
import { Button } from '@/ui/Button'
import { prepareCharts } from '@/ui/Chart'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { isOpened, part } from '@/ui/part'

// They are loaded while the session is opened and the dashboard is asked for.
const Room = () => <Loading label="Loading the dashboard" rows={8} />
const view = part(
  () => import('@/features/dashboards/components/DashboardView').then((module) => module.DashboardView),
  Room,
)
const proposal = part(
  () => import('@/features/dashboards/components/ProposalView').then((module) => module.ProposalView),
  Room,
)
const DashboardView = view.Part
const ProposalView = proposal.Part
const prepare = () => {
  view.prepare()
  proposal.prepare()
}
if (isOpened(paths.dashboard(''))) prepare()

export default function Page() {
  useEffect(prepare, [])
  const [id] = useAddress('id')
  const [proposed] = useAddress('propose')
  if (proposed) return <ProposalView key={proposed} datasetId={proposed} />
  if (!id) {
    return (
      <EmptyState
        title="Which dashboard?"
        action={
          <Button component={NextLink} href={paths.dashboards} variant="outlined">
            All dashboards
          </Button>
        }
      >
        This address names none.
      </EmptyState>
    )
  }
  return <DashboardPage key={id} id={id} />
}

function DashboardPage({ id }: { id: string }) {
  const queries = useQueryClient()
  const [edit] = useAddress('edit')
  const [needed, setNeeded] = useState<readonly string[]>([])
  useEffect(prepareCharts, [])
  const dashboard = useQuery({ ...dashboardQueries.detail(id), refetchOnWindowFocus: false })
  // To choose from while it is changed; what its tiles show comes with the dashboard.
  const questions = useInfiniteQuery({ ...questionQueries.list(), enabled: edit === '1' })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = questions
  useEffect(() => {
    if (edit === '1' && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [edit, hasNextPage, isFetchingNextPage, fetchNextPage])
  // For filters while it is changed, and for what is behind a tile.
  const found = useQueries({ queries: needed.map((dataset) => datasetQueries.detail(dataset)) })
  const datasets = useMemo(
    () => found.flatMap(({ data }) => (data ? [{ id: data.id, name: data.name, columns: data.schema }] : [])),
    [found],
  )
  if (dashboard.error) return <ErrorNotice error={dashboard.error} retry={dashboard.refetch} />
  if (!dashboard.data) return <Loading label="Loading the dashboard" rows={8} />
  return (
    <DashboardView
      dashboard={dashboard.data}
      questions={questions.data?.pages.flatMap((page) => page.items) ?? dashboard.data.questions}
      datasets={datasets}
      columnsOf={(dataset) => datasets.find((one) => one.id === dataset)?.columns ?? []}
      onNeed={setNeeded}
      onReload={() => void queries.invalidateQueries({ queryKey: ['dashboards', 'detail', id] })}
    />
  )
}
