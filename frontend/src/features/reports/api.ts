import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Job, ReportDetail, Section } from '@/api/types'
import { client, newKey, unwrap } from '@/lib/client'

const one = (id: string) => ({ params: { path: { report_id: id } } })

export const reportQueries = {
  list: () =>
    infiniteQueryOptions({
      queryKey: ['reports', 'list'],
      queryFn: ({ signal, pageParam }) =>
        unwrap(
          client.GET('/api/v1/reports', { params: { query: { cursor: pageParam, limit: 50 } }, signal }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['reports', 'detail', id],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/reports/{report_id}', { ...one(id), signal })),
    }),
  editions: (id: string) =>
    queryOptions({
      queryKey: ['reports', 'editions', id],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/reports/{report_id}/editions', { ...one(id), signal })),
    }),
}

export const createReport = (title: string, sections: readonly Section[] = []): Promise<ReportDetail> =>
  unwrap(
    client.POST('/api/v1/reports', {
      body: { title, sections: [...sections] },
      params: { header: { 'Idempotency-Key': newKey() } },
    } as never),
  )

export const changeReport = (
  id: string,
  body: { title: string; sections: Section[]; version: number },
): Promise<ReportDetail> => unwrap(client.PUT('/api/v1/reports/{report_id}', { ...one(id), body }))

export const deleteReport = (id: string) => unwrap(client.DELETE('/api/v1/reports/{report_id}', one(id)))

export const restoreReport = (id: string) =>
  unwrap(client.POST('/api/v1/reports/{report_id}/restore', one(id)))

export const renderEdition = (id: string): Promise<Job> =>
  unwrap(
    client.POST('/api/v1/reports/{report_id}/editions', {
      params: { ...one(id).params, header: { 'Idempotency-Key': newKey() } },
    } as never),
  )
