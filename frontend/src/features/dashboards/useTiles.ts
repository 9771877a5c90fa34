import { useCallback, useEffect, useRef, useState } from 'react'
import { isAbort, toProblem } from '@/lib/problem'
import { askDashboard, type TileAnswer } from './api'
import { type Looking, requestOf } from './model'

export interface Tiles {
  answers: ReadonlyMap<string, TileAnswer>
  /** Tiles whose newest answer has not come yet; what they show is the one before. */
  waiting: ReadonlySet<string>
  /** The request itself failed, so that no tile can say why. */
  problem: unknown
  again: () => void
}

const EVERY = 60_000

/**
 * The answers of these tiles under these filters, in one request that gives each as it is ready. Asked again every
 * minute while somebody looks: a version never changes, so that what is the same costs the server nothing.
 */
export function useTiles(id: string, version: number, looking: Looking, tiles: readonly string[]): Tiles {
  const [answers, setAnswers] = useState<ReadonlyMap<string, TileAnswer>>(new Map())
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set())
  const [problem, setProblem] = useState<unknown>(null)
  const [turn, setTurn] = useState(0)
  const body = JSON.stringify(requestOf(looking, tiles))
  const asked = useRef('')

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version or turn asks the same again
  useEffect(() => {
    const wanted = JSON.parse(body) as { tiles: string[] }
    if (wanted.tiles.length === 0) return
    const control = new AbortController()
    const left = new Set(wanted.tiles)
    if (asked.current !== body) setWaiting(new Set(left))
    asked.current = body
    askDashboard(
      id,
      wanted,
      (tile, answer) => {
        left.delete(tile)
        setAnswers((before) => new Map(before).set(tile, answer))
        setWaiting(new Set(left))
      },
      control.signal,
    ).then(
      () => setProblem(null),
      (error) => {
        if (isAbort(error)) return
        setProblem(toProblem(error))
        setWaiting(new Set())
      },
    )
    return () => control.abort()
  }, [id, version, body, turn])

  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTurn((before) => before + 1)
    }, EVERY)
    return () => clearInterval(timer)
  }, [])

  return { answers, waiting, problem, again: useCallback(() => setTurn((before) => before + 1), []) }
}
