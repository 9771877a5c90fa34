'use client'

import ArticleOutlined from '@mui/icons-material/ArticleOutlined'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import type { Report } from '@/api/types'
import { paths } from '@/config/paths'
import { countOf, formatAgo } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { ActionMenu } from '@/ui/ActionMenu'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { RowList } from '@/ui/RowList'
import { ShowMore } from '@/ui/ShowMore'
import { createReport, deleteReport, reportQueries, restoreReport } from '../api'

/** Begin a report and go to it. */
export function NewReport({ variant = 'contained' }: { variant?: 'contained' | 'outlined' }) {
  const router = useRouter()
  const queries = useQueryClient()
  const notify = useNotify()
  const [busy, setBusy] = useState(false)
  const begin = async () => {
    setBusy(true)
    try {
      const report = await createReport('Untitled report')
      queries.setQueryData(['reports', 'detail', report.id], report)
      void queries.invalidateQueries({ queryKey: ['reports', 'list'] })
      router.push(paths.report(report.id))
    } catch (error) {
      notify(toProblem(error).message)
      setBusy(false)
    }
  }
  return (
    <Button variant={variant} onClick={begin} disabled={busy}>
      New report
    </Button>
  )
}

export function ReportList({ most, empty }: { most?: number; empty: ReactNode }) {
  const list = useInfiniteQuery(reportQueries.list())
  const { data, error, refetch } = list
  const queries = useQueryClient()
  const notify = useNotify()
  const mayEdit = useMay('reports.edit')
  const refresh = () => queries.invalidateQueries({ queryKey: ['reports'] })

  const remove = async (report: Report) => {
    try {
      await deleteReport(report.id)
      await refresh()
      notify({
        message: `“${report.title}” is in the bin. It is kept for 30 days.`,
        action: {
          label: 'Undo',
          run: () =>
            restoreReport(report.id)
              .then(refresh)
              .catch((problem) => notify(toProblem(problem).message)),
        },
      })
    } catch (problem) {
      notify(toProblem(problem).message)
    }
  }

  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading reports" rows={most ?? 4} height={52} />
  const items = data.pages.flatMap((page) => page.items).slice(0, most)
  if (items.length === 0) return empty
  return (
    <>
      <RowList
        label="Reports"
        icon={<ArticleOutlined fontSize="small" />}
        rows={items.map((report) => ({
          id: report.id,
          name: report.title,
          href: paths.report(report.id),
          facts: countOf(report.section_count, 'section'),
          aside: formatAgo(report.updated_at),
          actions: mayEdit && (
            <ActionMenu
              label={`Actions for ${report.title}`}
              actions={[{ label: 'Delete', danger: true, run: () => void remove(report) }]}
            />
          ),
        }))}
      />
      {!most && <ShowMore list={list} />}
    </>
  )
}
