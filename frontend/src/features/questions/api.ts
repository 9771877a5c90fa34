import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { ChartSpec, Question, SavedQuestion } from '@/api/types'
import { client, newKey, unwrap } from '@/lib/client'

const one = (id: string) => ({ params: { path: { question_id: id } } })

export const questionQueries = {
  list: (filter: { search?: string } = {}) =>
    infiniteQueryOptions({
      queryKey: ['questions', 'list', filter],
      queryFn: ({ signal, pageParam }) =>
        unwrap(
          client.GET('/api/v1/questions', {
            params: { query: { ...filter, cursor: pageParam, limit: 50 } },
            signal,
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['questions', 'detail', id],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/questions/{question_id}', { ...one(id), signal })),
      staleTime: 30_000,
    }),
}

interface Body {
  name: string
  question: Question
  chart: ChartSpec | null
}

export const createQuestion = (body: Body): Promise<SavedQuestion> =>
  unwrap(
    client.POST('/api/v1/questions', { body, params: { header: { 'Idempotency-Key': newKey() } } } as never),
  )

export const changeQuestion = (id: string, body: Body & { version: number }): Promise<SavedQuestion> =>
  unwrap(client.PUT('/api/v1/questions/{question_id}', { ...one(id), body }))

export const deleteQuestion = (id: string) =>
  unwrap(client.DELETE('/api/v1/questions/{question_id}', one(id)))

export const restoreQuestion = (id: string) =>
  unwrap(client.POST('/api/v1/questions/{question_id}/restore', one(id)))
