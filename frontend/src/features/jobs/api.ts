import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/lib/client'
import { isOver } from '@/lib/jobs'

export const jobQueries = {
  /** The newest jobs, asked for often while one of them runs. */
  recent: (limit = 50) =>
    queryOptions({
      queryKey: ['jobs', 'recent', limit],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/jobs', { params: { query: { limit } }, signal })),
      placeholderData: keepPreviousData,
      refetchInterval: (query) => (query.state.data?.items.some((job) => !isOver(job)) ? 1500 : 20_000),
    }),
}
