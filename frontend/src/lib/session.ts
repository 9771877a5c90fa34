// The session of this tab: the access token lives in memory only, the refresh cookie belongs to the browser.

import { useSyncExternalStore } from 'react'
import type { Me, Session } from '@/api/types'
import { Problem, problemOf } from './problem'

export type SessionState =
  | { status: 'unknown' }
  | { status: 'open'; token: string; expiresAt: number; me: Me }
  | { status: 'over' }

const API = '/api/v1'
/** Renewed this long before it ends, so that no request carries a token that ends on the way. */
const MARGIN_MS = 20_000

let state: SessionState = { status: 'unknown' }
let renewing: Promise<SessionState> | null = null
const listeners = new Set<() => void>()

function become(next: SessionState): SessionState {
  state = next
  for (const listener of listeners) listener()
  return next
}

export function openSession(session: Session, now = Date.now()): SessionState {
  remember(true)
  return become({
    status: 'open',
    token: session.access_token,
    expiresAt: now + session.expires_in * 1000,
    me: session.me,
  })
}

export const currentSession = (): SessionState => state

/** Forget the session in this tab, without asking the server. */
export function closeSession(): SessionState {
  remember(false)
  return become({ status: 'over' })
}

const HINT = 'tablewright-session'

/** No secret: only that somebody signed in here, so that the cookie is worth trying. */
function remember(open: boolean): void {
  try {
    if (open) localStorage.setItem(HINT, '1')
    else localStorage.removeItem(HINT)
  } catch {
    // Without storage the cookie is simply tried when it is needed.
  }
}

export function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(HINT) === '1'
  } catch {
    return false
  }
}

async function call(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`${API}${path}`, { credentials: 'same-origin', ...init })
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null))
  return response
}

async function renew(): Promise<SessionState> {
  try {
    const response = await call('/session/refresh', { method: 'POST', headers: { 'X-Tablewright': '1' } })
    return openSession((await response.json()) as Session)
  } catch (error) {
    // Only the server's word ends a session; a broken connection does not.
    if (error instanceof Problem && (error.status === 401 || error.status === 403)) return closeSession()
    throw error
  }
}

/** Renew the session. Callers at the same time, and other tabs, share one request after another. */
export function refreshSession(): Promise<SessionState> {
  renewing ??= inTurn(renew).finally(() => {
    renewing = null
  })
  return renewing
}

// The cookie rotates: two tabs that renew at once would both send the same one.
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (typeof navigator === 'undefined' || !navigator.locks) return work()
  return navigator.locks.request('tablewright-session', work) as Promise<T>
}

/** A token that is good for now, renewed when it ends soon; null when the session is over. */
export async function validToken(now = Date.now()): Promise<string | null> {
  if (state.status === 'open' && state.expiresAt - now > MARGIN_MS) return state.token
  if (state.status === 'over') return null
  const next = await refreshSession()
  return next.status === 'open' ? next.token : null
}

const post = async (path: string, body: unknown): Promise<SessionState> => {
  const response = await call(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  return openSession((await response.json()) as Session)
}

export const signIn = (body: { email: string; password: string }) => post('/session', body)

export const setUp = (body: {
  token: string
  workspace_name: string
  name: string
  email: string
  password: string
}) => post('/setup', body)

export const join = (body: { token: string; password: string }) => post('/join', body)

export async function isSetupNeeded(): Promise<boolean> {
  const response = await call('/setup', {})
  return ((await response.json()) as { needed: boolean }).needed
}

export async function signOut(): Promise<void> {
  const token = state.status === 'open' ? state.token : null
  await call('/session', {
    method: 'DELETE',
    headers: { 'X-Tablewright': '1', ...(token && { Authorization: `Bearer ${token}` }) },
  })
  closeSession()
}

export async function chooseWorkspace(workspaceId: string): Promise<void> {
  const token = await validToken()
  const response = await call('/session/workspace', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'X-Tablewright': '1', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ workspace_id: workspaceId }),
  })
  openSession((await response.json()) as Session)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const unknown: SessionState = { status: 'unknown' }

export function useSession(): SessionState {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => unknown,
  )
}

/** The signed-in person. Only for components below the app's gate, which waits for the session. */
export function useMe(): Me {
  const session = useSession()
  if (session.status !== 'open') throw new Error('There is no open session here.')
  return session.me
}

export type Permission =
  | 'datasets.load'
  | 'datasets.edit'
  | 'questions.edit'
  | 'reports.edit'
  | 'dashboards.read'
  | 'dashboards.edit'
  | 'shares.create'
  | 'shares.manage'
  | 'exports.create'
  | 'jobs.read'
  | 'members.read'
  | 'members.manage'
  | 'access.manage'
  | 'workspace.manage'
  | 'metrics.edit'
  | 'metrics.certify'

/** Whether the person may do it. The server decides again; this only keeps useless buttons away. */
export function useMay(permission: Permission): boolean {
  const session = useSession()
  return session.status === 'open' && session.me.permissions.includes(permission)
}
