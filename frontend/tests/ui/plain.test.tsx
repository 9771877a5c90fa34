import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { BareText } from '@/ui/BareField'
import { part } from '@/ui/part'
import { Tabs } from '@/ui/Tabs'

const views = [
  { value: 'a', label: 'First' },
  { value: 'b', label: 'Second' },
  { value: 'c', label: 'Third' },
]

function Views() {
  const [value, setValue] = useState('a')
  return <Tabs label="Views" tabs={views} value={value} onChange={setValue} panels />
}

it('tabs: the arrows move without choosing, round the ends; one of them is in the order of the Tab key', () => {
  render(<Views />)
  const [first, second, third] = screen.getAllByRole('tab')
  first?.focus()
  fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowLeft' })
  expect(document.activeElement).toBe(third)
  fireEvent.keyDown(document.activeElement as Element, { key: 'Home' })
  fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowRight' })
  expect(document.activeElement).toBe(second)
  expect(first?.getAttribute('aria-selected')).toBe('true')
  fireEvent.click(second as Element)
  expect(screen.getAllByRole('tab').map((tab) => [tab.getAttribute('aria-selected'), tab.tabIndex])).toEqual([
    ['false', -1],
    ['true', 0],
    ['false', -1],
  ])
  expect(second?.getAttribute('aria-controls')).toBe('panel-b')
})

it('a text to type in is as high as what stands in it', () => {
  const { container } = render(<BareText aria-label="Text" value={'one\ntwo'} onChange={() => undefined} />)
  expect(container.firstElementChild?.getAttribute('data-text')).toBe('one\ntwo')
})

it('a part keeps its room until its code is there, and stands at once where it was prepared', async () => {
  const load = vi.fn(async () => ({ name }: { name: string }) => <p>Here is {name}</p>)
  const { Part } = part(load, ({ name }) => <p>Room for {name}</p>)
  const { unmount } = render(<Part name="one" />)
  expect(screen.getByText('Room for one')).toBeTruthy()
  await waitFor(() => expect(screen.getByText('Here is one')).toBeTruthy())
  unmount()

  const early = part(load, () => <p>Room</p>)
  early.prepare()
  await waitFor(() => expect(load).toHaveBeenCalledTimes(2))
  render(<early.Part name="two" />)
  expect(screen.getByText('Here is two')).toBeTruthy()
})
