'use client'

import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import type { Aggregate, Dimension, Grain, Measure } from '@/api/types'
import type { Source } from '@/lib/ask'
import { isNumeric, isTime } from '@/lib/format'
import {
  addDimension,
  addFilter,
  addMeasure,
  aggregateName,
  aggregatesFor,
  changeDimension,
  changeFilter,
  changeMeasure,
  type Draft,
  dimensionOn,
  dimensionWords,
  filterWords,
  grainsFor,
  groups,
  MOST_DIMENSIONS,
  MOST_MEASURES,
  measureWords,
  removeDimension,
  removeFilter,
  removeMeasure,
  setLimit,
  setSort,
  sortKeys,
} from '../model'
import { FilterPiece } from './FilterPiece'
import { AddColumn, Choice, Part, Piece } from './parts'

/** The question in its parts. Every change is asked at once. */
export function Builder({
  draft,
  source,
  onChange,
}: {
  draft: Draft
  source: Source
  /** `kind` joins changes that belong together, such as the letters of a word, into one step of undo. */
  onChange: (draft: Draft, kind?: string) => void
}) {
  const { columns } = source
  const find = (id: string | null | undefined) => columns.find((column) => column.id === id)
  const keys = sortKeys(draft, columns)
  const [sort] = draft.sort

  return (
    <Box
      component="section"
      aria-label="Question"
      sx={{ border: '1px solid', borderColor: 'divider', borderRadius: 2.5, bgcolor: 'background.paper' }}
    >
      <Part
        title="Filter"
        add={
          <AddColumn
            label="Add filter"
            columns={columns}
            onPick={(column) => onChange(addFilter(draft, column))}
          />
        }
      >
        {draft.filters.length > 1 && (
          <Choice
            label="Which conditions must hold"
            value={draft.join}
            options={[
              { value: 'and', label: 'All of these hold' },
              { value: 'or', label: 'Any of these holds' },
            ]}
            onChange={(join) => onChange({ ...draft, join })}
          />
        )}
        {draft.filters.length > 0 &&
          draft.filters.map((filter, index) => {
            const column = filter.kind === 'condition' ? find(filter.column) : undefined
            const label = `filter ${index + 1}`
            return (
              <Piece
                // biome-ignore lint/suspicious/noArrayIndexKey: filters are named by their place
                key={`${index}-${filter.kind === 'condition' ? `${filter.column}-${filter.op}` : ''}-${draft.filters.length}`}
                title={column?.name ?? filterWords(filter, columns)}
                label={label}
                onRemove={() => onChange(removeFilter(draft, index))}
              >
                {filter.kind === 'condition' && column && (
                  <FilterPiece
                    condition={filter}
                    column={column}
                    profile={source.profile.find((profile) => profile.id === column.id)}
                    onChange={(next) => onChange(changeFilter(draft, index, next), `filter-${index}`)}
                  />
                )}
              </Piece>
            )
          })}
      </Part>

      <Part
        title="Group by"
        add={
          <AddColumn
            label="Add grouping"
            disabled={draft.dimensions.length >= MOST_DIMENSIONS}
            columns={columns.filter((column) => column.type !== 'nested')}
            onPick={(column) => onChange(addDimension(draft, dimensionOn(column)))}
          />
        }
      >
        {draft.dimensions.length > 0 &&
          draft.dimensions.map((dimension, index) => (
            <Piece
              // biome-ignore lint/suspicious/noArrayIndexKey: groupings are named by their place
              key={`${index}-${dimension.column}`}
              title={columns.find((one) => one.id === dimension.column)?.name ?? 'A column that is gone'}
              label={dimensionWords(dimension, columns)}
              onRemove={() => onChange(removeDimension(draft, index))}
            >
              <DimensionPiece
                dimension={dimension}
                source={source}
                onChange={(next) => onChange(changeDimension(draft, index, next), `dimension-${index}`)}
              />
            </Piece>
          ))}
      </Part>

      <Part
        title="Measure"
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
            ]}
            columns={columns}
            onPick={(column) =>
              onChange(addMeasure(draft, { fn: aggregatesFor(column.type)[0] ?? 'count', column: column.id }))
            }
          />
        }
      >
        {draft.measures.length > 0 &&
          draft.measures.map((measure, index) => (
            <Piece
              // biome-ignore lint/suspicious/noArrayIndexKey: measures are named by their place
              key={`${index}-${measure.column}-${measure.fn}`}
              title={columns.find((one) => one.id === measure.column)?.name ?? measureWords(measure, columns)}
              label={measureWords(measure, columns)}
              onRemove={() => onChange(removeMeasure(draft, index))}
            >
              <MeasurePiece
                measure={measure}
                source={source}
                onChange={(next) => onChange(changeMeasure(draft, index, next))}
              />
            </Piece>
          ))}
      </Part>

      <Part title="Sort and limit">
        <Box sx={{ display: 'grid', gap: 1 }}>
          <Choice
            label="Sort by"
            value={sort?.by ?? ''}
            options={[
              { value: '', label: groups(draft) ? 'In natural order' : 'As in the file' },
              ...keys.map(({ key, label }) => ({ value: key, label })),
            ]}
            onChange={(by) =>
              onChange(
                setSort(
                  draft,
                  by ? { by, direction: by.startsWith('m') ? 'desc' : (sort?.direction ?? 'asc') } : null,
                ),
              )
            }
          />
          {sort && (
            <Choice
              label="Direction"
              value={sort.direction}
              options={[
                { value: 'asc', label: 'Smallest first' },
                { value: 'desc', label: 'Largest first' },
              ]}
              onChange={(direction) => onChange(setSort(draft, { ...sort, direction }))}
            />
          )}
        </Box>
        <TextField
          type="number"
          label="At most this many rows"
          value={draft.limit ?? ''}
          placeholder="All"
          onChange={(event) =>
            onChange(setLimit(draft, event.target.value === '' ? null : Number(event.target.value)), 'limit')
          }
          slotProps={{ htmlInput: { min: 1, max: 100_000 }, inputLabel: { shrink: true } }}
          sx={{ mt: 0.75 }}
        />
      </Part>
    </Box>
  )
}

