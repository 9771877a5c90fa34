'use client'

import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQueryClient } from '@tanstack/react-query'
import { type ComponentType, type FormEvent, useState } from 'react'
import type { Column, Group } from '@/api/types'
import { useMay, useMe } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { changeMetric, createMetric, type Definition, type Metric } from '../api'

export interface MetricSource {
  id: string
  name: string
}

type Needs = 'column' | 'other' | 'order' | 'share'

const kinds: readonly { value: string; label: string; needs: readonly Needs[] }[] = [
  { value: 'formula', label: 'A formula', needs: [] },
  { value: 'count_rows', label: 'Number of rows', needs: [] },
  { value: 'sum', label: 'Sum', needs: ['column'] },
  { value: 'ratio', label: 'Sum divided by another sum', needs: ['column', 'other'] },
  { value: 'mean', label: 'Mean', needs: ['column'] },
  { value: 'median', label: 'Median', needs: ['column'] },
  { value: 'quantile', label: 'Percentile', needs: ['column', 'share'] },
  { value: 'stddev', label: 'Standard deviation', needs: ['column'] },
  { value: 'variance', label: 'Variance', needs: ['column'] },
  { value: 'correlation', label: 'Correlation with another column', needs: ['column', 'other'] },
  { value: 'min', label: 'Smallest', needs: ['column'] },
  { value: 'max', label: 'Largest', needs: ['column'] },
  { value: 'mode', label: 'Most frequent value', needs: ['column'] },
  { value: 'first', label: 'First value', needs: ['column', 'order'] },
  { value: 'last', label: 'Last value', needs: ['column', 'order'] },
  { value: 'count', label: 'Number of values', needs: ['column'] },
  { value: 'count_distinct', label: 'Number of different values', needs: ['column'] },
  { value: 'approx_distinct', label: 'Number of different values, about', needs: ['column'] },
]

