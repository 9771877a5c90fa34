'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Members } from '@/features/members/components/Members'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { nothing } from '@/ui/nothing'
import { PageHeader } from '@/ui/PageHeader'
import { useEver } from '@/ui/useEver'

const InviteDialog = dynamic(
  () => import('@/features/members/components/InviteDialog').then((module) => module.InviteDialog),
  { loading: nothing },
)

export default function Page() {
  const [inviting, setInviting] = useState(false)
  const hasInvited = useEver(inviting)
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
      {hasInvited && <InviteDialog open={inviting} onClose={() => setInviting(false)} />}
    </>
  )
}
