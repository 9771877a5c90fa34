import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from '@/api/schema'
import { problemOf } from './problem'
import { closeSession, refreshSession, validToken } from './session'

/** Fetch with this session's token. A refused token is renewed once; then the session is over. */
export async function authorizedFetch(input: Request): Promise<Response> {
  const again = input.clone()
  const token = await validToken()
  if (token) input.headers.set('Authorization', `Bearer ${token}`)
  const response = await fetch(input)
  if (response.status !== 401) return response
  const session = await refreshSession()
  if (session.status !== 'open') return response
  again.headers.set('Authorization', `Bearer ${session.token}`)
  const second = await fetch(again)
  if (second.status === 401) closeSession()
  return second
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null))
  },
}

/** The API, typed by its own description. A failed request throws a Problem. */
export const client = createClient<paths>({
  baseUrl: typeof window === 'undefined' ? 'http://localhost' : window.location.origin,
  fetch: authorizedFetch,
})
client.use(problems)

/** The body of a successful answer. */
export async function unwrap<T>(request: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data } = await request
  return data as T
}

/** A key under which the server answers a repeated create with the first answer. */
export const newKey = (): string => `web-${crypto.randomUUID()}`
