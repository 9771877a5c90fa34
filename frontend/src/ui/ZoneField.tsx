'use client'

import TextField from '@mui/material/TextField'
import { useId, useMemo, useState } from 'react'

/** A time zone by its name, found while it is typed. Only names that there are go on. */
export function ZoneField({
  label,
  value,
  placeholder,
  helperText,
  onChange,
}: {
  label: string
  /** Null where none is said. */
  value: string | null
  /** What holds where none is said; without it one has to be said. */
  placeholder?: string
  helperText?: string
  onChange: (zone: string | null) => void
}) {
  const id = useId()
  const zones = useMemo(() => ['UTC', ...(Intl.supportedValuesOf?.('timeZone') ?? [])], [])
  const [text, setText] = useState(value ?? '')
  const isSaid = (name: string) => zones.includes(name) || name === value
  const fits = (name: string) => (name === '' ? placeholder !== undefined : isSaid(name))
  return (
    <>
      <TextField
        label={label}
        value={text}
        error={!fits(text)}
        helperText={helperText}
        placeholder={placeholder}
        onChange={(event) => {
          const name = event.target.value
          setText(name)
          if (fits(name)) onChange(name || null)
        }}
        slotProps={{
          htmlInput: { list: id, autoComplete: 'off', maxLength: 60 },
          inputLabel: placeholder === undefined ? undefined : { shrink: true },
        }}
      />
      <datalist id={id}>
        {zones.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  )
}

/** The time zone of this browser. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
