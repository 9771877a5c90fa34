import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { paths } from '@/config/paths'
import { toProblem } from '@/lib/problem'
import { useNotify } from '@/ui/notify'
import { createDashboard, type Proposal } from './api'

/** Make a proposed dashboard one that is kept, and go to it. */
export function useKeeping(): { busy: boolean; keep: (proposal: Proposal) => Promise<void> } {
  const router = useRouter()
  const queries = useQueryClient()
  const notify = useNotify()
  const [busy, setBusy] = useState(false)
  const keep = async ({ title, content }: Proposal) => {
    setBusy(true)
    try {
      const made = await createDashboard({ title, folder: '', content })
      queries.setQueryData(['dashboards', 'detail', made.id], made)
      void queries.invalidateQueries({ queryKey: ['dashboards', 'list'] })
      router.push(paths.dashboard(made.id))
    } catch (problem) {
      notify(toProblem(problem).message)
      setBusy(false)
    }
  }
  return { busy, keep }
}
