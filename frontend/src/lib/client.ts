import type { Client } from 'openapi-fetch'
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

type Value = string | number | boolean | null | undefined

interface Call extends Omit<RequestInit, 'body' | 'headers'> {
  params?: {
    path?: Readonly<Record<string, Value>>
    query?: Readonly<Record<string, Value | readonly Value[]>>
    header?: Readonly<Record<string, Value>>
  }
  headers?: Readonly<Record<string, Value>>
  body?: unknown
  parseAs?: 'json' | 'text'
}

/** Where a call goes: its path filled in, and what is said in the query. A list is said once for each of its values. */
export function addressOf(path: string, params: Call['params'] = {}): string {
  const place = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(params.path?.[name])))
  const query = Object.entries(params.query ?? {})
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const))
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&')
  return query ? `${place}?${query}` : place
}

const calling =
  (method: string) =>
  async (path: string, { params, headers, body, parseAs, ...rest }: Call = {}) => {
    const said = new Headers(body === undefined ? undefined : { 'Content-Type': 'application/json' })
    for (const [name, value] of Object.entries({ ...headers, ...params?.header })) {
      if (value !== undefined && value !== null) said.set(name, String(value))
    }
    const request = new Request(new URL(addressOf(path, params), window.location.origin), {
      ...rest,
      method,
      headers: said,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const response = await authorizedFetch(request)
    if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null))
    const text = await response.text()
    return { data: parseAs === 'text' ? text : text ? JSON.parse(text) : undefined, response }
  }

/** The API, typed by its own description. A failed request throws a Problem. */
export const client = {
  GET: calling('GET'),
  POST: calling('POST'),
  PUT: calling('PUT'),
  PATCH: calling('PATCH'),
  DELETE: calling('DELETE'),
} as unknown as Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>

/** The body of a successful answer. */
export async function unwrap<T>(request: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data } = await request
  return data as T
}

/** A key under which the server answers a repeated create with the first answer. */
export const newKey = (): string => `web-${crypto.randomUUID()}`
