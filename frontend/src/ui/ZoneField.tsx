'use client'

import FormControl from '@mui/material/FormControl'
import FormHelperText from '@mui/material/FormHelperText'
import InputLabel from '@mui/material/InputLabel'
import OutlinedInput from '@mui/material/OutlinedInput'
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
      {/* What MUI's TextField is made of, without the menus that it brings for choices. */}
      <FormControl size="small" fullWidth error={!fits(text)}>
        <InputLabel htmlFor={`${id}-field`} shrink={placeholder === undefined ? undefined : true}>
          {label}
        </InputLabel>
        <OutlinedInput
          id={`${id}-field`}
          label={label}
          notched={placeholder === undefined ? undefined : true}
          value={text}
          placeholder={placeholder}
          aria-describedby={helperText === undefined ? undefined : `${id}-help`}
          onChange={(event) => {
            const name = event.target.value
            setText(name)
            if (fits(name)) onChange(name || null)
          }}
          inputProps={{ list: id, autoComplete: 'off', maxLength: 60 }}
        />
        {helperText !== undefined && <FormHelperText id={`${id}-help`}>{helperText}</FormHelperText>}
      </FormControl>
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
