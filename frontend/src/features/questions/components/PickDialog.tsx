'use client'

import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import List from '@mui/material/List'
import ListItem from '@mui/material/ListItem'
import ListItemButton from '@mui/material/ListItemButton'
import ListItemText from '@mui/material/ListItemText'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { countOf } from '@/lib/format'
import { useRested } from '@/lib/timing'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { questionQueries, tableQueries } from '../api'

export interface Picked {
  id: string
  name: string
  datasetId?: string
  facts?: string
}

/** One dataset or saved question, found by its name. */
export function PickDialog({
  open,
  kind,
  title,
  datasetId,
  onClose,
  onPick,
}: {
  open: boolean
  kind: 'datasets' | 'questions'
  title: string
  /** Only questions of this dataset. */
  datasetId?: string
  onClose: () => void
  onPick: (one: Picked) => void
}) {
  const id = useId()
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby={id}>
      <DialogTitle id={id}>{title}</DialogTitle>
      {open && kind === 'datasets' && <Datasets onPick={onPick} />}
      {open && kind === 'questions' && <Questions datasetId={datasetId} onPick={onPick} />}
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          Cancel
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function Datasets({ onPick }: { onPick: (one: Picked) => void }) {
  const [search, setSearch] = useState('')
  const { data, error, refetch } = useQuery(tableQueries.choices(useRested(search, 200)))
  const found = data?.items.map((one) => ({
    id: one.id,
    name: one.name,
    facts: `${countOf(one.row_count, 'row')}, ${countOf(one.column_count, 'column')}`,
  }))
  return (
    <Found
      label="Find a dataset"
      search={search}
      onSearch={setSearch}
      found={found}
      error={error}
      retry={() => void refetch()}
      onPick={onPick}
    />
  )
}

function Questions({ datasetId, onPick }: { datasetId: string | undefined; onPick: (one: Picked) => void }) {
  const [search, setSearch] = useState('')
  const { data, error, refetch } = useInfiniteQuery(questionQueries.list({ search: useRested(search, 200) }))
  const found = data?.pages
    .flatMap((page) => page.items)
    .filter((one) => datasetId === undefined || one.dataset_id === datasetId)
    .map((one) => ({ id: one.id, name: one.name, datasetId: one.dataset_id }))
  return (
    <Found
      label="Find a question"
      search={search}
      onSearch={setSearch}
      found={found}
      error={error}
      retry={() => void refetch()}
      onPick={onPick}
    />
  )
}

function Found({
  label,
  search,
  onSearch,
  found,
  error,
  retry,
  onPick,
}: {
  label: string
  search: string
  onSearch: (text: string) => void
  found: readonly Picked[] | undefined
  error: unknown
  retry: () => void
  onPick: (one: Picked) => void
}) {
  return (
    <DialogContent sx={{ pt: '8px !important', minHeight: 240 }}>
      <TextField
        autoFocus
        label={label}
        value={search}
        onChange={(event) => onSearch(event.target.value)}
        slotProps={{ htmlInput: { autoComplete: 'off' } }}
      />
      {error ? (
        <ErrorNotice dense error={error} retry={retry} />
      ) : !found ? (
        <Loading label="Looking" rows={3} />
      ) : found.length === 0 ? (
        <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
          Nothing fits.
        </Typography>
      ) : (
        <List dense aria-label={label} sx={{ mt: 1 }}>
          {found.map((one) => (
            <ListItem key={one.id} disablePadding>
              <ListItemButton onClick={() => onPick(one)} sx={{ borderRadius: 1.5 }}>
                <ListItemText primary={one.name} secondary={one.facts} />
              </ListItemButton>
            </ListItem>
          ))}
        </List>
      )}
    </DialogContent>
  )
}
