'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import Typography from '@mui/material/Typography'
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react'
import { BareField } from './BareField'
import { hidden } from './hidden'

export interface Command {
  id: string
  group: string
  label: string
  hint?: string
  run: () => void
}

/** The commands whose words all begin some word of the label, the earliest match first. */
export function matching(commands: readonly Command[], typed: string, most = 40): Command[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return commands.slice(0, most)
  const ranked: { command: Command; rank: number }[] = []
  for (const command of commands) {
    const text = `${command.label} ${command.group}`.toLowerCase()
    let rank = 0
    const fits = wanted.every((word) => {
      const at = text.indexOf(word)
      const starts = at === 0 || /[\s_\-./(]/.test(text[at - 1] ?? '')
      rank += at < 0 ? 0 : at + (starts ? 0 : 100)
      return at >= 0
    })
    if (fits) ranked.push({ command, rank })
  }
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ command }) => command)
}

/** Go anywhere by typing a part of its name. */
export function CommandPalette({
  open,
  onClose,
  commands,
}: {
  open: boolean
  onClose: () => void
  commands: readonly Command[]
}) {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const found = useMemo(() => matching(commands, typed), [commands, typed])
  const current = Math.min(at, Math.max(0, found.length - 1))

  useEffect(() => {
    if (open) {
      setTyped('')
      setAt(0)
    }
  }, [open])
  useEffect(() => {
    document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, current])

  const go = (command: Command | undefined) => {
    if (!command) return
    onClose()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const last = found.length - 1
    const moves: Record<string, number> = {
      ArrowDown: current >= last ? 0 : current + 1,
      ArrowUp: current <= 0 ? last : current - 1,
      Home: 0,
      End: last,
    }
    if (event.key in moves && !(event.key === 'Home' && typed) && !(event.key === 'End' && typed)) {
      event.preventDefault()
      setAt(moves[event.key] ?? 0)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      go(found[current])
    }
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      aria-labelledby={`${id}-title`}
      maxWidth={false}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
      slotProps={{
        paper: { sx: { width: 'min(600px, calc(100vw - 24px))', m: 1.5, mt: { xs: 2, sm: '14vh' } } },
      }}
    >
      <Box component="h2" id={`${id}-title`} sx={hidden}>
        Go to
      </Box>
      <BareField
        autoFocus
        fullWidth
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        placeholder="Go to a page, dataset, question or report"
        role="combobox"
        aria-label="Go to"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        sx={{ px: 2.25, py: 1.5, fontSize: '1rem', borderBottom: '1px solid', borderColor: 'divider' }}
      />
      <Box
        role="listbox"
        id={`${id}-list`}
        aria-label="Places"
        sx={{ p: 1, maxHeight: '52vh', overflowY: 'auto', minHeight: 48 }}
      >
        {found.map((command, index) => (
          <Box
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            onMouseMove={() => setAt(index)}
            onClick={() => go(command)}
            sx={{
              display: 'flex',
              gap: 2,
              alignItems: 'center',
              px: 1.5,
              minHeight: 38,
              borderRadius: 1.5,
              cursor: 'pointer',
              bgcolor: index === current ? 'background.sunk' : 'transparent',
            }}
          >
            <Typography variant="body2" noWrap sx={{ flex: 1, fontWeight: 500 }}>
              {command.label}
            </Typography>
            <Typography variant="caption" color="textSecondary" noWrap>
              {command.hint ?? command.group}
            </Typography>
          </Box>
        ))}
      </Box>
      {found.length === 0 && (
        <Typography role="status" variant="body2" color="textSecondary" sx={{ px: 2.5, pb: 2.5 }}>
          Nothing is called that.
        </Typography>
      )}
    </Dialog>
  )
}
