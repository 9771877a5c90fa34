'use client'

import Box from '@mui/material/Box'
import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Column, Condition, Dimension, Measure, Question, Sort } from '@/api/types'
import type { Source } from '@/lib/ask'
import { isTime } from '@/lib/format'
import type { Action } from '@/ui/ActionMenu'
import { metricQueries } from '../api'
import { aggregatesFor, dimensionOn } from '../kinds'
import {
  addDimension,
  addedAt,
  addFilter,
  addMeasure,
  changeDimension,
  changedAt,
  changeMeasure,
  conditionOn,
  type Draft,
  groups,
  isAcross,
  keepParameter,
  MOST_DIMENSIONS,
  MOST_MEASURES,
  MOST_ROWS,
  MOST_SORTS,
  moveDimension,
  moveMeasure,
  type Path,
  plainPivot,
  removeDimension,
  removeMeasure,
  setAcross,
  setLimit,
  setPivot,
  setSort,
} from '../model'
import type { AskedColumn, Tables } from '../tables'
import { dimensionWords, measureWords, sortKeys } from '../words'
import { DimensionMore, DimensionPiece } from './DimensionPiece'
import { FieldList } from './FieldList'
import { FilterTree } from './FilterTree'
import { FormulaPart } from './FormulaPart'
import { type GroupLine, MeasureMore, MeasurePiece } from './MeasurePiece'
import { ParameterPieces } from './ParameterPieces'
import { AddColumn, Choice, type Dragged, Fold, NumberField, Part, Piece } from './parts'
import { SourcePart } from './SourcePart'

const measureOn = (column: AskedColumn): Measure =>
  column.kind === 'measure'
    ? { fn: 'formula', column: column.id }
    : { fn: aggregatesFor(column.type)[0] ?? 'count', column: column.id }

