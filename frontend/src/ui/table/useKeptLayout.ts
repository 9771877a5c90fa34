import { useCallback, useState } from 'react'
import { isPlain, plainLayout, readLayout, type TableLayout } from './layout'

const PREFIX = 'tablewright-columns:'
const MOST_LENGTH = 60_000

function kept(name: string): TableLayout {
  try {
    return readLayout(JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null'))
  } catch {
    return plainLayout
  }
}

/** A reader's own arrangement of a table's columns, kept in this browser. */
export function useKeptLayout(name: string): [TableLayout, (layout: TableLayout) => void] {
  const [state, setState] = useState<{ name: string; layout: TableLayout }>(() => ({
    name,
    layout: typeof window === 'undefined' ? plainLayout : kept(name),
  }))
  const layout = state.name === name ? state.layout : kept(name)
  const set = useCallback(
    (next: TableLayout) => {
      setState({ name, layout: next })
      try {
        const text = JSON.stringify(next)
        if (isPlain(next) || text.length > MOST_LENGTH) localStorage.removeItem(PREFIX + name)
        else localStorage.setItem(PREFIX + name, text)
      } catch {
        // Without storage the arrangement lasts as long as the page.
      }
    },
    [name],
  )
  return [layout, set]
}
