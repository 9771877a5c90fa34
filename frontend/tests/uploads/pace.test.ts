import { expect, it } from 'vitest'
import { type Pace, paced } from '@/lib/jobs'
import { detailOf } from '@/ui/ProgressPanel'

const at = (done: number, stage = 'load') => ({ stage, done, total: 10_000, unit: 'rows' })
const seen = (...steps: [number, ReturnType<typeof at>][]): Pace | null =>
  steps.reduce<Pace | null>((before, [when, progress]) => paced(before, progress, when), null)

it('says how fast it goes and how long it takes, once that can be said', () => {
  expect(seen([0, at(0)])?.rate).toBeNull()
  expect(seen([0, at(0)], [500, at(900)])?.rate).toBeNull()
  const pace = seen([0, at(0)], [2000, at(4000)])
  expect(pace).toMatchObject({ rate: 2000, secondsLeft: 3 })
  expect(detailOf(at(4000), pace)).toBe('4,000 of 10,000 rows · 2,000 rows a second · 3 s left')
})

it('counts the rows that bytes gave', () => {
  const read = (done: number, rows: number | null) => ({
    stage: 'read',
    done,
    total: 10_000_000,
    unit: 'bytes',
    rows,
  })
  const first = paced(null, read(0, null), 0)
  const pace = paced(first, read(4_000_000, 80_000), 2000)
  expect(pace).toMatchObject({ rate: 2_000_000, rowRate: 40_000, secondsLeft: 3 })
  expect(detailOf(read(4_000_000, 80_000), pace)).toBe(
    '4 MB of 10 MB · 80,000 rows · 40,000 rows a second · 3 s left',
  )
})

it('begins anew with another stage', () => {
  expect(seen([0, at(0)], [2000, at(4000)], [3000, at(10, 'write')])).toMatchObject({
    stage: 'write',
    rate: null,
  })
  expect(paced(null, null, 0)).toBeNull()
})
