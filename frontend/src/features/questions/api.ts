import type { TableFormat } from '@tablewright/charts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { components } from '@/api/schema'
import type { ChartSpec, ColumnType, Question, SavedQuestion } from '@/api/types'
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

type Schemas = components['schemas']
const body = (question: Question) => question as never

export const joinQueries = {
  /** How the rows of a join find each other. */
  match: (question: Question, join: number) =>
    queryOptions({
      queryKey: ['joins', 'match', question, join],
      queryFn: ({ signal }) =>
        unwrap(client.POST('/api/v1/questions/match', { body: { question: body(question), join }, signal })),
      staleTime: 300_000,
      retry: false,
    }),
  /** On which columns two datasets are probably joined, the best first. */
  suggestions: (left: string, right: string) =>
    queryOptions({
      queryKey: ['joins', 'suggestions', left, right],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/questions/joins', { params: { query: { left, right } }, signal })),
      staleTime: 60_000,
    }),
}

export type FormulaOut = Omit<Schemas['FormulaOut'], 'type'> & { type: ColumnType }

export interface FunctionEntry {
  name: string
  aliases: readonly string[]
  category: string
  signature: string
  description: string
  examples: readonly { formula: string; result: string }[]
}

interface Catalogue {
  categories: readonly { id: string; title: string }[]
  functions: readonly FunctionEntry[]
}

/** `question` holds the formulas that may be named. */
export const formulaQueries = {
  check: (question: Question, text: string) =>
    queryOptions({
      queryKey: ['formulas', 'check', question, text],
      queryFn: ({ signal }) =>
        unwrap<FormulaOut>(
          client.POST('/api/v1/formulas/check', {
            body: { question: body(question), text },
            signal,
          }) as never,
        ),
      staleTime: 60_000,
      retry: false,
    }),
  preview: (question: Question, text: string) =>
    queryOptions({
      queryKey: ['formulas', 'preview', question, text],
      queryFn: ({ signal }) =>
        unwrap(client.POST('/api/v1/formulas/preview', { body: { question: body(question), text }, signal })),
      staleTime: 60_000,
      retry: false,
      placeholderData: keepPreviousData,
    }),
  functions: () =>
    queryOptions({
      queryKey: ['formulas', 'functions'],
      queryFn: ({ signal }) => unwrap<Catalogue>(client.GET('/api/v1/formulas', { signal }) as never),
      staleTime: Number.POSITIVE_INFINITY,
    }),
}

/** One thing that may stand at the cursor: `insert` replaces the characters from `start` to `end`. */
export interface Completion {
  kind: string
  label: string
  insert: string
  start: number
  end: number
  detail: string
  description: string
  example: string
}

/** The function whose arguments the cursor is in. */
export interface Hint {
  signature: string
  description: string
  parameters: readonly (readonly [string, string])[]
  active: number
}

export interface Help {
  suggestions: readonly Completion[]
  signature: Hint | null
}

/** What may be written next. Offsets are in characters. */
export const completeFormula = (
  question: Question,
  text: string,
  cursor: number,
  signal: AbortSignal,
): Promise<Help> =>
  unwrap(
    client.POST('/api/v1/formulas/complete', {
      body: { question: body(question), text, cursor },
      signal,
    }) as never,
  )

export const metricQueries = {
  list: () =>
    queryOptions({
      queryKey: ['metrics', 'list'],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/metrics', { params: { query: { limit: 200 } }, signal })),
      staleTime: 60_000,
    }),
}
