import { useQueryClient } from '@tanstack/react-query'
import type { Dataset } from '@/api/types'
import { toProblem } from '@/lib/problem'
import { useNotify } from '@/ui/notify'
import { deleteDataset, restoreDataset } from './api'

/** Move a dataset to the bin, with the way back in the notice. */
export function useDatasetDeletion() {
  const queries = useQueryClient()
  const notify = useNotify()
  const refresh = () => queries.invalidateQueries({ queryKey: ['datasets'] })
  return async (dataset: Pick<Dataset, 'id' | 'name'>): Promise<boolean> => {
    try {
      await deleteDataset(dataset.id)
    } catch (error) {
      notify(toProblem(error).message)
      return false
    }
    await refresh()
    notify({
      message: `“${dataset.name}” is in the bin. It is kept for 30 days.`,
      action: {
        label: 'Undo',
        run: () =>
          restoreDataset(dataset.id)
            .then(refresh)
            .catch((error) => notify(toProblem(error).message)),
      },
    })
    return true
  }
}
