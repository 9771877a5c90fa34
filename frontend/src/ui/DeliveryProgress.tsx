'use client'

import Box from '@mui/material/Box'
import { cancelJob } from '@/lib/jobs'
import { toProblem } from '@/lib/problem'
import { Button } from './Button'
import { ErrorNotice } from './ErrorNotice'
import { useNotify } from './notify'
import { JobProgress, ProgressLine, ProgressPanel } from './ProgressPanel'
import type { useDelivery } from './useDelivery'

type State = NonNullable<ReturnType<typeof useDelivery>['state']>

/** What is being made, how far it is, and why it could not be. */
export default function DeliveryProgress({ state, dismiss }: { state: State; dismiss: () => void }) {
  const notify = useNotify()
  return (
    <Box sx={{ mb: 3 }}>
      {state.problem !== null ? (
        <ErrorNotice
          error={state.problem}
          action={
            <Button variant="outlined" onClick={dismiss}>
              Dismiss
            </Button>
          }
        />
      ) : (
        <ProgressPanel
          title={state.label}
          aside={
            state.job && (
              <Button
                variant="outlined"
                onClick={() =>
                  state.job && cancelJob(state.job.id).catch((error) => notify(toProblem(error).message))
                }
              >
                Cancel
              </Button>
            )
          }
        >
          {state.job ? (
            <JobProgress job={state.job} label={`Progress of ${state.label}`} />
          ) : (
            <ProgressLine stage="Beginning" label={`Progress of ${state.label}`} />
          )}
        </ProgressPanel>
      )}
    </Box>
  )
}
