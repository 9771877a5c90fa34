'use client'

import dynamic from 'next/dynamic'
import { useMay } from '@/lib/session'
import { EmptyState } from '@/ui/EmptyState'
import { Loading } from '@/ui/Loading'
import { PageHeader } from '@/ui/PageHeader'

// Fields to choose from are heavy: they come while the page says what it is.
const Access = dynamic(() => import('./Access'), {
  loading: () => <Loading label="Loading access" rows={4} />,
})

export default function Page() {
  const mayManage = useMay('access.manage')
  return (
    <>
      <PageHeader title="Access" facts="Who sees which rows and columns." />
      {mayManage ? (
        <Access />
      ) : (
        <EmptyState title="Only admins see the rules of access">
          An admin of this workspace can change your role.
        </EmptyState>
      )}
    </>
  )
}
