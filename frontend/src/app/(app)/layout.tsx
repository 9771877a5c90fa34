import { AppRouterCacheProvider } from '@mui/material-nextjs/v16-appRouter'
import type { Metadata, Viewport } from 'next'
import { type ReactNode, Suspense } from 'react'
import { ModeScript } from '@/ui/ModeScript'
import { Providers } from './Providers'
import { Workspace } from './Workspace'

export const metadata: Metadata = { title: 'Tablewright', robots: { index: false } }

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfbfa' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1214' },
  ],
}

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <ModeScript />
      </head>
      <body>
        <AppRouterCacheProvider>
          <Providers>
            <Workspace>
              <Suspense>{children}</Suspense>
            </Workspace>
          </Providers>
        </AppRouterCacheProvider>
      </body>
    </html>
  )
}
