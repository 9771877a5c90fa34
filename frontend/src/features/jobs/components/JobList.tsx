'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import NextLink from 'next/link'
import type { Job, JobState } from '@/api/types'
import { paths } from '@/config/paths'
import { download } from '@/lib/downloads'
import { countOf, formatAgo, formatDuration } from '@/lib/format'
import { cancelJob, isOver, problemOfJob, retryJob } from '@/lib/jobs'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { JobProgress } from '@/ui/ProgressPanel'
import { jobQueries } from '../api'

const states: Readonly<Record<JobState, { label: string; color?: 'info' | 'success' | 'error' }>> = {
  queued: { label: 'Waiting' },
  running: { label: 'Running', color: 'info' },
  succeeded: { label: 'Done', color: 'success' },
  failed: { label: 'Failed', color: 'error' },
  cancelled: { label: 'Cancelled' },
  dead: { label: 'Given up', color: 'error' },
}

const kinds: Readonly<Record<string, string>> = {
  'datasets.load': 'Load',
  'datasets.accept': 'Accepted file',
  'datasets.replay': 'Rows put right',
  'reports.render': 'PDF',
  'exports.write': 'Excel',
}

/** What the installation is doing for this workspace, and what it did lately. */
export function JobList() {
  const { data, error, refetch } = useQuery(jobQueries.recent())
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading jobs" />
  if (data.items.length === 0) {
    return (
      <EmptyState title="Nothing has run yet">
        Loads, PDF editions and Excel exports appear here with their progress.
      </EmptyState>
    )
  }
  return (
    <Box component="ul" aria-label="Jobs" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
      {data.items.map((job) => (
        <li key={job.id}>
          <JobCard job={job} />
        </li>
      ))}
    </Box>
  )
}

function took(job: Job): string {
  if (!job.started_at || !job.finished_at) return ''
  return `in ${formatDuration((new Date(job.finished_at).getTime() - new Date(job.started_at).getTime()) / 1000)}`
}

function JobCard({ job }: { job: Job }) {
  const queries = useQueryClient()
  const notify = useNotify()
  const mayExport = useMay('exports.create')
  const name = job.label || job.kind
  const state = states[job.state]
  const change = (verb: (id: string) => Promise<Job>) =>
    verb(job.id)
      .then(() => queries.invalidateQueries({ queryKey: ['jobs'] }))
      .catch((error) => notify(toProblem(error).message))
  const made = (job.result ?? {}) as { edition_id?: string; export_id?: string }
  const fetchIt = () =>
    download(
      made.edition_id
        ? { kind: 'edition', id: made.edition_id }
        : { kind: 'export', id: made.export_id ?? '' },
    ).catch((error) => notify(toProblem(error).message))
  const tables = (job.result as { tables?: { dataset_id: string; name: string }[] } | null)?.tables ?? []

  return (
    <Card sx={{ px: 2, py: 1.5 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Box
          component="span"
          sx={{
            minWidth: 84,
            px: 1,
            border: '1px solid',
            borderColor: state.color
              ? `color-mix(in srgb, var(--mui-palette-${state.color}-main) 70%, transparent)`
              : 'divider',
            borderRadius: 1.5,
            color: state.color && `${state.color}.main`,
            fontSize: '0.8125rem',
            lineHeight: '24px',
            textAlign: 'center',
          }}
        >
          {state.label}
        </Box>
        <Box sx={{ flex: '1 1 200px', minWidth: 0 }}>
          <Typography variant="body2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
            {name}
          </Typography>
          <Typography variant="caption" color="textSecondary">
            {[
              kinds[job.kind] ?? job.kind,
              formatAgo(job.created_at),
              took(job),
              job.attempt > 1 ? countOf(job.attempt, 'attempt') : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </Typography>
        </Box>
        {tables.slice(0, 3).map((table) => (
          <Typography
            key={table.dataset_id}
            variant="body2"
            component={NextLink}
            href={paths.dataset(table.dataset_id)}
            color="primary"
          >
            {table.name}
          </Typography>
        ))}
        {job.state === 'succeeded' && (made.edition_id || made.export_id) && mayExport && (
          <Button variant="outlined" aria-label={`Download ${name}`} onClick={() => void fetchIt()}>
            Download
          </Button>
        )}
        {!isOver(job) && (
          <Button variant="outlined" aria-label={`Cancel ${name}`} onClick={() => change(cancelJob)}>
            Cancel
          </Button>
        )}
        {(job.state === 'failed' || job.state === 'dead' || job.state === 'cancelled') && (
          <Button variant="outlined" aria-label={`Retry ${name}`} onClick={() => change(retryJob)}>
            Retry
          </Button>
        )}
      </Box>
      {!isOver(job) && (
        <Box sx={{ mt: 1.5 }}>
          <JobProgress job={job} label={`Progress of ${name}`} />
        </Box>
      )}
      {(job.state === 'failed' || job.state === 'dead') && (
        <Box sx={{ mt: 1.5 }}>
          <ErrorNotice dense error={problemOfJob(job)} />
        </Box>
      )}
    </Card>
  )
}
