import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import type { Formula, Question } from '@/api/types'
import { type Problem, toProblem } from '@/lib/problem'
import { useRested } from '@/lib/timing'
import { completeFormula, type FormulaOut, formulaQueries, type Help } from './api'
import { formulasFor, type Mistake, mistakeIn } from './formula'

/** A formula that is being written: its text, what is wrong with it, or what it is. */
export interface Written {
  /** What is asked without it: it says which names there are. */
  question: Question
  text: string
  setText: (text: string | ((before: string) => string)) => void
  /** The text that was checked last. */
  rested: string
  mistake: Mistake | null
  /** What is wrong and has no place in the text. */
  problem: Problem | null
  retry: () => void
  /** What it is, once it is right. */
  found: FormulaOut | undefined
  help: (text: string, cursor: number, signal: AbortSignal) => Promise<Help>
}

/** Write a formula, a new one or one that is stored. */
export function useFormula(question: Question, formula: Pick<Formula, 'id' | 'text'>): Written {
  const [written, setWritten] = useState<string | null>(formula.text ? null : '')
  const others = useMemo<Question>(
    () => ({ ...question, formulas: formulasFor(question.formulas ?? [], formula.id) }),
    [question, formula.id],
  )
  // What is kept has ids; it is shown with the names of today.
  const kept = useQuery({ ...formulaQueries.check(others, formula.text), enabled: written === null })
  const text = written ?? kept.data?.shown ?? (kept.error ? formula.text : '')
  const rested = useRested(text, 250)
  const isBlank = rested.trim() === ''
  const checked = useQuery({ ...formulaQueries.check(others, rested), enabled: !isBlank })
  const isNow = rested === text && !isBlank
  const problem = checked.error && isNow ? toProblem(checked.error) : null
  const mistake = problem && mistakeIn(text, problem)
  const help = useCallback(
    (now: string, cursor: number, signal: AbortSignal) => completeFormula(others, now, cursor, signal),
    [others],
  )
  return {
    question: others,
    text,
    setText: (next) => setWritten(typeof next === 'function' ? next(text) : next),
    rested,
    mistake,
    problem: mistake ? null : problem,
    retry: () => void checked.refetch(),
    found: isNow && !checked.error ? checked.data : undefined,
    help,
  }
}
