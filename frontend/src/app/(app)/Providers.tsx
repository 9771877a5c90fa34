'use client'

import CssBaseline from '@mui/material/CssBaseline'
import { ThemeProvider } from '@mui/material/styles'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { MODE_KEY } from '@/config/theme'
import { Problem } from '@/lib/problem'
import { NotifyProvider } from '@/ui/notify'
import { theme } from '@/ui/theme'

const newClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused it refuses again; only silence and overload are worth another try.
        retry: (count, error) =>
          count < 2 && !(error instanceof Problem && error.status > 0 && error.status < 500),
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
