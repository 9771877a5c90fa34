import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DatasetDetail, Version } from '@/api/types'
import { toProblem } from '@/lib/problem'
import { useNotify } from '@/ui/notify'
import { restoreVersion } from './api'

/** Going back to a version: `restore` is true once its rows are the newest version, and says why not otherwise. */
export function useRestoring(dataset: Pick<DatasetDetail, 'id'>) {
  const [restoring, setRestoring] = useState(false)
  const queries = useQueryClient()
  const notify = useNotify()
  const restore = async (version: Pick<Version, 'id' | 'number'>): Promise<boolean> => {
    setRestoring(true)
    try {
      const made = await restoreVersion(dataset.id, version.id)
      await queries.invalidateQueries({ queryKey: ['datasets'] })
      notify(`Version ${made.number} has the rows of version ${version.number}.`)
      return true
    } catch (problem) {
      notify(toProblem(problem).message)
      return false
    } finally {
      setRestoring(false)
    }
  }
  return { restoring, restore }
}
