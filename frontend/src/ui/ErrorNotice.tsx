import ErrorOutlineRounded from '@mui/icons-material/ErrorOutlineRounded'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { toProblem } from '@/lib/problem'
import { Button } from './Button'

const places: Readonly<Record<string, string>> = {
  file: 'File',
  sheet: 'Sheet',
  line: 'Line',
  row: 'Row',
  column: 'Column',
  byte: 'Byte',
  position: 'Position',
}

/** What went wrong, where, and what can be done. */
export function ErrorNotice({
  error,
  retry,
  action,
  dense = false,
}: {
  error: unknown
  retry?: () => void
  action?: ReactNode
  dense?: boolean
}) {
  const problem = toProblem(error)
  const where = Object.entries(places)
    .filter(([key]) => problem.where[key] !== undefined)
    .map(([key, name]) => `${name} ${String(problem.where[key])}`)
    .join(' · ')
  return (
    <Box
      role="alert"
      sx={(theme) => ({
        display: 'flex',
        gap: 1.5,
        alignItems: 'flex-start',
        p: dense ? 1.25 : 2,
        border: '1px solid',
        borderColor: `color-mix(in srgb, ${theme.vars.palette.error.main} 35%, transparent)`,
        background: `color-mix(in srgb, ${theme.vars.palette.error.main} 6%, ${theme.vars.palette.background.paper})`,
        borderRadius: 2,
      })}
    >
      <ErrorOutlineRounded color="error" fontSize="small" sx={{ mt: 0.1 }} aria-hidden />
      <Box sx={{ minWidth: 0, flex: 1 }}>
        {!dense && <Typography variant="h3">{problem.title}</Typography>}
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {problem.message}
        </Typography>
        {where && (
          <Typography variant="caption" color="textSecondary" component="p">
            {where}
          </Typography>
        )}
        {!dense && problem.status >= 500 && (
          <Typography variant="caption" color="textSecondary" component="p">
            Code: {problem.code}
          </Typography>
        )}
        {(retry || action) && (
          <Box sx={{ mt: 1, display: 'flex', gap: 1, flexWrap: 'wrap' }}>
            {retry && (
              <Button variant="outlined" onClick={retry}>
                Try again
              </Button>
            )}
            {action}
          </Box>
        )}
      </Box>
    </Box>
  )
}
