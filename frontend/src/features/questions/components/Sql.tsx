'use client'

import Box from '@mui/material/Box'
import { Button } from '@/ui/Button'
import { useNotify } from '@/ui/notify'
import { mono } from '@/ui/theme'

/** The question as SQL, to be read and copied. It cannot be changed here: the question is what is asked. */
export function Sql({ text }: { text: string }) {
  const notify = useNotify()
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => notify('The SQL is copied.'),
      () => notify('The browser did not allow copying.'),
    )
  return (
    <Box
      component="details"
      sx={{
        '& summary': {
          cursor: 'pointer',
          fontSize: '0.8125rem',
          color: 'text.secondary',
          width: 'fit-content',
        },
      }}
    >
      <summary>As SQL</summary>
      <Box sx={{ position: 'relative', mt: 1 }}>
        <Box
          component="pre"
          tabIndex={0}
          role="region"
          aria-label="The question as SQL"
          sx={{
            m: 0,
            p: 1.5,
            pr: 9,
            maxHeight: 320,
            overflow: 'auto',
            borderRadius: 2,
            bgcolor: 'background.sunk',
            fontFamily: mono,
            fontSize: '0.8125rem',
          }}
        >
          {text}
        </Box>
        <Button
          variant="outlined"
          onClick={() => void copy()}
          aria-label="Copy the SQL"
          sx={{ position: 'absolute', top: 8, right: 12, minHeight: 28 }}
        >
          Copy
        </Button>
      </Box>
    </Box>
  )
}
