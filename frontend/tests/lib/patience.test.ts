import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MOST_RETURNS, patiently } from '@/lib/patience'
import { comeBack, Problem } from '@/lib/problem'

const busy = (status = 503, seconds = 2) =>
  new Problem({ code: 'engine_busy', detail: 'Busy.', where: { retry_after: seconds } }, status)
const never = new AbortController().signal

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('only a refusal for a moment says when to come back', () => {
  expect([comeBack(busy(429, 3)), comeBack(busy())]).toEqual([3000, 2000])
  expect(comeBack(busy(503, 900))).toBeNull()
  expect(comeBack(new Problem({}, 500))).toBeNull()
  expect(comeBack(new TypeError('offline'))).toBeNull()
})

test('what is refused is asked again, together, no earlier than the server says', async () => {
  const asked: string[][] = []
  const told: string[] = []
  const whole = patiently<{ problem?: unknown; answer?: string }>(
    ['a', 'b', 'c'],
    async (keys, onReply) => {
      asked.push([...keys])
      for (const key of keys) {
        onReply(key, key !== 'a' && asked.length === 1 ? { problem: busy(429, 4) } : { answer: key })
      }
    },
    (key) => told.push(key),
    never,
  )
  await vi.advanceTimersByTimeAsync(3999)
  expect([asked, told]).toEqual([[['a', 'b', 'c']], ['a']])
  await vi.advanceTimersByTimeAsync(2001)
  await whole
  expect([asked[1], told]).toEqual([
    ['b', 'c'],
    ['a', 'b', 'c'],
  ])
})

test('a request that is refused as a whole asks again what has no answer, and gives up at last', async () => {
  const asked: number[] = []
  const told: string[] = []
  const whole = patiently<{ problem?: unknown }>(
    ['a', 'b'],
    async (keys, onReply) => {
      asked.push(keys.length)
      if (keys.length === 2) onReply('a', {})
      throw busy()
    },
    (key) => told.push(key),
    never,
  )
  const refused = expect(whole).rejects.toMatchObject({ status: 503 })
  await vi.runAllTimersAsync()
  await refused
  expect(told).toEqual(['a'])
  expect(asked).toEqual([2, ...Array(MOST_RETURNS).fill(1)])
})

test('a fault is told at once', async () => {
  const fault = new Problem({}, 500)
  await expect(patiently(['a'], () => Promise.reject(fault), vi.fn(), never)).rejects.toBe(fault)
})
