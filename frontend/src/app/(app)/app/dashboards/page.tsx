'use client'

import { DashboardList, NewDashboard } from '@/features/dashboards/components/DashboardList'
import { useMay } from '@/lib/session'
import { EmptyState } from '@/ui/EmptyState'
import { PageHeader } from '@/ui/PageHeader'

export default function Dashboards() {
  const mayEdit = useMay('dashboards.edit')
  return (
    <>
      <PageHeader title="Dashboards" actions={mayEdit && <NewDashboard />} />
      <DashboardList
        empty={
          <EmptyState title="No dashboards yet">
            {mayEdit
              ? 'A dashboard shows the answers of several questions side by side, under filters that they share.'
              : 'Dashboards that are made in this workspace appear here.'}
          </EmptyState>
        }
      />
    </>
  )
}
