'use client'

import Box from '@mui/material/Box'
import { useInfiniteQuery } from '@tanstack/react-query'
import NextLink from 'next/link'
import { useState } from 'react'
import { paths } from '@/config/paths'
import { datasetQueries } from '@/features/datasets/api'
import { QuestionList } from '@/features/questions/components/QuestionList'
import { useRested } from '@/lib/timing'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { PageHeader } from '@/ui/PageHeader'
import { SearchField } from '@/ui/SearchField'

export default function Questions() {
  const [typed, setTyped] = useState('')
  const search = useRested(typed, 250)
  const { data } = useInfiniteQuery(datasetQueries.list({}))
  const names = new Map(data?.pages.flatMap((page) => page.items).map((one) => [one.id, one.name]) ?? [])
  return (
    <>
      <PageHeader
        title="Questions"
        actions={
          <Button component={NextLink} href={paths.ask()} variant="contained">
            New question
          </Button>
        }
      />
      <Box sx={{ mb: 2 }}>
        <SearchField label="Filter questions" value={typed} onChange={setTyped} />
      </Box>
      <QuestionList
        search={search}
        datasetNames={names}
        empty={
          <EmptyState
            title="No saved questions yet"
            action={
              <Button component={NextLink} href={paths.ask()} variant="contained">
                Ask a question
              </Button>
            }
          >
            A question filters, groups and measures a dataset. Saved ones can go into reports.
          </EmptyState>
        }
      />
    </>
  )
}
