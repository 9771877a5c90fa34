// Single keys and short sequences for the whole app. They rest while something is being typed, and can be turned off.

import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface Shortcut {
  /** `?`, `g h` (one after the other), or `mod+k` (Ctrl, or Cmd on a Mac). */
  keys: string
  label: string
  run: () => void
}

const KEY = 'tablewright-shortcuts'
const listeners = new Set<() => void>()

export const areShortcutsOn = (): boolean => {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}

export function turnShortcuts(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, 'off')
  } catch {
    // Without storage the choice cannot be kept.
  }
  for (const listener of listeners) listener()
}

export function useShortcutsOn(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    areShortcutsOn,
    () => true,
  )
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(input|textarea|select)$/i.test(target.tagName) ||
    target.role === 'combobox')

/** The shortcut that a key ends, given the keys shortly before it. */
export function shortcutFor(
  shortcuts: readonly Shortcut[],
  before: string,
  event: { key: string; mod: boolean },
): Shortcut | undefined {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (event.mod) return shortcuts.find((one) => one.keys === `mod+${key}`)
  return (
    shortcuts.find((one) => before !== '' && one.keys === `${before} ${key}`) ??
    shortcuts.find((one) => one.keys === key)
  )
}

export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    let before = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return
      const mod = event.ctrlKey || event.metaKey
      if (!mod && (typing(event.target) || !areShortcutsOn() || document.querySelector('[role="dialog"]')))
        return
      const found = shortcutFor(latest.current, before, { key: event.key, mod })
      clearTimeout(timer)
      if (found) {
        before = ''
        event.preventDefault()
        found.run()
      } else if (!mod && event.key.length === 1) {
        before = event.key.toLowerCase()
        timer = setTimeout(() => {
          before = ''
        }, 900)
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('keydown', onKeyDown)
    }
  }, [])
}

export function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[data-search]')?.focus()
}
