'use client'

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { DatasetDetail, SavedQuestion } from '@/api/types'
import { paths } from '@/config/paths'
import { Workbench } from '@/features/questions/components/Workbench'
import { compact, expand } from '@/features/questions/link'
import { type Draft, draftOf, emptyDraft } from '@/features/questions/model'
import { suggestQuestions } from '@/features/questions/suggest'
import { AddToReport } from '@/features/reports/components/AddToReport'
import { packState, unpackState, useAddress } from '@/lib/address'
import { sourceOf } from '@/lib/ask'
import { useMay } from '@/lib/session'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'

const FormatPanel = dynamic(
  () => import('@/features/rules/components/FormatPanel').then((module) => module.FormatPanel),
  { loading: nothing },
)

/** One question about a dataset, saved or not. What is asked is in the address. */
export default function QuestionPage({
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
