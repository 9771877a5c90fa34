import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { ModeScript } from '@/ui/ModeScript'
import './public.css'

export const metadata: Metadata = {
  title: { default: 'Tablewright', template: '%s · Tablewright' },
  applicationName: 'Tablewright',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fcfcfb' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1214' },
  ],
}

export default function PublicLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <ModeScript />
      </head>
      <body>{children}</body>
    </html>
  )
}
