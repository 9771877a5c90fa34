'use client'

import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { mono } from '@/ui/theme'
import { type FunctionEntry, formulaQueries } from '../api'

const MOST = 60

/** Functions whose name comes first, then those whose words hold what is sought. */
export function functionsFor(functions: readonly FunctionEntry[], sought: string): FunctionEntry[] {
  const wanted = sought.trim().toLowerCase()
  if (wanted === '') return [...functions]
  const place = (one: FunctionEntry): number => {
    const names = [one.name, ...one.aliases].map((name) => name.toLowerCase())
    if (names.some((name) => name.startsWith(wanted))) return 0
    if (names.some((name) => name.includes(wanted))) return 1
    return one.description.toLowerCase().includes(wanted) ? 2 : 3
  }
  return functions
    .map((one) => ({ one, at: place(one) }))
    .filter(({ at }) => at < 3)
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}

/** Every function of the language, to be searched and read about. */
export function FunctionList({ onPick }: { onPick: (insert: string) => void }) {
  const [sought, setSought] = useState('')
  const [category, setCategory] = useState('')
  const { data, error, refetch } = useQuery(formulaQueries.functions())
  const found = useMemo(
    () =>
      functionsFor(data?.functions ?? [], sought).filter(
        (one) => category === '' || one.category === category,
      ),
    [data, sought, category],
  )
  if (error) return <ErrorNotice dense error={error} retry={() => void refetch()} />
  if (!data) return <Loading label="Loading the functions" rows={4} />
  return (
    <Box component="section" aria-label="Functions" sx={{ display: 'grid', gap: 1, minWidth: 0 }}>
      <TextField
        type="search"
        label="Find a function"
        value={sought}
        onChange={(event) => setSought(event.target.value)}
      />
      <Box
        component="select"
        aria-label="Kind of function"
        value={category}
        onChange={(event: React.ChangeEvent<HTMLSelectElement>) => setCategory(event.target.value)}
        sx={{
          minHeight: 32,
          px: 1,
          borderRadius: 1.5,
          border: '1px solid',
          borderColor: 'text.secondary',
          bgcolor: 'background.paper',
          color: 'text.primary',
          font: 'inherit',
          fontSize: '0.8125rem',
        }}
      >
        <option value="">All {data.functions.length} functions</option>
        {data.categories.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </Box>
      <Box
        component="ul"
        aria-label="Functions that fit"
        tabIndex={0}
        sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 340, overflow: 'auto' }}
      >
        {found.slice(0, MOST).map((one) => (
          <Box
            component="li"
            key={one.name}
            sx={{ py: 0.75, borderTop: '1px solid', borderColor: 'divider' }}
          >
            <Button
              onClick={() => onPick(`${one.name}(`)}
              aria-label={`Write ${one.name}`}
              sx={{
                fontFamily: mono,
                px: 0.5,
                minHeight: 24,
                justifyContent: 'flex-start',
                whiteSpace: 'normal',
                textAlign: 'left',
              }}
            >
              {one.signature}
            </Button>
            <Typography variant="caption" component="p" sx={{ px: 0.5 }}>
              {one.description}
            </Typography>
            {one.examples[0] && (
              <Typography
                variant="caption"
                component="p"
                color="textSecondary"
                sx={{ px: 0.5, fontFamily: mono }}
              >
                {one.examples[0].formula} → {one.examples[0].result}
              </Typography>
            )}
          </Box>
        ))}
        {found.length > MOST && (
          <Typography component="li" variant="caption" color="textSecondary" sx={{ py: 1 }}>
            {found.length - MOST} more. Search to see them.
          </Typography>
        )}
        {found.length === 0 && (
          <Typography component="li" variant="caption" color="textSecondary" sx={{ py: 1 }}>
            No function fits.
          </Typography>
        )}
      </Box>
    </Box>
  )
}
