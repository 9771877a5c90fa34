'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import NextLink from 'next/link'
import { useState } from 'react'
import type { DatasetDetail } from '@/api/types'
import { paths } from '@/config/paths'
import { countOf } from '@/lib/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { doubtsOf } from '../model'

const FEW = 3
const PREFIX = 'tablewright:doubts-seen:'

/** The address of the page that says all of it. */
export const receiptOf = ({ id, version }: DatasetDetail): string =>
  version.is_current ? paths.dataset(id, 'receipt') : `${paths.version(id, version.id)}&tab=receipt`

/** What the file left open, above everything that is shown of its rows, until somebody has looked at it. */
export function Doubts({ dataset }: { dataset: DatasetDetail }) {
  const key = PREFIX + dataset.version.id
  const [seen, setSeen] = useState(() => isKept(key))
  const doubts = doubtsOf(dataset)
  if (doubts.length === 0 || seen) return null
  const more = doubts.length - FEW
  return (
    <Card
      component="section"
      aria-labelledby="doubts"
      sx={(theme) => ({
        p: 2,
        mb: 3,
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr)',
        gap: 1,
        borderColor: `color-mix(in srgb, ${theme.vars.palette.warning.main} 45%, transparent)`,
        background: `color-mix(in srgb, ${theme.vars.palette.warning.main} 5%, ${theme.vars.palette.background.paper})`,
      })}
    >
      <Typography id="doubts" variant="h3" component="h2">
        Please look: the file leaves {countOf(doubts.length, 'thing')} open
      </Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5, fontSize: '0.875rem', overflowWrap: 'anywhere' }}>
        {doubts.slice(0, FEW).map(({ what, why }) => (
          <li key={`${what} ${why}`}>
            {what}
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {' '}
              {why}
            </Box>
          </li>
        ))}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 0.5 }}>
        <Button component={NextLink} href={receiptOf(dataset)} variant="outlined">
          {more > 0 ? `See all ${doubts.length} in the receipt` : 'See the receipt'}
        </Button>
        <Button
          variant="outlined"
          onClick={() => {
            keep(key)
            setSeen(true)
          }}
        >
          I have looked
        </Button>
      </Box>
    </Card>
  )
}

function isKept(key: string): boolean {
  try {
    return localStorage.getItem(key) !== null
  } catch {
    return false
  }
}

function keep(key: string): void {
  try {
    localStorage.setItem(key, '1')
  } catch {
    // Without storage it is asked again.
  }
}
