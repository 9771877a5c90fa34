import { client, unwrap } from '@/lib/client'

export const changeTimeZone = (time_zone: string) =>
  unwrap(client.PATCH('/api/v1/workspace', { body: { time_zone } }))
