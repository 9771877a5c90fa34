// The tables that a draft asks of, and the columns that they bring: the dataset's, those of joins, and formulas.

import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Column, ColumnProfile, ColumnType, Formula, Question } from '@/api/types'
import { answerQuery, type Source } from '@/lib/ask'
import { formulaQueries, questionQueries, tableQueries } from './api'
import { formulasFor } from './formula'
import type { Draft } from './model'

export interface AskedColumn extends Column {
  /** The name of the table that it is of. */
  table: string
  kind: 'column' | 'measure'
  /** A formula that was not checked yet, or is wrong. */
  unchecked?: boolean
}

export const FORMULAS = 'Formulas'

export interface Tables {
  columns: readonly AskedColumn[]
  profile: readonly ColumnProfile[]
  /** The name of each join's table, in order; null while it is not known. */
  joined: readonly (string | null)[]
  /** The columns of each join's table, under their own ids. */
  joinedColumns: readonly (readonly Column[])[]
  /** What is asked of: the dataset, or the saved question. */
  name: string
  error: unknown
}

/** What is known of a formula's result. Its type is told by the API once it was checked. */
export interface FormulaKind {
  type: ColumnType
  level: 'row' | 'aggregate' | 'window'
}

export function useTables(
  draft: Draft,
  source: Source,
  kinds: Readonly<Record<string, FormulaKind>>,
): Tables {
  const base = useQuery({ ...questionQueries.detail(draft.base ?? ''), enabled: draft.base !== null })
  const baseAnswer = useQuery({
    ...answerQuery({ ...(base.data?.question ?? { dataset_id: source.id }), limit: 1 }),
    enabled: base.data !== undefined,
  })
  const joined = useQueries({
    queries: draft.joins.map((join) => ({ ...tableQueries.dataset(join.dataset_id) })),
  })
  return useMemo<Tables>(() => {
    const name = draft.base ? (base.data?.name ?? 'a saved question') : source.name
    const own: Column[] = draft.base
      ? // The answer that is kept while another base is looked up has other columns.
        ((!baseAnswer.isPlaceholderData && baseAnswer.data?.columns) || []).map((column, index) => ({
          id: `c${index + 1}`,
          name: column.label,
          type: column.type as ColumnType,
        }))
      : [...source.columns]
    const brings = (index: number) => {
      const kind = draft.joins[index]?.kind
      return kind !== 'semi' && kind !== 'anti'
    }
    return {
      name,
      columns: [
        ...own.map((column) => ({ ...column, table: name, kind: 'column' as const })),
        ...joined.flatMap((one, index) =>
          brings(index)
            ? (one.data?.schema ?? []).map((column) => ({
                ...column,
                id: `j${index + 1}${column.id}`,
                table: one.data?.name ?? '',
                kind: 'column' as const,
              }))
            : [],
        ),
        ...draft.formulas.map((formula) => ({
          id: formula.id,
          name: formula.name,
          type: kinds[formula.id]?.type ?? ('float' as const),
          table: FORMULAS,
          kind: (kinds[formula.id]?.level ?? 'row') === 'row' ? ('column' as const) : ('measure' as const),
          unchecked: !kinds[formula.id],
        })),
      ],
      profile: [
        ...(draft.base ? [] : source.profile),
        ...joined.flatMap((one, index) =>
          (one.data?.profile ?? []).map((profile) => ({ ...profile, id: `j${index + 1}${profile.id}` })),
        ),
      ],
      joined: joined.map((one) => one.data?.name ?? null),
      joinedColumns: joined.map((one) => one.data?.schema ?? []),
      error: base.error ?? baseAnswer.error ?? joined.find((one) => one.error)?.error ?? null,
    }
  }, [draft.base, draft.joins, draft.formulas, base, baseAnswer, joined, source, kinds])
}

/** Whether rows can be listed with a column: its join has its keys, its formula was checked and is of each row. */
export function isListed(column: AskedColumn, draft: Pick<Draft, 'joins'>): boolean {
  const join = /^j(\d+)c/.exec(column.id)?.[1]
  const isJoined = join === undefined || (draft.joins[Number(join) - 1]?.on.length ?? 0) > 0
  return column.kind === 'column' && !column.unchecked && isJoined
}

/** What the API says of each formula. One that is wrong, or not known yet, counts as a number of each row. */
export function useFormulaKinds(draft: Draft, source: Source): Readonly<Record<string, FormulaKind>> {
  const checked = useQueries({
    queries: draft.formulas.map((formula) =>
      formulaQueries.check(
        rowsQuestion(draft, source.id, formulasFor(draft.formulas, formula.id)),
        formula.text,
      ),
    ),
  })
  const known = checked.map(({ data }) => (data ? `${data.type} ${data.level}` : '')).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is known is told by its text
  return useMemo(
    () =>
      Object.fromEntries(
        draft.formulas.flatMap((formula, index) => {
          const data = checked[index]?.data
          return data ? [[formula.id, { type: data.type, level: data.level }]] : []
        }),
      ),
    [draft.formulas, known],
  )
}

/** Where the rows of a draft come from, and nothing that is asked of them. */
export const rowsQuestion = (
  draft: Draft,
  datasetId: string,
  formulas: readonly Formula[] = [],
): Question => ({
  dataset_id: datasetId,
  ...(draft.asOf && { as_of: draft.asOf }),
  ...(draft.base && { base_id: draft.base }),
  ...(draft.joins.length > 0 && { joins: draft.joins }),
  ...(draft.parameters.length > 0 && { parameters: [...draft.parameters] }),
  ...(formulas.length > 0 && { formulas: [...formulas] }),
})
