'use client'

import { useQuery } from '@tanstack/react-query'
import type { Dataset } from '@/api/types'
import { formatBytes, formatCount, formatMoment } from '@/lib/format'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { datasetQueries } from '../api'
import { Sheet } from './ReceiptView'

/** Every version that the dataset had, the newest first. */
export function Versions({ dataset }: { dataset: Dataset }) {
  const { data, error, refetch } = useQuery(datasetQueries.versions(dataset.id))
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading versions" rows={2} />
  return (
    <Sheet label="Versions" heads={['Version', 'Rows', 'Size', 'Made']}>
      {[...data.items]
        .sort((a, b) => b.number - a.number)
        .map((version) => (
          <tr key={version.id}>
            <td>
              {version.number}
              {version.id === dataset.current_version_id && ' (current)'}
            </td>
            <td>{formatCount(version.row_count)}</td>
            <td>{formatBytes(version.byte_count)}</td>
            <td>{formatMoment(version.created_at)}</td>
          </tr>
        ))}
    </Sheet>
  )
}
