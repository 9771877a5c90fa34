'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Job } from '@/api/types'
import { cancelJob, problemOfJob, watchJob } from '@/lib/jobs'
import { isAbort, toProblem } from '@/lib/problem'
import { Button } from './Button'
import { ErrorNotice } from './ErrorNotice'
import { useNotify } from './notify'
import { JobProgress, ProgressLine, ProgressPanel } from './ProgressPanel'

interface State {
  label: string
  job: Job | null
  problem: unknown
}

/** A job that a page begins and stays with: watched, cancelled, and the queries it changes asked anew at its end. */
export function useWatchedJob(queryKey: readonly unknown[]) {
  const [state, setState] = useState<State | null>(null)
  const queries = useQueryClient()
  const notify = useNotify()
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])

  /** The job's result, or null when there is none: then the panel says why. */
  const run = async (label: string, begin: () => Promise<Job>): Promise<Job | null> => {
    stop.current?.abort()
    const control = new AbortController()
    stop.current = control
    setState({ label, job: null, problem: null })
    try {
      const begun = await begin()
      const last = await watchJob(begun.id, (job) => setState({ label, job, problem: null }), control.signal)
      if (last.state === 'succeeded') {
        await queries.invalidateQueries({ queryKey })
        setState(null)
        return last
      }
      if (last.state === 'cancelled') {
        setState(null)
        notify('Cancelled. Nothing was changed.')
      } else setState({ label, job: last, problem: problemOfJob(last) })
    } catch (error) {
      if (!isAbort(error)) setState({ label, job: null, problem: error })
    }
    return null
  }
  const busy = state !== null && state.problem === null
  return { state, busy, run, dismiss: () => setState(null) }
}

/** What has been changed but not done yet: the deed, the way out of it, and what it means. */
export function JobActions({
  watched,
  deed,
  ready = true,
  changed = true,
  note,
  onDo,
  onDiscard,
  children,
}: {
  watched: ReturnType<typeof useWatchedJob>
  deed: string
  ready?: boolean
  /** Whether there is something to discard. */
  changed?: boolean
  note?: string
  onDo: () => void
  onDiscard: () => void
  /** What else can be done with it. */
  children?: ReactNode
}) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
      <Button variant="contained" onClick={onDo} disabled={!ready || watched.busy}>
        {deed}
      </Button>
      {children}
      <Button variant="outlined" onClick={onDiscard} disabled={!changed || watched.busy}>
        Discard
      </Button>
      {note && (
        <Typography variant="caption" color="textSecondary">
          {note}
        </Typography>
      )}
    </Box>
  )
}

export function JobPanel({ watched }: { watched: ReturnType<typeof useWatchedJob> }) {
  const notify = useNotify()
  const { state } = watched
  if (!state) return null
  if (state.problem) return <ErrorNotice error={state.problem} retry={watched.dismiss} dense />
  const { job, label } = state
  return (
    <ProgressPanel
      title={label}
      aside={
        job && (
          <Button
            variant="outlined"
            onClick={() => cancelJob(job.id).catch((error) => notify(toProblem(error).message))}
          >
            Cancel
          </Button>
        )
      }
    >
      {job ? (
        <JobProgress job={job} label={`Progress: ${label}`} />
      ) : (
        <ProgressLine label={`Progress: ${label}`} stage="Beginning" />
      )}
    </ProgressPanel>
  )
}
