import { expect, it } from 'vitest'
import {
  change,
  combine,
  faultOf,
  leaveOut,
  type Mapping,
  originWords,
  reformatted,
  slice,
  split,
  takeIn,
  unused,
  wordsOf,
} from '@/features/datasets/mapping'
import { columns } from '../support/data'

const plain: Mapping = {
  v: 1,
  drop: [],
  others: 'keep',
  columns: [
    { id: 'c1', name: 'Order id', source: { kind: 'column', column: 'Order id' } },
    { id: 'c3', name: 'Region', source: { kind: 'column', column: 'Area' } },
  ],
}
const file = [{ name: 'Order id' }, { name: 'Area' }]

it('a column that is left out can be taken in again, and is then the same column', () => {
  const without = leaveOut(plain, 0)
  expect(without.drop).toEqual(['Order id'])
  expect(unused(without, file)).toEqual(['Order id'])
  const again = takeIn(without, 'Order id', columns)
  expect(again.drop).toEqual([])
  expect(again.columns.at(-1)).toMatchObject({ id: 'c1', name: 'Order id' })
})

it('a column of the file that something else needs is not dropped', () => {
  const both = combine(plain, ['Order id', 'Area'], '-')
  expect(both.columns.at(-1)).toMatchObject({ id: null, name: 'Order id Area' })
  expect(leaveOut(both, 0).drop).toEqual([])
})

it('parts of a column have names that nothing else has', () => {
  const parted = split(change(plain, 0, { name: 'Area 1' }), 'Area', '/', 2)
  expect(parted.columns.map((column) => column.name)).toEqual(['Area 1', 'Region', 'Area 1 (2)', 'Area 2'])
  expect(parted.columns.slice(2).map((column) => originWords(column.source))).toEqual([
    'Area, part 1 of 2',
    'Area, part 2 of 2',
  ])
  expect(faultOf(parted)).toBeNull()
})

it('a format that says nothing is none', () => {
  const said = reformatted(null, { trim: true })
  expect(said?.trim).toBe(true)
  expect(reformatted(said, { trim: false })).toBeNull()
  expect(wordsOf(' n/a, - ,,')).toEqual(['n/a', '-'])
})

it('says what cannot be', () => {
  expect(faultOf(change(plain, 0, { name: 'Region' }))).toBe('Two columns are called “Region”.')
  expect(faultOf(change(plain, 0, { name: ' ' }))).toBe('A column has no name.')
  expect(faultOf({ ...plain, columns: [] })).toBe('Every column is left out.')
})

it('makes a column of some characters of another', () => {
  const cut = slice({ ...plain, drop: ['Area'] }, 'Area', 2, 3)
  expect(cut.drop).toEqual([])
  expect(cut.columns[2]).toEqual({
    id: null,
    name: 'Area part',
    source: { kind: 'slice', column: 'Area', start: 2, length: 3 },
  })
  expect(originWords({ kind: 'slice', column: 'Area', start: 2, length: 3 })).toBe('Area, characters 2 to 4')
  expect(originWords({ kind: 'slice', column: 'Area', start: 2 })).toBe('Area, from character 2')
})
