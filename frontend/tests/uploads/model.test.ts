import { describe, expect, it } from 'vitest'
import {
  advance,
  cancelledWords,
  continues,
  destination,
  type Event,
  loadedBy,
  metadataOf,
  needsKeys,
  outcomeWords,
  previewOf,
  secondsLeft,
  type Target,
  type Transfer,
  waiting,
} from '@/features/uploads/model'
import { job } from '../support/data'

const reached = (...events: Event[]): Transfer => events.reduce(advance, waiting('k', 'orders.csv', 1000))
const begun: Event[] = [
  { type: 'started', at: 0 },
  { type: 'announced', uploadId: 'u1' },
]
const done = job({
  state: 'succeeded',
  result: { dataset_ids: ['d1'], tables: [{ dataset_id: 'd1', name: 'orders', row_count: 7 }] },
})

describe('a file on its way', () => {
  it('goes from waiting over sending and loading to ready', () => {
    const steps = ['waiting', 'sending', 'sending', 'sending', 'loading', 'loading', 'ready']
    const events: Event[] = [
      ...begun,
      { type: 'sent', bytes: 400, at: 1000 },
      { type: 'stored', jobId: 'j1' },
      { type: 'progressed', job: job({}) },
      { type: 'progressed', job: done },
    ]
    const phases = [reached()]
    for (const event of events) phases.push(advance(phases.at(-1) as Transfer, event))
    expect(phases.map((transfer) => transfer.phase)).toEqual(steps)
    expect(phases.at(-1)?.loaded).toEqual([{ dataset_id: 'd1', name: 'orders', row_count: 7 }])
  })

  it('estimates the rest from the speed, but not from the jump of a resumed upload', () => {
    const resumed = reached(...begun, { type: 'sent', bytes: 500, at: 10 })
    expect(secondsLeft(resumed)).toBeNull()
    const going = advance(resumed, { type: 'sent', bytes: 600, at: 1010 })
    expect(secondsLeft(going)).toBeCloseTo(4)
  })

  it('says that the line is broken, and forgets it with the next byte', () => {
    const broken = reached(...begun, { type: 'interrupted' })
    expect(broken.interrupted).toBe(true)
    expect(advance(broken, { type: 'sent', bytes: 10, at: 5 }).interrupted).toBe(false)
  })

  it.each(['failed', 'dead'] as const)('fails with the reason of a job that is %s', (state) => {
    const error = { code: 'unreadable', detail: 'No table.' }
    const failed = reached(
      ...begun,
      { type: 'stored', jobId: 'j1' },
      { type: 'progressed', job: job({ state, error }) },
    )
    expect(failed).toMatchObject({ phase: 'failed', problem: error })
  })

  it('ignores whatever comes after it was cancelled', () => {
    const cancelled = reached(...begun, { type: 'cancelled' })
    expect(advance(cancelled, { type: 'sent', bytes: 900, at: 9 })).toBe(cancelled)
    expect(advance(cancelled, { type: 'progressed', job: done })).toBe(cancelled)
  })

  it('begins again after a failure, and only then', () => {
    const failed = reached(...begun, { type: 'failed', problem: new Error('x') })
    expect(advance(failed, { type: 'again', at: 5 })).toMatchObject({
      phase: 'waiting',
      sent: 0,
      problem: null,
    })
    const going = reached(...begun)
    expect(advance(going, { type: 'again', at: 5 })).toBe(going)
  })

  it('is read again, not sent again, once it has arrived', () => {
    const stopped = reached(...begun, { type: 'stored', jobId: 'j1' }, { type: 'cancelled' })
    expect(cancelledWords(stopped)).toBe(
      'Cancelled. No dataset was made. The file has arrived and can be read again.',
    )
    expect(advance(stopped, { type: 'again', at: 5 })).toMatchObject({ phase: 'loading', jobId: 'j1' })
    expect(cancelledWords(reached(...begun, { type: 'cancelled' }))).toBe('Cancelled. Nothing was kept.')
  })
})

