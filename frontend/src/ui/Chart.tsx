'use client'

import Box from '@mui/material/Box'
import { useEffect, useState } from 'react'
import type { ChartProps } from './ChartFigure'

type Figure = typeof import('./ChartFigure').default

let there: Figure | null = null

const load = () =>
  import('./ChartFigure').then((module) => {
    there = module.default
    return there
  })

/** Have the code of charts brought before the first of them has its answer. */
export function prepareCharts(): void {
  // What cannot be brought now is tried again, and told, by the chart that needs it.
  load().catch(() => undefined)
  import('@tablewright/charts/engine').catch(() => undefined)
}

/**
 * A chart, whose code comes with the first one on a page. Its room is kept meanwhile. Without Suspense, because React
 * shows what was waited for only 300 ms after the last room was shown.
 */
export function Chart(props: ChartProps) {
  const [Figure, setFigure] = useState<Figure | null>(() => there)
  const [problem, setProblem] = useState<unknown>(null)
  useEffect(() => {
    if (Figure) return
    let wanted = true
    load().then(
      (figure) => {
        if (wanted) setFigure(() => figure)
      },
      (error: unknown) => {
        if (wanted) setProblem(error)
      },
    )
    return () => {
      wanted = false
    }
  }, [Figure])
  if (problem) throw problem
  return Figure ? <Figure {...props} /> : <Box sx={{ minHeight: (props.height ?? 340) + 32 }} />
}
