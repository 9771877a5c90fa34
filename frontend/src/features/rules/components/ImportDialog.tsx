'use client'

import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import Radio from '@mui/material/Radio'
import RadioGroup from '@mui/material/RadioGroup'
import Typography from '@mui/material/Typography'
import { useId, useState } from 'react'
import { countOf } from '@/lib/format'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { importRules, type RuleSet } from '../api'

/** Rules out of a file: beside those that are there, or in their place. What does not fit is said and nothing is done. */
export function ImportDialog({
  dataset,
  number,
  file,
  onClose,
  onDone,
}: {
  dataset: string
  number: number
  file: { name: string; document: Record<string, unknown> }
  onClose: () => void
  onDone: (after: RuleSet) => void
}) {
  const id = useId()
  const [replace, setReplace] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const held = Array.isArray(file.document.rules) ? file.document.rules.length : null
  const take = () => {
    setBusy(true)
    setProblem(null)
    importRules(dataset, number, file.document, replace)
      .then(onDone)
      .catch(setProblem)
      .finally(() => setBusy(false))
  }
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <DialogTitle id={id}>Import rules</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Typography sx={{ overflowWrap: 'anywhere' }}>
          {file.name}
          {held !== null && ` holds ${countOf(held, 'rule')}.`} Columns are found by their names.
        </Typography>
        <RadioGroup
          aria-label="What becomes of the rules that are there"
          value={replace ? 'replace' : 'add'}
          onChange={(_, next) => setReplace(next === 'replace')}
        >
          <FormControlLabel
            value="add"
            control={<Radio />}
            label="Keep the rules that are there; one of the same name is replaced"
          />
          <FormControlLabel value="replace" control={<Radio />} label="Have the rules of the file alone" />
        </RadioGroup>
        {problem !== null && <ErrorNotice error={problem} dense />}
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="contained" disabled={busy} onClick={take}>
          Import
        </Button>
      </DialogActions>
    </Dialog>
  )
}
