// The one gate for questions, from the browser's side.

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Answer, Column, ColumnProfile, DatasetDetail, Question } from '@/api/types'
import { client, unwrap } from './client'

export const ask = (question: Question, signal?: AbortSignal): Promise<Answer> =>
  unwrap(client.POST('/api/v1/questions/run', { body: question as never, signal }) as never)

/** An answer never changes for a version, so it is asked once; without a version it may be asked again. */
export const answerQuery = (question: Question) =>
  queryOptions({
    queryKey: ['answer', question],
    queryFn: ({ signal }) => ask(question, signal),
    staleTime: question.version_id ? Number.POSITIVE_INFINITY : 30_000,
    placeholderData: keepPreviousData,
  })

/** What a question asks: in words, and as SQL to read. */
export const explainQuery = (question: Question) =>
  queryOptions({
    queryKey: ['explain', question],
    queryFn: ({ signal }) =>
      unwrap(client.POST('/api/v1/questions/explain', { body: { question: question as never }, signal })),
    staleTime: 300_000,
    placeholderData: keepPreviousData,
    retry: false,
  })

/** What asking needs to know of a dataset. */
export interface Source {
  id: string
  name: string
  versionId: string | null
  rowCount: number
  columns: readonly Column[]
  profile: readonly ColumnProfile[]
}

export const sourceOf = (dataset: DatasetDetail): Source => ({
  id: dataset.id,
  name: dataset.name,
  versionId: dataset.version.id,
  rowCount: dataset.row_count,
  columns: dataset.schema,
  profile: dataset.profile,
})
