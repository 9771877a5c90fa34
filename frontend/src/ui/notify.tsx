'use client'

import Button from '@mui/material/Button'
import Snackbar from '@mui/material/Snackbar'
import SnackbarContent from '@mui/material/SnackbarContent'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'

export interface Notice {
  message: string
  /** A way back: what can be undone is not asked about first. */
  action?: { label: string; run: () => void }
  seconds?: number
}

const NotifyContext = createContext<(notice: Notice | string) => void>(() => undefined)

/** Say that something happened, at the lower edge, for a few seconds. */
export const useNotify = () => useContext(NotifyContext)

export function NotifyProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<(Notice & { key: number }) | null>(null)
  const [open, setOpen] = useState(false)

  const notify = useCallback((notice: Notice | string) => {
    setShown((before) => ({
      ...(typeof notice === 'string' ? { message: notice } : notice),
      key: (before?.key ?? 0) + 1,
    }))
    setOpen(true)
  }, [])
  const context = useMemo(() => notify, [notify])

  return (
    <NotifyContext value={context}>
      {children}
      <Snackbar
        key={shown?.key}
        open={open}
        autoHideDuration={(shown?.seconds ?? (shown?.action ? 12 : 5)) * 1000}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        onClose={(_, reason) => reason !== 'clickaway' && setOpen(false)}
        sx={{ bottom: { xs: 76, md: 24 } }}
      >
        <SnackbarContent
          role="status"
          message={shown?.message}
          sx={{ borderRadius: 2, '& .MuiSnackbarContent-message': { py: 0.75 } }}
          action={
            shown?.action && (
              <Button
                color="inherit"
                onClick={() => {
                  setOpen(false)
                  shown.action?.run()
                }}
                sx={{ textDecoration: 'underline', textUnderlineOffset: 3 }}
              >
                {shown.action.label}
              </Button>
            )
          }
        />
      </Snackbar>
    </NotifyContext>
  )
}
