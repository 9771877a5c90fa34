import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { DatasetDetail, Job } from '@/api/types'
import { client, unwrap } from '@/lib/client'
import type { Mapping } from './mapping'
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
  /** A dataset as it is, in a named version, or as it was at a moment. */
  detail: (id: string, at: { version?: string | null; asOf?: string | null } = {}) =>
    queryOptions({
      queryKey: ['datasets', 'detail', id, at.version ?? null, at.asOf ?? null],
      queryFn: ({ signal }) =>
        unwrap(
          client.GET('/api/v1/datasets/{dataset_id}', {
            params: {
              path: { dataset_id: id },
              query: {
                ...(at.version && { version_id: at.version }),
                ...(at.asOf && { as_of: at.asOf }),
              },
            },
            signal,
          }),
        ),
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
    infiniteQueryOptions({
      queryKey: ['datasets', 'versions', id],
      queryFn: ({ signal, pageParam }) =>
        unwrap(
          client.GET('/api/v1/datasets/{dataset_id}/versions', {
            params: { path: { dataset_id: id }, query: { cursor: pageParam, limit: 50 } },
            signal,
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next_cursor ?? undefined,
    }),
  comparison: (id: string, from: string, to: string, keys: readonly string[] = []) =>
    queryOptions({
      queryKey: ['comparison', id, from, to, keys],
      queryFn: ({ signal }) =>
        unwrap(
          client.GET('/api/v1/datasets/{dataset_id}/compare', {
            params: {
              path: { dataset_id: id },
              query: { from, to, ...(keys.length > 0 && { keys: [...keys] }) },
            },
            signal,
          }),
        ),
      // Versions never change, so neither does what lies between two of them.
      staleTime: Number.POSITIVE_INFINITY,
    }),
  pending: (id: string) =>
    queryOptions({
      queryKey: ['datasets', 'pending', id],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/datasets/{dataset_id}/pending', { ...one(id), signal })),
    }),
  mapping: (id: string, versionId: string) =>
    queryOptions({
      queryKey: ['datasets', 'mapping', id, versionId],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/datasets/{dataset_id}/mapping', { ...one(id), signal })),
    }),
  // What follows is about one version or one file that waits, which never changes: it is not asked anew with the rest,
  // least of all when what waited has just been accepted and is gone.

  /** How the columns of a file that waits, or of the current version's file, would fit. */
  suggestion: (id: string, versionId: string, pendingId: string | null) =>
    queryOptions({
      queryKey: ['suggestion', id, versionId, pendingId],
      queryFn: () => suggestMapping(id, pendingId ? { pending_id: pendingId } : { version_id: versionId }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** What would come of a mapping. */
  trial: (id: string, versionId: string, mapping: Mapping, pendingId: string | null) =>
    queryOptions({
      queryKey: ['trial', id, versionId, pendingId, mapping],
      queryFn: ({ signal }) =>
        unwrap(
          client.POST('/api/v1/datasets/{dataset_id}/mapping/preview', {
            ...one(id),
            body: { mapping, pending_id: pendingId },
            signal,
          }),
        ),
      placeholderData: keepPreviousData,
      gcTime: 60_000,
    }),
}

export const renameDataset = (id: string, name: string) =>
  unwrap(client.PATCH('/api/v1/datasets/{dataset_id}', { ...one(id), body: { name } }))

export const setEngine = (id: string, engine: DatasetDetail['engine']) =>
  unwrap(client.PATCH('/api/v1/datasets/{dataset_id}', { ...one(id), body: { engine } }))

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

/** Make a version the current one again: a new version with the rows of the old one. */
export const restoreVersion = (id: string, versionId: string) =>
  unwrap(
    client.POST('/api/v1/datasets/{dataset_id}/versions/{version_id}/restore', {
      params: { path: { dataset_id: id, version_id: versionId } },
      body: {},
    }),
  )

const pendingPath = (id: string, pendingId: string) => ({
  params: { path: { dataset_id: id, pending_id: pendingId } },
})

/** Publish what waits; with a mapping, its columns are taken as the mapping says. */
export const acceptPending = (id: string, pendingId: string, mapping: Mapping | null): Promise<Job> =>
  unwrap(
    client.POST('/api/v1/datasets/{dataset_id}/pending/{pending_id}/accept', {
      ...pendingPath(id, pendingId),
      body: { mapping },
    }),
  )

export const discardPending = (id: string, pendingId: string) =>
  unwrap(client.DELETE('/api/v1/datasets/{dataset_id}/pending/{pending_id}', pendingPath(id, pendingId)))

/** Which columns of a file are probably which columns of the dataset, with a mapping that says so. */
export const suggestMapping = (
  id: string,
  of: { file_id?: string; version_id?: string; pending_id?: string },
) => unwrap(client.POST('/api/v1/datasets/{dataset_id}/mapping/suggest', { ...one(id), body: of }))

/** Keep a mapping for the next files of its shape. */
export const changeMapping = (id: string, mapping: Mapping, version: number) =>
  unwrap(client.PUT('/api/v1/datasets/{dataset_id}/mapping', { ...one(id), body: { mapping, version } }))

/** Read the current file again with a mapping, and keep it. */
export const applyMapping = (id: string, mapping: Mapping): Promise<Job> =>
  unwrap(
    client.POST('/api/v1/datasets/{dataset_id}/reload', { ...one(id), body: { options: null, mapping } }),
  )
