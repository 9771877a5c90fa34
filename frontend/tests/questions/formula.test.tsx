import { ThemeProvider } from '@mui/material/styles'
import { fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { describe, expect, it, vi } from 'vitest'
import type { Help } from '@/features/questions/api'
import { FormulaField } from '@/features/questions/components/FormulaField'
import { functionsFor } from '@/features/questions/components/FunctionList'
import {
  charactersAt,
  formulasFor,
  type Mistake,
  mended,
  mistakeIn,
  piecesOf,
  replaced,
  shownText,
  unitsAt,
} from '@/features/questions/formula'
import { theme } from '@/ui/theme'

describe('the text of a formula', () => {
  it.each([
    'IF([Profit] / [Sales] > 20%, "high", \'Order lines\'[Id])',
    'unfinished "text',
    '[half',
    '{p} & #2025-01-01# 😀 ∑ \n\t x_1.y (',
    '',
  ])('in pieces is still the text: %j', (text) => {
    expect(
      piecesOf(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text)
  })

  it('has pieces of a kind', () => {
    expect(
      piecesOf('SUM([A]) + "x" * {p} - 1.5')
        .filter((piece) => piece.kind !== 'other')
        .map((piece) => [piece.kind, piece.text]),
    ).toEqual([
      ['function', 'SUM'],
      ['reference', '[A]'],
      ['text', '"x"'],
      ['parameter', '{p}'],
      ['number', '1.5'],
    ])
  })

  it('shows names in the place of ids, but not inside texts, and not where a name means two things', () => {
    const named = [
      { id: 'c1', name: 'Net [EUR]' },
      { id: 'c2', name: 'Twice' },
      { id: 'c3', name: 'Twice' },
    ]
    expect(shownText('[#c1] & "[#c1]" + [#c2] + [#c9]', named)).toBe('[Net [EUR]]] & "[#c1]" + [#c2] + [#c9]')
  })

  it('may name what does not name it', () => {
    const formulas = [
      { id: 'f1', name: 'A', text: '1' },
      { id: 'f2', name: 'B', text: '[#f1] + 1' },
      { id: 'f3', name: 'C', text: '[#f2] + 1' },
      { id: 'f4', name: 'D', text: '[#f10]' },
    ]
    expect(formulasFor(formulas, 'f1').map((one) => one.id)).toEqual(['f4'])
    expect(formulasFor(formulas, 'f3').map((one) => one.id)).toEqual(['f1', 'f2', 'f4'])
    expect(formulasFor(formulas, 'f9')).toHaveLength(4)
  })

  it('counts characters as the API does, and units as a text field does', () => {
    expect(unitsAt('a😀b', 2)).toBe(3)
    expect(charactersAt('a😀b', 3)).toBe(2)
  })

  it('is mended by the proposal, where the mistake is', () => {
    const text = '😀 & LENN([A])'
    const mistake = mistakeIn(text, { message: 'No LENN.', where: { start: 4, end: 8, proposal: 'LEN' } })
    expect(mistake).toEqual({ message: 'No LENN.', start: 5, end: 9, proposal: 'LEN' })
    expect(mended(text, mistake as Mistake)).toBe('😀 & LEN([A])')
    expect(mistakeIn(text, { message: 'gone', where: {} })).toBeNull()
    // Behind the last character there is still something to underline.
    expect(mistakeIn('1 +', { message: 'x', where: { start: 3, end: 3 } })).toMatchObject({
      start: 3,
      end: 4,
    })
  })

  it.each([
    ['SUM([A]', 3, ')', 'SUM([A])'],
    ['[amo', 0, ']', '[amo]'],
    ['1 + "x', 4, '"', '1 + "x"'],
  ])('%s is closed at its end, not at the mark that opened it', (text, start, proposal, whole) => {
    expect(mended(text, { message: '', start, end: start + 1, proposal })).toBe(whole)
  })

  it('takes a suggestion with the cursor where one goes on', () => {
    expect(replaced('SU + 1', 0, 2, 'SUM(')).toEqual({ text: 'SUM( + 1', cursor: 4 })
    expect(replaced('NO', 0, 2, 'NOW()')).toEqual({ text: 'NOW()', cursor: 4 })
  })
})

it('functions are found by name before by what they do', () => {
  const entry = (name: string, description: string, aliases: string[] = []) => ({
    name,
    description,
    aliases,
    category: 'x',
    signature: name,
    examples: [],
  })
  const all = [
    entry('LEN', 'How many characters, not a sum.'),
    entry('SUM', 'All added up.'),
    entry('DSUM', 'Also.'),
    entry('ADD', 'Plus.', ['SUMOF']),
  ]
  expect(functionsFor(all, 'sum').map((one) => one.name)).toEqual(['SUM', 'ADD', 'DSUM', 'LEN'])
  expect(functionsFor(all, ' ')).toHaveLength(4)
  expect(functionsFor(all, 'zzz')).toEqual([])
})

const suggestion = (label: string) => ({
  kind: 'function',
  label,
  insert: `${label}(`,
  start: 0,
  end: 2,
  detail: `${label}(value)`,
  description: 'Adds up.',
  example: `${label}([A])`,
})
const help = vi.fn(
  async (): Promise<Help> => ({
    suggestions: [suggestion('SUM'), suggestion('SUBSTITUTE')],
    signature: null,
  }),
)
function Field({ mistake = null }: { mistake?: Mistake | null }) {
  const [text, setText] = useState('')
  return (
    <ThemeProvider theme={theme}>
      <FormulaField label="Formula" value={text} onChange={setText} mistake={mistake} help={help} />
    </ThemeProvider>
  )
}

describe('the field', () => {
  const type = (text: string) =>
    fireEvent.change(screen.getByRole('textbox'), { target: { value: text, selectionStart: text.length } })

  it('offers what may come next, driven from the keyboard', async () => {
    render(<Field />)
    const field = screen.getByRole('textbox', { name: 'Formula' }) as HTMLTextAreaElement
    type('SU')
    const options = await screen.findAllByRole('option')
    expect(options.map((one) => one.getAttribute('aria-selected'))).toEqual(['true', 'false'])
    fireEvent.keyDown(field, { key: 'ArrowDown' })
    expect(document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent).toContain(
      'SUBSTITUTE',
    )
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(field.value).toBe('SUBSTITUTE(')
    expect(screen.queryByRole('listbox')).toBeNull()
  })

  it('closes the list with Escape and keeps what was written', async () => {
    render(<Field />)
    type('SU')
    await screen.findAllByRole('option')
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' })
    expect(screen.queryByRole('listbox')).toBeNull()
    expect((screen.getByRole('textbox') as HTMLTextAreaElement).value).toBe('SU')
  })

  it('underlines the mistake where it stands', () => {
    const { container } = render(<Field mistake={{ message: 'x', start: 1, end: 3, proposal: null }} />)
    type('LENN([A])')
    expect([...container.querySelectorAll('.wrong')].map((one) => one.textContent)).toEqual(['EN'])
    expect(screen.getByRole('textbox').getAttribute('aria-invalid')).toBe('true')
  })
})
