import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Question } from '@/api/types'
import { askTogether, isSame, type Reply } from '@/lib/ask'
import { patiently } from '@/lib/patience'
import { isAbort, toProblem } from '@/lib/problem'
import { pause } from '@/lib/timing'
import { askDashboard, watchDashboard } from './api'
import { type Looking, requestOf } from './model'

export interface Tiles {
  answers: ReadonlyMap<string, Reply>
  /** Tiles whose newest answer has not come yet; what they show is the one before. */
  waiting: ReadonlySet<string>
  /** The request itself failed, so that no tile can say why. */
  problem: unknown
  again: () => void
}

/** Between two tries to be told, in milliseconds; each try also asks once more what may have been missed. */
const PAUSE = 60_000

/** What a dashboard showed when it was left, and what it was asked. */
interface Left {
  asked: string
  answers: ReadonlyMap<string, Reply>
}

/**
 * The answers of these tiles under these filters, in one request that gives each as it is ready. Who comes back to a
 * dashboard sees at once what it showed, and a moment later what has changed since. While somebody looks,
 * the server tells of new data and new rules, upon which they are asked again, and of a newer dashboard (`onNewer`).
 */
export function useTiles(
  id: string,
  version: number,
  looking: Looking,
  tiles: readonly string[],
  onNewer: () => void,
): Tiles {
  const queries = useQueryClient()
  const body = JSON.stringify(requestOf(looking, tiles))
  const [answers, setAnswers] = useState<ReadonlyMap<string, Reply>>(() => {
    const left = queries.getQueryData<Left>(leftOf(id))
    return left?.asked === `${version} ${body}` ? left.answers : new Map()
  })
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set())
  const [problem, setProblem] = useState<unknown>(null)
  const [turn, setTurn] = useState(0)
  const asked = useRef(answers.size > 0 ? body : '')

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version or turn asks the same again
  useEffect(() => {
    const wanted = JSON.parse(body) as { tiles: string[] }
    if (wanted.tiles.length === 0) return
    const control = new AbortController()
    const left = new Set(wanted.tiles)
    const answered = new Map<string, Reply>()
    if (asked.current !== body) setWaiting(new Set(left))
    asked.current = body
    patiently<Reply>(
      wanted.tiles,
      (tiles, onReply) => askDashboard(id, { ...wanted, tiles }, onReply, control.signal),
      (tile, answer) => {
        left.delete(tile)
        if (answer.answer) answered.set(tile, answer)
        setAnswers((before) =>
          isSame(before.get(tile), answer) ? before : new Map(before).set(tile, answer),
        )
        setWaiting((before) => (before.has(tile) ? new Set(left) : before))
      },
      control.signal,
    ).then(
      () => {
        setProblem(null)
        queries.setQueryData<Left>(leftOf(id), { asked: `${version} ${body}`, answers: answered })
      },
      (error) => {
        if (isAbort(error)) return
        setProblem(toProblem(error))
        setWaiting(new Set())
      },
    )
    return () => control.abort()
  }, [id, version, body, turn, queries])

  const newer = useRef(onNewer)
  newer.current = onNewer
  const shown = useRef(version)
  shown.current = version
  useEffect(() => {
    let control: AbortController | null = null
    const watch = async (signal: AbortSignal) => {
      let before: string | null = null
      while (!signal.aborted) {
        try {
          for await (const state of watchDashboard(id, signal)) {
            if (before !== null && before !== state.data) setTurn((turn) => turn + 1)
            before = state.data
            if (state.version > shown.current) newer.current()
          }
        } catch (error) {
          if (isAbort(error)) return
        }
        await pause(PAUSE, signal).catch(() => undefined)
      }
    }
    const follow = () => {
      control?.abort()
      control = null
      if (document.visibilityState !== 'visible') return
      control = new AbortController()
      void watch(control.signal)
    }
    const back = () => {
      if (document.visibilityState === 'visible') setTurn((turn) => turn + 1)
      follow()
    }
    follow()
    document.addEventListener('visibilitychange', back)
    return () => {
      control?.abort()
      document.removeEventListener('visibilitychange', back)
    }
  }, [id])

  return { answers, waiting, problem, again: useCallback(() => setTurn((before) => before + 1), []) }
}

const leftOf = (id: string) => ['dashboards', 'left', id]

/** The answers of questions that no dashboard holds yet, in one request. */
export function useTogether(questions: ReadonlyMap<string, Question>): {
  answers: ReadonlyMap<string, Reply>
  again: () => void
} {
  const [answers, setAnswers] = useState<ReadonlyMap<string, Reply>>(new Map())
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn asks the same again
  useEffect(() => {
    if (questions.size === 0) return
    const control = new AbortController()
    const tell = (key: string, reply: Reply) => setAnswers((before) => new Map(before).set(key, reply))
    patiently<Reply>(
      [...questions.keys()],
      (keys, onReply) =>
        askTogether(new Map([...questions].filter(([key]) => keys.includes(key))), onReply, control.signal),
      tell,
      control.signal,
    ).catch((error) => {
      if (isAbort(error)) return
      for (const key of questions.keys()) tell(key, { problem: toProblem(error) })
    })
    return () => control.abort()
  }, [questions, turn])
  return { answers, again: useCallback(() => setTurn((before) => before + 1), []) }
}
