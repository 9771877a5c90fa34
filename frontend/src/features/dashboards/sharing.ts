import { queryOptions } from '@tanstack/react-query'
import type { components } from '@/api/schema'
import type { DashboardDetail } from '@/api/types'
import { client, unwrap } from '@/lib/client'

type Schemas = components['schemas']
export type Share = Schemas['ShareOut']
export type ShareMade = Schemas['ShareMade']
export type ShareIn = Schemas['ShareIn']
export type Named = NonNullable<Schemas['AudienceIn']['audience']>[number]

export const sharingQueries = {
  people: () =>
    queryOptions({
      queryKey: ['sharing', 'people'],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/sharing/people', { signal })),
    }),
  shares: (dashboardId: string) =>
    queryOptions({
      queryKey: ['sharing', 'shares', dashboardId],
      queryFn: ({ signal }) =>
        unwrap(
          client.GET('/api/v1/dashboards/{dashboard_id}/shares', {
            params: { path: { dashboard_id: dashboardId } },
            signal,
          }),
        ),
    }),
}

export const shareWith = (dashboardId: string, audience: Named[] | null): Promise<DashboardDetail> =>
  unwrap(
    client.PUT('/api/v1/dashboards/{dashboard_id}/audience', {
      params: { path: { dashboard_id: dashboardId } },
      body: { audience },
    }) as never,
  )

export const allowLinks = (allowed: boolean) =>
  unwrap(client.PUT('/api/v1/sharing', { body: { public_links: allowed } }))

export const createShare = (dashboardId: string, body: Partial<ShareIn>): Promise<ShareMade> =>
  unwrap(
    client.POST('/api/v1/dashboards/{dashboard_id}/shares', {
      params: { path: { dashboard_id: dashboardId } },
      body: body as ShareIn,
    }),
  )

export const renewShare = (id: string) =>
  unwrap(client.POST('/api/v1/shares/{share_id}/renew', { params: { path: { share_id: id } } }))

export const revokeShare = (id: string) =>
  unwrap(client.DELETE('/api/v1/shares/{share_id}', { params: { path: { share_id: id } } }))
