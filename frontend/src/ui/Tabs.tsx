import Box from '@mui/material/Box'
import type { SxProps, Theme } from '@mui/material/styles'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import styles from './Tabs.module.css'

/** Views of one thing, of which one is shown. The arrows move between them, Enter and Space choose. */
export function Tabs<T extends string | number>({
  label,
  tabs,
  value,
  onChange,
  panels = false,
  sx,
}: {
  label: string
  tabs: readonly { value: T; label: string }[]
  value: T
  onChange: (value: T) => void
  /** Whether what is shown is a `panel-…`, named by its `tab-…`. */
  panels?: boolean
  sx?: SxProps<Theme>
}) {
  const list = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is brought into sight
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>('[aria-selected=true]')
    if (!list.current || !chosen) return
    const { offsetLeft, offsetWidth } = chosen
    const { scrollLeft, clientWidth } = list.current
    if (offsetLeft < scrollLeft) list.current.scrollLeft = offsetLeft
    else if (offsetLeft + offsetWidth > scrollLeft + clientWidth)
      list.current.scrollLeft = offsetLeft + offsetWidth - clientWidth
  }, [value, tabs.length])

  const onKeyDown = (event: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLElement)
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % all.length,
      ArrowLeft: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    }
    const next = moves[event.key]
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    all[next]?.focus()
  }

  return (
    <Box ref={list} role="tablist" aria-label={label} className={styles.list} sx={sx} onKeyDown={onKeyDown}>
      {tabs.map((one) => (
        <button
          key={one.value}
          type="button"
          role="tab"
          className={styles.tab}
          aria-selected={one.value === value}
          tabIndex={one.value === value ? 0 : -1}
          onClick={() => one.value !== value && onChange(one.value)}
          {...(panels && { id: `tab-${one.value}`, 'aria-controls': `panel-${one.value}` })}
        >
          {one.label}
        </button>
      ))}
    </Box>
  )
}
