import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'

/** A place that is empty: what it is for, and the one thing to do next. */
export function EmptyState({
  title,
  children,
  action,
  icon,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
  icon?: ReactNode
}) {
  return (
    <Box
      sx={{
        display: 'grid',
        justifyItems: 'center',
        gap: 1,
        py: { xs: 6, md: 9 },
        px: 3,
        textAlign: 'center',
        border: '1px dashed',
        borderColor: 'divider',
        borderRadius: 3,
      }}
    >
      {icon && (
        <Box aria-hidden sx={{ color: 'text.secondary', display: 'grid', mb: 0.5 }}>
          {icon}
        </Box>
      )}
      <Typography variant="h2">{title}</Typography>
      {children && (
        <Typography color="textSecondary" variant="body2" sx={{ maxWidth: 460, textWrap: 'pretty' }}>
          {children}
        </Typography>
      )}
      {action && (
        <Box sx={{ mt: 1.5, display: 'flex', gap: 1, flexWrap: 'wrap', justifyContent: 'center' }}>
          {action}
        </Box>
      )}
    </Box>
  )
}
