'use client'

import Alert from '@mui/material/Alert'
import { toProblem } from '@/lib/problem'
import { Button } from '@/ui/Button'
import { useNotify } from '@/ui/notify'
import { viewAsOneself } from '../api'

/** Over every page while an admin looks as somebody else. */
export function ViewedAs({ name }: { name: string }) {
  const notify = useNotify()
  return (
    <Alert
      severity="info"
      // On a phone the button stands below the words.
      sx={{ mb: 2, flexWrap: 'wrap', '& .MuiAlert-message': { flex: '1 1 220px' } }}
      action={
        <Button
          color="inherit"
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