describe('where to go when all is done', () => {
  const ready = reached(...begun, { type: 'stored', jobId: 'j1' }, { type: 'progressed', job: done })

  it('is the dataset of the only file', () => expect(destination([ready])).toBe('d1'))
  it('is nowhere while something runs or when there are several', () => {
    expect(destination([reached(...begun)])).toBeNull()
    expect(destination([ready, ready])).toBeNull()
    expect(destination([])).toBeNull()
  })
})

describe('what the server tells', () => {
  it('names datasets even when the job names no tables', () => {
    expect(loadedBy(job({ result: { dataset_ids: ['d1', 'd2'] } })).map((one) => one.dataset_id)).toEqual([
      'd1',
      'd2',
    ])
    expect(loadedBy(job({}))).toEqual([])
  })

  it('shows the first rows, whether they come as rows or as columns', () => {
    const schema = [
      { id: 'c1', name: 'A', type: 'integer' },
      { id: 'c2', name: 'B', type: 'text' },
    ]
    const wanted = [
      ['1', 'x'],
      ['2', ''],
    ]
    expect(
      previewOf({
        schema,
        rows: [
          [1, 'x'],
          [2, null],
        ],
      })?.rows,
    ).toEqual(wanted)
    expect(
      previewOf({
        schema,
        rows: [
          { c1: 1, c2: 'x' },
          { c1: 2, c2: null },
        ],
      })?.rows,
    ).toEqual(wanted)
    expect(previewOf({ columns: schema, data: { c1: [1, 2], c2: ['x', null] } })?.rows).toEqual(wanted)
    expect(previewOf(null)).toBeNull()
    expect(previewOf({})).toBeNull()
  })
})

describe('a file for a dataset', () => {
  const target: Target = {
    datasetId: 'd1',
    name: 'orders',
    mode: 'upsert',
    keys: ['c1'],
    deduplicate: 'none',
    note: '',
  }

  it('says where it belongs, and nothing when it is a new one', () => {
    expect(metadataOf('a.csv', null)).toEqual({ filename: 'a.csv' })
    expect(metadataOf('a.csv', target)).toEqual({
      filename: 'a.csv',
      dataset_id: 'd1',
      mode: 'upsert',
      deduplicate: 'none',
      keys: '["c1"]',
    })
    expect(needsKeys('append', 'key')).toBe(true)
    expect(needsKeys('append', 'rows')).toBe(false)
  })

  it('goes on only with an upload that was meant for the same', () => {
    const meant = metadataOf('a.csv', target)
    expect(continues(meant, { ...meant })).toBe(true)
    expect(continues(meant, metadataOf('a.csv', { ...target, mode: 'append' }))).toBe(false)
    expect(continues({ filename: 'a.csv' }, meant)).toBe(false)
    expect(continues(meant, metadataOf('a.csv', null))).toBe(true)
  })

  it('stays with what was not published, and says why', () => {
    const table = { dataset_id: 'd1', name: 'orders', row_count: 3 }
    const ended = (state: 'published' | 'pending' | 'unchanged') => ({
      ...waiting('k', 'a.csv', 1, target),
      phase: 'ready' as const,
      loaded: [{ ...table, state }],
    })
    expect(destination([ended('published')])).toBe('d1')
    expect(destination([ended('pending')])).toBeNull()
    expect(destination([ended('unchanged')])).toBeNull()
    expect(outcomeWords({ ...table, state: 'pending' }, target)).toContain('waits for a decision')
    expect(outcomeWords({ ...table, state: 'unchanged' }, target)).toContain('loaded already')
    expect(outcomeWords(table, target)).toBe('Published as a new version with 3 rows.')
    expect(outcomeWords(table, null)).toBe('3 rows')
    expect(outcomeWords({ ...table, rows_quarantined: 1, doubt_count: 2 }, null)).toBe(
      '3 rows, 1 set aside, 2 doubts',
    )
  })
})

it('a preview says what was decided about the file so far', () => {
  const preview = previewOf({
    schema: [{ id: 'c1', name: 'a', type: 'text' }],
    rows: [['1']],
    decisions: [
      { what: 'delimiter', value: ';', column: null },
      { what: 'type', value: 'text', column: 'c1' },
    ],
  })
  expect(preview?.decisions).toEqual([{ what: 'delimiter', value: 'semicolon' }])
})
