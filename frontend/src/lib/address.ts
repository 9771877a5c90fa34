// State in the address bar: shareable, and kept over a reload.

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** A value as text that needs no escaping in a query. */
export const encodeState = (value: unknown): string => base64(new TextEncoder().encode(JSON.stringify(value)))

/** The value again, or null for what nobody encoded. The caller checks its shape. */
export function decodeState(text: string | null): unknown {
  if (!text) return null
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64(text)))
  } catch {
    return null
  }
}

/** Longer addresses are cut by mail programs and refused by some servers. */
export const MOST_ADDRESS = 8000
const MOST_UNPACKED = 400_000
const PACKED = 'z.'

async function through(bytes: Uint8Array, by: CompressionStream | DecompressionStream, most: number) {
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(by).getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    // A short text can unpack to any length.
    if (length > most) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** A value as short text for an address, or null when it is too long for one. Small values stay as they are. */
export async function packState(value: unknown): Promise<string | null> {
  const plain = encodeState(value)
  if (plain.length <= 600) return plain
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  const packed = await through(bytes, new CompressionStream('deflate-raw'), MOST_UNPACKED)
  if (!packed) return null
  const text = PACKED + base64(packed)
  return text.length <= MOST_ADDRESS ? text : null
}

/** The value again, packed or not, or null for what nobody encoded. */
export async function unpackState(text: string | null): Promise<unknown> {
  if (!text?.startsWith(PACKED)) return decodeState(text)
  try {
    const bytes = await through(
      fromBase64(text.slice(PACKED.length)),
      new DecompressionStream('deflate-raw'),
      MOST_UNPACKED,
    )
    return bytes && JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
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
