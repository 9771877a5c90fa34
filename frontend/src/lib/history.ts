// Undo for one document: every value it had, and where in that line we stand.

import { useCallback, useReducer } from 'react'

const MOST_STEPS = 500
/** Changes of the same kind within this time are one step: typing a word is not twelve undos. */
const TOGETHER_MS = 800

export interface History<T> {
  past: readonly T[]
  present: T
  future: readonly T[]
  kind: string | null
  at: number
}

export type Step<T> =
  | { type: 'change'; value: T; kind?: string; at: number }
  | { type: 'undo' }
  | { type: 'redo' }
  | { type: 'replace'; value: T }

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], kind: null, at: 0 })

export function step<T>(history: History<T>, action: Step<T>): History<T> {
  const { past, present, future } = history
  switch (action.type) {
    case 'change': {
      if (Object.is(action.value, present)) return history
      const together =
        action.kind !== undefined && action.kind === history.kind && action.at - history.at < TOGETHER_MS
      return {
        past: together ? past : [...past, present].slice(-MOST_STEPS),
        present: action.value,
        future: [],
        kind: action.kind ?? null,
        at: action.at,
      }
    }
    case 'undo': {
      const before = past.at(-1)
      if (past.length === 0) return history
      return {
        past: past.slice(0, -1),
        present: before as T,
        future: [present, ...future],
        kind: null,
        at: 0,
      }
    }
    case 'redo': {
      if (future.length === 0) return history
      return { past: [...past, present], present: future[0] as T, future: future.slice(1), kind: null, at: 0 }
    }
    case 'replace':
      return begin(action.value)
  }
}

export function useHistory<T>(initial: T) {
  const [history, dispatch] = useReducer(step<T>, initial, begin<T>)
  const change = useCallback(
    (value: T, kind?: string) => dispatch({ type: 'change', value, kind, at: Date.now() }),
    [],
  )
  const undo = useCallback(() => dispatch({ type: 'undo' }), [])
  const redo = useCallback(() => dispatch({ type: 'redo' }), [])
  const replace = useCallback((value: T) => dispatch({ type: 'replace', value }), [])
  return {
    value: history.present,
    change,
    undo,
    redo,
    replace,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  }
}
