'use client'

import Box from '@mui/material/Box'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { datasetQueries } from '@/features/datasets/api'
import { usePeople } from '@/features/members/usePeople'
import type { Metric } from '@/features/metrics/api'
import { MetricList } from '@/features/metrics/components/MetricList'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { nothing } from '@/ui/nothing'
import { PageHeader } from '@/ui/PageHeader'
import { SearchField } from '@/ui/SearchField'

// What a metric is written with comes when somebody writes one.
const MetricDialog = dynamic(
  () => import('@/features/metrics/components/MetricDialog').then((module) => module.MetricDialog),
  { loading: nothing },
)
const DatasetFormula = dynamic(
  () => import('@/features/questions/components/FormulaInput').then((module) => module.DatasetFormula),
  { loading: nothing },
)
const DatasetConditions = dynamic(
  () => import('@/features/questions/components/RowConditions').then((module) => module.DatasetConditions),
  { loading: nothing },
)

export default function Page() {
  const [search, setSearch] = useState('')
  const [editing, setEditing] = useState<Metric | 'new' | null>(null)
  const [chosen, choose] = useState('')
  const mayEdit = useMay('metrics.edit')
  const people = usePeople()
  const listed = useInfiniteQuery(datasetQueries.list({}))
  const datasets = listed.data?.pages.flatMap((page) => page.items) ?? []
  const metric = editing === 'new' ? null : editing
  const datasetId = metric?.dataset_id ?? (chosen || (datasets[0]?.id ?? ''))
  const dataset = useQuery({
    ...datasetQueries.detail(datasetId),
    enabled: editing !== null && datasetId !== '',
  })
  return (
    <>
      <PageHeader
        title="Metrics"
        facts="Agreed once, computed the same everywhere."
        actions={
          mayEdit && (
            <Button variant="contained" disabled={datasets.length === 0} onClick={() => setEditing('new')}>
              New metric
            </Button>
          )
        }
      />
      <Box sx={{ mb: 2 }}>
        <SearchField label="Search metrics" value={search} onChange={setSearch} />
      </Box>
      <MetricList
        search={search}
        nameOf={(id) => datasets.find((one) => one.id === id)?.name ?? 'a dataset'}
        onEdit={setEditing}
      />
      {editing !== null && (
        <MetricDialog
          key={metric?.id ?? 'new'}
          metric={metric}
          datasets={datasets}
          columns={dataset.data?.schema ?? []}
          datasetId={datasetId}
          people={people}
          Formula={DatasetFormula}
          Conditions={DatasetConditions}
          onDataset={choose}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  )
}
