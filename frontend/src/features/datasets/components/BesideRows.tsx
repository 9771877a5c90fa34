'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { type ReactNode, useId } from 'react'
import type { DatasetDetail } from '@/api/types'
import { useAddress } from '@/lib/address'
import { formatCount } from '@/lib/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Decisions } from './Decisions'

/**
 * The rows with what was decided about them beside them, on a narrow screen below them. Open by itself where something
 * was assumed; `children` gets the button that opens and closes it.
 */
export function BesideRows({
  dataset,
  children,
}: {
  dataset: DatasetDetail
  children: (button: ReactNode) => ReactNode
}) {
  const [wanted, setWanted] = useAddress('decisions')
  const id = useId()
  const assumed = dataset.receipt?.decisions.filter((one) => one.confidence === 'assumed').length ?? 0
  if (!dataset.receipt) return children(null)
  const open = wanted === null ? assumed > 0 && dataset.version.is_current : wanted === 'shown'
  const button = (
    <Button
      variant="outlined"
      aria-expanded={open}
      aria-controls={id}
      onClick={() => setWanted(open ? 'hidden' : 'shown')}
    >
      How it was read{assumed > 0 && `: ${formatCount(assumed)} assumed`}
    </Button>
  )
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: open ? 'minmax(0, 1fr) 340px' : 'minmax(0, 1fr)' },
      }}
    >
      {children(button)}
      {/* Its own height does not count: it is as high as the rows beside it. */}
      <Box id={id} sx={{ position: 'relative', display: open ? 'block' : 'none' }}>
        <Card
          sx={{
            overflow: 'hidden',
            position: { lg: 'absolute' },
            inset: 0,
            display: 'grid',
            gridTemplateRows: 'minmax(0, 1fr)',
          }}
        >
          {open && (
            <Box tabIndex={0} role="region" aria-label="Decisions" sx={{ overflow: 'auto', p: 2 }}>
              <Typography variant="h2" sx={{ mb: 1.5 }}>
                How it was read
              </Typography>
              <Decisions dataset={dataset} brief />
            </Box>
          )}
        </Card>
      </Box>
    </Box>
  )
}
