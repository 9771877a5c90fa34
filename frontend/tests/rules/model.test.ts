import { describe, expect, it } from 'vitest'
import type { AnswerColumn, Column } from '@/api/types'
import type { Check, Evaluation, Trial } from '@/features/rules/api'
import { fitting, newFormat, testsFor } from '@/features/rules/formats'
import {
  checkOf,
  comparisonsOf,
  emptyRule,
  filterOf,
  formulasOf,
  foundWords,
  inWords,
  missingIn,
  trialWords,
  withRows,
  wordsOf,
} from '@/features/rules/model'

const column = (id: string, name: string, type: Column['type'], role: Column['role'] = null): Column =>
  ({ id, name, type, physical: '', role }) as Column
const columns = [
  column('c1', 'order', 'integer', 'identifier'),
  column('c2', 'region', 'text'),
  column('c3', 'day', 'date'),
  column('c4', 'amount', 'decimal', 'measure'),
]
const condition = (id: string, op: string, ...values: unknown[]) => ({
  kind: 'condition',
  column: id,
  op,
  values,
})
const row = (op: string, ...items: unknown[]): Check =>
  ({ kind: 'row', condition: { kind: 'group', op, items } }) as Check

describe('a rule in words', () => {
  it.each([
    [row('and', condition('c4', 'lt', 0)), 'amount < 0'],
    [
      row('or', condition('c2', 'is_empty'), condition('c4', 'between', 1, 2)),
      'region is empty or amount between 1 and 2',
    ],
    [
      row('and', condition('c2', 'in', 'North', null), {
        kind: 'group',
        op: 'or',
        items: [condition('c4', 'gt', 1)],
      }),
      'region is one of North, empty and (amount > 1)',
    ],
    [
      checkOf('change', columns, 'd'),
      'sum of amount falls by more than 10 % against the same month a year before',
    ],
    [checkOf('result', columns, 'd'), 'sum of amount is below 0'],
  ])('%#', (check, words) => expect(inWords(check, columns)).toBe(words))
})

it('a new check takes the figure that is one, and no number that names', () => {
  const check = checkOf('change', columns, 'd')
  expect(check.kind === 'change' && [check.measure.column, check.time, check.unit]).toEqual([
    'c4',
    'c3',
    'year',
  ])
  const bare = checkOf('change', [column('c1', 'name', 'text')], 'd')
  expect(bare.kind === 'change' && [bare.measure.fn, bare.time]).toEqual(['count_rows', ''])
})

describe('what is missing', () => {
  const draft = (check: Check) => ({ ...emptyRule(), check })
  const complete = (one: { values: readonly unknown[] }) => one.values.length > 0
  it.each([
    [row('and'), 'Add a condition.'],
    [row('and', condition('c4', 'lt')), 'Say what amount is compared with.'],
    [row('and', condition('c4', 'lt', 0)), null],
    [{ ...checkOf('result', columns, 'd'), bounds: [''] } as Check, 'Say what the figure is compared with.'],
    [checkOf('result', columns, 'd'), null],
    [
      checkOf('change', [column('c1', 'n', 'text')], 'd'),
      'This dataset has no column of dates to compare along.',
    ],
  ])('%#', (check, words) => expect(missingIn(draft(check), columns, complete as never)).toBe(words))
})

it('periods are compared with those that lie whole units before', () => {
  expect(comparisonsOf('week').map((one) => one.value)).toEqual(['grain'])
  expect(comparisonsOf('month').map((one) => one.label)).toEqual([
    'The month before',
    'The same month a quarter before',
    'The same month a year before',
  ])
})

it('the words of a message are those that the rule fills', () => {
  expect(wordsOf(row('and'), columns)).toEqual(['rule', 'order', 'region', 'day', 'amount'])
  expect(wordsOf(row('and'), [{ id: 'c1', name: 'a{b' }])).toEqual(['rule'])
  expect(wordsOf({ ...checkOf('result', columns, 'd'), relative: 'mean' } as Check, columns)).toContain(
    'relative',
  )
  expect(wordsOf(checkOf('change', columns, 'd'), columns)).toContain('percent')
})

