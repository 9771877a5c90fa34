import { queryOptions } from '@tanstack/react-query'
import type { Role } from '@/api/types'
import { client, newKey, unwrap } from '@/lib/client'

const one = (id: string) => ({ params: { path: { user_id: id } } })

export const memberQueries = {
  list: () =>
    queryOptions({
      queryKey: ['members'],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/members', { signal })),
    }),
}

export const inviteMember = (body: { name: string; email: string; role: Role }) =>
  unwrap(
    client.POST('/api/v1/members', { body, params: { header: { 'Idempotency-Key': newKey() } } } as never),
  )

export const changeRole = (id: string, role: Role) =>
  unwrap(client.PATCH('/api/v1/members/{user_id}', { ...one(id), body: { role } }))

export const removeMember = (id: string) => unwrap(client.DELETE('/api/v1/members/{user_id}', one(id)))
