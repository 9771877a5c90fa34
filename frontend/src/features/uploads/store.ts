// How files are sent. Most visits send none, so this comes with the first of them.

import type { Upload as TusUpload } from 'tus-js-client'
import type { Job } from '@/api/types'
import { client, unwrap } from '@/lib/client'
import { cancelJob, retryJob, watchJob } from '@/lib/jobs'
import { isAbort, Problem, problemOf } from '@/lib/problem'
import { refreshSession, validToken } from '@/lib/session'
import { pause } from '@/lib/timing'
import { publish, transfersNow } from './list'
import {
  advance,
  continues,
  type Event,
  isActive,
  metadataOf,
  previewOf,
  type Target,
  type Transfer,
  waiting,
} from './model'

const ENDPOINT = '/api/v1/uploads'
const CHUNK = 8 * 1024 * 1024
/** Files that are sent at once; the others wait. */
const LANES = 2

interface Running {
  file: File
  target: Target | null
  upload: TusUpload | null
  stop: AbortController
}

const running = new Map<string, Running>()
let count = 0

function send(key: string, event: Event): void {
  publish(transfersNow().map((transfer) => (transfer.key === key ? advance(transfer, event) : transfer)))
}

const find = (key: string): Transfer | undefined => transfersNow().find((transfer) => transfer.key === key)

const leave = (event: BeforeUnloadEvent) => {
  if (transfersNow().some((transfer) => transfer.phase === 'sending')) event.preventDefault()
}

/** Take files in, for new datasets or for one. They are sent two at a time, in the order in which they came. */
export function takeFiles(files: Iterable<File>, target: Target | null = null): void {
  const added: Transfer[] = []
  for (const file of files) {
    count += 1
    const key = `file-${count}`
    running.set(key, { file, target, upload: null, stop: new AbortController() })
    added.push(waiting(key, file.name, file.size, target))
  }
  if (added.length === 0) return
  window.addEventListener('beforeunload', leave)
  // What is over has been seen; a new drop begins a new list.
  publish([...transfersNow().filter(isActive), ...added])
  sendNext()
}

function sendNext(): void {
  const busy = transfersNow().filter((transfer) => transfer.phase === 'sending').length
  const next = transfersNow()
    .filter((transfer) => transfer.phase === 'waiting')
    .slice(0, Math.max(0, LANES - busy))
  for (const transfer of next) {
    const work = running.get(transfer.key)
    if (!work) continue
    send(transfer.key, { type: 'started', at: Date.now() })
    void begin(transfer.key, work)
  }
}

const idOf = (url: string | null): string | null => url?.replace(/\/$/, '').split('/').at(-1) ?? null

async function begin(key: string, work: Running): Promise<void> {
  // Most visits send nothing, so the protocol comes with the first file.
  const tus = await import('tus-js-client').catch((problem: unknown) => {
    send(key, { type: 'failed', problem })
    sendNext()
    return null
  })
  if (!tus || work.stop.signal.aborted) return
  const metadata = metadataOf(work.file.name, work.target)
  const upload = new tus.Upload(work.file, {
    endpoint: ENDPOINT,
    chunkSize: CHUNK,
    retryDelays: [0, 1000, 2000, 4000, 8000, 15_000, 30_000],
    storeFingerprintForResuming: true,
    removeFingerprintOnSuccess: true,
    metadata,
    onBeforeRequest: async (request) => {
      const token = await validToken()
      if (token) request.setHeader('Authorization', `Bearer ${token}`)
    },
    onShouldRetry: (error, attempt) => {
      const status = error.originalResponse?.getStatus() ?? 0
      send(key, { type: 'interrupted' })
      if (status === 401) {
        void refreshSession().catch(() => undefined)
        return attempt < 2
      }
      return status === 0 || status === 409 || status === 423 || status === 429 || status >= 500
    },
    onUploadUrlAvailable: () => {
      const id = idOf(upload.url)
      if (id) {
        send(key, { type: 'announced', uploadId: id })
        void look(key, id, work.stop.signal)
      }
    },
    onProgress: (bytes) => send(key, { type: 'sent', bytes, at: Date.now() }),
    onError: (error) => {
      if (!work.stop.signal.aborted) send(key, { type: 'failed', problem: problemOfTus(error) })
      sendNext()
    },
    onSuccess: () => void follow(key, idOf(upload.url), work.stop.signal),
  })
  work.upload = upload
  upload
    .findPreviousUploads()
    .then((previous) => {
      if (work.stop.signal.aborted) return
      const [newest] = previous
        .filter((one) => continues(one.metadata, metadata))
        .sort((a, b) => b.creationTime.localeCompare(a.creationTime))
      if (newest) upload.resumeFromPreviousUpload(newest)
      upload.start()
    })
    .catch(() => upload.start())
}

