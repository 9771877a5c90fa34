'use client'

import { lazy, type ReactNode, Suspense, useId, useState } from 'react'
import { IconButton } from './Button'
import { useEver } from './useEver'

const Choices = lazy(() => import('./Choices'))

const dots = (
  <svg width="20" height="20" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
    <path d="M6 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z" />
  </svg>
)

export interface Action {
  label: string
  run: () => void
  danger?: boolean
  disabled?: boolean
  /** It is in force already. */
  chosen?: boolean
}

/** What else can be done with one thing. `label` names the thing, for instance "Actions for orders". */
export function ActionMenu({
  label,
  actions,
  icon = dots,
}: {
  label: string
  actions: readonly Action[]
  icon?: ReactNode
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const used = useEver(anchor !== null)
  const id = useId()
  return (
    <>
      <IconButton
        size="small"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-controls={anchor ? id : undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {icon}
      </IconButton>
      {used && (
        <Suspense>
          <Choices
            id={id}
            anchorEl={anchor}
            open={anchor !== null}
            onClose={() => setAnchor(null)}
            actions={actions}
          />
        </Suspense>
      )}
    </>
  )
}
