'use client'

import SearchRounded from '@mui/icons-material/SearchRounded'
import { BareField } from './BareField'

/** The page's filter. The key `/` brings the cursor here. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <BareField
      type="search"
      value={value}
      placeholder={label}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => event.key === 'Escape' && onChange('')}
      start={<SearchRounded fontSize="small" aria-hidden sx={{ color: 'text.secondary', mr: 1 }} />}
      aria-label={label}
      aria-keyshortcuts="/"
      data-search=""
      sx={(theme) => ({
        width: { xs: '100%', sm: 260 },
        px: 1.25,
        minHeight: 36,
        fontSize: '0.875rem',
        borderRadius: 2,
        border: `1px solid color-mix(in srgb, ${theme.vars.palette.text.secondary} 72%, transparent)`,
        background: theme.vars.palette.background.paper,
        '&:focus-within': { outline: `2px solid ${theme.vars.palette.primary.main}`, outlineOffset: -1 },
        '& input::placeholder': { color: theme.vars.palette.text.secondary, opacity: 1 },
      })}
    />
  )
}
