'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { DatasetDetail, SavedQuestion } from '@/api/types'
import { paths } from '@/config/paths'
import { datasetQueries } from '@/features/datasets/api'
import { DatasetPicker } from '@/features/datasets/components/DatasetPicker'
import { questionQueries } from '@/features/questions/api'
import { compact, expand } from '@/features/questions/link'
import { type Draft, draftOf, emptyDraft } from '@/features/questions/model'
import { suggestQuestions } from '@/features/questions/suggest'
import { packState, unpackState, useAddress } from '@/lib/address'
import { sourceOf } from '@/lib/ask'
import { useMay } from '@/lib/session'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'

// It is loaded while the question and its dataset are.
const workbench = () => import('@/features/questions/components/Workbench').then((module) => module.Workbench)
const Workbench = dynamic(workbench, { loading: () => <Loading label="Loading the question" rows={8} /> })
const AddToReport = dynamic(
  () => import('@/features/reports/components/AddToReport').then((module) => module.AddToReport),
  { loading: nothing },
)
const FormatPanel = dynamic(
  () => import('@/features/rules/components/FormatPanel').then((module) => module.FormatPanel),
  { loading: nothing },
)

export default function Page() {
  useEffect(() => void workbench(), [])
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

function QuestionPage({
  dataset,
  saved,
  onKept,
}: {
  dataset: DatasetDetail
  saved: SavedQuestion | null
  /** This question is kept under this id now. */
  onKept: (id: string) => void
}) {
  const router = useRouter()
  const [state, setState] = useAddress('q')
  const mayReport = useMay('reports.edit')
  const notify = useNotify()
  const source = useMemo(() => sourceOf(dataset), [dataset])
  // The address is where one starts; from then on the workbench leads and the address follows.
  const [initial, setInitial] = useState<Draft | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once
  useEffect(() => {
    void unpackState(state).then((value) =>
      setInitial(
        expand(value, source.columns) ??
          (saved
            ? draftOf(saved.question, saved.chart, saved.formats)
            : (suggestQuestions(source)[0]?.draft ?? emptyDraft)),
      ),
    )
  }, [])
  const latest = useRef(0)
  const tooLong = useRef(false)
  const onAddress = useCallback(
    (draft: Draft | null) => {
      const mine = ++latest.current
      if (!draft) return setState(null)
      void packState(compact(draft)).then((text) => {
        if (mine !== latest.current) return
        setState(text)
        if (text === null && !tooLong.current)
          notify('The question has become too large for a link. Save it to share it.')
        tooLong.current = text === null
      })
    },
    [setState, notify],
  )
  const onSaved = useCallback(
    (question: SavedQuestion) => {
      onKept(question.id)
      router.replace(paths.question(question.id))
    },
    [router, onKept],
  )
  if (!initial) return <Loading label="Loading the question" rows={8} />
  return (
    <Workbench
      source={source}
      saved={saved}
      initial={initial}
      onAddress={onAddress}
      onSaved={onSaved}
      formatPanel={(panel) => <FormatPanel {...panel} />}
      beside={(question) => mayReport && <AddToReport question={question} />}
    />
  )
}
