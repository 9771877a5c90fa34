import type { TableFormat } from '@tablewright/charts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { ChartSpec, Question, SavedQuestion } from '@/api/types'
import { client, newKey, unwrap } from '@/lib/client'

const one = (id: string) => ({ params: { path: { question_id: id } } })

export const questionQueries = {
  list: (filter: { search?: string } = {}) =>
    infiniteQueryOptions({
      queryKey: ['questions', 'list', filter],
      queryFn: ({ signal, pageParam }) =>
        unwrap<SavedQuestionList>(
          client.GET('/api/v1/questions', {
            params: { query: { ...filter, cursor: pageParam, limit: 50 } },
            signal,
          }) as never,
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['questions', 'detail', id],
      queryFn: ({ signal }) =>
        unwrap<SavedQuestion>(client.GET('/api/v1/questions/{question_id}', { ...one(id), signal }) as never),
      staleTime: 30_000,
    }),
}

interface SavedQuestionList {
  items: SavedQuestion[]
  next_cursor?: string | null
}

interface Body {
  name: string
  question: Question
  chart: ChartSpec | null
  formats: TableFormat | null
}

export const createQuestion = (body: Body): Promise<SavedQuestion> =>
  unwrap(
    client.POST('/api/v1/questions', {
      body: body as never,
      params: { header: { 'Idempotency-Key': newKey() } },
    } as never),
  )

export const changeQuestion = (id: string, body: Body & { version: number }): Promise<SavedQuestion> =>
  unwrap(client.PUT('/api/v1/questions/{question_id}', { ...one(id), body: body as never }) as never)

export const deleteQuestion = (id: string) =>
  unwrap(client.DELETE('/api/v1/questions/{question_id}', one(id)))

export const restoreQuestion = (id: string) =>
  unwrap(client.POST('/api/v1/questions/{question_id}/restore', one(id)))

/** The tables that can be asked of. The keys are those of the datasets themselves: what is known is shared. */
export const tableQueries = {
  dataset: (id: string) =>
    queryOptions({
      queryKey: ['datasets', 'detail', id],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/datasets/{dataset_id}', { params: { path: { dataset_id: id } }, signal })),
      staleTime: 30_000,
    }),
  choices: (search: string) =>
    queryOptions({
      queryKey: ['datasets', 'choices', search],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/datasets', { params: { query: { search, limit: 50 } }, signal })),
      staleTime: 30_000,
      placeholderData: keepPreviousData,
    }),
}
