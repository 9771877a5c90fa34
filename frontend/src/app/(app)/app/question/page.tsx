'use client'

import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { paths } from '@/config/paths'
import { datasetQueries } from '@/features/datasets/api'
import { DatasetPicker } from '@/features/datasets/components/DatasetPicker'
import { questionQueries } from '@/features/questions/api'
import { useAddress } from '@/lib/address'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { isOpened, part } from '@/ui/part'

// It is loaded while the session is opened, and the question and its dataset are asked for.
const question = part(
  () => import('./QuestionPage').then((module) => module.default),
  () => <Loading label="Loading the question" rows={8} />,
)
const QuestionPage = question.Part
if (isOpened(paths.ask())) question.prepare()

export default function Page() {
  useEffect(question.prepare, [])
  const [id] = useAddress('id')
  const [wanted] = useAddress('dataset')
  const saved = useQuery({ ...questionQueries.detail(id ?? ''), enabled: id !== null })
  const datasetId = id ? (saved.data?.dataset_id ?? null) : wanted
  const dataset = useQuery({ ...datasetQueries.detail(datasetId ?? ''), enabled: datasetId !== null })
  const error = saved.error ?? dataset.error
  // A question that was just saved has another address, and stays what it is: nothing of it is drawn anew.
  const [carried, setCarried] = useState<{ ids: readonly string[]; key: string }>({ ids: [], key: '' })
  const key = id !== null && carried.ids.includes(id) ? carried.key : (id ?? wanted ?? '')
  const onKept = useCallback((next: string) => setCarried({ ids: [id ?? next, next], key }), [id, key])

  if (!id && !wanted) return <DatasetPicker />
  if (error)
    return (
      <ErrorNotice error={error} retry={() => void (saved.error ? saved.refetch() : dataset.refetch())} />
    )
  if (!dataset.data || (id && !saved.data)) return <Loading label="Loading the question" rows={8} />
  return (
    <QuestionPage key={key} dataset={dataset.data} saved={id ? (saved.data ?? null) : null} onKept={onKept} />
  )
}
