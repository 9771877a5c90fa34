'use client'

import CssBaseline from '@mui/material/CssBaseline'
import { ThemeProvider } from '@mui/material/styles'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { MODE_KEY } from '@/config/theme'
import { MOST_RETURNS, returnIn } from '@/lib/patience'
import { comeBack, Problem } from '@/lib/problem'
import { NotifyProvider } from '@/ui/notify'
import { theme } from '@/ui/theme'

const newClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused it refuses again; only silence and overload are worth another try, the latter when
        // the server says.
        retry: (count, error) =>
          comeBack(error) === null
            ? count < 2 && !(error instanceof Problem && error.status > 0 && error.status < 500)
            : count < MOST_RETURNS,
        retryDelay: (count, error) => {
          const wait = comeBack(error)
          return wait === null ? Math.min(1000 * 2 ** count, 30_000) : returnIn(wait)
        },
      },
    },
  })

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(newClient)
  return (
    <ThemeProvider theme={theme} defaultMode="system" modeStorageKey={MODE_KEY} disableTransitionOnChange>
      <CssBaseline enableColorScheme />
      <QueryClientProvider client={queries}>
        <NotifyProvider>{children}</NotifyProvider>
      </QueryClientProvider>
    </ThemeProvider>
  )
}
