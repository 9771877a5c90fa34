import type { Metadata } from 'next'
import { Mark } from '@/ui/Mark'
import { ModeScript } from '@/ui/ModeScript'
import './(public)/public.css'

export const metadata: Metadata = { title: 'Not found · Tablewright', robots: { index: false } }

export default function NotFound() {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <ModeScript />
      </head>
      <body>
        <main className="door">
          <a className="brand" href="/">
            <Mark size={28} />
            Tablewright
          </a>
          <div className="door-card">
            <h1>There is no page here</h1>
            <p>The address may be mistyped, or the page was moved.</p>
            <div className="actions">
              <a className="button" href="/app/">
                Open your workspace
              </a>
            </div>
          </div>
        </main>
      </body>
    </html>
  )
}
