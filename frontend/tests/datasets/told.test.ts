import { expect, it } from 'vitest'
import { allOf, bySubject, choicesOf, type Decision, identity, optionsOf } from '@/features/datasets/told'

const decision = (more: Partial<Decision>): Decision => ({
  what: 'x',
  value: null,
  evidence: '',
  key: '',
  confidence: 'certain',
  choices: [],
  examples: [],
  ...more,
})

it('the proposals of the reader come before what is usual, and each once', () => {
  const choices = choicesOf(decision({ key: 'delimiter', choices: ['|', '::'] })).map((one) => one.value)
  expect(choices.slice(0, 3)).toEqual(['|', '::', ','])
  expect(new Set(choices).size).toBe(choices.length)
  expect(choicesOf(decision({ key: 'type', choices: ['text'] }))[0]).toEqual({ value: 'text', label: 'Text' })
})

it('changes go over the options of the last reading, by the names in the file', () => {
  const told = (value: string, more: Partial<Decision>): [string, { decision: Decision; value: string }] => {
    const made = decision(more)
    return [identity(made), { decision: made, value }]
  }
  const changes = new Map([
    told('2', { key: 'header_rows' }),
    told(' ', { key: 'delimiter' }),
    told('true', { key: 'leave_out_totals' }),
    told('text', { key: 'type', column: 'c2', what: 'type of Zip' }),
    told('', { key: 'null_words', column: 'c3', what: 'empty words of Number of cases' }),
  ])
  const before = { encoding: 'utf-8', columns: { Zip: { null_words: ['-'] } } }
  expect(optionsOf(before, changes)).toEqual({
    encoding: 'utf-8',
    header_rows: 2,
    delimiter: ' ',
    leave_out_totals: true,
    columns: { Zip: { null_words: ['-'], type: 'text' }, 'Number of cases': { null_words: [] } },
  })
  expect(before.columns.Zip).toEqual({ null_words: ['-'] })
})

it('what is assumed is shown first, and what is about one column together', () => {
  const subjects = bySubject([
    decision({ what: 'encoding' }),
    decision({ what: 'type of a', column: 'c1' }),
    decision({ what: 'type of b', column: 'c2', confidence: 'likely' }),
    decision({ what: 'type of c', column: 'c3' }),
    decision({ what: 'date order of c', column: 'c3', confidence: 'assumed' }),
    decision({ what: 'header' }),
  ])
  expect(subjects.map((one) => [one.column, one.decisions.length, one.unsure])).toEqual([
    ['c3', 2, true],
    ['c2', 1, true],
    [null, 2, false],
    ['c1', 1, false],
  ])
})

it('that duplicates are kept is said, and can be changed, unless the receipt says it itself', () => {
  expect(allOf([decision({ key: 'encoding' })]).map((one) => one.key)).toEqual([
    'encoding',
    'leave_out_duplicates',
  ])
  const told = [decision({ key: 'leave_out_duplicates', value: 'left out', confidence: 'told' })]
  expect(allOf(told)).toEqual(told)
})
