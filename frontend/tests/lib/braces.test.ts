import { expect, it } from 'vitest'
import { begunWord, withWord } from '@/lib/braces'

it.each([
  ['{Re', 3, 'Re'],
  ['fell {', 6, ''],
  ['{{Re', 4, null],
  ['{{{Re', 5, 'Re'],
  ['{Region} fell', 13, null],
  ['{Region}', 3, 'Re'],
])('a name that is begun in %j before %i is %j', (text, cursor, begun) =>
  expect(begunWord(text, cursor)).toBe(begun),
)

it.each([
  ['In {re', 6, 'In {Region}', 11],
  ['In {re} now', 6, 'In {Region} now', 11],
  ['In', 2, 'In {Region}', 11],
  ['', 0, '{Region}', 8],
])('%j at %i takes a name', (text, cursor, after, at) =>
  expect(withWord(text, cursor, 'Region')).toEqual({ text: after, cursor: at }),
)
