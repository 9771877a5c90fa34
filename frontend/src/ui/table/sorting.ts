import type { Sort } from '@/api/types'

/** The next order of a column: up, down, none. `more` keeps the others, for an order by several. */
export function nextSort(sort: readonly Sort[], id: string, more: boolean): Sort[] {
  const before = sort.find((one) => one.by === id)
  const others = more ? sort.filter((one) => one.by !== id) : []
  if (!before) return [...others, { by: id, direction: 'asc' }]
  if (before.direction === 'desc') return others
  const next: Sort = { by: id, direction: 'desc' }
  return more ? sort.map((one) => (one.by === id ? next : one)) : [next]
}
