// One file on its way from the disk to a dataset, as a machine of states.

import type { Answer, Job, Upload } from '@/api/types'
import { countOf, formatCount } from '@/lib/format'

export type Phase = 'waiting' | 'sending' | 'loading' | 'ready' | 'failed' | 'cancelled'

export interface Loaded {
  dataset_id: string
  name: string
  row_count: number
  rows_quarantined?: number
  /** What the file left open in how it was read. */
  doubt_count?: number
  /** What became of the table; servers before this field published everything. */
  state?: 'published' | 'pending' | 'unchanged'
  /** Other datasets that were read from the same bytes. */
  known_as?: { dataset_id: string; name: string }[]
}

export interface Preview {
  columns: { name: string; type: string }[]
  rows: string[][]
  /** What was decided so far, in words. */
  decisions: { what: string; value: string }[]
  /** Why no rows can be shown yet. */
  later?: string
}

/** The dataset that a file is meant for, and what its rows do there. */
export interface Target {
  datasetId: string
  name: string
  mode: 'replace' | 'append' | 'upsert'
  /** Column ids, for `upsert` and for duplicates by key. */
  keys: readonly string[]
  deduplicate: 'none' | 'rows' | 'key'
  note: string
}

export interface Transfer {
  key: string
  name: string
  size: number
  target: Target | null
  phase: Phase
  sent: number
  /** Bytes a second, smoothed; 0 while unknown. */
  speed: number
  at: number
  uploadId: string | null
  jobId: string | null
  job: Job | null
  preview: Preview | null
  loaded: Loaded[]
  problem: unknown
  /** The connection is gone and will be tried again. */
  interrupted: boolean
}

export type Event =
  | { type: 'started'; at: number }
  | { type: 'announced'; uploadId: string }
  | { type: 'sent'; bytes: number; at: number }
  | { type: 'interrupted' }
  | { type: 'previewed'; preview: Preview }
  | { type: 'stored'; jobId: string | null }
  | { type: 'progressed'; job: Job }
  | { type: 'failed'; problem: unknown }
  | { type: 'cancelled' }
  | { type: 'again'; at: number }

export const waiting = (key: string, name: string, size: number, target: Target | null = null): Transfer => ({
  key,
  name,
  size,
  target,
  phase: 'waiting',
  sent: 0,
  speed: 0,
  at: 0,
  uploadId: null,
  jobId: null,
  job: null,
  preview: null,
  loaded: [],
  problem: null,
  interrupted: false,
})

export const isActive = (transfer: Transfer): boolean =>
  transfer.phase === 'waiting' || transfer.phase === 'sending' || transfer.phase === 'loading'

/** What an event makes of a transfer. What comes too late, for instance progress after a cancel, changes nothing. */
export function advance(transfer: Transfer, event: Event): Transfer {
  if (event.type === 'again') {
    if (isActive(transfer) || transfer.phase === 'ready') return transfer
    const { key, name, size, target, preview, jobId } = transfer
    const fresh = { ...waiting(key, name, size, target), preview, at: event.at }
    return jobId ? { ...fresh, phase: 'loading', sent: size, jobId } : fresh
  }
  if (!isActive(transfer)) return transfer
  switch (event.type) {
    case 'started':
      return transfer.phase === 'waiting' ? { ...transfer, phase: 'sending', at: event.at } : transfer
    case 'announced':
      return { ...transfer, uploadId: event.uploadId }
    case 'sent': {
      if (transfer.phase !== 'sending') return transfer
      const seconds = (event.at - transfer.at) / 1000
      const bytes = event.bytes - transfer.sent
      // A resumed upload begins with a jump that says nothing about the line.
      const fresh = transfer.sent === 0 || bytes < 0 || seconds <= 0
      const now = fresh ? transfer.speed : bytes / seconds
      const speed = fresh ? transfer.speed : transfer.speed === 0 ? now : transfer.speed * 0.8 + now * 0.2
      return { ...transfer, sent: event.bytes, at: event.at, speed, interrupted: false }
    }
    case 'interrupted':
      return transfer.phase === 'sending' ? { ...transfer, interrupted: true, speed: 0 } : transfer
    case 'previewed':
      return { ...transfer, preview: event.preview }
    case 'stored':
      return { ...transfer, phase: 'loading', sent: transfer.size, jobId: event.jobId, interrupted: false }
    case 'progressed': {
      const { job } = event
      if (job.state === 'succeeded') return { ...transfer, phase: 'ready', job, loaded: loadedBy(job) }
      if (job.state === 'cancelled') return { ...transfer, phase: 'cancelled', job }
      if (job.state === 'failed' || job.state === 'dead')
        return { ...transfer, phase: 'failed', job, problem: job.error }
      return { ...transfer, phase: 'loading', job }
    }
    case 'failed':
      return { ...transfer, phase: 'failed', problem: event.problem, interrupted: false }
    case 'cancelled':
      return { ...transfer, phase: 'cancelled' }
  }
}

