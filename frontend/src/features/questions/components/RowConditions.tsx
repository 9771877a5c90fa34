'use client'

import Box from '@mui/material/Box'
import { useMemo } from 'react'
import type { DatasetDetail, Formula, Group } from '@/api/types'
import { sourceOf } from '@/lib/ask'
import { addedAt, conditionOn, emptyDraft } from '../model'
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
  const plain = tables.columns.filter((column) => column.kind === 'column')
  return (
    <Box sx={{ border: '1px solid', borderColor: 'divider', borderRadius: 2.5 }}>
      <Part
        title={title}
        add={
          <AddColumn
            label="Add condition"
            columns={plain}
            onPick={(column) => onChange(addedAt(filter, [], conditionOn(column)), formulas)}
          />
        }
      >
        {filter.items.length > 0 && (
          <FilterTree
            group={filter}
            columns={plain}
            profile={tables.profile}
            label="condition"
            onChange={(next) => onChange(next, formulas)}
          />
        )}
      </Part>
      <FormulaPart
        draft={draft}
        question={rowsQuestion(draft, dataset.id, formulas)}
        tables={tables}
        onChange={(next) => onChange(next.filter, next.formulas)}
      />
    </Box>
  )
}