/** Agree on a metric, or change one that is agreed on. */
export function MetricDialog({
  metric,
  datasets,
  columns,
  datasetId,
  people,
  Formula,
  Conditions,
  onDataset,
  onClose,
}: {
  metric: Metric | null
  datasets: readonly MetricSource[]
  /** Of the chosen dataset. */
  columns: readonly Column[]
  datasetId: string
  /** Who may own a metric. */
  people: readonly { id: string; name: string }[]
  /** How a formula is written: what asks questions brings it. */
  Formula: ComponentType<{
    datasetId: string
    stored: string
    onStored: (text: string | null) => void
  }>
  /** How conditions are written: brought by what asks questions, too. */
  Conditions: ComponentType<{
    datasetId: string
    title: string
    stored: Group | null
    onStored: (filter: Group | null) => void
  }>
  onDataset: (id: string) => void
  onClose: () => void
}) {
  const me = useMe()
  const [name, setName] = useState(metric?.name ?? '')
  const [description, setDescription] = useState(metric?.description ?? '')
  const [kind, setKind] = useState<string>(
    metric ? (metric.definition.formula ? 'formula' : (metric.definition.fn ?? 'sum')) : 'sum',
  )
  const [column, setColumn] = useState(metric?.definition.column ?? '')
  const [other, setOther] = useState(metric?.definition.other ?? '')
  const [percent, setPercent] = useState(String(Math.round((metric?.definition.q ?? 0.9) * 10_000) / 100))
  const [filter, setFilter] = useState<Group | null>((metric?.definition.filter as Group | null) ?? null)
  const [formula, setFormula] = useState<string | null>(metric?.definition.formula ?? null)
  const [owner, setOwner] = useState(metric ? (metric.owner?.id ?? '') : me.user.id)
  const [unit, setUnit] = useState(metric?.unit ?? '')
  const [format, setFormat] = useState<string>(metric?.format ?? '')
  const [certified, setCertified] = useState(metric?.is_certified ?? false)
  const [problem, setProblem] = useState<unknown>(null)
  const [saving, setSaving] = useState(false)
  const mayCertify = useMay('metrics.certify')
  const queries = useQueryClient()
  const notify = useNotify()
  const needs = (what: Needs) => kinds.find((one) => one.value === kind)?.needs.includes(what) ?? false
  // Columns of another dataset that was looked at before are not meant.
  const known = (id: string) => (columns.some((one) => one.id === id) ? id : '')

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    setSaving(true)
    try {
      const definition = (
        kind === 'formula'
          ? { formula, filter }
          : {
              fn: kind,
              column: needs('column') ? column : null,
              other: needs('other') || needs('order') ? known(other) || null : null,
              q: needs('share') ? Number(percent) / 100 : null,
              filter,
            }
      ) as Definition
      const body = {
        dataset_id: datasetId,
        name,
        description,
        definition,
        unit: unit.trim() || null,
        format: (format || null) as Metric['format'],
        owner_id: owner || null,
        is_certified: certified,
      }
      await (metric ? changeMetric(metric, body) : createMetric(body))
      await queries.invalidateQueries({ queryKey: ['metrics'] })
      notify(metric ? `Every question that uses ${name} is answered anew.` : `${name} is agreed on.`)
      onClose()
    } catch (error) {
      setProblem(error)
    } finally {
      setSaving(false)
    }
  }

  return (
    <Dialog open onClose={onClose} aria-labelledby="metric-title" fullWidth maxWidth="sm">
      <form onSubmit={(event) => void save(event)}>
        <DialogTitle id="metric-title">{metric ? `Change ${metric.name}` : 'New metric'}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2, '&&': { pt: 1 } }}>
          <TextField label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
          <TextField
            label="What it means"
            multiline
            minRows={2}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
          <TextField
            select
            label="Dataset"
            value={datasetId}
            disabled={metric !== null}
            onChange={(event) => {
              setFilter(null)
              onDataset(event.target.value)
            }}
          >
            {datasets.map((one) => (
              <MenuItem key={one.id} value={one.id}>
                {one.name}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            select
            label="What is computed"
            value={kind}
            onChange={(event) => setKind(event.target.value)}
          >
            {kinds.map((one) => (
              <MenuItem key={one.value} value={one.value}>
                {one.label}
              </MenuItem>
            ))}
          </TextField>
          {needs('column') && (
            <ColumnField
              required
              label="Of the column"
              columns={columns}
              value={known(column)}
              onChange={setColumn}
            />
          )}
          {needs('other') && (
            <ColumnField
              required
              label={kind === 'ratio' ? 'Divided by the sum of' : 'With the column'}
              columns={columns}
              value={known(other)}
              onChange={setOther}
            />
          )}
          {needs('order') && (
            <ColumnField
              label="In the order of"
              none="The file"
              columns={columns}
              value={known(other)}
              onChange={setOther}
            />
          )}
          {needs('share') && (
            <TextField
              type="number"
              required
              label="Percentile"
              helperText="90: nine of ten values are smaller"
              value={percent}
              onChange={(event) => setPercent(event.target.value)}
              slotProps={{ htmlInput: { min: 0, max: 100, step: 'any' } }}
            />
          )}
          {kind === 'formula' && (
            <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              <Formula
                key={datasetId}
                datasetId={datasetId}
                stored={metric?.definition.formula ?? ''}
                onStored={setFormula}
              />
              <Typography variant="caption" color="textSecondary">
                One that aggregates, for instance SUM([Profit]) / SUM([Sales])
              </Typography>
            </Box>
          )}
          <Conditions
            key={`rows of ${datasetId}`}
            datasetId={datasetId}
            title="Only of rows where"
            stored={filter}
            onStored={setFilter}
          />
          <TextField
            label="Unit"
            helperText="EUR, kg, hours …"
            value={unit}
            onChange={(event) => setUnit(event.target.value)}
          />
          <TextField select label="Format" value={format} onChange={(event) => setFormat(event.target.value)}>
            <MenuItem value="">As it is</MenuItem>
            <MenuItem value="number">Number</MenuItem>
            <MenuItem value="percent">Percent (1 is 100 %)</MenuItem>
            <MenuItem value="currency">Currency</MenuItem>
            <MenuItem value="duration">Duration (in seconds)</MenuItem>
          </TextField>
          <TextField select label="Owner" value={owner} onChange={(event) => setOwner(event.target.value)}>
            <MenuItem value="">Nobody</MenuItem>
            {people.map((one) => (
              <MenuItem key={one.id} value={one.id}>
                {one.name}
              </MenuItem>
            ))}
            {metric?.owner && !people.some((one) => one.id === metric.owner?.id) && (
              <MenuItem value={metric.owner.id}>{metric.owner.name}</MenuItem>
            )}
          </TextField>
          {mayCertify && (
            <FormControlLabel
              control={
                <Checkbox checked={certified} onChange={(event) => setCertified(event.target.checked)} />
              }
              label="Certified: only admins change it then"
            />
          )}
          {problem !== null && <ErrorNotice error={problem} dense />}
        </DialogContent>
        <DialogActions>
          <Button variant="outlined" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="contained"
            disabled={saving || (kind === 'formula' && formula === null)}
          >
            {metric ? 'Change for all' : 'Agree on it'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function ColumnField({
  label,
  columns,
  value,
  none,
  required = false,
  onChange,
}: {
  label: string
  columns: readonly Column[]
  value: string
  /** What it is called when no column is chosen, where none is needed. */
  none?: string
  required?: boolean
  onChange: (id: string) => void
}) {
  return (
    <TextField
      select
      required={required}
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ select: { displayEmpty: Boolean(none) }, ...(none && { inputLabel: { shrink: true } }) }}
    >
      {none && <MenuItem value="">{none}</MenuItem>}
      {columns.map((one) => (
        <MenuItem key={one.id} value={one.id}>
          {one.name}
        </MenuItem>
      ))}
    </TextField>
  )
}