/** The datasets that a finished load made. */
export function loadedBy(job: Job): Loaded[] {
  const { tables, dataset_ids: ids } = (job.result ?? {}) as { tables?: Loaded[]; dataset_ids?: string[] }
  if (Array.isArray(tables) && tables.length > 0) return tables
  return (ids ?? []).map((id) => ({ dataset_id: id, name: '', row_count: 0 }))
}

export const secondsLeft = (transfer: Transfer): number | null =>
  transfer.speed > 0 ? (transfer.size - transfer.sent) / transfer.speed : null

/** Whether rows have to be told apart by key columns. */
export const needsKeys = (mode: Target['mode'], deduplicate: Target['deduplicate']): boolean =>
  mode === 'upsert' || deduplicate === 'key'

/** What goes with the file: its name, and what is told about where it belongs. */
export function metadataOf(filename: string, target: Target | null): Record<string, string> {
  if (!target) return { filename }
  return {
    filename,
    dataset_id: target.datasetId,
    mode: target.mode,
    deduplicate: target.deduplicate,
    ...(target.keys.length > 0 && { keys: JSON.stringify(target.keys) }),
    ...(target.note && { note: target.note }),
  }
}

/** Whether an upload that was cut off is the one that is begun now. A file without a target goes on with any. */
export const continues = (
  previous: Readonly<Record<string, string>> | undefined,
  metadata: Readonly<Record<string, string>>,
): boolean =>
  !metadata.dataset_id ||
  [...new Set([...Object.keys(previous ?? {}), ...Object.keys(metadata)])].every(
    (key) => previous?.[key] === metadata[key],
  )

/**
 * Where to go by itself once everything that was dropped is done: to the one dataset that came of the one file.
 * With several there is a choice, and what was not published has something to say, so we stay.
 */
export function destination(transfers: readonly Transfer[]): string | null {
  const [only] = transfers
  if (!only || transfers.length !== 1 || only.phase !== 'ready') return null
  const [first] = only.loaded
  return first && (first.state ?? 'published') === 'published' ? first.dataset_id : null
}

/** What became of a table, in words. */
export function outcomeWords(table: Loaded, target: Target | null): string {
  const { rows_quarantined: aside = 0, doubt_count: doubts = 0 } = table
  const rows = [
    countOf(table.row_count, 'row'),
    ...(aside > 0 ? [`${formatCount(aside)} set aside`] : []),
    ...(doubts > 0 ? [countOf(doubts, 'doubt')] : []),
  ].join(', ')
  if (table.state === 'pending') return 'It waits for a decision: the dataset says why.'
  if (table.state === 'unchanged') return 'Unchanged: the same file is loaded already.'
  return target ? `Published as a new version with ${rows}.` : rows
}

/** What a cancel left behind, in words. */
export function cancelledWords({ jobId, target }: Pick<Transfer, 'jobId' | 'target'>): string {
  const kept = target ? `“${target.name}” is as it was.` : 'No dataset was made.'
  return jobId
    ? `Cancelled. ${kept} The file has arrived and can be read again.`
    : 'Cancelled. Nothing was kept.'
}

const MOST_ROWS = 6
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

/** The first rows of a file that is still arriving. The server may send them as rows, or by columns as an answer. */
export function previewOf(raw: Upload['preview']): Preview | null {
  if (!raw) return null
  if (typeof raw.later === 'string') return { columns: [], rows: [], decisions: [], later: raw.later }
  const named = (raw.columns ?? raw.schema) as
    | { id?: string; key?: string; name?: string; label?: string; type?: string }[]
    | undefined
  if (!Array.isArray(named) || named.length === 0) return null
  const columns = named.map((column) => ({
    name: text(column.name ?? column.label),
    type: column.type ?? 'text',
  }))
  const decisions = decisionsOf(raw.decisions)
  const rows = raw.rows as unknown
  if (Array.isArray(rows)) {
    return {
      columns,
      decisions,
      rows: rows
        .slice(0, MOST_ROWS)
        .map((row) =>
          Array.isArray(row)
            ? row.map(text)
            : named.map((column) => text((row as Record<string, unknown>)[column.id ?? ''])),
        ),
    }
  }
  const data = raw.data as Answer['data'] | undefined
  if (!data) return { columns, rows: [], decisions }
  const keys = named.map((column) => column.key ?? column.id ?? '')
  const length = Math.min(MOST_ROWS, data[keys[0] ?? '']?.length ?? 0)
  return {
    columns,
    decisions,
    rows: Array.from({ length }, (_, row) => keys.map((key) => text(data[key]?.[row]))),
  }
}

const MOST_DECISIONS = 6

/** The decisions about the file as a whole; those about single columns are for the receipt. */
function decisionsOf(raw: unknown): Preview['decisions'] {
  if (!Array.isArray(raw)) return []
  return (raw as { what?: unknown; value?: unknown; column?: unknown }[])
    .filter((one) => !one.column && (typeof one.value === 'string' || typeof one.value === 'number'))
    .slice(0, MOST_DECISIONS)
    .map((one) => ({
      what: text(one.what).replaceAll('_', ' '),
      value: marks[text(one.value)] ?? text(one.value),
    }))
}

const marks: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
  ' ': 'space',
}
