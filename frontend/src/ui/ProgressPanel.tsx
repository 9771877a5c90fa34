'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { type ReactNode, useEffect, useState } from 'react'
import type { Job } from '@/api/types'
import { formatBytes, formatCount, formatDuration } from '@/lib/format'
import { type Pace, paced, stageWords } from '@/lib/jobs'
import { ProgressBar } from './ProgressBar'

/** A stage in words, how far it is, and what is left of it. */
export function ProgressLine({
  stage,
  done,
  total,
  detail,
  label,
}: {
  stage: string
  done?: number | null
  total?: number | null
  detail?: string
  label: string
}) {
  const share = total && total > 0 && done !== undefined && done !== null ? Math.min(1, done / total) : null
  return (
    <Box>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, mb: 0.75 }}>
        <Typography variant="caption">{stage}</Typography>
        {detail && (
          <Typography variant="caption" color="textSecondary" sx={{ fontVariantNumeric: 'tabular-nums' }}>
            {detail}
          </Typography>
        )}
      </Box>
      <ProgressBar label={label} share={share} />
    </Box>
  )
}

export function detailOf(progress: Job['progress'], pace: Pace | null = null): string {
  if (!progress) return ''
  const { done, total, unit, rows } = progress
  const eta = progress.eta_s ?? pace?.secondsLeft
  const say = (value: number) => (unit === 'bytes' ? formatBytes(value) : formatCount(value))
  const parts: string[] = []
  if (done !== null && done !== undefined) {
    const amount = total ? `${say(done)} of ${say(total)}` : say(done)
    parts.push(unit && unit !== 'bytes' ? `${amount} ${unit}` : amount)
  }
  if (rows) parts.push(`${formatCount(rows)} rows`)
  if (pace?.rowRate) {
    parts.push(`${formatCount(Math.round(pace.rowRate))} rows a second`)
  } else if (pace?.rate) {
    parts.push(`${say(pace.rate)}${unit && unit !== 'bytes' ? ` ${unit}` : ''} a second`)
  }
  if (eta) parts.push(`${formatDuration(eta)} left`)
  return parts.join(' · ')
}

/** A job on its way. */
export function JobProgress({ job, label }: { job: Job; label: string }) {
  const [pace, setPace] = useState<Pace | null>(null)
  const { progress } = job
  useEffect(() => setPace((before) => paced(before, progress, Date.now())), [progress])
  return (
    <ProgressLine
      label={label}
      stage={stageWords(job)}
      done={job.progress?.done}
      total={job.progress?.total}
      detail={detailOf(progress, pace)}
    />
  )
}

/** A quiet box around something that is going on. */
export function ProgressPanel({
  title,
  aside,
  children,
}: {
  title: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <Box
      sx={{ p: 2, border: '1px solid', borderColor: 'divider', borderRadius: 2, bgcolor: 'background.paper' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 1.5 }}>
        <Typography variant="h3" sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        {aside}
      </Box>
      {children}
    </Box>
  )
}
