import type { components } from '@/api/schema'
import { client, unwrap } from './client'

type Body =
  | { kind: 'file' | 'edition' | 'export'; id: string }
  | { kind: 'quarantine'; dataset_id: string; version_id: string; format: 'csv' | 'jsonl' }
  | { kind: 'csv'; source: components['schemas']['ExportIn']['source'] }

/** Open a one-minute address for some bytes and let the browser save them as a stream. */
export async function download(what: Body): Promise<void> {
  const { url } = await unwrap(client.POST('/api/v1/downloads', { body: what as never }))
  // Only addresses of our own are followed.
  const address = new URL(url, window.location.origin)
  if (address.origin !== window.location.origin) throw new Error('The download leads to another site.')
  const link = document.createElement('a')
  link.href = address.pathname + address.search
  link.download = ''
  document.body.append(link)
  link.click()
  link.remove()
}
