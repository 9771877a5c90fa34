'use client'

import Box from '@mui/material/Box'
import { lazy, Suspense } from 'react'
import type { ChartProps } from './ChartFigure'

const ChartFigure = lazy(() => import('./ChartFigure'))

/** A chart, whose code comes with the first one on a page. Its room is kept meanwhile. */
export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<Box sx={{ minHeight: (props.height ?? 340) + 32 }} />}>
      <ChartFigure {...props} />
    </Suspense>
  )
}
