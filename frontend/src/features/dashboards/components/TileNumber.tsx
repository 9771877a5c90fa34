'use client'

import { useQuery } from '@tanstack/react-query'
import type { Answer, Column } from '@/api/types'
import type { PointedNumber } from '@/lib/number'
import WhatNumber from '@/ui/WhatNumber'
import { dashboardQueries } from '../api'
import type { Looking } from '../model'

/** What a number of a tile is, under the filters and clicks in force. */
export default function TileNumber({
  dashboard,
  tile,
  looking,
  columnsOf,
  ...pointed
}: {
  dashboard: { id: string; version: number }
  tile: string
  looking: Looking
  columnsOf: (dataset: string) => readonly Column[]
  number: PointedNumber
  answer: Answer
  onClose: () => void
}) {
  const { data, error } = useQuery(
    dashboardQueries.tileQuestion(dashboard.id, dashboard.version, tile, looking),
  )
  return (
    <WhatNumber
      {...pointed}
      question={data}
      problem={error}
      columns={data ? columnsOf(data.dataset_id) : []}
    />
  )
}
