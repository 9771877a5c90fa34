import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { DashboardContent, DashboardDetail, Question } from '@/api/types'
import { askStreamed, type Reply } from '@/lib/ask'
import { authorizedFetch, client, newKey, unwrap } from '@/lib/client'
import { eventsOf } from '@/lib/jobs'
import { problemOf } from '@/lib/problem'
import { type Looking, requestOf } from './model'

const one = (id: string) => ({ params: { path: { dashboard_id: id } } })
const keyed = (id: string) => ({ params: { ...one(id).params, header: { 'Idempotency-Key': newKey() } } })

export interface ListFilter {
  search: string
  folder: string | null
  favourites: boolean
}

export const dashboardQueries = {
  list: (filter: ListFilter = { search: '', folder: null, favourites: false }) =>
    infiniteQueryOptions({
      queryKey: ['dashboards', 'list', filter],
      queryFn: ({ signal, pageParam }) =>
        unwrap(
          client.GET('/api/v1/dashboards', {
            params: {
              query: {
                cursor: pageParam,
                limit: 50,
                search: filter.search,
                favourites: filter.favourites,
                ...(filter.folder === null ? {} : { folder: filter.folder }),
              },
            },
            signal,
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['dashboards', 'detail', id],
      queryFn: ({ signal }): Promise<DashboardDetail> =>
        unwrap(client.GET('/api/v1/dashboards/{dashboard_id}', { ...one(id), signal }) as never),
    }),
  proposal: (datasetId: string) =>
    queryOptions({
      queryKey: ['dashboards', 'proposal', datasetId],
      queryFn: ({ signal }): Promise<Proposal> =>
        unwrap(
          client.POST('/api/v1/dashboards/propose', { body: { dataset_id: datasetId }, signal }) as never,
        ),
      staleTime: 60_000,
    }),
  /** What one tile asks under filters and clicks. */
  tileQuestion: (id: string, version: number, tile: string, looking: Looking) =>
    queryOptions({
      queryKey: ['dashboards', 'tile question', id, version, tile, looking],
      queryFn: ({ signal }): Promise<Question> => {
        const { tiles: _, ...body } = requestOf(looking, [tile])
        return unwrap(
          client.POST('/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/question', {
            params: { path: { dashboard_id: id, tile_id: tile } },
            body,
            signal,
          } as never),
        )
      },
      staleTime: Number.POSITIVE_INFINITY,
    }),
  versions: (id: string) =>
    queryOptions({
      queryKey: ['dashboards', 'versions', id],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/dashboards/{dashboard_id}/versions', { ...one(id), signal })),
    }),
  comments: (id: string) =>
    queryOptions({
      queryKey: ['dashboards', 'comments', id],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/dashboards/{dashboard_id}/comments', { ...one(id), signal })),
    }),
}

export interface Proposal {
  title: string
  content: DashboardContent
  asked_count: number
}

interface Body {
  title: string
  folder: string
  content: DashboardContent
}

export const createDashboard = (body: Body): Promise<DashboardDetail> =>
  unwrap(
    client.POST('/api/v1/dashboards', {
      body,
      params: { header: { 'Idempotency-Key': newKey() } },
    } as never),
  )

export const changeDashboard = (id: string, body: Body & { version: number }): Promise<DashboardDetail> =>
  unwrap(client.PUT('/api/v1/dashboards/{dashboard_id}', { ...one(id), body }) as never)

export const copyDashboard = (id: string, title: string): Promise<DashboardDetail> =>
  unwrap(client.POST('/api/v1/dashboards/{dashboard_id}/copy', { ...keyed(id), body: { title } } as never))

export const lockDashboard = (id: string, locked: boolean): Promise<DashboardDetail> =>
  unwrap(client.PUT('/api/v1/dashboards/{dashboard_id}/lock', { ...one(id), body: { locked } }) as never)

export const deleteDashboard = (id: string) =>
  unwrap(client.DELETE('/api/v1/dashboards/{dashboard_id}', one(id)))

export const restoreDashboard = (id: string) =>
  unwrap(client.POST('/api/v1/dashboards/{dashboard_id}/restore', one(id)))

export const markDashboard = (id: string, favourite: boolean) =>
  favourite
    ? unwrap(client.PUT('/api/v1/dashboards/{dashboard_id}/favourite', one(id)))
    : unwrap(client.DELETE('/api/v1/dashboards/{dashboard_id}/favourite', one(id)))

export const restoreDashboardVersion = (id: string, number: number): Promise<DashboardDetail> =>
  unwrap(
    client.POST('/api/v1/dashboards/{dashboard_id}/versions/{number}/restore', {
      params: { path: { dashboard_id: id, number } },
    }) as never,
  )

export const addComment = (id: string, text: string, tile: string | null) =>
  unwrap(
    client.POST('/api/v1/dashboards/{dashboard_id}/comments', {
      ...keyed(id),
      body: { text, tile },
    } as never),
  )

export const removeComment = (id: string, commentId: string) =>
  unwrap(
    client.DELETE('/api/v1/dashboards/{dashboard_id}/comments/{comment_id}', {
      params: { path: { dashboard_id: id, comment_id: commentId } },
    }),
  )

/** Keep a picture for dashboards; its number. The server draws it anew. */
export async function sendImage(file: File): Promise<string> {
  const response = await authorizedFetch(
    new Request(new URL('/api/v1/dashboards/images', window.location.origin), {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file,
    }),
  )
  const told = await response.json().catch(() => null)
  if (!response.ok) throw problemOf(response.status, told)
  return (told as { id: string }).id
}

export const imageQuery = (id: string) =>
  queryOptions({
    queryKey: ['dashboards', 'image', id],
    queryFn: async ({ signal }): Promise<Blob> => {
      const response = await authorizedFetch(
        new Request(new URL(`/api/v1/dashboards/images/${id}`, window.location.origin), { signal }),
      )
      if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null))
      return response.blob()
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What there is to see, now and whenever it is another, until the stream ends or is given up. */
export async function* watchDashboard(
  id: string,
  signal: AbortSignal,
): AsyncGenerator<{ version: number; data: string }> {
  const response = await authorizedFetch(
    new Request(new URL(`/api/v1/dashboards/${id}/events`, window.location.origin), {
      headers: { Accept: 'text/event-stream' },
      signal,
    }),
  )
  if (!response.ok || !response.body) return
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === 'state') yield JSON.parse(data) as { version: number; data: string }
  }
}

/** Ask tiles in one request; each answer is given away as it arrives. */
export const askDashboard = (
  id: string,
  body: unknown,
  onReply: (tile: string, reply: Reply) => void,
  signal: AbortSignal,
): Promise<void> => askStreamed(`/api/v1/dashboards/${id}/ask`, body, onReply, signal)
