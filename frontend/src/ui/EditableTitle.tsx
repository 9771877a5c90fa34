'use client'

import EditOutlined from '@mui/icons-material/EditOutlined'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { BareField } from './BareField'
import { IconButton } from './Button'
import { hidden } from './hidden'

/** A page's heading that can be renamed in place. Enter keeps the new name, Escape the old one. */
export function EditableTitle({
  value,
  label,
  editable,
  onChange,
}: {
  value: string
  label: string
  editable: boolean
  onChange: (value: string) => void
}) {
  const [draft, setDraft] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const editing = draft !== null
  useEffect(() => {
    if (editing) input.current?.select()
  }, [editing])

  const finish = (keep: boolean) => {
    const next = draft?.trim()
    setDraft(null)
    if (keep && next && next !== value) onChange(next)
    requestAnimationFrame(() => button.current?.focus())
  }

  if (editing) {
    return (
      <Box
        component="form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          finish(true)
        }}
      >
        <Typography component="h1" sx={hidden}>
          {value}
        </Typography>
        <BareField
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={() => finish(true)}
          onKeyDown={(event) => event.key === 'Escape' && finish(false)}
          inputRef={input}
          aria-label={label}
          maxLength={200}
          sx={{
            width: 'min(560px, 100%)',
            px: 1,
            mx: -1,
            fontSize: '1.5rem',
            fontWeight: 650,
            letterSpacing: '-0.02em',
            borderRadius: 1.5,
            bgcolor: 'background.paper',
            outline: '2px solid',
            outlineColor: 'primary.main',
          }}
        />
      </Box>
    )
  }
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
      <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
        {value}
      </Typography>
      {editable && (
        <IconButton
          ref={button}
          size="small"
          aria-label={label}
          title={label}
          onClick={() => setDraft(value)}
        >
          <EditOutlined fontSize="inherit" />
        </IconButton>
      )}
    </Box>
  )
}
