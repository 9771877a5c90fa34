'use client'

import MoreHorizRounded from '@mui/icons-material/MoreHorizRounded'
import IconButton from '@mui/material/IconButton'
import { lazy, type ReactNode, Suspense, useId, useState } from 'react'
import { useEver } from './useEver'

const Choices = lazy(() => import('./Choices'))

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
  icon = <MoreHorizRounded fontSize="small" />,
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
