'use client'

import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { components } from '@/api/schema'
import type { Job } from '@/api/types'
import { client, newKey, unwrap } from '@/lib/client'
import { download } from '@/lib/downloads'
import { problemOfJob, watchJob } from '@/lib/jobs'
import { isAbort, toProblem } from '@/lib/problem'
import { useNotify } from './notify'

const DeliveryProgress = lazy(() => import('./DeliveryProgress'))

export type ExportSource = components['schemas']['ExportIn']['source']

interface State {
  label: string
  job: Job | null
  problem: unknown
}

type Order = () => Promise<Job>

/** Something that is made by a job and then saved by the browser: ordered, watched, fetched. */
export function useDelivery() {
  const [state, setState] = useState<State | null>(null)
  const notify = useNotify()
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])

  const order = async (label: string, make: Order, fetchIt: (job: Job) => Promise<void>) => {
    stop.current?.abort()
    const control = new AbortController()
    stop.current = control
    setState({ label, job: null, problem: null })
    try {
      const begun = await make()
      setState({ label, job: begun, problem: null })
      const last = await watchJob(begun.id, (job) => setState({ label, job, problem: null }), control.signal)
      if (last.state === 'succeeded') {
        await fetchIt(last)
        setState(null)
        notify(`${label} is ready. The download has begun.`)
      } else if (last.state === 'cancelled') {
        setState(null)
        notify(`${label} was cancelled.`)
      } else setState({ label, job: last, problem: problemOfJob(last) })
    } catch (error) {
      if (!isAbort(error)) setState({ label, job: null, problem: error })
    }
  }

  const result = (job: Job, key: string): string =>
    String((job.result as Record<string, unknown> | null)?.[key] ?? '')

  /** A file of this format; only of a dashboard anything but a workbook. */
  const file = (label: string, source: ExportSource, format: 'xlsx' | 'pdf' | 'png') =>
    order(
      label,
      () =>
        unwrap(
          client.POST('/api/v1/exports', {
            body: { source, format },
            params: { header: { 'Idempotency-Key': newKey() } },
          } as never),
        ),
      (job) => download({ kind: 'export', id: result(job, 'export_id') }),
    )

  return {
    state,
    dismiss: () => setState(null),
    file,
    excel: (label: string, source: ExportSource) => file(label, source, 'xlsx'),
    edition: (label: string, make: Order, after: () => void) =>
      order(label, make, async (job) => {
        await download({ kind: 'edition', id: result(job, 'edition_id') })
        after()
      }),
    csv: (source: ExportSource) =>
      download({ kind: 'csv', source }).catch((error) => notify(toProblem(error).message)),
  }
}

/** Where a delivery stands, while there is one. */
export function DeliveryPanel({ delivery }: { delivery: ReturnType<typeof useDelivery> }) {
  const { state, dismiss } = delivery
  return (
    state && (
      <Suspense>
        <DeliveryProgress state={state} dismiss={dismiss} />
      </Suspense>
    )
  )
}
