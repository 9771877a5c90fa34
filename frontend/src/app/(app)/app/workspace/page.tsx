'use client'

import { TimeZone } from '@/features/workspace/TimeZone'
import { useMay, useMe } from '@/lib/session'
import { EmptyState } from '@/ui/EmptyState'
import { PageHeader } from '@/ui/PageHeader'

export default function Page() {
  const { workspace } = useMe()
  const mayManage = useMay('workspace.manage')
  return (
    <>
      <PageHeader title="Workspace" facts={`What holds in all of ${workspace.name}.`} />
      {mayManage ? (
        <TimeZone />
      ) : (
        <EmptyState title="Only admins change the workspace">
          {`Days begin in ${workspace.time_zone}. An admin of this workspace can change your role.`}
        </EmptyState>
      )}
    </>
  )
}
