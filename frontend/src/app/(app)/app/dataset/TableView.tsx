'use client'

import { useMemo } from 'react'
import type { DatasetDetail } from '@/api/types'
import { gridColumns } from '@/features/datasets/columns'
import { BesideRows } from '@/features/datasets/components/BesideRows'
import { DatasetRows } from '@/features/questions/components/DatasetRows'
import type { Source } from '@/lib/ask'

// What a dataset shows first comes in one piece, because its parts share most of their code.
export { FirstLook } from '@/features/questions/components/FirstLook'

/** All rows, with what was decided about them. */
export function TableView({ dataset, source }: { dataset: DatasetDetail; source: Source }) {
  const columns = useMemo(() => gridColumns(dataset), [dataset])
  return (
    <BesideRows dataset={dataset}>
      {(tools) => <DatasetRows key={dataset.version.id} source={source} columns={columns} tools={tools} />}
    </BesideRows>
  )
}
