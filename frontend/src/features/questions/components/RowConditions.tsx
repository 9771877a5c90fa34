'use client'

import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import type { DatasetDetail, Formula, Group } from '@/api/types'
import { sourceOf } from '@/lib/ask'
import { tableQueries } from '../api'
import { addedAt, completed, conditionOn, emptyDraft, groupOf } from '../model'
import { rowsQuestion, type Tables, useFormulaKinds, useTables } from '../tables'
import { FilterTree } from './FilterTree'
import { FormulaPart } from './FormulaPart'
import { AddColumn, Part } from './parts'

/** The columns of a dataset with formulas over it: what conditions and figures of its rows may name. */
export function useRowTables(dataset: DatasetDetail, formulas: readonly Formula[]): Tables {
  const source = useMemo(() => sourceOf(dataset), [dataset])
  const draft = useMemo(() => ({ ...emptyDraft, formulas }), [formulas])
  return useTables(draft, source, useFormulaKinds(draft, source))
}

/** Which rows of a dataset are meant, with formulas to say it: for what is not a question itself, such as a rule. */
export function RowConditions({
  dataset,
  tables,
  title,
  filter,
  formulas,
  onChange,
}: {
  dataset: DatasetDetail
  tables: Tables
  title: string
  filter: Group
  formulas: readonly Formula[]
  onChange: (filter: Group, formulas: readonly Formula[]) => void
}) {
  const draft = useMemo(() => ({ ...emptyDraft, filter, formulas }), [filter, formulas])
  return (
    <Conditions tables={tables} title={title} filter={filter} onChange={(next) => onChange(next, formulas)}>
      <FormulaPart
        draft={draft}
        question={rowsQuestion(draft, dataset.id, formulas)}
        tables={tables}
        onChange={(next) => onChange(next.filter, next.formulas)}
      />
    </Conditions>
  )
}

function Conditions({
  tables,
  title,
  filter,
  onChange,
  children,
}: {
  tables: Pick<Tables, 'columns' | 'profile'>
  title: string
  filter: Group
  onChange: (filter: Group) => void
  children?: ReactNode
}) {
  const plain = tables.columns.filter((column) => column.kind === 'column')
  return (
    <Box sx={{ border: '1px solid', borderColor: 'divider', borderRadius: 2.5 }}>
      <Part
        title={title}
        add={
          <AddColumn
            label="Add condition"
            columns={plain}
            onPick={(column) => onChange(addedAt(filter, [], conditionOn(column)))}
          />
        }
      >
        {filter.items.length > 0 && (
          <FilterTree
            group={filter}
            columns={plain}
            profile={tables.profile}
            label="condition"
            onChange={onChange}
          />
        )}
      </Part>
      {children}
    </Box>
  )
}

/** Conditions over the columns of a dataset alone, for what is kept by itself, such as a metric. */
export function DatasetConditions({
  datasetId,
  title,
  stored,
  onStored,
}: {
  datasetId: string
  title: string
  stored: Group | null
  /** What is whole of it; null when every row is meant. */
  onStored: (filter: Group | null) => void
}) {
  const { data } = useQuery({ ...tableQueries.dataset(datasetId), enabled: datasetId !== '' })
  const [filter, setFilter] = useState<Group>(stored ?? groupOf())
  const tables = useMemo(
    () => ({
      columns: (data?.schema ?? []).map((column) => ({
        ...column,
        table: data?.name ?? '',
        kind: 'column' as const,
      })),
      profile: data?.profile ?? [],
    }),
    [data],
  )
  return (
    <Conditions
      tables={tables}
      title={title}
      filter={filter}
      onChange={(next) => {
        setFilter(next)
        onStored(completed(next, (id) => tables.columns.find((column) => column.id === id)?.type))
      }}
    />
  )
}
