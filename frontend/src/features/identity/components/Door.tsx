import type { ReactNode } from 'react'
import { Mark } from '@/ui/Mark'

/** The frame of the pages in front of the workspace. */
export function Door({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="door">
      <a className="brand" href="/">
        <Mark size={28} />
        Tablewright
      </a>
      <div className="door-card">
        <h1>{title}</h1>
        <p>{lead}</p>
        {children}
      </div>
    </main>
  )
}
