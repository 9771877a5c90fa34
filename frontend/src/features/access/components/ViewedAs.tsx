'use client'

import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import { toProblem } from '@/lib/problem'
import { useNotify } from '@/ui/notify'
import { viewAsOneself } from '../api'

/** Over every page while an admin looks as somebody else. */
export function ViewedAs({ name }: { name: string }) {
  const notify = useNotify()
  return (
    <Alert
      severity="info"
      sx={{ mb: 2 }}
      action={
        <Button
          color="inherit"
          size="small"
          onClick={() =>
            viewAsOneself()
              .then(() => window.location.reload())
              .catch((problem) => notify(toProblem(problem).message))
          }
        >
          Look as yourself again
        </Button>
      }
    >
      You see what {name} may see, and no more than you may see yourself. Nothing can be changed.
    </Alert>
  )
}
