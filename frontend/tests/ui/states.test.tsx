import { ThemeProvider } from '@mui/material/styles'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import type { ReactElement } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { JobList } from '@/features/jobs/components/JobList'
import { openSession } from '@/lib/session'
import { AnswerTable } from '@/ui/AnswerTable'
import { type Command, CommandPalette, matching } from '@/ui/CommandPalette'
import { DataTable } from '@/ui/DataTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { theme } from '@/ui/theme'
import { answer, columns, job, session } from '../support/data'

vi.mock('next/navigation', () => ({ useRouter: () => ({ push: vi.fn() }), usePathname: () => '/app/' }))

const inApp = (element: ReactElement) =>
  render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        {element}
      </QueryClientProvider>
    </ThemeProvider>,
  )

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

beforeEach(() => openSession(session('t')))

describe('the list of jobs', () => {
  it('shows a shape while it loads', () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined))
    inApp(<JobList />)
    expect(screen.getByRole('status', { name: 'Loading jobs' })).toBeTruthy()
  })

  it('says what it is for while it is empty', async () => {
    vi.stubGlobal('fetch', async () => json({ items: [], next_cursor: null }))
    inApp(<JobList />)
    expect(await screen.findByText('Nothing has run yet')).toBeTruthy()
  })

  it('says what went wrong and asks again on request', async () => {
    const fetch = vi.fn(async () =>
      json({ title: 'Not permitted', detail: 'Ask an admin.', code: 'no' }, 403),
    )
    vi.stubGlobal('fetch', fetch)
    inApp(<JobList />)
    expect((await screen.findByRole('alert')).textContent).toContain('Ask an admin.')
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(fetch).toHaveBeenCalledTimes(2))
  })

  it('shows progress with cancel, and a failure with its reason and retry', async () => {
    const items = [
      job({
        id: 'a',
        label: 'big.csv',
        progress: { stage: 'read', done: 38_000, total: 90_000, unit: 'rows' },
      }),
      job({ id: 'b', label: 'bad.csv', state: 'failed', error: { detail: 'Line 7 is too long.' } }),
    ]
    vi.stubGlobal('fetch', async () => json({ items, next_cursor: null }))
    inApp(<JobList />)
    expect(await screen.findByText('38,000 of 90,000 rows')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Cancel big.csv' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Retry bad.csv' })).toBeTruthy()
    expect(screen.getByRole('alert').textContent).toContain('Line 7 is too long.')
  })
})

it('an error names the place where it happened', () => {
  inApp(<ErrorNotice error={Object.assign(new Error('x'), {})} />)
  expect(screen.getByRole('alert').textContent).toContain('x')
})

it('an answer is a table with its labels, exact decimals, and a sign for what is empty', () => {
  inApp(<AnswerTable answer={answer} label="Answer" />)
  expect(screen.getAllByRole('columnheader').map((head) => head.textContent)).toEqual([
    'Region',
    'Sum of Amount',
  ])
  expect(screen.getByText('1,204.50')).toBeTruthy()
  expect(screen.getByText('–')).toBeTruthy()
})

it('a long answer shows all its first rows, and one menu serves each of them', async () => {
  const regions = Array.from({ length: 120 }, (_, row) => `R${row}`)
  const long = { ...answer, row_count: 120, data: { d0: regions, m0: regions.map((_, row) => row) } }
  const onNumber = vi.fn()
  inApp(<AnswerTable answer={long as never} label="Answer" onNumber={onNumber} />)
  expect(screen.getAllByRole('row')).toHaveLength(101)
  expect(screen.getByText('100 of 120')).toBeTruthy()
  const opener = screen.getByRole('button', { name: 'Actions for row 42' })
  fireEvent.click(opener)
  fireEvent.click(await screen.findByRole('menuitem', { name: 'What is this number?' }))
  expect(onNumber.mock.calls[0]?.[0]).toMatchObject({ value: '41' })
  fireEvent.click(screen.getByText('Show more rows'))
  expect(screen.getAllByRole('row')).toHaveLength(121)
})

describe('the grid', () => {
  const load = vi.fn(async (offset: number, limit: number) => ({
    ...answer,
    columns: [],
    data: Object.fromEntries(
      columns.map((column) => [
        column.id,
        Array.from({ length: limit }, (_, row) => `${column.id}-${offset + row}`),
      ]),
    ),
  }))
  const grid = (onSort = vi.fn()) => {
    inApp(
      <DataTable
        label="Rows"
        columns={columns.map((column) => ({ ...column, type: 'text' as const }))}
        sections={[{ key: '', rowCount: 1_000_000, blockKey: ['x'], load }]}
        onSort={onSort}
        height={400}
      />,
    )
    return onSort
  }

  it('tells how many rows there are and asks only for those in view', async () => {
    grid()
    expect(screen.getByRole('grid', { name: 'Rows' }).getAttribute('aria-rowcount')).toBe('1000001')
    expect(await screen.findByText('c1-0')).toBeTruthy()
    expect(screen.getAllByRole('row').length).toBeLessThan(40)
    expect(load.mock.calls.every(([offset]) => offset === 0)).toBe(true)
  })

  it('is walked by arrows, and sorts by Enter on a head', async () => {
    const onSort = grid()
    const element = screen.getByRole('grid')
    await screen.findByText('c1-0')
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowUp']) fireEvent.keyDown(element, { key })
    const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '')
    expect(active?.getAttribute('role')).toBe('columnheader')
    expect(active?.textContent).toContain('Order date')
    fireEvent.keyDown(element, { key: 'Enter' })
    expect(onSort).toHaveBeenCalledWith([{ by: 'c2', direction: 'asc' }])
  })
})

describe('the palette', () => {
  const run = vi.fn()
  const command = (label: string, group: string): Command => ({ id: label, label, group, run })
  const commands = [
    command('Reorder list', 'Page'),
    command('orders_2025', 'Dataset'),
    command('Home', 'Page'),
  ]

  it('finds by any part of a name, beginnings of words first', () => {
    expect(matching(commands, 'ord').map((one) => one.label)).toEqual(['orders_2025', 'Reorder list'])
    expect(matching(commands, '2025 dataset').map((one) => one.label)).toEqual(['orders_2025'])
    expect(matching(commands, 'zzz')).toEqual([])
  })

  it('goes where Enter points, and closes', () => {
    const onClose = vi.fn()
    inApp(<CommandPalette open onClose={onClose} commands={commands} />)
    const field = screen.getByRole('combobox', { name: 'Go to' })
    fireEvent.change(field, { target: { value: 'home' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(onClose).toHaveBeenCalled()
    expect(run).toHaveBeenCalledTimes(1)
  })
})
