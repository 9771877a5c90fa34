'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import NextLink from 'next/link'
import { useRouter } from 'next/navigation'
import type { DatasetDetail } from '@/api/types'
import { paths } from '@/config/paths'
import { formatCount, formatMoment } from '@/lib/format'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { useRestoring } from '../restoring'

/** Says that what is shown is not the current version, and leads back to it, or makes it current again. */
export function EarlierVersion({ dataset }: { dataset: DatasetDetail }) {
  const { version } = dataset
  const mayEdit = useMay('datasets.edit')
  const router = useRouter()
  const { restoring, restore } = useRestoring(dataset)
  const goBack = async () => {
    if (await restore(version)) router.push(paths.dataset(dataset.id))
  }
  return (
    <Card
      component="section"
      aria-label="An earlier version"
      sx={{ p: 2, mb: 3, display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}
    >
      <Typography variant="body2" sx={{ flex: '1 1 280px' }}>
        You see version {formatCount(version.number)} of {formatMoment(version.created_at)}, which is not the
        current one.
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button variant="contained" component={NextLink} href={paths.dataset(dataset.id)}>
          Show the current one
        </Button>
        {mayEdit && !dataset.is_part && (
          <Button variant="outlined" disabled={restoring} onClick={() => void goBack()}>
            Go back to this one
          </Button>
        )}
      </Box>
    </Card>
  )
}
