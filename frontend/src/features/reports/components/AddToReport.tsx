'use client'

import Divider from '@mui/material/Divider'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import type { Report, SavedQuestion, Section } from '@/api/types'
import { paths } from '@/config/paths'
import { client, unwrap } from '@/lib/client'
import { toProblem } from '@/lib/problem'
import { Button } from '@/ui/Button'
import { useNotify } from '@/ui/notify'
import { changeReport, createReport, reportQueries } from '../api'

/** Put a saved question at the end of a report, as its chart or else as a table. */
export function AddToReport({ question }: { question: SavedQuestion }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const id = useId()
  const { data } = useInfiniteQuery({ ...reportQueries.list(), enabled: anchor !== null })
  const queries = useQueryClient()
  const router = useRouter()
  const notify = useNotify()
  const section: Section = question.chart
    ? { kind: 'chart', question_id: question.id, title: null, chart: null }
    : { kind: 'table', question_id: question.id, title: null }

  const told = (reportId: string, title: string) => {
    void queries.invalidateQueries({ queryKey: ['reports'] })
    notify({
      message: `Added to “${title}”.`,
      action: { label: 'Open report', run: () => router.push(paths.report(reportId)) },
    })
  }
  const addTo = async (report: Report) => {
    setAnchor(null)
    try {
      const whole = await unwrap(
        client.GET('/api/v1/reports/{report_id}', { params: { path: { report_id: report.id } } }),
      )
      const next = await changeReport(report.id, {
        title: whole.title,
        sections: [...whole.sections, section],
        version: whole.version,
      })
      queries.setQueryData(['reports', 'detail', report.id], next)
      told(report.id, whole.title)
    } catch (error) {
      notify(toProblem(error).message)
    }
  }
  const addToNew = async () => {
    setAnchor(null)
    try {
      const report = await createReport(question.name, [section])
      queries.setQueryData(['reports', 'detail', report.id], report)
      router.push(paths.report(report.id))
    } catch (error) {
      notify(toProblem(error).message)
    }
  }
  const reports = data?.pages.flatMap((page) => page.items) ?? []

  return (
    <>
      <Button
        variant="outlined"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-controls={anchor ? id : undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Add to report
      </Button>
      <Menu id={id} anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem onClick={addToNew}>New report</MenuItem>
        {reports.length > 0 && <Divider component="li" />}
        {reports.map((report) => (
          <MenuItem key={report.id} onClick={() => void addTo(report)}>
            {report.title}
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}
