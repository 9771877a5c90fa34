'use client'

import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useMemo,
  useState,
} from 'react'

const NoticeBar = lazy(() => import('./NoticeBar'))

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
      {shown && (
        <Suspense>
          <NoticeBar key={shown.key} notice={shown} open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </NotifyContext>
  )
}
