'use client'

import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { formatCount } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { accessQueries, viewAs } from '../api'
import type { Person } from '../model'

/** What a member sees of a dataset, and which rules give it to them. */
export function WhyView({ datasetId, people }: { datasetId: string; people: readonly Person[] }) {
  const [chosen, setChosen] = useState(people[0]?.id ?? '')
  const notify = useNotify()
  const { data, error, refetch } = useQuery({
    ...accessQueries.why(datasetId, chosen),
    enabled: chosen !== '',
  })
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <TextField
          select
          label="Member"
          value={chosen}
          onChange={(event) => setChosen(event.target.value)}
          sx={{ flex: '1 1 220px', maxWidth: 360 }}
        >
          {people.map((person) => (
            <MenuItem key={person.id} value={person.id}>
              {person.name}
            </MenuItem>
          ))}
        </TextField>
        <Button
          variant="outlined"
          disabled={chosen === ''}
          onClick={() =>
            viewAs(chosen)
              // Nothing that was shown to oneself may be left on the page.
              .then(() => window.location.assign('/app/'))
              .catch((problem) => notify(toProblem(problem).message))
          }
        >
          View as this member
        </Button>
      </Box>
      {error ? (
        <ErrorNotice error={error} retry={refetch} />
      ) : data ? (
        <>
          <Typography>{data.summary}</Typography>
          {data.rows.length > 0 && (
            <Box component="ul" aria-label="Rules of rows for this member" sx={{ m: 0, pl: 2.5 }}>
              {data.rows.map((rule) => (
                <li key={rule.name}>
                  <Typography variant="body2">
                    <b>{rule.name}</b> gives {rule.who.join(', ')} the rows where {rule.gives}.{' '}
                    {rule.because.length === 0
                      ? 'It does not name this member.'
                      : `It names them as ${rule.because.join(' and ')}: ${formatCount(rule.rows ?? 0)} rows.`}
                    {rule.problem && ` ${rule.problem}`}
                  </Typography>
                </li>
              ))}
            </Box>
          )}
          {data.columns.some((column) => column.is_ruled) && (
            <Box component="ul" aria-label="Columns under rules for this member" sx={{ m: 0, pl: 2.5 }}>
              {data.columns
                .filter((column) => column.is_ruled)
                .map((column) => (
                  <li key={column.id}>
                    <Typography variant="body2">
                      {column.name}{' '}
                      {column.is_shown
                        ? `is shown${column.mask ? ' masked' : ''} by ${column.rules.join(', ')}.`
                        : 'is hidden from them.'}
                    </Typography>
                  </li>
                ))}
            </Box>
          )}
        </>
      ) : (
        chosen !== '' && <Loading label="Counting what they see" rows={2} />
      )}
    </Box>
  )
}
