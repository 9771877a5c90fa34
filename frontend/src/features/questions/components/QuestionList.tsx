'use client'

import QueryStatsRounded from '@mui/icons-material/QueryStatsRounded'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { SavedQuestion } from '@/api/types'
import { paths } from '@/config/paths'
import { formatAgo } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { ActionMenu } from '@/ui/ActionMenu'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { RowList } from '@/ui/RowList'
import { ShowMore } from '@/ui/ShowMore'
import { deleteQuestion, questionQueries, restoreQuestion } from '../api'

export function QuestionList({
  search = '',
  most,
  datasetNames,
  empty,
}: {
  search?: string
  most?: number
  datasetNames: ReadonlyMap<string, string>
  empty: ReactNode
}) {
  const list = useInfiniteQuery(questionQueries.list(search ? { search } : {}))
  const { data, error, refetch } = list
  const queries = useQueryClient()
  const notify = useNotify()
  const mayEdit = useMay('questions.edit')
  const refresh = () => queries.invalidateQueries({ queryKey: ['questions'] })

  const remove = async (question: SavedQuestion) => {
    try {
      await deleteQuestion(question.id)
      await refresh()
      notify({
        message: `“${question.name}” is in the bin. It is kept for 30 days.`,
        action: {
          label: 'Undo',
          run: () =>
            restoreQuestion(question.id)
              .then(refresh)
              .catch((problem) => notify(toProblem(problem).message)),
        },
      })
    } catch (problem) {
      notify(toProblem(problem).message)
    }
  }

  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading questions" rows={most ?? 5} height={52} />
  const items = data.pages.flatMap((page) => page.items).slice(0, most)
  if (items.length === 0) {
    return search ? (
      <EmptyState title="No question is called that">Try a shorter part of its name.</EmptyState>
    ) : (
      empty
    )
  }
  return (
    <>
      <RowList
        label="Questions"
        icon={<QueryStatsRounded fontSize="small" />}
        rows={items.map((question) => ({
          id: question.id,
          name: question.name,
          href: paths.question(question.id),
          facts: [
            datasetNames.get(question.dataset_id),
            question.chart ? `${question.chart.mark} chart` : 'table',
          ]
            .filter(Boolean)
            .join(' · '),
          aside: formatAgo(question.updated_at),
          actions: mayEdit && (
            <ActionMenu
              label={`Actions for ${question.name}`}
              actions={[{ label: 'Delete', danger: true, run: () => void remove(question) }]}
            />
          ),
        }))}
      />
      {!most && <ShowMore list={list} />}
    </>
  )
}
