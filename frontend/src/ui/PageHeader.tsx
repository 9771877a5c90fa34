'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { type ReactNode, useEffect } from 'react'

/** The page's one heading, with its facts below and its actions beside. Names the browser's tab as well. */
export function PageHeader({
  title,
  heading,
  facts,
  actions,
}: {
  title: string
  /** Replaces the plain heading, for instance by one that can be renamed. It must hold the h1. */
  heading?: ReactNode
  facts?: ReactNode
  actions?: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Tablewright`
  }, [title])
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: 2,
        alignItems: 'flex-start',
        justifyContent: 'space-between',
        mb: 3,
      }}
    >
      <Box sx={{ minWidth: 0, flex: '1 1 280px' }}>
        {heading ?? (
          <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
        )}
        {facts && (
          <Typography component="div" color="textSecondary" variant="body2" sx={{ mt: 0.5 }}>
            {facts}
          </Typography>
        )}
      </Box>
      {actions && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>{actions}</Box>
      )}
    </Box>
  )
}
