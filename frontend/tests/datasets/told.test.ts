import { expect, it } from 'vitest'
import { byNeed, choicesOf, type Decision, identity, optionsOf } from '@/features/datasets/told'

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

it('changes go over the options of the last reading', () => {
  const changes = new Map([
    [identity({ key: 'header_rows', column: null }), '2'],
    [identity({ key: 'delimiter', column: null }), ' '],
    [identity({ key: 'type', column: 'c2' }), 'text'],
    [identity({ key: 'type', column: 'gone' }), 'text'],
  ])
  const before = { encoding: 'utf-8', columns: { Zip: { null_words: ['-'] } } }
  expect(optionsOf(before, changes, (id) => (id === 'c2' ? 'Zip' : undefined))).toEqual({
    encoding: 'utf-8',
    header_rows: 2,
    delimiter: ' ',
    columns: { Zip: { null_words: ['-'], type: 'text' } },
  })
  expect(before.columns.Zip).toEqual({ null_words: ['-'] })
})

it('what is assumed is shown first', () => {
  const order = byNeed([
    decision({ what: 'a' }),
    decision({ what: 'b', confidence: 'likely' }),
    decision({ what: 'c', confidence: 'assumed' }),
    decision({ what: 'd', confidence: 'told' }),
  ])
  expect(order.map((one) => one.what)).toEqual(['c', 'b', 'a', 'd'])
})
