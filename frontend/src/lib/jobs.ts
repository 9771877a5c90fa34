// Watching a job: the server's events, and asking each second where events do not get through.

import type { Job, JobState } from '@/api/types'
import { authorizedFetch, client, unwrap } from './client'
import { isAbort, Problem } from './problem'
import { pause } from './timing'

const over: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled', 'dead'])

export const isOver = (job: Pick<Job, 'state'>): boolean => over.has(job.state)

export const getJob = (id: string, signal?: AbortSignal): Promise<Job> =>
  unwrap(client.GET('/api/v1/jobs/{job_id}', { params: { path: { job_id: id } }, signal }))

export const cancelJob = (id: string): Promise<Job> =>
  unwrap(client.POST('/api/v1/jobs/{job_id}/cancel', { params: { path: { job_id: id } } }))

export const retryJob = (id: string): Promise<Job> =>
  unwrap(client.POST('/api/v1/jobs/{job_id}/retry', { params: { path: { job_id: id } } }))

/** The events of a server-sent stream, as they come. */
export async function* eventsOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader()
  let waiting = ''
  try {
    while (true) {
      const { done, value } = await reader.read()
      if (done) return
      waiting = (waiting + value).replaceAll('\r\n', '\n')
      let end = waiting.indexOf('\n\n')
      while (end >= 0) {
        let event = 'message'
        const data: string[] = []
        for (const line of waiting.slice(0, end).split('\n')) {
          if (line.startsWith('event:')) event = line.slice(6).trim()
          else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
        }
        if (data.length > 0) yield { event, data: data.join('\n') }
        waiting = waiting.slice(end + 2)
        end = waiting.indexOf('\n\n')
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function listen(id: string, onJob: (job: Job) => void, signal: AbortSignal): Promise<Job | null> {
  const response = await authorizedFetch(
    new Request(new URL(`/api/v1/jobs/${id}/events`, window.location.origin), {
      headers: { Accept: 'text/event-stream' },
      signal,
    }),
  )
  if (!response.ok || !response.body) return null
  for await (const { event, data } of eventsOf(response.body)) {
    if (event !== 'job') continue
    const job = JSON.parse(data) as Job
    onJob(job)
    if (isOver(job)) return job
  }
  return null
}

/** Follow a job to its end. Every state it is seen in goes to `onJob`; the last one is returned. */
export async function watchJob(id: string, onJob: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  try {
    const last = await listen(id, onJob, signal)
    if (last) return last
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw error
  }
  let silent = 0
  while (true) {
    try {
      const job = await getJob(id, signal)
      silent = 0
      onJob(job)
      if (isOver(job)) return job
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw error
      if (error instanceof Problem && error.status >= 400 && error.status < 500) throw error
      // The server may be restarting. The job goes on without us, so asking again costs nothing.
      silent += 1
      if (silent > 60) throw error
    }
    await pause(1000, signal)
  }
}

const stages: Readonly<Record<string, string>> = {
  queued: 'Waiting for its turn',
  detect: 'Looking at the format',
  detecting: 'Looking at the format',
  unpack: 'Unpacking',
  check: 'Checking every row',
  repair: 'Setting broken rows aside',
  load: 'Reading rows',
  merge: 'Joining with the rows there are',
  read: 'Reading rows',
  reading: 'Reading rows',
  scan: 'Deciding types',
  typing: 'Deciding types',
  types: 'Deciding types',
  write: 'Writing the table',
  writing: 'Writing the table',
  profile: 'Describing columns',
  profiling: 'Describing columns',
  publish: 'Publishing',
  publishing: 'Publishing',
  store: 'Storing',
  storing: 'Storing',
  answers: 'Asking the questions',
  charts: 'Drawing charts',
  pages: 'Setting pages',
  render: 'Setting pages',
  rendering: 'Setting pages',
}

/** A stage in words: the server's own when it sends words, ours for its short names. */
export function stageWords(job: Job): string {
  if (job.state === 'queued') return 'Waiting for its turn'
  const stage = job.progress?.stage
  if (!stage) return 'Working'
  return stages[stage] ?? stage.charAt(0).toUpperCase() + stage.slice(1).replaceAll('_', ' ')
}

/** A failed job's reason as a problem, for the same notice that requests use. */
export function problemOfJob(job: Job): Problem {
  return new Problem({
    title: 'The job failed',
    code: 'job_failed',
    detail: job.state === 'cancelled' ? 'It was cancelled.' : 'The job ended without a reason.',
    ...(job.error as object | null),
  })
}

export interface Pace {
  stage: string
  /** Where the stage was first seen. */
  from: number
  since: number
  /** What is done a second, or null while that cannot be said. */
  rate: number | null
  /** How many rows were read when the stage was first seen, and are read a second. */
  rowsFrom: number
  rowRate: number | null
  secondsLeft: number | null
}

/** How fast a stage goes, over all that was seen of it. `at` is in milliseconds. */
export function paced(before: Pace | null, progress: Job['progress'], at: number): Pace | null {
  const { stage, done, total, rows } = progress ?? {}
  if (!stage || done === null || done === undefined) return null
  if (!before || before.stage !== stage || done < before.from) {
    return {
      stage,
      from: done,
      since: at,
      rate: null,
      rowsFrom: rows ?? 0,
      rowRate: null,
      secondsLeft: null,
    }
  }
  const seconds = (at - before.since) / 1000
  // The first moments say little.
  if (seconds < 1 || done <= before.from) return before
  const rate = (done - before.from) / seconds
  const rowRate = rows && rows > before.rowsFrom ? (rows - before.rowsFrom) / seconds : null
  return { ...before, rate, rowRate, secondsLeft: total ? Math.max(0, total - done) / rate : null }
}
