// State in the address bar: shareable, and kept over a reload.

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/** A value as text that needs no escaping in a query. */
export function encodeState(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The value again, or null for what nobody encoded. The caller checks its shape. */
export function decodeState(text: string | null): unknown {
  if (!text) return null
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}

/** One parameter of the address. Setting it replaces the entry: looking around is not navigation. */
export function useAddress(name: string): [string | null, (value: string | null) => void] {
  const params = useSearchParams()
  const pathname = usePathname()
  const set = useCallback(
    (value: string | null) => {
      const next = new URLSearchParams(window.location.search)
      if (value) next.set(name, value)
      else next.delete(name)
      const query = next.toString()
      const address = query ? `${pathname}?${query}` : pathname
      if (address !== `${window.location.pathname}${window.location.search}`) {
        window.history.replaceState(null, '', address)
      }
    },
    [name, pathname],
  )
  return [params.get(name), set]
}
