'use client'

import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import type { Dimension, Grain, Part } from '@/api/types'
import { isNumeric, isTime } from '@/lib/format'
import { binsOf, grainsFor, partName, partsFor } from '../kinds'
import type { AskedColumn } from '../tables'
import { Choice, NumberField } from './parts'

type TimeChoice = Grain | Part | 'value'

/** How one column is grouped by: the choice that nearly everybody wants. */
export function DimensionPiece({
  dimension,
  column,
  onChange,
}: {
  dimension: Dimension
  column: AskedColumn
  onChange: (dimension: Dimension) => void
}) {
  const { bins } = dimension
  if (isTime(column.type)) {
    const grains = grainsFor(column.type)
    return (
      <Choice<TimeChoice>
        label={`Period of ${column.name}`}
        value={dimension.grain ?? dimension.part ?? 'value'}
        options={[
          ...grains.map((grain) => ({ value: grain as TimeChoice, label: `by ${grain}` })),
          ...partsFor(column.type).map((part) => ({
            value: part as TimeChoice,
            label: `by ${partName(part)}`,
          })),
          { value: 'value', label: 'each value' },
        ]}
        onChange={(choice) =>
          onChange({
            ...dimension,
            grain: (grains as readonly string[]).includes(choice) ? (choice as Grain) : null,
            part: (partsFor(column.type) as readonly string[]).includes(choice) ? (choice as Part) : null,
          })
        }
      />
    )
  }
  if (!isNumeric(column.type)) return null
  const way = !bins ? 'value' : bins.edges?.length ? 'edges' : bins.width ? 'width' : String(bins.count)
  return (
    <>
      <Choice
        label={`Bins of ${column.name}`}
        value={way}
        options={[
          { value: 'value', label: 'each value' },
          ...[...new Set([5, 10, 20, 30, 50, 100, bins?.count ?? 20])]
            .sort((a, b) => a - b)
            .map((count) => ({ value: String(count), label: `in up to ${count} bins` })),
          { value: 'width', label: 'in bins of one width …' },
          { value: 'edges', label: 'between given edges …' },
        ]}
        onChange={(value) =>
          onChange({
            ...dimension,
            bins:
              value === 'value'
                ? null
                : value === 'width'
                  ? binsOf({ width: 10 })
                  : value === 'edges'
                    ? binsOf({ edges: [0, 10, 100] })
                    : binsOf({ count: Number(value) }),
          })
        }
      />
      {way === 'width' && (
        <NumberField
          label={`Width of the bins of ${column.name}`}
          value={bins?.width ?? null}
          step="any"
          onChange={(width) => width && width > 0 && onChange({ ...dimension, bins: binsOf({ width }) })}
        />
      )}
      {way === 'edges' && (
        <TextField
          label={`Edges of the bins of ${column.name}`}
          defaultValue={bins?.edges?.join('; ')}
          helperText="Rising numbers with semicolons between them"
          onChange={(event) => {
            const edges = edgesIn(event.target.value)
            if (edges) onChange({ ...dimension, bins: binsOf({ edges }) })
          }}
        />
      )}
    </>
  )
}

/** Rising numbers, or null while they are not. */
export function edgesIn(text: string): number[] | null {
  const parts = text.split(/[;\s]+/).filter((part) => part !== '')
  const edges = parts.map(Number)
  const rise = edges.every((edge, index) => index === 0 || edge > (edges[index - 1] as number))
  return edges.length > 0 && edges.length <= 200 && edges.every(Number.isFinite) && rise ? edges : null
}

/** What is rarely needed of a grouping. */
export function DimensionMore({
  dimension,
  measures,
  label,
  onChange,
}: {
  dimension: Dimension
  measures: readonly { key: string; label: string }[]
  label: string
  onChange: (dimension: Dimension) => void
}) {
  const { top } = dimension
  return (
    <>
      <Choice
        shown
        label={`Which values of ${label}`}
        value={top ? 'top' : 'all'}
        options={[
          { value: 'all', label: 'all values' },
          ...(measures.length > 0 ? [{ value: 'top' as const, label: 'only the largest …' }] : []),
        ]}
        onChange={(way) =>
          onChange({
            ...dimension,
            top: way === 'top' ? { n: 10, by: measures[0]?.key ?? 'm0', other: true } : null,
          })
        }
      />
      {top && (
        <>
          <NumberField
            label={`How many values of ${label}`}
            value={top.n ?? 10}
            min={1}
            max={1000}
            onChange={(n) => n && onChange({ ...dimension, top: { ...top, n: Math.round(n) } })}
          />
          <Choice
            shown
            label={`Largest by, for ${label}`}
            value={top.by ?? 'm0'}
            options={measures.map((one) => ({ value: one.key, label: one.label }))}
            onChange={(by) => onChange({ ...dimension, top: { ...top, by } })}
          />
          <FormControlLabel
            control={
              <Switch
                size="small"
                checked={top.other ?? true}
                onChange={(_, other) => onChange({ ...dimension, top: { ...top, other } })}
              />
            }
            label="The rest together, as “Other”"
            slotProps={{ typography: { variant: 'body2' } }}
          />
        </>
      )}
      <TextField
        label={`Name of ${label} in the answer`}
        value={dimension.label ?? ''}
        onChange={(event) => onChange({ ...dimension, label: event.target.value || null })}
        slotProps={{ htmlInput: { maxLength: 200 } }}
      />
    </>
  )
}
