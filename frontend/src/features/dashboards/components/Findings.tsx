'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import NextLink from 'next/link'
import { paths } from '@/config/paths'
import { countOf } from '@/lib/format'
import { useMay } from '@/lib/session'
import { useLate } from '@/lib/timing'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { dashboardQueries } from '../api'
import { useKeeping } from '../useKeeping'

/** The page's own questions go first: the engine is asked for findings once these are likely answered. */
const AFTER = 800
const SHOWN = 3

/** What stands out in a dataset, without being asked for, and the dashboard of it, which one click keeps. */
export default function Findings({ datasetId, versionId }: { datasetId: string; versionId: string }) {
  const mayEdit = useMay('dashboards.edit')
  const begun = useLate(AFTER)
  const { data, error } = useQuery({
    ...dashboardQueries.proposal(datasetId),
    queryKey: ['dashboards', 'proposal', datasetId, versionId],
    enabled: begun,
    // Findings of a version stay what they are while the page is open.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { busy, keep } = useKeeping()
  // A figure of everything is shown there, but nothing that stands out.
  const found = (data?.content.tabs[0]?.tiles ?? []).flatMap((tile) =>
    tile.kind === 'question' && tile.why && tile.question?.dimensions?.length
      ? [{ id: tile.id, title: tile.title ?? '', why: tile.why }]
      : [],
  )
  // Nobody asked, so that nobody needs to hear that it could not be done.
  if (error) return null
  return (
    <Card
      component="section"
      aria-label="Findings"
      aria-busy={!data}
      sx={{
        p: 2,
        mb: 4,
        display: 'flex',
        flexWrap: 'wrap',
        gap: 2,
        alignItems: 'center',
        minHeight: { xs: 220, sm: 132 },
      }}
    >
      <Box sx={{ flex: '1 1 320px', minWidth: 0 }}>
        <Typography variant="h3" component="h2">
          {!data
            ? 'Looking at this data …'
            : found.length === 0
              ? 'We looked at this data: nothing stands out'
              : `We looked at this data: ${countOf(found.length, 'finding')}`}
        </Typography>
        <Box component="ul" sx={{ m: 0, mt: 1, pl: 2.5, fontSize: '0.875rem', overflowWrap: 'anywhere' }}>
          {found.slice(0, SHOWN).map((one) => (
            <li key={one.id} title={one.why}>
              {one.title}
            </li>
          ))}
        </Box>
      </Box>
      {data && found.length > 0 && (
        <Box sx={{ display: 'flex', gap: 1 }}>
          <Button component={NextLink} href={paths.proposal(datasetId)} variant="outlined">
            See the dashboard
          </Button>
          {mayEdit && (
            <Button variant="contained" disabled={busy} onClick={() => void keep(data)}>
              Keep it
            </Button>
          )}
        </Box>
      )}
    </Card>
  )
}
