import { expect, it } from 'vitest'
import { described, shapeOf } from '@/features/datasets/columns'
import { decisionOf, doubtsOf, factsOf, isWhole, valueWords } from '@/features/datasets/model'
import { columns, source } from '../support/data'

const all = described({ schema: columns, profile: [...source.profile] })

it('every column has a profile, also one that the server left out', () => {
  expect(described({ schema: columns, profile: [] }).map((one) => one.profile.null_count)).toEqual([
    0, 0, 0, 0, 0,
  ])
})

it('the facts of a column say gaps, variety and extremes in words', () => {
  const region = all[2]
  const amount = all[3]
  expect(region && factsOf(region, 1000)).toEqual([
    { term: 'Empty', value: '20 (2%)' },
    { term: 'Different values', value: '4' },
  ])
  expect(amount && factsOf(amount, 1000).map((fact) => fact.term)).toEqual([
    'Empty',
    'Different values',
    'Smallest',
    'Largest',
  ])
  if (!region) throw new Error('no column')
  const said = factsOf({ ...region, column: { ...region.column, role: 'category' } }, 1000)
  expect(said.at(-1)).toEqual({ term: 'Role', value: 'Category' })
})

it('a column without a histogram has the shape of its frequent values', () => {
  const [first] = all
  if (!first) throw new Error('no column')
  const top = [
    { value: 'a', count: 3 },
    { value: 'b', count: 1 },
  ]
  expect(shapeOf({ ...first, profile: { ...first.profile, top } })).toEqual([3, 1])
})

const receipt = {
  rows_seen: 3,
  rows_loaded: 2,
  rows_quarantined: 1,
  rows_skipped: 0,
  quarantine: [],
  skipped: [],
  decisions: [],
  rows_replayed: 0,
  warnings: [],
  checks: [],
}

it('a receipt adds up or it does not', () => {
  expect(isWhole(receipt)).toBe(true)
  expect(isWhole({ ...receipt, rows_seen: 4 })).toBe(false)
})

it('doubts are the warnings of the reader and what it had to assume', () => {
  const decided = { evidence: 'no day is above 12', choices: [], examples: [] }
  const doubted = {
    ...receipt,
    warnings: [{ reason: 'These lines may be rows.', line: 1204, column: 'Day' }, { reason: 'A gap.' }],
    decisions: [
      {
        ...decided,
        what: 'date order',
        value: 'day_first',
        key: 'date_order',
        confidence: 'assumed' as const,
      },
      { ...decided, what: 'delimiter', value: ';', key: 'delimiter', confidence: 'likely' as const },
    ],
  }
  expect(doubtsOf({ receipt: doubted, schema: columns })).toEqual([
    { what: 'These lines may be rows.', why: '(line 1,204, column Day)' },
    { what: 'A gap.', why: '' },
    { what: 'Date order: Day, month, year is an assumption.', why: 'no day is above 12' },
  ])
  expect(doubtsOf({ receipt, schema: columns })).toEqual([])
  expect(doubtsOf({ receipt: null, schema: columns })).toEqual([])
})

it('decisions are said in words', () => {
  const say = (what: string, value: unknown, key = '') =>
    decisionOf({ what, value, evidence: '', key, confidence: 'certain', choices: [], examples: [] }, columns)
  expect(say('delimiter', ';')).toEqual({ what: 'Separator', value: 'semicolon' })
  expect(say('type:c4', 'decimal')).toEqual({ what: 'Type of Amount', value: 'Decimal' })
  expect(say('header_line', 1)).toEqual({ what: 'Header', value: '1' })
  expect(say('encoding', 'cp1252', 'encoding').value).toBe('Western (Windows-1252)')
  expect(say('encoding', 'iso-8859-13', 'encoding').value).toBe('iso-8859-13')
  expect(say('type of Day', 'date (DD.MM.YYYY)', 'type').value).toBe('Date (DD.MM.YYYY)')
  expect(say('odd_thing', { a: 1 })).toEqual({ what: 'Odd thing', value: '{"a":1}' })
  expect([valueWords('true', 'boolean'), valueWords('', 'text')]).toEqual(['Yes', '(empty text)'])
})
