'use client'

import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import type { Answer, Question } from '@/api/types'
import type { PointedNumber } from '@/lib/number'
import { useMay } from '@/lib/session'
import { useSteady } from '@/lib/steady'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { PageHeader } from '@/ui/PageHeader'
import { dashboardQueries } from '../api'
import { useKeeping } from '../useKeeping'
import { useTogether } from '../useTiles'
import { Grid } from './Grid'
import { type TileActions, TileView } from './TileView'

const WhatNumber = dynamic(() => import('@/ui/WhatNumber'), { loading: nothing })

const ignore = () => undefined

/** What stands out in a dataset, as a dashboard that is kept nowhere until somebody keeps it. */
export function ProposalView({ datasetId }: { datasetId: string }) {
  const mayEdit = useMay('dashboards.edit')
  const { data, error, refetch } = useQuery(dashboardQueries.proposal(datasetId))
  const [pointed, setPointed] = useState<{
    number: PointedNumber
    answer: Answer
    question: Question
  } | null>(null)
  const { busy, keep } = useKeeping()
  const tiles = useMemo(() => data?.content.tabs[0]?.tiles ?? [], [data])
  const questions = useMemo(
    () =>
      new Map(
        tiles.flatMap((tile) =>
          tile.kind === 'question' && tile.question ? [[tile.id, tile.question as Question] as const] : [],
        ),
      ),
    [tiles],
  )
  const { answers, again } = useTogether(questions)
  const does = useSteady<TileActions>({
    number: (id, number, answer) => {
      const question = questions.get(id)
      if (question) setPointed({ number, answer, question })
    },
    again,
  })
  return (
    <>
      <PageHeader
        title={data?.title ?? 'A dashboard is being proposed'}
        facts={data ? 'Proposed. It is kept nowhere yet.' : undefined}
        actions={
          mayEdit &&
          tiles.length > 0 && (
            <Button variant="contained" disabled={busy} onClick={() => data && void keep(data)}>
              Keep
            </Button>
          )
        }
      />
      {error ? (
        <ErrorNotice error={error} retry={refetch} />
      ) : !data ? (
        <Loading label="Looking for what stands out" rows={8} />
      ) : tiles.length === 0 ? (
        <EmptyState title="Nothing stands out">
          The columns of this dataset give nothing to compute or to compare.
        </EmptyState>
      ) : (
        <>
          <Typography variant="body2" color="textSecondary" sx={{ mb: 2 }}>
            {data.asked_count} questions were asked of the columns that you may see. These answers say
            something; each tile says what.
          </Typography>
          <Grid
            tiles={tiles}
            editing={false}
            nameOf={(tile) => (tile.kind === 'question' ? (tile.title ?? '') : 'Text')}
            onChange={ignore}
          >
            {(tile, height, width) => (
              <TileView {...{ tile, height, width, does }} answer={answers.get(tile.id)} />
            )}
          </Grid>
          {pointed && <WhatNumber {...pointed} columns={[]} onClose={() => setPointed(null)} />}
        </>
      )}
    </>
  )
}
