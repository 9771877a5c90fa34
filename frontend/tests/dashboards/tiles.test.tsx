import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'
import { nothing } from '@/features/dashboards/model'
import { useTiles } from '@/features/dashboards/useTiles'
import type { Reply } from '@/lib/ask'

const ask = vi.hoisted(() => vi.fn())
vi.mock('@/features/dashboards/api', () => ({
  askDashboard: ask,
  watchDashboard: async function* () {},
}))

const reply = (line: string): Reply => ({ answer: { row_count: Number(line) } as never, line })

/** What the server says to the next request, once it is let. */
function answering(line: string): () => Promise<void> {
  let tell = () => {}
  ask.mockImplementationOnce(
    (_id: string, _body: unknown, onReply: (tile: string, reply: Reply) => void) =>
      new Promise<void>((done) => {
        tell = () => {
          onReply('t1', reply(line))
          done()
        }
      }),
  )
  return async () => act(async () => tell())
}

let queries: QueryClient
const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={queries}>{children}</QueryClientProvider>
)
const opened = (version: number) =>
  renderHook(() => useTiles('board', version, nothing, ['t1'], () => {}), { wrapper })

beforeEach(() => {
  queries = new QueryClient()
})

async function left(version: number): Promise<void> {
  const answer = answering('1')
  const first = opened(version)
  expect(first.result.current.answers.size).toBe(0)
  expect(first.result.current.waiting.has('t1')).toBe(true)
  await answer()
  expect(first.result.current.waiting.size).toBe(0)
  first.unmount()
}

test('who comes back sees at once what was there, and nothing is drawn anew when it is the same still', async () => {
  await left(1)
  const answer = answering('1')
  const { result } = opened(1)
  const shown = result.current.answers
  expect(shown.get('t1')?.answer?.row_count).toBe(1)
  expect(result.current.waiting.size).toBe(0)
  await answer()
  expect(result.current.answers).toBe(shown)
})

test('what has changed meanwhile takes the place of what was there', async () => {
  await left(1)
  const answer = answering('2')
  const { result } = opened(1)
  await answer()
  expect(result.current.answers.get('t1')?.answer?.row_count).toBe(2)
})

test('another version of the dashboard begins with nothing', async () => {
  await left(1)
  answering('1')
  const { result } = opened(2)
  expect(result.current.answers.size).toBe(0)
  expect(result.current.waiting.has('t1')).toBe(true)
})
