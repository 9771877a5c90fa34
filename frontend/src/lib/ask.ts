// The one gate for questions, from the browser's side.

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Answer, Column, ColumnProfile, DatasetDetail, ProblemDocument, Question } from '@/api/types'
import { authorizedFetch, client, unwrap } from './client'
import { Problem, problemOf } from './problem'

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

/** What becomes of one of several questions. */
export type Reply =
  | {
      answer: Answer
      /** The answer as it came. */
      line?: string
      problem?: never
    }
  | { problem: Problem; answer?: never }

/** Whether an answer came again as it was, so that nothing need be drawn. */
export const isSame = (before: Reply | undefined, now: Reply): boolean =>
  before?.answer !== undefined &&
  now.answer !== undefined &&
  before.line !== undefined &&
  before.line === now.line

/** Ask several things in one request; each reply is given away as it arrives. */
export async function askStreamed(
  path: string,
  body: unknown,
  onReply: (key: string, reply: Reply) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await authorizedFetch(
    new Request(new URL(path, window.location.origin), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    }),
  )
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null))
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const tell = (line: string) => {
    if (!line) return
    const told = JSON.parse(line) as { key: string; answer?: Answer; problem?: ProblemDocument }
    onReply(
      told.key,
      told.answer ? { answer: told.answer, line } : { problem: new Problem(told.problem ?? {}) },
    )
  }
  // A long answer comes in many pieces, of which each is looked through once.
  let begun: string[] = []
  for (;;) {
    const { value, done } = await reader.read()
    const [first = '', ...lines] = (value ?? '').split('\n')
    begun.push(first)
    for (const line of lines) {
      tell(begun.join(''))
      begun = [line]
    }
    if (!done) continue
    tell(begun.join(''))
    return
  }
}

/** Questions of one page, in one request. */
export const askTogether = (
  questions: ReadonlyMap<string, Question>,
  onReply: (key: string, reply: Reply) => void,
  signal: AbortSignal,
): Promise<void> =>
  askStreamed(
    '/api/v1/questions/batch',
    { questions: [...questions].map(([key, question]) => ({ key, question })) },
    onReply,
    signal,
  )

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
