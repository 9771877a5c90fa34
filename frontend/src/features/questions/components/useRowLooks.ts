import { type Formats, formatsOf, type TableFormat } from '@tablewright/charts'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { Answer, Column, Question } from '@/api/types'
import { answerQuery } from '@/lib/ask'
import { useTone } from '@/ui/useTone'
import { rowFormats } from '../formats'

/** How the cells of rows stand out, block by block, as they would in one table of all rows. */
export function useRowLooks(format: TableFormat | null, columns: readonly Column[], question: Question) {
  const theme = useTone()
  const plan = useMemo(
    () => (format && format.rules.length > 0 ? rowFormats(format, columns, question) : null),
    [format, columns, question],
  )
  const figures = useQuery({
    ...answerQuery(plan?.figures ?? question),
    enabled: plan?.figures !== null && plan !== null,
  })
  const rankings = useQueries({ queries: (plan?.rankings ?? []).map((one) => answerQuery(one)) })
  const ranked = rankings.map((one) => one.data)
  const key = ranked.map((one) => one?.version_id ?? '').join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rankings are told by their key
  const extents = useMemo(
    () => plan?.extents(plan.figures ? figures.data : undefined, ranked) ?? null,
    [plan, figures.data, key],
  )
  const blocks = useMemo(() => (format && extents ? new WeakMap<Answer, Formats>() : null), [format, extents])
  const look = useCallback(
    (column: { id: string }, block: Answer, row: number) => {
      if (!blocks || !format || !extents) return undefined
      let known = blocks.get(block)
      if (!known) {
        known = formatsOf(block as never, format, { theme, extents })
        blocks.set(block, known)
      }
      return known.cell(row, column.id)
    },
    [blocks, format, extents, theme],
  )
  return blocks ? look : undefined
}
