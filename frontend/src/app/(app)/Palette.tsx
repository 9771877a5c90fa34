'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { paths } from '@/config/paths'
import { dashboardQueries } from '@/features/dashboards/api'
import { datasetQueries } from '@/features/datasets/api'
import { questionQueries } from '@/features/questions/api'
import { reportQueries } from '@/features/reports/api'
import { type Command, CommandPalette } from '@/ui/CommandPalette'

/** Goes to any page, dataset, question, dashboard or report. */
export default function Palette({
  onClose,
  all,
  onShortcuts,
}: {
  onClose: () => void
  all: readonly { label: string; href: string }[]
  onShortcuts: () => void
}) {
  const router = useRouter()
  const datasets = useInfiniteQuery(datasetQueries.list({}))
  const questions = useInfiniteQuery(questionQueries.list())
  const dashboards = useInfiniteQuery(dashboardQueries.list())
  const reports = useInfiniteQuery(reportQueries.list())

  const commands = useMemo<Command[]>(() => {
    const to = (group: string, id: string, label: string, href: string): Command => ({
      id: `${group}-${id}`,
      group,
      label,
      run: () => router.push(href),
    })
    return [
      ...all.map((place) => to('Page', place.href, place.label, place.href)),
      { id: 'shortcuts', group: 'Help', label: 'Keyboard shortcuts', run: onShortcuts },
      ...(datasets.data?.pages.flatMap((page) => page.items) ?? []).map((one) =>
        to('Dataset', one.id, one.name, paths.dataset(one.id)),
      ),
      ...(questions.data?.pages.flatMap((page) => page.items) ?? []).map((one) =>
        to('Question', one.id, one.name, paths.question(one.id)),
      ),
      ...(dashboards.data?.pages.flatMap((page) => page.items) ?? []).map((one) =>
        to('Dashboard', one.id, one.title, paths.dashboard(one.id)),
      ),
      ...(reports.data?.pages.flatMap((page) => page.items) ?? []).map((one) =>
        to('Report', one.id, one.title, paths.report(one.id)),
      ),
    ]
  }, [all, datasets.data, questions.data, dashboards.data, reports.data, router, onShortcuts])
  return <CommandPalette open onClose={onClose} commands={commands} />
}