function DimensionPiece({
  dimension,
  source,
  onChange,
}: {
  dimension: Dimension
  source: Source
  onChange: (dimension: Dimension) => void
}) {
  const column = source.columns.find((one) => one.id === dimension.column)
  if (!column) return null
  return (
    <>
      {isTime(column.type) && (
        <Choice<Grain | 'value'>
          label={`Period of ${column.name}`}
          value={dimension.grain ?? 'value'}
          options={[
            ...grainsFor(column.type).map((grain) => ({ value: grain, label: `by ${grain}` })),
            { value: 'value' as const, label: 'each value' },
          ]}
          onChange={(grain) => onChange({ ...dimension, grain: grain === 'value' ? null : grain })}
        />
      )}
      {isNumeric(column.type) && (
        <Choice
          label={`Bins of ${column.name}`}
          value={String(dimension.bins?.count ?? 'value')}
          options={[
            { value: 'value', label: 'each value' },
            ...[...new Set([5, 10, 20, 30, 50, 100, dimension.bins?.count ?? 20])]
              .sort((a, b) => a - b)
              .map((count) => ({ value: String(count), label: `in up to ${count} bins` })),
          ]}
          onChange={(value) =>
            onChange({ ...dimension, bins: value === 'value' ? null : { count: Number(value) } })
          }
        />
      )}
    </>
  )
}

function MeasurePiece({
  measure,
  source,
  onChange,
}: {
  measure: Measure
  source: Source
  onChange: (measure: Measure) => void
}) {
  const column = source.columns.find((one) => one.id === measure.column)
  if (measure.fn === 'count_rows' || !column) return null
  return (
    <Choice<Aggregate>
      label={`What to compute of ${column.name}`}
      value={measure.fn}
      options={aggregatesFor(column.type).map((fn) => ({ value: fn, label: aggregateName(fn) }))}
      onChange={(fn) => onChange({ ...measure, fn })}
    />
  )
}
