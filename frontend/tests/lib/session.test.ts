import { beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../support/data'

const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })

async function fresh() {
  vi.resetModules()
  return import('@/lib/session')
}

beforeEach(() => localStorage.clear())

describe('the session of a tab', () => {
  it('is renewed by one request, however many ask at the same time', async () => {
    const { refreshSession, currentSession } = await fresh()
    const fetch = vi.fn(async () => answer(session('t1')))
    vi.stubGlobal('fetch', fetch)
    const states = await Promise.all([refreshSession(), refreshSession(), refreshSession()])
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(fetch).toHaveBeenCalledWith(
      '/api/v1/session/refresh',
      expect.objectContaining({ method: 'POST', headers: { 'X-Tablewright': '1' } }),
    )
    expect(new Set(states).size).toBe(1)
    expect(currentSession()).toMatchObject({ status: 'open', token: 't1' })
  })

  it('gives its token while it is good, and a new one shortly before the end', async () => {
    const { openSession, validToken } = await fresh()
    const fetch = vi.fn(async () => answer(session('t2')))
    vi.stubGlobal('fetch', fetch)
    openSession(session('t1'), 0)
    expect(await validToken(100_000)).toBe('t1')
    expect(fetch).not.toHaveBeenCalled()
    expect(await validToken(299_000)).toBe('t2')
  })

  it('is over when the server says so', async () => {
    const { refreshSession, validToken, mayHaveSession } = await fresh()
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => answer({ code: 'session_over', detail: 'Sign in again.' }, 401)),
    )
    expect(await refreshSession()).toEqual({ status: 'over' })
    expect(await validToken()).toBeNull()
    expect(mayHaveSession()).toBe(false)
  })

  it('stays open while only the connection is broken', async () => {
    const { openSession, refreshSession, currentSession } = await fresh()
    openSession(session('t1'))
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => Promise.reject(new TypeError('Failed to fetch'))),
    )
    await expect(refreshSession()).rejects.toThrow()
    expect(currentSession().status).toBe('open')
  })
})

describe('a request with a token that was refused', () => {
  it('is sent again once with a new token', async () => {
    const { openSession } = await fresh()
    const { authorizedFetch } = await import('@/lib/client')
    openSession(session('old'))
    const seen: (string | null)[] = []
    vi.stubGlobal(
      'fetch',
      vi.fn(async (input: Request | string) => {
        if (typeof input === 'string') return answer(session('new'))
        const token = input.headers.get('Authorization')
        seen.push(token)
        return answer({}, token === 'Bearer new' ? 200 : 401)
      }),
    )
    const response = await authorizedFetch(new Request('http://localhost/api/v1/me'))
    expect(response.status).toBe(200)
    expect(seen).toEqual(['Bearer old', 'Bearer new'])
  })
})
