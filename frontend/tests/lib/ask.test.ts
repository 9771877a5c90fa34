import { expect, test, vi } from 'vitest'
import { askStreamed, type Reply } from '@/lib/ask'

const authorizedFetch = vi.hoisted(() => vi.fn())
vi.mock('@/lib/client', () => ({ authorizedFetch, client: {}, unwrap: vi.fn() }))

const lines = [
  { key: 't1', answer: { row_count: 1, data: { c0: ['ä'.repeat(50)] } } },
  { key: 't2', problem: { code: 'busy', title: 'Busy' } },
  { key: 't3', answer: { row_count: 2, data: {} } },
]
const text = lines.map((line) => JSON.stringify(line)).join('\n')

/** The text in pieces of so many bytes, which cut lines and letters. */
function pieces(size: number, text: string): Response {
  const bytes = new TextEncoder().encode(text)
  const body = new ReadableStream<Uint8Array>({
    start(control) {
      for (let at = 0; at < bytes.length; at += size) control.enqueue(bytes.slice(at, at + size))
      control.close()
    },
  })
  return new Response(body)
}

test.each([
  [1, text],
  [7, `${text}\n`],
  [64, text],
  [100_000, `${text}\n`],
])(
  'replies in pieces of %i bytes are told one by one, the last one also without its end',
  async (size, text) => {
    authorizedFetch.mockResolvedValueOnce(pieces(size, text))
    const told: [string, Reply][] = []
    await askStreamed('/x', {}, (key, reply) => told.push([key, reply]), new AbortController().signal)
    expect(told.map(([key]) => key)).toEqual(['t1', 't2', 't3'])
    expect(told[0]?.[1].answer?.data.c0).toEqual(['ä'.repeat(50)])
    expect(told[1]?.[1].problem?.code).toBe('busy')
  },
)
