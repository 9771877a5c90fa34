'use client'

import { useState } from 'react'
import { InviteDialog, Members } from '@/features/members/components/Members'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { PageHeader } from '@/ui/PageHeader'

export default function Page() {
  const [inviting, setInviting] = useState(false)
  const mayRead = useMay('members.read')
  const mayManage = useMay('members.manage')
  if (!mayRead) {
    return (
      <>
        <PageHeader title="Members" />
        <EmptyState title="Only admins see the members">
          An admin of this workspace can change your role.
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <PageHeader
        title="Members"
        facts="Who works in this workspace, and what they may do."
        actions={
          mayManage && (
            <Button variant="contained" onClick={() => setInviting(true)}>
              Invite member
            </Button>
          )
        }
      />
      <Members />
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
    </>
  )
}
