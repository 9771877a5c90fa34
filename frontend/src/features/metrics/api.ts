import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { components } from '@/api/schema'
import { client, newKey, unwrap } from '@/lib/client'

type Schemas = components['schemas']
export type Metric = Schemas['MetricOut']
export type MetricIn = Schemas['MetricIn']
export type Definition = Metric['definition']

const one = (id: string) => ({ params: { path: { metric_id: id } } })

export const metricQueries = {
  list: (search: string) =>
    infiniteQueryOptions({
      queryKey: ['metrics', 'list', search],
      queryFn: ({ signal, pageParam }) =>
        unwrap(
          client.GET('/api/v1/metrics', {
            params: { query: { search, cursor: pageParam ?? undefined, limit: 100 } },
            signal,
          }),
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (last) => last.next_cursor,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['metrics', 'detail', id],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/metrics/{metric_id}', { ...one(id), signal })),
    }),
}

export const createMetric = (body: MetricIn) =>
  unwrap(client.POST('/api/v1/metrics', { body, params: { header: { 'Idempotency-Key': newKey() } } }))

export const changeMetric = (metric: Metric, { dataset_id: _, ...body }: MetricIn) =>
  unwrap(
    client.PUT('/api/v1/metrics/{metric_id}', {
      ...one(metric.id),
      body: { ...body, version: metric.version },
    }),
  )

export const deleteMetric = (id: string) => unwrap(client.DELETE('/api/v1/metrics/{metric_id}', one(id)))
