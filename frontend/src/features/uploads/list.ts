// Uploads belong to the app, not to a page: they go on while one looks around.

import { useEffect, useState, useSyncExternalStore } from 'react'
import type { PreviousUpload } from 'tus-js-client'
import type { Transfer } from './model'

let transfers: readonly Transfer[] = []
const listeners = new Set<() => void>()
const none: readonly Transfer[] = []

export const transfersNow = (): readonly Transfer[] => transfers

export function publish(next: readonly Transfer[]): void {
  transfers = next
  for (const listener of listeners) listener()
}

export function useTransfers(): readonly Transfer[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => transfers,
    () => none,
  )
}

/** Whether there is anything to tell: files under way, or what a reload cut off. */
export function useUploads(): { areSent: boolean; areInterrupted: boolean } {
  const transfers = useTransfers()
  const [areInterrupted, setInterrupted] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the list may end an interruption
  useEffect(() => setInterrupted(interruptedUploads().length > 0), [transfers])
  return { areSent: transfers.length > 0, areInterrupted }
}

/** Take files in, in the order in which they came. */
export async function bringFiles(files: Iterable<File>): Promise<void> {
  const taken = [...files]
  const { takeFiles } = await import('./store')
  takeFiles(taken)
}

// Uploads that a reload or a crash cut off. The browser keeps their address; the person has to choose the file again.

const STORE = 'tus::'

export interface Interrupted {
  storageKey: string
  name: string
  size: number
}

export function interruptedUploads(): Interrupted[] {
  const found: Interrupted[] = []
  const active = new Set(transfers.map((transfer) => transfer.name))
  try {
    for (const storageKey of Object.keys(localStorage)) {
      if (!storageKey.startsWith(STORE)) continue
      const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<PreviousUpload>
      const name = kept.metadata?.filename
      if (name && !active.has(name)) found.push({ storageKey, name, size: kept.size ?? 0 })
    }
  } catch {
    // Without storage nothing was kept.
  }
  return found
}

/** Stop offering to go on with an upload. The server removes what it holds by itself. */
export function forgetUpload(storageKey: string): void {
  try {
    localStorage.removeItem(storageKey)
  } catch {
    // Nothing was kept.
  }
  for (const listener of listeners) listener()
}
