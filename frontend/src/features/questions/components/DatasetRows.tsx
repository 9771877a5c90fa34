'use client'

import NextLink from 'next/link'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import type { Column, Condition, Question, Sort } from '@/api/types'
import { paths } from '@/config/paths'
import { decodeState, encodeState, useAddress } from '@/lib/address'
import type { Source } from '@/lib/ask'
import { useRested } from '@/lib/timing'
import { Button } from '@/ui/Button'
import type { GridColumn } from '@/ui/table/columns'
import { compact, expand } from '../link'
import { completed, conditionOn, conditionsIn, emptyDraft, groupOf } from '../model'
import { type Grouping, MOST_LEVELS, noGrouping, type Summary, summaries } from '../rows'
import { FilterChips } from './FilterChips'
import { RowsTable } from './RowsTable'

interface Looking {
  filter: readonly Condition[]
  sort: readonly Sort[]
  grouping: Grouping
}

/** What was looked at, from an address. */
function lookingAt(value: unknown, columns: readonly Column[]): Looking {
  const draft = expand(value, columns)
  const known = new Set(columns.map((column) => column.id))
  const given = (value as { grouping?: Partial<Grouping> } | null)?.grouping
  const by = (Array.isArray(given?.by) ? given.by : []).filter((id) => known.has(String(id)))
  const said = Object.entries(given?.summaries ?? {}).filter(
    (entry): entry is [string, Summary] => known.has(entry[0]) && summaries.includes(entry[1] as Summary),
  )
  return {
    filter: draft ? conditionsIn(draft.filter) : [],
    sort: draft?.sort ?? [],
    grouping:
      by.length > 0 ? { by: by.slice(0, MOST_LEVELS), summaries: Object.fromEntries(said) } : noGrouping,
  }
}

/** All rows of a dataset's current version, to be looked through. What one looks at is in the address. */
export function DatasetRows({
  source,
  columns,
  tools,
}: {
  source: Source
  columns: readonly GridColumn[]
  /** What the page has beside the filters. */
  tools?: ReactNode
}) {
  const [address, setAddress] = useAddress('rows')
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once; from then on the address follows
  const initial = useMemo(() => lookingAt(decodeState(address), source.columns), [])
  const [looking, setLooking] = useState(initial)
  const [editing, setEditing] = useState<number | null>(null)
  const rested = useRested(looking.filter, 250)
  const { filter, sort, grouping } = looking

  useEffect(() => {
    const state = {
      ...(filter.length > 0 && { filter: groupOf(filter) }),
      ...(sort.length > 0 && { sort }),
      ...(grouping.by.length > 0 && { grouping }),
    }
    setAddress(Object.keys(state).length > 0 ? encodeState(state) : null)
  }, [filter, sort, grouping, setAddress])

  const question = useMemo<Question>(() => {
    const types = new Map(source.columns.map((column) => [column.id, column.type]))
    return {
      v: 1,
      dataset_id: source.id,
      version_id: source.versionId,
      filter: completed(groupOf(rested), (id) => types.get(id)),
    }
  }, [source, rested])
  const change = (next: Partial<Looking>) => setLooking((before) => ({ ...before, ...next }))
  const asked = encodeState(
    compact({ ...emptyDraft, filter: groupOf(filter), sort: [...sort], mark: 'table' }),
  )

  return (
    <RowsTable
      label={`Rows of ${source.name}`}
      question={question}
      columns={columns}
      rowCount={question.filter ? undefined : source.rowCount}
      outOf={source.rowCount}
      sort={sort}
      onSort={(next) => change({ sort: next })}
      onFilter={(condition) => change({ filter: [...filter, condition] })}
      onEditFilter={(column) => {
        setEditing(filter.length)
        change({ filter: [...filter, conditionOn(column)] })
      }}
      grouping={grouping}
      onGrouping={(next) => change({ grouping: next })}
      keptAs={source.id}
      above={
        <>
          {tools}
          {filter.length > 0 && (
            <>
              <FilterChips
                conditions={filter}
                columns={source.columns}
                profile={source.profile}
                editing={editing}
                onEdit={setEditing}
                onChange={(next) => change({ filter: next })}
              />
              <Button component={NextLink} href={paths.ask(source.id, asked)}>
                Ask about these rows
              </Button>
            </>
          )}
        </>
      }
    />
  )
}
