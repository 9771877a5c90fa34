'use client'

import { NewReport, ReportList } from '@/features/reports/components/ReportList'
import { useMay } from '@/lib/session'
import { EmptyState } from '@/ui/EmptyState'
import { PageHeader } from '@/ui/PageHeader'

export default function Reports() {
  const mayEdit = useMay('reports.edit')
  return (
    <>
      <PageHeader title="Reports" actions={mayEdit && <NewReport />} />
      <ReportList
        empty={
          <EmptyState title="No reports yet">
            {mayEdit
              ? 'A report puts texts, charts and tables on paper, and becomes a PDF.'
              : 'Reports that are written in this workspace appear here.'}
          </EmptyState>
        }
      />
    </>
  )
}