it.each([
  [{ state: 'no_data', n: 0, of: 0 }, 'change', 'There is nothing to look at yet.'],
  [{ state: 'quiet', n: 0, of: 3 }, 'change', 'Does not fire at the moment.'],
  [{ state: 'fired', n: 1, of: null }, 'row', 'Fires for 1 row at the moment.'],
  [{ state: 'fired', n: 1, of: 3 }, 'change', 'Fires for 1 of 3 groups at the moment.'],
] as const)('what is found: %j', (found, kind, words) =>
  expect(foundWords(found as unknown as Evaluation, kind)).toBe(words),
)

it('how often it would have fired', () => {
  const trial = (points: number, fired: number) =>
    ({ by: 'version', points: Array(points).fill({}), fired_count: fired }) as unknown as Trial
  expect(trialWords(trial(3, 2))).toBe('It would have fired in 2 of 3 past versions.')
  expect(trialWords(trial(0, 0))).toBe('There is no past to try it on.')
})

it('conditions of rows are kept where each kind of check has them', () => {
  const filter = { kind: 'group', op: 'and', items: [condition('f1', 'gt', 1)] } as never
  const formulas = [{ id: 'f1', name: 'Twice', text: '[#c4] * 2' }]
  for (const kind of ['row', 'result', 'change'] as const) {
    const check = withRows(checkOf(kind, columns, 'd'), filter, formulas)
    expect(filterOf(check)).toEqual(filter)
    expect(formulasOf(check)).toEqual(formulas)
    expect(inWords(check, columns)).toContain('Twice > 1')
  }
  const emptied = withRows(
    checkOf('change', columns, 'd'),
    { kind: 'group', op: 'and', items: [] } as never,
    [],
  )
  expect(emptied.kind === 'change' && emptied.filter).toBeNull()
})

it('a rule with a group that is empty or a condition that is open inside of one is not complete', () => {
  const complete = (one: { values: unknown[] }) => one.values.length > 0
  const draft = (...items: unknown[]) => ({
    ...emptyRule(),
    check: row('and', { kind: 'group', op: 'or', items }),
  })
  expect(missingIn(draft(), columns, complete)).toMatch(/group/)
  expect(missingIn(draft(condition('c4', 'lt')), columns, complete)).toBe('Say what amount is compared with.')
  expect(missingIn(draft(condition('c4', 'lt', 1)), columns, complete)).toBeNull()
})

describe('formats', () => {
  const answer: AnswerColumn[] = [
    { key: 'd0', label: 'Region', type: 'text', role: 'dimension', grain: null },
    { key: 'm0', label: 'Sales', type: 'decimal', role: 'measure', grain: null },
  ]
  it('begin on the figure; without one only a highlight is possible', () => {
    expect(newFormat('scale', answer)?.columns).toEqual(['m0'])
    expect(newFormat('bar', answer.slice(0, 1))).toBeNull()
    expect(newFormat('highlight', answer.slice(0, 1))).toMatchObject({ columns: ['d0'], test: 'equals' })
    expect(testsFor(answer[0]).map((one) => one.value)).toContain('contains')
    expect(testsFor(answer[1]).map((one) => one.value)).not.toContain('contains')
  })
  it('lose what the answer no longer has', () => {
    const rule = { kind: 'bar', columns: ['m0', 'm7'], tint: 'blue', within: ['d5'] } as const
    expect(
      fitting({ v: 1, rules: [rule, { ...rule, columns: ['m9'] }, { ...rule, by: 'm8' }] }, answer),
    ).toEqual({
      v: 1,
      rules: [{ ...rule, columns: ['m0'], within: [] }],
    })
  })
})
