import { describe, expect, it } from 'vitest'
import { copied, copiedCell, rectangle } from '@/ui/table/copying'
import {
  arranged,
  hide,
  LEAST_WIDTH,
  moveBefore,
  moveBy,
  pin,
  plainLayout,
  readLayout,
  resize,
} from '@/ui/table/layout'
import { lineAt, type Section, startsOf } from '@/ui/table/sections'

const columns = ['a', 'b', 'c', 'd'].map((id) => ({ id }))
const order = (layout: Parameters<typeof arranged>[1]): string => {
  const { pinned, free } = arranged(columns, layout)
  return `${pinned.map((one) => one.id).join('')}|${free.map((one) => one.id).join('')}`
}

describe('the columns of a table', () => {
  it('stand as they came until somebody moves one', () => {
    expect(order(plainLayout)).toBe('|abcd')
    expect(order(moveBy(plainLayout, columns, 'c', -1))).toBe('|acbd')
    expect(order(moveBefore(plainLayout, columns, 'd', 'a'))).toBe('|dabc')
    expect(order(moveBefore(plainLayout, columns, 'a', null))).toBe('|bcda')
  })

  it('stay where they are at either end', () => {
    expect(moveBy(plainLayout, columns, 'a', -1)).toBe(plainLayout)
    expect(moveBy(plainLayout, columns, 'd', 1)).toBe(plainLayout)
  })

  it('come first when pinned, and are pinned by being put before a pinned one', () => {
    const pinned = pin(plainLayout, 'c', true)
    expect(order(pinned)).toBe('c|abd')
    expect(order(moveBefore(pinned, columns, 'a', 'c'))).toBe('ac|bd')
    expect(order(moveBefore(pinned, columns, 'c', 'd'))).toBe('|abcd')
    expect(order(pin(pinned, 'c', false))).toBe('|abcd')
  })

  it('are hidden and come back where they were', () => {
    const moved = moveBy(plainLayout, columns, 'b', 1)
    const hidden = hide(moved, 'b', true)
    expect(order(hidden)).toBe('|acd')
    expect(order(hide(hidden, 'b', false))).toBe('|acbd')
  })

  it('keep a width that can be seen and grasped', () => {
    expect(resize(plainLayout, 'a', 3).widths.a).toBe(LEAST_WIDTH)
  })

  it('follow a kept layout as far as it is one', () => {
    expect(readLayout('x')).toEqual(plainLayout)
    expect(readLayout({ order: ['d', 7, 'zz'], widths: { a: 100, b: 'wide' }, pinned: null })).toEqual({
      ...plainLayout,
      order: ['d', 'zz'],
      widths: { a: 100 },
    })
    expect(order(readLayout({ order: ['d', 'zz'] }))).toBe('|dabc')
  })
})

describe('groups of rows', () => {
  const load = () => Promise.reject(new Error('not asked'))
  const head = { level: 1, label: 'North', open: true, onToggle: () => {}, values: {} }
  const sections: Section[] = [
    { key: 'n', head, rowCount: 3, blockKey: [], load },
    { key: 's', head: { ...head, label: 'South', open: false }, rowCount: 0, blockKey: [], load },
    { key: 'w', head: { ...head, label: 'West' }, rowCount: 2, blockKey: [], load },
  ]
  const starts = startsOf(sections)

  it('take one line for the head and one for each row', () => {
    expect(starts).toEqual([0, 4, 5, 8])
  })

  it.each([
    [0, 'n', -1],
    [3, 'n', 2],
    [4, 's', -1],
    [5, 'w', -1],
    [7, 'w', 1],
  ])('line %i is of %s, row %i', (line, key, row) => {
    const placed = lineAt(sections, starts, line)
    expect([placed?.section.key, placed?.row]).toEqual([key, row])
  })

  it('end with their last line', () => {
    expect(lineAt(sections, starts, 8)).toBeNull()
    expect(lineAt([], [0], 0)).toBeNull()
  })
})

describe('copied cells', () => {
  it('are rows of tabs, with what would break them in quotes', () => {
    expect(
      copied([
        ['a', 'b'],
        [copiedCell('x\ty', 'text'), copiedCell('say "hi"', 'text')],
      ]),
    ).toBe('a\tb\n"x\ty"\t"say ""hi"""')
  })

  it.each([
    ['=1+1', 'text', "'=1+1"],
    ['@SUM(A1)', 'text', "'@SUM(A1)"],
    ['-5', 'decimal', '-5'],
    [-5, 'integer', '-5'],
    [null, 'text', ''],
    [true, 'boolean', 'true'],
  ] as const)('%j of type %s is written %j', (value, type, text) => {
    expect(copiedCell(value, type)).toBe(text)
  })

  it('come from a rectangle, whichever corner came first', () => {
    expect(rectangle({ row: 9, column: 0 }, { row: 2, column: 3 })).toEqual({
      top: 2,
      bottom: 9,
      left: 0,
      right: 3,
    })
  })
})