/** The question in its parts. Every change is asked at once. */
export function Builder({
  draft,
  source,
  tables,
  named,
  question,
  onChange,
  formats,
}: {
  draft: Draft
  source: Source
  tables: Tables
  /** The columns, and the metrics that measures name. */
  named: readonly Column[]
  /** As it is asked now. */
  question: Question
  /** `kind` joins changes that belong together, such as the letters of a word, into one step of undo. */
  onChange: (draft: Draft, kind?: string) => void
  /** Where conditional formats are written. */
  formats?: ReactNode
}) {
  const { columns, profile } = tables
  const metrics = useQuery(metricQueries.list())
  const read = new Set([...(draft.base ? [] : [source.id]), ...draft.joins.map((join) => join.dataset_id)])
  const agreed = (metrics.data?.items ?? []).filter((metric) => read.has(metric.dataset_id))
  const plain = columns.filter((column) => column.kind === 'column')
  const find = (id: string | null | undefined) => columns.find((column) => column.id === id)
  const keys = sortKeys(draft, named)
  const grouped = groups(draft)
  const lines: GroupLine[] = draft.dimensions.map((one, index) => ({
    key: `d${index}`,
    label: dimensionWords(one, columns),
    isTime: Boolean(one.grain),
  }))
  const results: AskedColumn[] = keys
    .filter(({ key }) => grouped && key.startsWith('m'))
    .map(({ key, label }) => ({ id: key, name: label, type: 'float', table: '', kind: 'measure' }))

  const asDimension = (index: number): Draft => {
    const column = find(draft.measures[index]?.column)
    const rest = removeMeasure(draft, index)
    return column ? addDimension(rest, dimensionOn(column)) : rest
  }
  const asMeasure = (index: number): Draft => {
    const column = find(draft.dimensions[index]?.column)
    const rest = removeDimension(draft, index)
    return column ? addMeasure(rest, measureOn(column)) : rest
  }
  const dropOnDimensions = (dragged: Dragged, before?: number, across?: boolean) => {
    const column = dragged.kind === 'column' ? find(dragged.column) : undefined
    const from = dragged.kind === 'dimension' ? dragged.index : draft.dimensions.length
    let next =
      dragged.kind === 'dimension'
        ? draft
        : dragged.kind === 'measure'
          ? asDimension(dragged.index)
          : column?.kind === 'column'
            ? addDimension(draft, dimensionOn(column))
            : draft
    if (next.dimensions.length <= from) return
    if (across !== undefined) next = setAcross(next, from, across)
    onChange(before === undefined || before === from ? next : moveDimension(next, from, before))
  }
  const dropOnMeasures = (dragged: Dragged, before?: number) => {
    const column = dragged.kind === 'column' ? find(dragged.column) : undefined
    const from = dragged.kind === 'measure' ? dragged.index : draft.measures.length
    const next =
      dragged.kind === 'measure'
        ? draft
        : dragged.kind === 'dimension'
          ? asMeasure(dragged.index)
          : column
            ? addMeasure(draft, measureOn(column))
            : draft
    if (next.measures.length <= from) return
    onChange(before === undefined || before === from ? next : moveMeasure(next, from, before))
  }

  const dimensionPiece = (dimension: Dimension, index: number) => {
    const column = find(dimension.column)
    const label = dimensionWords(dimension, columns)
    const across = isAcross(draft, index)
    const moves: Action[] = [
      {
        label: across ? 'Put down the side of the table' : 'Put across the table',
        run: () => onChange(setAcross(draft, index, !across)),
      },
      ...(column ? [{ label: 'Measure it instead', run: () => onChange(asMeasure(index)) }] : []),
    ]
    return (
      <Piece
        key={`${index}-${dimension.column}`}
        title={column?.name ?? 'A column that is gone'}
        label={label}
        dragged={{ kind: 'dimension', index }}
        onDrop={(dragged) => dropOnDimensions(dragged, index, across)}
        onMove={
          draft.dimensions.length > 1 ? (by) => onChange(moveDimension(draft, index, index + by)) : undefined
        }
        moves={moves}
        onRemove={() => onChange(removeDimension(draft, index))}
        more={
          column && (
            <DimensionMore
              dimension={dimension}
              measures={keys.filter(({ key }) => key.startsWith('m'))}
              label={column.name}
              onChange={(next) => onChange(changeDimension(draft, index, next), `dimension-more-${index}`)}
            />
          )
        }
      >
        {column && (
          <DimensionPiece
            dimension={dimension}
            column={column}
            onChange={(next) => onChange(changeDimension(draft, index, next), `dimension-${index}`)}
          />
        )}
      </Piece>
    )
  }
  const down = draft.dimensions.map((_, index) => index).filter((index) => !isAcross(draft, index))
  const acrossTable = draft.dimensions.map((_, index) => index).filter((index) => isAcross(draft, index))

  const toParameter = (condition: Condition, column: { name: string; type: string }, path: Path) => {
    const taken = new Set(draft.parameters.map((one) => one.name))
    const plainName =
      column.name
        .replace(/[^A-Za-z0-9_]+/g, '_')
        .replace(/^(?=\d)/, '_')
        .slice(0, 50) || 'value'
    let name = plainName
    for (let number = 2; taken.has(name); number += 1) name = `${plainName}_${number}`
    const many = condition.op === 'in' || condition.op === 'not_in' || condition.op === 'between'
    const with_ = keepParameter(draft, draft.parameters.length, {
      name,
      type: parameterType(column.type),
      value: many ? [...(condition.values ?? [])] : (condition.values?.[0] ?? null),
      label: column.name,
    })
    onChange({
      ...with_,
      filter: changedAt(with_.filter, path, () => ({ ...condition, values: [], parameter: name })),
    })
  }

  return (
    <Box
      component="section"
      aria-label="Question"
      sx={{ border: '1px solid', borderColor: 'divider', borderRadius: 2.5, bgcolor: 'background.paper' }}
    >
      <SourcePart draft={draft} source={source} tables={tables} onChange={onChange} />
      <FieldList
        columns={columns}
        onFilter={(column) => onChange(addFilter(draft, conditionOn(column)))}
        onGroup={(column) => onChange(addDimension(draft, dimensionOn(column)))}
        onMeasure={(column) => onChange(addMeasure(draft, measureOn(column)))}
      />
      <FormulaPart draft={draft} question={question} tables={tables} onChange={onChange} />
      <Part
        title="Filter"
        onDrop={(dragged) => {
          const id = dragged.kind === 'column' ? dragged.column : undefined
          const column = find(id)
          if (column?.kind === 'column') onChange(addFilter(draft, conditionOn(column)))
        }}
        add={
          <AddColumn
            label="Add filter"
            columns={plain}
            onPick={(column) => onChange(addFilter(draft, conditionOn(column)))}
          />
        }
      >
        {draft.filter.items.length > 0 && (
          <FilterTree
            group={draft.filter}
            columns={plain}
            profile={profile}
            label="filter"
            onChange={(filter, kind) => onChange({ ...draft, filter }, kind)}
            onParameter={toParameter}
          />
        )}
        {draft.parameters.length > 0 && <ParameterPieces draft={draft} onChange={onChange} />}
      </Part>

      <Part
        title="Group by"
        onDrop={(dragged) => dropOnDimensions(dragged, undefined, false)}
        add={
          <AddColumn
            label="Add grouping"
            disabled={draft.dimensions.length >= MOST_DIMENSIONS}
            columns={plain.filter((column) => column.type !== 'nested')}
            onPick={(column) => onChange(addDimension(draft, dimensionOn(column)))}
          />
        }
      >
        {down.length > 0 && down.map((index) => dimensionPiece(draft.dimensions[index] as Dimension, index))}
      </Part>

      {draft.dimensions.length > 1 || acrossTable.length > 0 ? (
        <Part title="Across the table" onDrop={(dragged) => dropOnDimensions(dragged, undefined, true)}>
          {acrossTable.length === 0 ? (
            <Typography variant="caption" color="textSecondary">
              Drag a grouping here, or choose “Put across the table” from its handle.
            </Typography>
          ) : (
            acrossTable.map((index) => dimensionPiece(draft.dimensions[index] as Dimension, index))
          )}
        </Part>
      ) : null}

      <Part
        title="Measure"
        onDrop={dropOnMeasures}
        add={
          <AddColumn
            label="Add measure"
            disabled={draft.measures.length >= MOST_MEASURES}
            extra={[
              {
                id: 'rows',
                label: 'Count of rows',
                run: () => onChange(addMeasure(draft, { fn: 'count_rows' })),
              },
              ...agreed.map((metric) => ({
                id: metric.id,
                label: `Metric: ${metric.name}`,
                run: () => onChange(addMeasure(draft, { fn: 'metric', metric: metric.id })),
              })),
            ]}
            columns={columns}
            onPick={(column) => onChange(addMeasure(draft, measureOn(column)))}
          />
        }
      >
        {draft.measures.length > 0 &&
          draft.measures.map((measure, index) => {
            const column = find(measure.column)
            const label = measureWords(measure, named)
            return (
              <Piece
                // biome-ignore lint/suspicious/noArrayIndexKey: measures are named by their place
                key={`${index}-${measure.column}-${measure.fn}`}
                title={column?.name ?? label}
                label={label}
                dragged={{ kind: 'measure', index }}
                onDrop={(dragged) => dropOnMeasures(dragged, index)}
                onMove={
                  draft.measures.length > 1
                    ? (by) => onChange(moveMeasure(draft, index, index + by))
                    : undefined
                }
                moves={
                  column?.kind === 'column' && column.type !== 'nested'
                    ? [{ label: 'Group by it instead', run: () => onChange(asDimension(index)) }]
                    : []
                }
                onRemove={() => onChange(removeMeasure(draft, index))}
                more={
                  <MeasureMore
                    measure={measure}
                    label={label}
                    dimensions={lines}
                    columns={columns}
                    profile={profile}
                    onChange={(next, kind) => onChange(changeMeasure(draft, index, next), kind)}
                  />
                }
              >
                <MeasurePiece
                  measure={measure}
                  column={column}
                  columns={columns}
                  onChange={(next) => onChange(changeMeasure(draft, index, next), `measure-${index}`)}
                />
              </Piece>
            )
          })}
      </Part>

      {results.length > 0 && (draft.having.items.length > 0 || draft.dimensions.length > 0) && (
        <Part
          title="Only groups where"
          add={
            <AddColumn
              label="Add condition"
              columns={results}
              onPick={(column) =>
                onChange({
                  ...draft,
                  having: addedAt(draft.having, [], {
                    kind: 'condition',
                    column: column.id,
                    op: 'gt',
                    values: [],
                  }),
                })
              }
            />
          }
        >
          {draft.having.items.length > 0 && (
            <FilterTree
              group={draft.having}
              columns={results}
              profile={[]}
              label="condition on groups"
              onChange={(having, kind) => onChange({ ...draft, having }, kind)}
            />
          )}
        </Part>
      )}

      {draft.dimensions.length > 0 && draft.measures.length > 0 && (
        <Part title="Totals">
          <Totals draft={draft} onChange={onChange} />
        </Part>
      )}

      <Part title="Sort and limit">
        <Sorts draft={draft} keys={keys} onChange={onChange} />
        <Box sx={{ mt: 0.75 }}>
          <NumberField
            label="At most this many rows"
            value={draft.limit}
            placeholder="All"
            min={1}
            max={MOST_ROWS}
            onChange={(limit) => onChange(setLimit(draft, limit), 'limit')}
          />
        </Box>
      </Part>
      {formats && (
        <Fold title={draft.formats ? `Formats (${draft.formats.rules.length})` : 'Formats'}>{formats}</Fold>
      )}
    </Box>
  )
}

