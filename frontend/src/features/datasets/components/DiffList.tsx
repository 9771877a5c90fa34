import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import NextLink from 'next/link'
import { paths } from '@/config/paths'
import { type Break, breakWords, type Diff, diffLines } from '../versions'

const list = { m: 0, pl: 2.5, fontSize: '0.875rem', display: 'grid', gap: 0.25 } as const

/** What differs in shape, what can break something first. */
export function DiffList({ diff, same }: { diff: Diff; same: string }) {
  const lines = diffLines(diff)
  if (lines.length === 0) {
    return (
      <Typography variant="body2" color="textSecondary">
        {same}
      </Typography>
    )
  }
  return (
    <Box component="ul" aria-label="Columns that differ" sx={list}>
      {lines.map((line) => (
        <Box
          component="li"
          key={line.text}
          sx={{ overflowWrap: 'anywhere', ...(line.grave && { fontWeight: 600 }) }}
        >
          {line.text}
        </Box>
      ))}
    </Box>
  )
}

/** What would no longer work, with the way there. */
const pages: Readonly<Partial<Record<Break['kind'], (id: string) => string>>> = {
  question: paths.question,
  report: paths.report,
  dashboard: paths.dashboard,
  access: paths.access,
  metric: () => paths.metrics,
}

export function BreakList({ breaks }: { breaks: readonly Break[] }) {
  if (breaks.length === 0) return null
  return (
    <Box>
      <Typography variant="body2">This would break:</Typography>
      <Box component="ul" aria-label="What would break" sx={list}>
        {breaks.map((one) => (
          <Box component="li" key={one.id} sx={{ overflowWrap: 'anywhere' }}>
            {pages[one.kind] ? (
              <Typography
                component={NextLink}
                variant="body2"
                color="primary"
                href={pages[one.kind]?.(one.id) ?? ''}
              >
                {one.name}
              </Typography>
            ) : (
              <Typography component="span" variant="body2">
                {one.name}
              </Typography>
            )}{' '}
            <Typography component="span" variant="body2" color="textSecondary">
              ({one.kind}: {breakWords(one)})
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  )
}
