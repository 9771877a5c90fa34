'use client'

import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
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
import type { Column } from '@/api/types'
import { useMay, useMe } from '@/lib/session'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { changeMetric, createMetric, type Definition, type Metric } from '../api'

export interface MetricSource {
  id: string
  name: string
}

const kinds: readonly { value: string; label: string; needsColumn: boolean }[] = [
  { value: 'formula', label: 'A formula', needsColumn: false },
  { value: 'count_rows', label: 'Number of rows', needsColumn: false },
  { value: 'sum', label: 'Sum', needsColumn: true },
  { value: 'mean', label: 'Mean', needsColumn: true },
  { value: 'median', label: 'Median', needsColumn: true },
  { value: 'min', label: 'Smallest', needsColumn: true },
  { value: 'max', label: 'Largest', needsColumn: true },
  { value: 'count', label: 'Number of values', needsColumn: true },
  { value: 'count_distinct', label: 'Number of different values', needsColumn: true },
]

/** Agree on a metric, or change one that is agreed on. */
export function MetricDialog({
  metric,
  datasets,
  columns,
  datasetId,
  people,
  Formula,
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
  const needsColumn = kinds.find((one) => one.value === kind)?.needsColumn ?? false

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    setSaving(true)
    try {
      const kept = metric?.definition.filter ?? null
      const definition = (
        kind === 'formula'
          ? { formula, filter: kept }
          : { fn: kind, column: needsColumn ? column : null, filter: kept }
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
            onChange={(event) => onDataset(event.target.value)}
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
            {!kinds.some((one) => one.value === kind) && <MenuItem value={kind}>{kind}</MenuItem>}
          </TextField>
          {needsColumn && (
            <TextField
              select
              required
              label="Of the column"
              value={columns.some((one) => one.id === column) ? column : ''}
              onChange={(event) => setColumn(event.target.value)}
            >
              {columns.map((one) => (
                <MenuItem key={one.id} value={one.id}>
                  {one.name}
                </MenuItem>
              ))}
            </TextField>
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
