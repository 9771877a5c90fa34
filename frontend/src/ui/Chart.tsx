'use client'

import Box from '@mui/material/Box'
import type { ChartProps } from './ChartFigure'
import { part } from './part'

const figure = part<ChartProps>(
  () => import('./ChartFigure').then((module) => module.default),
  ({ height = 340 }) => <Box sx={{ minHeight: height + 32 }} />,
)

/** A chart, whose code comes with the first one on a page. Its room is kept meanwhile. */
export const Chart = figure.Part

/** Have the code of charts brought before the first of them has its answer. */
export function prepareCharts(): void {
  figure.prepare()
  import('@tablewright/charts/engine').catch(() => undefined)
}
