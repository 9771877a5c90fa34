'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { Member } from '@/api/types'
import { toProblem } from '@/lib/problem'
import { useMay, useMe } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'
import { useEver } from '@/ui/useEver'
import { changeRole, memberQueries, removeMember } from '../api'
import { roles } from '../roles'

// What a member is changed with comes beside the list.
const RoleField = dynamic(() => import('./RoleField'), {
  loading: () => <Box sx={{ width: 132, height: 36 }} />,
})
const RemoveDialog = dynamic(() => import('./RemoveDialog'), { loading: nothing })

export function Members() {
  const { data, error, refetch } = useQuery(memberQueries.list())
  const mayManage = useMay('members.manage')
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading members" rows={3} height={56} />
  return (
    <Box
      component="ul"
      aria-label="Members"
      sx={{
        listStyle: 'none',
        m: 0,
        p: 0,
        border: '1px solid',
        borderColor: 'divider',
        borderRadius: 2.5,
        bgcolor: 'background.paper',
      }}
    >
      {data.items.map((member) => (
        <MemberRow key={member.user_id} member={member} mayManage={mayManage} />
      ))}
    </Box>
  )
}

function MemberRow({ member, mayManage }: { member: Member; mayManage: boolean }) {
  const me = useMe()
  const notify = useNotify()
  const queries = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const hasRemoved = useEver(removing)
  const refresh = () => queries.invalidateQueries({ queryKey: ['members'] })
  const own = member.user_id === me.user.id

  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: 1.5,
        alignItems: 'center',
        px: 2,
        py: 1.25,
        '& + &': { borderTop: '1px solid', borderColor: 'divider' },
      }}
    >
      <Box sx={{ flex: '1 1 220px', minWidth: 0 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {member.name}
          {own && ' (you)'}
        </Typography>
        <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          {member.email}
          {member.state === 'invited' && ' · has not joined yet'}
        </Typography>
      </Box>
      {mayManage && !own ? (
        <>
          <RoleField
            member={member}
            onChange={(role) =>
              changeRole(member.user_id, role)
                .then(refresh)
                .then(() => notify(`${member.name} is ${role} now.`))
                .catch((error) => notify(toProblem(error).message))
            }
          />
          <Button
            variant="outlined"
            color="error"
            aria-label={`Remove ${member.name}`}
            onClick={() => setRemoving(true)}
          >
            Remove
          </Button>
        </>
      ) : (
        <Typography variant="body2" color="textSecondary">
          {roles.find((role) => role.value === member.role)?.label}
        </Typography>
      )}
      {hasRemoved && (
        <RemoveDialog
          member={member}
          open={removing}
          onClose={() => setRemoving(false)}
          onRemove={() => {
            setRemoving(false)
            removeMember(member.user_id)
              .then(refresh)
              .then(() => notify(`${member.name} was removed.`))
              .catch((error) => notify(toProblem(error).message))
          }}
        />
      )}
    </Box>
  )
}
