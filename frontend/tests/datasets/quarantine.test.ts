import { expect, it } from 'vitest'
import {
  bodyOf,
  deedOf,
  edit,
  isTouched,
  leaveOut,
  outcomeOf,
  stateOf,
  undo,
  untouched,
} from '@/features/datasets/quarantine'

it('a row is edited or left out, never both', () => {
  const edited = edit(untouched, 3, { values: ['a', null] })
  expect(stateOf(edited, 3)).toBe('edited')
  const left = leaveOut(edited, 3)
  expect(stateOf(left, 3)).toBe('left out')
  expect(bodyOf(left)).toEqual({ rows: [], discard: [3] })
  expect(bodyOf(edit(left, 3, { raw: 'x;y' }))).toEqual({ rows: [{ index: 3, raw: 'x;y' }], discard: [] })
  expect(isTouched(undo(left, 3))).toBe(false)
  expect(isTouched(untouched)).toBe(false)
})

it('the button says what it does', () => {
  const edits = leaveOut(leaveOut(edit(untouched, 1, { raw: '' }), 2), 4)
  expect(deedOf(edits)).toBe('Load 1 row, leave out 2 rows')
  expect(deedOf(leaveOut(untouched, 1))).toBe('Leave out 1 row')
})

it('what a replay refused is kept with its reason', () => {
  const refused = [{ index: 7, column: 'amount', reason: 'is no number' }]
  expect(outcomeOf({ replayed: [1, 2], discarded: [], refused })).toEqual({
    replayed: 2,
    discarded: 0,
    refused,
  })
  expect(outcomeOf(null)).toEqual({ replayed: 0, discarded: 0, refused: [] })
})
