import { beforeEach, describe, expect, it, vi } from 'vitest'
import { addressOf, client, unwrap } from '@/lib/client'
import { Problem } from '@/lib/problem'
import { openSession } from '@/lib/session'
import { session } from '../support/data'

beforeEach(() => openSession(session('t')))

const asked = (answer: () => Response) => {
  const requests: Request[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    requests.push(request)
    return answer()
  })
  return requests
}

describe('where a call goes', () => {
  it.each([
    ['/api/v1/jobs', {}, '/api/v1/jobs'],
    ['/a/{one}/b/{two}', { path: { one: 'x/y', two: 3 } }, '/a/x%2Fy/b/3'],
    [
      '/a',
      { query: { text: 'a & b', none: undefined, nil: null, no: false, zero: 0 } },
      '/a?text=a%20%26%20b&no=false&zero=0',
    ],
    ['/a', { query: { keys: ['c1', 'c 2'], empty: [] } }, '/a?keys=c1&keys=c%202'],
  ])('%s %j', (path, params, address) => {
    expect(addressOf(path, params)).toBe(address)
  })
})

describe('a call', () => {
  it('sends what is said as JSON, with its key, in the name of the session', async () => {
    const requests = asked(() => new Response('{"id": "r1"}'))
    const made = await unwrap(
      client.POST('/api/v1/reports', {
        body: { title: 'T' },
        params: { header: { 'Idempotency-Key': 'k' } },
      } as never),
    )
    expect(made).toEqual({ id: 'r1' })
    const [request] = requests
    expect(request?.method).toBe('POST')
    const said = ['Authorization', 'Content-Type', 'Idempotency-Key'].map((name) =>
      request?.headers.get(name),
    )
    expect(said).toEqual(['Bearer t', 'application/json', 'k'])
    expect(await request?.json()).toEqual({ title: 'T' })
  })

  it('has no body where nothing came', async () => {
    asked(() => new Response(null, { status: 204 }))
    expect(
      await unwrap(client.DELETE('/api/v1/reports/{report_id}', { params: { path: { report_id: 'r' } } })),
    ).toBe(undefined)
  })

  it('throws what the server says against it', async () => {
    asked(
      () =>
        new Response(JSON.stringify({ title: 'No', code: 'gone', detail: 'It is gone.' }), { status: 404 }),
    )
    const refused = unwrap(client.GET('/api/v1/jobs', {}))
    await expect(refused).rejects.toBeInstanceOf(Problem)
    await expect(refused).rejects.toMatchObject({ status: 404, code: 'gone' })
  })
})