const parameterType = (type: string) =>
  type === 'integer' || type === 'decimal' || type === 'float'
    ? ('number' as const)
    : type === 'boolean' || type === 'date'
      ? type
      : isTime(type)
        ? ('timestamp' as const)
        : ('text' as const)

function Totals({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const pivot = draft.pivot ?? plainPivot
  const across = (pivot.columns ?? []).length
  const offered = [
    ...(across < draft.dimensions.length
      ? [{ key: 'column_totals' as const, label: 'Total below the table' }]
      : []),
    ...(across > 0 ? [{ key: 'row_totals' as const, label: 'Total at the end of each row' }] : []),
    ...(draft.dimensions.length - across > 1 ? [{ key: 'subtotals' as const, label: 'Subtotals' }] : []),
  ]
  return (
    <Box sx={{ display: 'grid' }}>
      {offered.map(({ key, label }) => (
        <FormControlLabel
          key={key}
          control={
            <Switch
              size="small"
              checked={pivot[key] ?? false}
              onChange={(_, on) => onChange(setPivot(draft, { ...pivot, [key]: on }))}
            />
          }
          label={label}
          slotProps={{ typography: { variant: 'body2' } }}
        />
      ))}
    </Box>
  )
}

function Sorts({
  draft,
  keys,
  onChange,
}: {
  draft: Draft
  keys: readonly { key: string; label: string }[]
  onChange: (draft: Draft) => void
}) {
  const set = (place: number, sort: Sort | null) =>
    onChange(
      setSort(
        draft,
        sort
          ? [...draft.sort.slice(0, place), sort, ...draft.sort.slice(place + 1)]
          : draft.sort.filter((_, index) => index !== place),
      ),
    )
  const used = new Set(draft.sort.map((one) => one.by))
  // One line more than there are, as long as there is something left to sort by.
  const lines = Math.min(draft.sort.length + 1, keys.length, MOST_SORTS)
  return (
    <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {Array.from({ length: Math.max(1, lines) }, (_, place) => {
        const sort = draft.sort[place]
        const label = place === 0 ? 'Sort by' : place === 1 ? 'Then by' : `Then by, ${place + 1}`
        return (
          <Box
            // biome-ignore lint/suspicious/noArrayIndexKey: sorts are named by their place
            key={place}
            sx={{ display: 'grid', gap: 0.5, gridTemplateColumns: sort ? 'minmax(0, 1fr) 132px' : '1fr' }}
          >
            <Choice
              label={label}
              value={sort?.by ?? ''}
              options={[
                {
                  value: '',
                  label: place > 0 ? 'Then by …' : groups(draft) ? 'In natural order' : 'As in the file',
                },
                ...keys
                  .filter(({ key }) => key === sort?.by || !used.has(key))
                  .map(({ key, label: name }) => ({ value: key, label: name })),
              ]}
              onChange={(by) =>
                set(
                  place,
                  by ? { by, direction: by.startsWith('m') ? 'desc' : (sort?.direction ?? 'asc') } : null,
                )
              }
            />
            {sort && (
              <Choice
                label={place === 0 ? 'Direction' : `Direction, ${place + 1}`}
                value={sort.direction ?? 'asc'}
                options={[
                  { value: 'asc', label: 'Smallest first' },
                  { value: 'desc', label: 'Largest first' },
                ]}
                onChange={(direction) => set(place, { ...sort, direction })}
              />
            )}
          </Box>
        )
      })}
    </Box>
  )
}
