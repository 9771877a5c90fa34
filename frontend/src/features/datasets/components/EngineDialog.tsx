'use client'

import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import Radio from '@mui/material/Radio'
import RadioGroup from '@mui/material/RadioGroup'
import Typography from '@mui/material/Typography'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { DatasetDetail } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { setEngine } from '../api'

const choices: readonly { value: DatasetDetail['engine']; label: string }[] = [
  { value: 'auto', label: 'By size: DuckDB, and Spark for very large tables' },
  { value: 'duckdb', label: 'Always DuckDB' },
  { value: 'spark', label: 'Always Spark' },
]

/** Which engine answers questions about a dataset. The answers are the same. */
export function EngineDialog({ dataset, onClose }: { dataset: DatasetDetail; onClose: () => void }) {
  const id = useId()
  const [engine, setChosen] = useState(dataset.engine)
  const [problem, setProblem] = useState<unknown>(null)
  const queries = useQueryClient()
  const notify = useNotify()
  const save = () =>
    setEngine(dataset.id, engine)
      .then(() => queries.invalidateQueries({ queryKey: ['datasets'] }))
      .then(() => {
        notify('The engine is chosen.')
        onClose()
      })
      .catch(setProblem)
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <DialogTitle id={id}>Engine of {dataset.name}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        <RadioGroup
          aria-labelledby={id}
          value={engine}
          onChange={(_, next) => setChosen(next as DatasetDetail['engine'])}
        >
          {choices.map((one) => (
            <FormControlLabel key={one.value} value={one.value} control={<Radio />} label={one.label} />
          ))}
        </RadioGroup>
        <Typography variant="body2" color="textSecondary">
          The answers are the same. Spark needs about a second for a question of any size; without a Spark
          endpoint DuckDB answers everything. In a question of several datasets DuckDB wins.
        </Typography>
        {problem !== null && <ErrorNotice error={problem} dense />}
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="contained" disabled={engine === dataset.engine} onClick={() => void save()}>
          Choose
        </Button>
      </DialogActions>
    </Dialog>
  )
}
