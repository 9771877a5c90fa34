import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useMay, useMe } from '@/lib/session'
import { memberQueries } from './api'

/** Who can be named as an owner: the members, or oneself for those who do not see the members. */
export function usePeople(): readonly { id: string; name: string }[] {
  const { user } = useMe()
  const { data } = useQuery({ ...memberQueries.list(), enabled: useMay('members.read') })
  return useMemo(
    () =>
      data?.items.map((member) => ({ id: member.user_id, name: member.name })) ?? [
        { id: user.id, name: user.name },
      ],
    [data, user],
  )
}
