import { fireEvent, render, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Answer } from '@/api/types'
import { PivotTable } from '@/ui/PivotTable'
import { pivoted, spanOf } from '@/ui/table/pivot'

type Row = [
  d0: string | null,
  d1: string | null,
  d2: string | null,
  value: number,
  level: number,
  other?: number,
]

const answerOf = (rows: readonly Row[]): Answer => ({
  columns: [
    ...['Region', 'Product', 'Year'].map((label, index) => ({
      key: `d${index}`,
      label,
      type: 'text',
      role: 'dimension' as const,
    })),
    { key: 'm0', label: 'Sum', type: 'integer', role: 'measure' },
  ],
  data: {
    d0: rows.map((row) => row[0]),
    d1: rows.map((row) => row[1]),
    d2: rows.map((row) => row[2]),
    m0: rows.map((row) => row[3]),
  },
  level: rows.map((row) => row[4]),
  other: rows.map((row) => row[5] ?? 0),
  row_count: rows.length,
  truncated: false,
  version_id: 'v',
  bin_width: {},
  engine: 'duckdb',
})

// Region and product go down, year goes across; subtotals of the regions, totals at the end and below.
const rows: Row[] = [
  ['North', 'Chair', '2024', 1, 0],
  ['North', 'Chair', '2025', 2, 0],
  ['North', 'Chair', null, 3, 4],
  ['North', 'Table', '2025', 4, 0],
  ['North', 'Table', null, 4, 4],
  ['North', null, '2024', 1, 2],
  ['North', null, '2025', 6, 2],
  ['North', null, null, 7, 6],
  [null, 'Chair', '2024', 5, 0],
  [null, 'Chair', null, 5, 4],
  [null, null, '2024', 5, 2],
  [null, null, null, 5, 6],
  [null, null, '2024', 6, 3],
  [null, null, '2025', 6, 3],
  [null, null, null, 12, 7],
]
const answer = answerOf(rows)

describe('a cross table', () => {
  const table = pivoted(answer, { columns: ['d2'] })

  it('has each group once, and each total after what it is of', () => {
    expect(table.rows.map((row) => row.headings.map((one) => (one.total ? '∑' : one.value)))).toEqual([
      ['North', 'Chair'],
      ['North', 'Table'],
      ['North', '∑'],
      [null, 'Chair'],
      [null, '∑'],
      ['∑', '∑'],
    ])
    expect(table.columns.map((one) => one.headings[0])).toMatchObject([
      { value: '2024' },
      { value: '2025' },
      { total: true },
    ])
  })

  it('tells a missing value from a total, and an empty cell from zero', () => {
    const [chair, tables] = table.rows
    const [year] = table.columns
    expect(table.at(chair as never, year as never)).toBe(0)
    expect(table.at(tables as never, year as never)).toBeUndefined()
  })

  it('spans a heading over the lines of its group', () => {
    expect(table.rows.map((_, index) => spanOf(table.rows, index, 0))).toEqual([3, 0, 0, 2, 0, 1])
  })

  it('puts the rest last, and tells it from a value of that name', () => {
    const rest = pivoted(
      answerOf([
        [null, 'x', 'y', 1, 0, 1],
        ['…', 'x', 'y', 1, 0],
      ]),
      { columns: [] },
    )
    expect(rest.rows.map((row) => row.headings[0]?.other)).toEqual([false, true])
  })
})

describe('the drawn cross table', () => {
  it('names the headings of every cell', () => {
    render(<PivotTable answer={answer} across={['d2']} label="Sums" />)
    const table = screen.getByRole('table', { name: 'Sums' })
    for (const cell of within(table).getAllByRole('cell')) {
      const ids = (cell.getAttribute('headers') ?? '').split(' ').filter(Boolean)
      if (cell.closest('thead')) continue
      expect(ids.length).toBeGreaterThan(1)
      for (const id of ids) expect(document.getElementById(id)).toBeTruthy()
    }
    expect(screen.getByText('12').className).toContain('total')
    const named = (screen.getByText('12').getAttribute('headers') ?? '').split(' ')
    expect(named.map((id) => document.getElementById(id)?.textContent)).toContain('Total')
  })

  it('folds a group into its subtotal', () => {
    render(<PivotTable answer={answer} across={['d2']} label="Sums" />)
    const head = screen.getByRole('button', { name: 'North' })
    expect(screen.getAllByRole('row')).toHaveLength(7)
    fireEvent.click(head)
    expect(screen.getAllByRole('row')).toHaveLength(5)
    expect(screen.getByRole('button', { name: /North/ }).getAttribute('aria-expanded')).toBe('false')
    fireEvent.click(screen.getByRole('button', { name: /North/ }))
    expect(screen.getAllByRole('row')).toHaveLength(7)
  })

  it('stands without anything down, and without anything across', () => {
    const { unmount } = render(<PivotTable answer={answer} across={['d0', 'd1', 'd2']} label="Across" />)
    expect(screen.getByRole('table', { name: 'Across' })).toBeTruthy()
    unmount()
    render(<PivotTable answer={answer} across={[]} label="Down" />)
    expect(screen.getAllByRole('columnheader').map((one) => one.textContent)).toEqual([
      'Region',
      'Product',
      'Year',
      'Sum',
    ])
  })
})