function problemOfTus(error: unknown): Problem {
  const response = (error as { originalResponse?: { getStatus(): number; getBody(): string } | null })
    .originalResponse
  if (!response) {
    return new Problem({
      title: 'The upload was interrupted',
      code: 'upload_interrupted',
      detail: 'The server could not be reached. What was sent is kept: try again to go on from there.',
    })
  }
  let body: unknown = null
  try {
    body = JSON.parse(response.getBody())
  } catch {
    // Not a problem document.
  }
  return problemOf(response.getStatus(), body)
}

/** Ask for the first rows until there are some. */
async function look(key: string, id: string, signal: AbortSignal): Promise<void> {
  try {
    for (let attempt = 0; attempt < 120; attempt += 1) {
      // Often while the first bytes are awaited, seldom where there may be nothing to show.
      await pause(attempt < 40 ? 250 : 2000, signal)
      const phase = find(key)?.phase
      if (phase !== 'sending' && phase !== 'loading') return
      const upload = await unwrap(
        client.GET('/api/v1/uploads/{upload_id}', { params: { path: { upload_id: id } }, signal }),
      )
      const preview = previewOf(upload.preview)
      if (preview) send(key, { type: 'previewed', preview })
      if (preview && !preview.later) return
    }
  } catch {
    // A preview is a courtesy.
  }
}

async function follow(key: string, id: string | null, signal: AbortSignal): Promise<void> {
  try {
    if (!id) throw new Error('The upload has no address.')
    const upload = await unwrap(
      client.GET('/api/v1/uploads/{upload_id}', {
        params: { path: { upload_id: id }, query: { preview: false } },
        signal,
      }),
    )
    send(key, { type: 'stored', jobId: upload.job_id })
    sendNext() // only now is its lane free
    if (!upload.job_id) throw new Error('The file is stored, but no load was begun.')
    await watch(key, upload.job_id, signal)
  } catch (error) {
    if (!isAbort(error)) send(key, { type: 'failed', problem: error })
    sendNext()
  }
}

const watch = (key: string, jobId: string, signal: AbortSignal): Promise<Job> =>
  watchJob(jobId, (job) => send(key, { type: 'progressed', job }), signal)

export async function cancelTransfer(key: string): Promise<void> {
  const transfer = find(key)
  const work = running.get(key)
  if (!transfer || !work) return
  if (transfer.phase === 'loading' && transfer.jobId) {
    await cancelJob(transfer.jobId) // the job's own stream says when it has ended
    return
  }
  work.stop.abort()
  send(key, { type: 'cancelled' })
  await work.upload?.abort(true).catch(() => undefined)
  sendNext()
}

/** Try again: to read a file that has arrived, else to send it. */
export async function retryTransfer(key: string): Promise<void> {
  const transfer = find(key)
  const work = running.get(key)
  if (!transfer || !work) return
  const stop = new AbortController()
  running.set(key, { ...work, upload: null, stop })
  send(key, { type: 'again', at: Date.now() })
  if (!transfer.jobId) return sendNext()
  try {
    await retryJob(transfer.jobId).catch((problem) => {
      // It was only lost sight of.
      if (!(problem instanceof Problem) || problem.status !== 409) throw problem
    })
    await watch(key, transfer.jobId, stop.signal)
  } catch (error) {
    if (!isAbort(error)) send(key, { type: 'failed', problem: error })
  }
}

/** Take what is over off the list. */
export function dismissTransfer(key: string): void {
  const transfer = find(key)
  if (!transfer || isActive(transfer)) return
  running.delete(key)
  publish(transfersNow().filter((one) => one.key !== key))
}
