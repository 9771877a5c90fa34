import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Job } from '@/api/types'
import { client, unwrap } from '@/lib/client'
import type { EditedRow } from './quarantine'
import type { LoadOptions } from './told'

const one = (id: string) => ({ params: { path: { dataset_id: id } } })

export const datasetQueries = {
  list: (filter: { search?: string; deleted?: boolean }) =>
    infiniteQueryOptions({
      queryKey: ['datasets', 'list', filter],
      queryFn: ({ signal, pageParam }) =>
        unwrap(
          client.GET('/api/v1/datasets', {
            params: { query: { ...filter, cursor: pageParam, limit: 50 } },
            signal,
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['datasets', 'detail', id],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/datasets/{dataset_id}', { ...one(id), signal })),
      staleTime: 30_000,
    }),
  quarantine: (id: string, versionId: string, filter: { reason: string; search: string }) =>
    infiniteQueryOptions({
      queryKey: ['datasets', 'quarantine', id, versionId, filter],
      queryFn: ({ signal, pageParam }) =>
        unwrap(
          client.GET('/api/v1/datasets/{dataset_id}/versions/{version_id}/quarantine', {
            params: {
              path: { dataset_id: id, version_id: versionId },
              query: {
                ...(filter.reason && { reason: filter.reason }),
                ...(filter.search && { search: filter.search }),
                cursor: pageParam,
                limit: 50,
              },
            },
            signal,
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  versions: (id: string) =>
    queryOptions({
      queryKey: ['datasets', 'versions', id],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/datasets/{dataset_id}/versions', { ...one(id), signal })),
    }),
}

export const renameDataset = (id: string, name: string) =>
  unwrap(client.PATCH('/api/v1/datasets/{dataset_id}', { ...one(id), body: { name } }))

export const deleteDataset = (id: string) => unwrap(client.DELETE('/api/v1/datasets/{dataset_id}', one(id)))

export const restoreDataset = (id: string) =>
  unwrap(client.POST('/api/v1/datasets/{dataset_id}/restore', one(id)))

/** Read the current version's file again, told what is told. */
export const reloadDataset = (id: string, options: LoadOptions): Promise<Job> =>
  unwrap(
    client.POST('/api/v1/datasets/{dataset_id}/reload', { ...one(id), body: { options, mapping: null } }),
  )

/** Load rows that were put right, and leave others out on purpose: a new version. */
export const replayQuarantine = (
  id: string,
  versionId: string,
  body: { rows: EditedRow[]; discard: number[] },
): Promise<Job> =>
  unwrap(
    client.POST('/api/v1/datasets/{dataset_id}/versions/{version_id}/quarantine/replay', {
      params: { path: { dataset_id: id, version_id: versionId } },
      body,
    }),
  )
