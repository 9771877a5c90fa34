'use client'

import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import TextField from '@mui/material/TextField'
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { begunWord, withWord } from '@/lib/braces'
import { hidden } from './hidden'

/**
 * A text with names in braces that are filled in. After an opening brace the names are offered in a list that is
 * driven from the field: arrows choose, Enter or Tab takes, Escape closes.
 */
export function WordField({
  label,
  value,
  words,
  helper,
  placeholder,
  maxLength,
  onChange,
}: {
  label: string
  value: string
  words: readonly string[]
  helper?: string
  placeholder?: string
  maxLength: number
  onChange: (text: string) => void
}) {
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const next = useRef<number | null>(null)
  const [cursor, setCursor] = useState(value.length)
  const [active, setActive] = useState(0)
  const [open, setOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cursor is put where the taken word ends
  useLayoutEffect(() => {
    if (next.current === null) return
    field.current?.setSelectionRange(next.current, next.current)
    setCursor(next.current)
    next.current = null
  }, [value])

  const begun = begunWord(value, cursor)
  const sought = begun?.toLowerCase() ?? ''
  const offered =
    begun === null ? [] : words.filter((word) => word.toLowerCase().includes(sought)).slice(0, 20)
  const shown = open && offered.length > 0
  const chosen = Math.min(active, offered.length - 1)
  const take = (word: string) => {
    const made = withWord(value, cursor, word)
    if (made.text.length > maxLength) return
    next.current = made.cursor
    setOpen(false)
    setActive(0)
    onChange(made.text)
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!shown) return
    if (event.key === 'ArrowDown') setActive((chosen + 1) % offered.length)
    else if (event.key === 'ArrowUp') setActive((chosen - 1 + offered.length) % offered.length)
    else if (event.key === 'Enter' || event.key === 'Tab') take(offered[chosen] as string)
    else if (event.key === 'Escape') setOpen(false)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <Box sx={{ display: 'grid', gap: 1, position: 'relative', gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <TextField
        label={label}
        value={value}
        multiline
        maxRows={4}
        placeholder={placeholder}
        helperText={helper}
        inputRef={field}
        onChange={(event) => {
          setOpen(true)
          setCursor(event.target.selectionStart ?? event.target.value.length)
          onChange(event.target.value)
        }}
        onSelect={(event) => setCursor((event.target as HTMLTextAreaElement).selectionStart)}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
        slotProps={{
          htmlInput: {
            maxLength,
            'aria-autocomplete': 'list',
            'aria-haspopup': 'listbox',
            'aria-controls': shown ? `${id}-list` : undefined,
            'aria-activedescendant': shown ? `${id}-${chosen}` : undefined,
          },
        }}
      />
      {shown && (
        <Box
          id={`${id}-list`}
          role="listbox"
          aria-label="Names that are filled in"
          sx={{
            position: 'absolute',
            zIndex: 2,
            top: 44,
            left: 8,
            right: 8,
            p: 0.5,
            maxHeight: 220,
            overflow: 'auto',
            border: '1px solid',
            borderColor: 'divider',
            borderRadius: 2,
            bgcolor: 'background.paper',
            boxShadow: '0 12px 40px -12px rgb(0 0 0 / 28%)',
            fontSize: '0.8125rem',
            '& [role="option"]': { px: 1, py: 0.75, borderRadius: 1.25, cursor: 'pointer' },
            '& [aria-selected="true"]': { bgcolor: 'background.sunk', fontWeight: 600 },
          }}
        >
          {offered.map((word, index) => (
            <div
              key={word}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              ref={index === chosen ? intoView : undefined}
              onPointerDown={(event) => {
                event.preventDefault()
                take(word)
              }}
            >
              {`{${word}}`}
            </div>
          ))}
        </Box>
      )}
      <span role="status" style={hidden}>
        {shown ? `${offered.length} names. ${offered[chosen] ?? ''}` : ''}
      </span>
      <Box
        role="group"
        aria-label={`Put into the ${label.toLowerCase()}`}
        sx={{ display: 'flex', gap: 0.5, flexWrap: 'wrap' }}
      >
        {words.slice(0, 12).map((word) => (
          <Chip
            key={word}
            label={`{${word}}`}
            size="small"
            variant="outlined"
            component="button"
            type="button"
            onClick={() => take(word)}
            sx={{ maxWidth: '100%' }}
          />
        ))}
      </Box>
    </Box>
  )
}

const intoView = (element: HTMLElement | null) => element?.scrollIntoView?.({ block: 'nearest' })
