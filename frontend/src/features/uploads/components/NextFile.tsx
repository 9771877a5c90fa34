'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControl from '@mui/material/FormControl'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormLabel from '@mui/material/FormLabel'
import Radio from '@mui/material/Radio'
import RadioGroup from '@mui/material/RadioGroup'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useRef, useState } from 'react'
import type { Column } from '@/api/types'
import { formatBytes } from '@/lib/format'
import { Button } from '@/ui/Button'
import { ColumnChecks } from '@/ui/ColumnChecks'
import { needsKeys, type Target } from '../model'
import { takeFiles } from '../store'
import { ACCEPTED } from './DropZone'

const modes: readonly { value: Target['mode']; label: string; hint: string }[] = [
  { value: 'replace', label: 'Replace all rows', hint: 'The file is the whole table' },
  { value: 'append', label: 'Add its rows', hint: 'The file holds only what is new' },
  {
    value: 'upsert',
    label: 'Update rows by key',
    hint: 'Rows with a known key change, the others are added',
  },
]

const duplicates: readonly { value: Target['deduplicate']; label: string }[] = [
  { value: 'none', label: 'Keep duplicates' },
  { value: 'rows', label: 'Leave out rows that are entirely the same' },
  { value: 'key', label: 'Leave out rows with the same key' },
]

/** Load another file into a dataset: which one, and what its rows do to those that are there. */
export function NextFile({
  dataset,
  onClose,
}: {
  dataset: { id: string; name: string; columns: readonly Column[]; keys: readonly string[] }
  onClose: () => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [mode, setMode] = useState<Target['mode']>('replace')
  const [deduplicate, setDeduplicate] = useState<Target['deduplicate']>('none')
  const [keys, setKeys] = useState<readonly string[]>(dataset.keys)
  const [note, setNote] = useState('')
  const keyed = needsKeys(mode, deduplicate)
  const ready = file !== null && (!keyed || keys.length > 0)

  const load = () => {
    if (!file || !ready) return
    takeFiles([file], {
      datasetId: dataset.id,
      name: dataset.name,
      mode,
      keys: keyed ? keys : [],
      // An update by key leaves nothing twice by itself.
      deduplicate: mode === 'upsert' ? 'none' : deduplicate,
      note: note.trim(),
    })
    onClose()
  }

  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="next-file">
      <DialogTitle id="next-file">Load the next file</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2.5 }}>
        <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', minWidth: 0 }}>
          <Button variant={file ? 'outlined' : 'contained'} onClick={() => input.current?.click()} autoFocus>
            Choose file
          </Button>
          <Typography variant="body2" color="textSecondary" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
            {file ? `${file.name} (${formatBytes(file.size)})` : `for “${dataset.name}”`}
          </Typography>
          <input
            ref={input}
            type="file"
            hidden
            accept={ACCEPTED}
            aria-label="The next file"
            onChange={(event) => {
              setFile(event.target.files?.[0] ?? null)
              event.target.value = ''
            }}
          />
        </Box>
        <FormControl>
          <FormLabel id="next-mode">What its rows do</FormLabel>
          <RadioGroup
            aria-labelledby="next-mode"
            value={mode}
            onChange={(_, value) => setMode(value as Target['mode'])}
          >
            {modes.map((one) => (
              <FormControlLabel
                key={one.value}
                value={one.value}
                control={<Radio size="small" />}
                label={
                  <Typography variant="body2" component="span">
                    {one.label}
                    <Typography variant="caption" color="textSecondary" component="span" sx={{ ml: 1 }}>
                      {one.hint}
                    </Typography>
                  </Typography>
                }
              />
            ))}
          </RadioGroup>
        </FormControl>
        {mode !== 'upsert' && (
          <TextField
            select
            label="Duplicates"
            value={deduplicate}
            onChange={(event) => setDeduplicate(event.target.value as Target['deduplicate'])}
            slotProps={{ select: { native: true } }}
          >
            {duplicates.map((one) => (
              <option key={one.value} value={one.value}>
                {one.label}
              </option>
            ))}
          </TextField>
        )}
        {keyed && (
          <ColumnChecks
            legend="Which columns tell rows apart"
            columns={dataset.columns}
            chosen={keys}
            onChange={setKeys}
          />
        )}
        <TextField
          label="Note (optional)"
          value={note}
          onChange={(event) => setNote(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 500 } }}
        />
        <Typography variant="caption" color="textSecondary">
          This makes a new version. Should the columns differ so that questions or reports break, it waits for
          your decision first.
        </Typography>
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="contained" onClick={load} disabled={!ready}>
          Load
        </Button>
      </DialogActions>
    </Dialog>
  )
}
