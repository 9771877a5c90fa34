'use client'

import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import List from '@mui/material/List'
import ListItemButton from '@mui/material/ListItemButton'
import ListItemText from '@mui/material/ListItemText'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import type { Column, DashboardFilter, SavedQuestion } from '@/api/types'
import { isNumeric, isTime } from '@/lib/format'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'

/** Which saved question a new tile shows. */
export function ChooseQuestion({
  open,
  questions,
  onClose,
  onChoose,
}: {
  open: boolean
  questions: readonly SavedQuestion[]
  onClose: () => void
  onChoose: (question: SavedQuestion) => void
}) {
  const [search, setSearch] = useState('')
  const found = questions.filter((one) => one.name.toLowerCase().includes(search.trim().toLowerCase()))
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="sm">
      <DialogTitle>Which question?</DialogTitle>
      <DialogContent>
        {questions.length === 0 ? (
          <EmptyState title="No saved questions yet">
            Ask a question and save it; then it can be shown here.
          </EmptyState>
        ) : (
          <>
            <TextField
              autoFocus
              fullWidth
              size="small"
              label="Find a question"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
              sx={{ mt: 1 }}
            />
            <List aria-label="Saved questions">
              {found.map((question) => (
                <ListItemButton key={question.id} onClick={() => onChoose(question)}>
                  <ListItemText
                    primary={question.name}
                    secondary={question.chart ? `as ${question.chart.mark} chart` : 'as table'}
                  />
                </ListItemButton>
              ))}
            </List>
          </>
        )}
      </DialogContent>
    </Dialog>
  )
}

export interface Filterable {
  id: string
  name: string
  columns: readonly Column[]
}

const kindFor = (column: Column): DashboardFilter['kind'] =>
  isTime(column.type) ? 'date' : isNumeric(column.type) ? 'range' : 'list'

/** A column of one dataset as a filter; columns of the same name in the others are filtered along with it. */
export function ChooseFilter({
  open,
  datasets,
  filters,
  onClose,
  onChoose,
}: {
  open: boolean
  datasets: readonly Filterable[]
  filters: readonly DashboardFilter[]
  onClose: () => void
  onChoose: (filter: Omit<DashboardFilter, 'id'>) => void
}) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<DashboardFilter['kind'] | ''>('')
  const [within, setWithin] = useState('')
  const columns = new Map<string, Column>()
  for (const dataset of datasets) {
    for (const column of dataset.columns) {
      if (column.type !== 'nested' && !columns.has(column.name)) columns.set(column.name, column)
    }
  }
  const column = columns.get(name)
  const wanted = kind || (column ? kindFor(column) : 'list')
  const targets = datasets.flatMap((dataset) =>
    dataset.columns
      .filter((one) => one.name === name && (column ? sameKind(one, column) : false))
      .map((one) => ({ dataset_id: dataset.id, column: one.id })),
  )
  const reached = datasets.filter((dataset) => targets.some((target) => target.dataset_id === dataset.id))
  const close = () => {
    setName('')
    setKind('')
    setWithin('')
    onClose()
  }
  return (
    <Dialog open={open} onClose={close} fullWidth maxWidth="xs">
      <DialogTitle>Filter by which column?</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        {columns.size === 0 ? (
          <EmptyState title="Nothing to filter yet">Put a question on the dashboard first.</EmptyState>
        ) : (
          <>
            <TextField
              select
              size="small"
              label="Column"
              value={name}
              onChange={(event) => {
                setName(event.target.value)
                setKind('')
              }}
              helperText={column ? `In ${reached.map((dataset) => dataset.name).join(', ')}` : ' '}
              sx={{ mt: 1 }}
            >
              {[...columns.keys()].map((each) => (
                <MenuItem key={each} value={each}>
                  {each}
                </MenuItem>
              ))}
            </TextField>
            <TextField
              select
              size="small"
              label="As"
              value={column ? wanted : ''}
              disabled={!column}
              onChange={(event) => setKind(event.target.value as DashboardFilter['kind'])}
            >
              <MenuItem value="list">List of values</MenuItem>
              {column && isNumeric(column.type) && <MenuItem value="range">From … to …</MenuItem>}
              {column && isTime(column.type) && <MenuItem value="date">Period</MenuItem>}
              {column && column.type === 'text' && <MenuItem value="text">Text that it contains</MenuItem>}
            </TextField>
            {wanted === 'list' && filters.length > 0 && (
              <TextField
                select
                size="small"
                label="Offers only what is left under"
                value={within}
                onChange={(event) => setWithin(event.target.value)}
              >
                <MenuItem value="">nothing: all values</MenuItem>
                {filters.map((filter) => (
                  <MenuItem key={filter.id} value={filter.id}>
                    {filter.label}
                  </MenuItem>
                ))}
              </TextField>
            )}
          </>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={close}>Cancel</Button>
        <Button
          variant="contained"
          disabled={!column}
          onClick={() => {
            onChoose({ label: name, kind: wanted, targets, default: null, within: within || null })
            close()
          }}
        >
          Add filter
        </Button>
      </DialogActions>
    </Dialog>
  )
}

const sameKind = (one: Column, other: Column): boolean => kindFor(one) === kindFor(other)
