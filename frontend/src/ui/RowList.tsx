'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import NextLink from 'next/link'
import type { ReactNode } from 'react'

export interface Row {
  id: string
  name: string
  href: string
  facts: ReactNode
  aside?: ReactNode
  actions?: ReactNode
}

/** Named things with a few facts each: the whole row leads there, the actions stay apart. */
export function RowList({ rows, label, icon }: { rows: readonly Row[]; label: string; icon?: ReactNode }) {
  return (
    <Box
      component="ul"
      aria-label={label}
      sx={{
        listStyle: 'none',
        m: 0,
        p: 0,
        border: '1px solid',
        borderColor: 'divider',
        borderRadius: 2.5,
        bgcolor: 'background.paper',
        overflow: 'hidden',
      }}
    >
      {rows.map((row) => (
        <Box
          component="li"
          key={row.id}
          sx={{
            position: 'relative',
            display: 'flex',
            alignItems: 'center',
            gap: 1.5,
            px: 2,
            py: 1.25,
            minHeight: 60,
            '& + &': { borderTop: '1px solid', borderColor: 'divider' },
            '&:hover': { bgcolor: 'background.sunk' },
          }}
        >
          {icon && (
            <Box aria-hidden sx={{ color: 'text.secondary', display: 'grid' }}>
              {icon}
            </Box>
          )}
          <Box sx={{ minWidth: 0, flex: 1 }}>
            <Typography
              component={NextLink}
              href={row.href}
              variant="body2"
              sx={{
                fontWeight: 600,
                color: 'text.primary',
                textDecoration: 'none',
                overflowWrap: 'anywhere',
                '&::after': { content: '""', position: 'absolute', inset: 0 },
              }}
            >
              {row.name}
            </Typography>
            <Typography variant="caption" color="textSecondary" component="div">
              {row.facts}
            </Typography>
          </Box>
          {row.aside && (
            <Typography
              variant="caption"
              color="textSecondary"
              component="div"
              sx={{ display: { xs: 'none', sm: 'block' }, whiteSpace: 'nowrap' }}
            >
              {row.aside}
            </Typography>
          )}
          {row.actions && <Box sx={{ position: 'relative', display: 'flex' }}>{row.actions}</Box>}
        </Box>
      ))}
    </Box>
  )
}
