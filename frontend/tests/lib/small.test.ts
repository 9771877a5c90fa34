import { describe, expect, it, vi } from 'vitest'
import { safeNext } from '@/config/paths'
import {
  formatAgo,
  formatAs,
  formatBytes,
  formatCell,
  formatDuration,
  formatPeriod,
  formatShare,
} from '@/lib/format'
import { begin, step } from '@/lib/history'
import { eventsOf, isOver, problemOfJob } from '@/lib/jobs'
import { Problem, problemOf, toProblem } from '@/lib/problem'
import { shortcutFor } from '@/lib/shortcuts'
import { job } from '../support/data'

describe('where one may be sent after signing in', () => {
  it.each([
    ['/app/dataset/?id=1', '/app/dataset/?id=1'],
    ['//evil.example', '/app/'],
    ['https://evil.example', '/app/'],
    ['/app/\\evil', '/app/'],
    ['/sign-in/', '/app/'],
    [null, '/app/'],
  ])('%s leads to %s', (next, path) => expect(safeNext(next)).toBe(path))
})

describe('cells as text', () => {
  it.each([
    ['12345678901234567890', 'integer', '12,345,678,901,234,567,890'],
    ['1204.50', 'decimal', '1,204.50'],
    [0.1, 'float', '0.1'],
    [true, 'boolean', 'Yes'],
    [null, 'text', ''],
    ['2025-03-01T10:00:00', 'timestamp', '2025-03-01 10:00:00'],
    ['=1+1', 'text', '=1+1'],
  ] as const)('%s of type %s is %s', (value, type, text) => expect(formatCell(value, type)).toBe(text))

  it.each([
    [0.04913, 'float', '0.0%', '4.9%'],
    [0.5, 'float', '0%', '50%'],
    [1234.5, 'float', '#,##0.00 "€"', '1,234.50'],
    [1234.5678, 'float', 'General', '1,234.5678'],
    [1234.5678, 'float', null, '1,234.5678'],
    ['12.340', 'decimal', '0.0', '12.340'],
    ['2025-01-01', 'date', 'yyyy-mm-dd', '2025-01-01'],
    [null, 'float', '0.0%', ''],
  ] as const)('%s of type %s in the format %s is %s', (value, type, format, text) =>
    expect(formatAs(value, type, format)).toBe(text),
  )

  it('says periods, sizes, times and shares as people do', () => {
    expect(formatPeriod('2025-04-01', 'quarter')).toBe('Q2 2025')
    expect(formatPeriod('2025-04-01', 'year')).toBe('2025')
    expect(formatPeriod('rubbish', 'month')).toBe('rubbish')
    expect([0, 999, 1000, 8_388_608, 1.2e12].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '8.4 MB',
      '1.2 TB',
    ])
    expect([0.2, 4, 90, 3900].map(formatDuration)).toEqual(['under 1 s', '4 s', '2 min', '1 h 5 min'])
    expect([formatShare(0, 9), formatShare(1, 100_000), formatShare(1, 4)]).toEqual(['0%', '<0.1%', '25%'])
    expect(formatAgo('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:00Z'))).toBe('5 minutes ago')
  })
})

describe('undo', () => {
  it('goes back and forth, and forgets the future with a new change', () => {
    let history = begin(0)
    history = step(history, { type: 'change', value: 1, at: 0 })
    history = step(history, { type: 'change', value: 2, at: 0 })
    history = step(history, { type: 'undo' })
    expect(history.present).toBe(1)
    expect(step(history, { type: 'redo' }).present).toBe(2)
    history = step(history, { type: 'change', value: 3, at: 0 })
    expect(history.future).toEqual([])
    history = step(step(step(history, { type: 'undo' }), { type: 'undo' }), { type: 'undo' })
    expect(history.present).toBe(0)
  })

  it('takes the letters of a word as one step, and a pause as its end', () => {
    let history = begin('')
    history = step(history, { type: 'change', value: 'a', kind: 'title', at: 0 })
    history = step(history, { type: 'change', value: 'ab', kind: 'title', at: 300 })
    history = step(history, { type: 'change', value: 'abc', kind: 'title', at: 5000 })
    expect(step(history, { type: 'undo' }).present).toBe('ab')
    expect(step(step(history, { type: 'undo' }), { type: 'undo' }).present).toBe('')
  })
})

describe('problems', () => {
  it('keep the words, code and place of a problem document', () => {
    const problem = problemOf(422, {
      code: 'line_too_long',
      title: 'Not acceptable',
      detail: 'Line 7 …',
      where: { line: 7 },
    })
    expect(problem).toMatchObject({
      status: 422,
      code: 'line_too_long',
      message: 'Line 7 …',
      where: { line: 7 },
    })
  })

  it('read validation lists and the pages of proxies as well', () => {
    expect(problemOf(422, { detail: [{ loc: ['body', 'name'], msg: 'is too long' }] }).message).toBe(
      'name: is too long',
    )
    expect(problemOf(502, null).message).toContain('not answering')
  })

  it('say that nobody answers when the connection fails', () => {
    expect(toProblem(new TypeError('Failed to fetch')).code).toBe('offline')
    expect(toProblem('x')).toBeInstanceOf(Problem)
  })

  it('come out of failed jobs with their reason', () => {
    expect(problemOfJob(job({ state: 'failed', error: { detail: 'No table.', code: 'x' } })).message).toBe(
      'No table.',
    )
    expect([isOver(job({ state: 'dead' })), isOver(job({ state: 'queued' }))]).toEqual([true, false])
  })
})

it('server-sent events survive any cutting of their stream', async () => {
  const text = ': hello\n\nevent: job\ndata: {"a":\ndata: 1}\n\nevent: job\r\ndata: 2\r\n\r\n'
  for (const size of [1, 3, 7, 1000]) {
    const bytes = new TextEncoder().encode(text)
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
        controller.close()
      },
    })
    const seen: unknown[] = []
    for await (const event of eventsOf(stream)) seen.push(event)
    expect(seen).toEqual([
      { event: 'job', data: '{"a":\n1}' },
      { event: 'job', data: '2' },
    ])
  }
})

it('shortcuts are single keys, sequences, and keys with Ctrl', () => {
  const run = vi.fn()
  const all = ['?', 'g d', 'mod+k'].map((keys) => ({ keys, label: keys, run }))
  const found = (before: string, key: string, mod = false) => shortcutFor(all, before, { key, mod })?.keys
  expect([found('', '?'), found('g', 'd'), found('', 'd'), found('', 'k', true), found('', 'k')]).toEqual([
    '?',
    'g d',
    undefined,
    'mod+k',
    undefined,
  ])
})
