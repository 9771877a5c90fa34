'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery } from '@tanstack/react-query'
import NextLink from 'next/link'
import type { ReactNode } from 'react'
import { paths } from '@/config/paths'
import { datasetQueries } from '@/features/datasets/api'
import { DatasetList } from '@/features/datasets/components/DatasetList'
import { QuestionList } from '@/features/questions/components/QuestionList'
import { NewReport, ReportList } from '@/features/reports/components/ReportList'
import { DropZone } from '@/features/uploads/components/DropZone'
import { useMay, useMe } from '@/lib/session'
import { EmptyState } from '@/ui/EmptyState'
import { PageHeader } from '@/ui/PageHeader'

export default function Home() {
  const me = useMe()
  const mayLoad = useMay('datasets.load')
  const mayReport = useMay('reports.edit')
  const { data } = useInfiniteQuery(datasetQueries.list({}))
  const datasets = data?.pages.flatMap((page) => page.items) ?? []
  const isNew = data !== undefined && datasets.length === 0
  const names = new Map(datasets.map((dataset) => [dataset.id, dataset.name]))

  return (
    <>
      <PageHeader title={isNew ? `Welcome, ${me.user.name}` : me.workspace.name} />
      {mayLoad && (
        <Box sx={{ mb: 4 }}>
          <DropZone dense={!isNew} />
        </Box>
      )}
      {isNew && !mayLoad && (
        <EmptyState title="Nothing here yet">
          Nobody has loaded data into this workspace. An analyst or admin can.
        </EmptyState>
      )}
      {!isNew && (
        <Box
          sx={{
            display: 'grid',
            gap: 4,
            gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'repeat(2, minmax(0,1fr))' },
          }}
        >
          <Box sx={{ display: 'grid', gap: 4, alignContent: 'start' }}>
            <Shelf title="Datasets" href={paths.data}>
              <DatasetList most={5} empty={null} />
            </Shelf>
            <Shelf title="Questions" href={paths.questions}>
              <QuestionList
                most={5}
                datasetNames={names}
                empty={<EmptyState title="No saved questions yet">Open a dataset and choose Ask.</EmptyState>}
              />
            </Shelf>
          </Box>
          <Shelf title="Reports" href={paths.reports}>
            <ReportList
              most={5}
              empty={
                <EmptyState title="No reports yet" action={mayReport && <NewReport variant="outlined" />}>
                  A report puts texts, charts and tables on paper.
                </EmptyState>
              }
            />
          </Shelf>
        </Box>
      )}
    </>
  )
}

function Shelf({ title, href, children }: { title: string; href: string; children: ReactNode }) {
  return (
    <Box component="section" aria-label={title}>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'baseline', mb: 1.25 }}>
        <Typography variant="h2">{title}</Typography>
        <Typography
          component={NextLink}
          href={href}
          variant="caption"
          aria-label={`All ${title.toLowerCase()}`}
          sx={{ color: 'primary.main' }}
        >
          All
        </Typography>
      </Box>
      {children}
    </Box>
  )
}
