// How a reader has arranged a table's columns: a value, and functions from one to the next.

export interface TableLayout {
  /** Ids in the order wanted. Columns that are not named follow in their own order. */
  order: readonly string[]
  hidden: readonly string[]
  pinned: readonly string[]
  widths: Readonly<Record<string, number>>
}

export const plainLayout: TableLayout = { order: [], hidden: [], pinned: [], widths: {} }

export const LEAST_WIDTH = 56
export const MOST_WIDTH = 900
const MOST_KEPT = 2000

interface Named {
  id: string
}

/** The columns as they stand, from left to right: pinned ones first, hidden ones left out. */
export function arranged<T extends Named>(
  columns: readonly T[],
  layout: TableLayout,
): { pinned: T[]; free: T[] } {
  const known = new Map(columns.map((column) => [column.id, column]))
  const named = layout.order.flatMap((id) => known.get(id) ?? [])
  const first = new Set(named)
  const shown = [...named, ...columns.filter((column) => !first.has(column))].filter(
    (column) => !layout.hidden.includes(column.id),
  )
  return {
    pinned: layout.pinned.flatMap((id) => shown.find((column) => column.id === id) ?? []),
    free: shown.filter((column) => !layout.pinned.includes(column.id)),
  }
}

const without = (list: readonly string[], id: string): string[] => list.filter((one) => one !== id)

export const pin = (layout: TableLayout, id: string, on: boolean): TableLayout => ({
  ...layout,
  pinned: on ? [...without(layout.pinned, id), id] : without(layout.pinned, id),
})

export const hide = (layout: TableLayout, id: string, on: boolean): TableLayout => ({
  ...layout,
  hidden: on ? [...without(layout.hidden, id), id] : without(layout.hidden, id),
  pinned: on ? without(layout.pinned, id) : layout.pinned,
})

export const resize = (layout: TableLayout, id: string, width: number): TableLayout => ({
  ...layout,
  widths: { ...layout.widths, [id]: Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width))) },
})

/** Put a column in front of another one, or last. It joins the pinned or the free ones, as that one is. */
export function moveBefore<T extends Named>(
  layout: TableLayout,
  columns: readonly T[],
  id: string,
  before: string | null,
): TableLayout {
  if (id === before) return layout
  const { pinned, free } = arranged(columns, layout)
  const insert = (ids: string[]): string[] => {
    const rest = without(ids, id)
    const at = before === null ? rest.length : rest.indexOf(before)
    return at < 0 ? rest : [...rest.slice(0, at), id, ...rest.slice(at)]
  }
  const toPinned = before !== null && layout.pinned.includes(before)
  const ids = (list: readonly T[]) => list.map((column) => column.id)
  const hiddenOnes = layout.order.filter((one) => layout.hidden.includes(one))
  return {
    ...layout,
    pinned: toPinned ? insert(ids(pinned)) : without(layout.pinned, id),
    order: [
      ...without(ids(pinned), id),
      ...(toPinned ? without(ids(free), id) : insert(ids(free))),
      ...hiddenOnes,
    ],
  }
}

/** Move a column by one place among its like: the pinned ones or the free ones. */
export function moveBy<T extends Named>(
  layout: TableLayout,
  columns: readonly T[],
  id: string,
  by: -1 | 1,
): TableLayout {
  const { pinned, free } = arranged(columns, layout)
  const list = (layout.pinned.includes(id) ? pinned : free).map((column) => column.id)
  const from = list.indexOf(id)
  const to = from + by
  if (from < 0 || to < 0 || to >= list.length) return layout
  const moved = without(list, id)
  moved.splice(to, 0, id)
  if (layout.pinned.includes(id)) return { ...layout, pinned: moved }
  return { ...layout, order: [...moved, ...layout.order.filter((one) => !moved.includes(one))] }
}

/** A layout that was kept somewhere, or the plain one for anything else. */
export function readLayout(value: unknown): TableLayout {
  if (typeof value !== 'object' || value === null) return plainLayout
  const given = value as Record<string, unknown>
  const ids = (list: unknown): string[] =>
    Array.isArray(list)
      ? list.filter((one): one is string => typeof one === 'string').slice(0, MOST_KEPT)
      : []
  const widths = Object.entries(
    typeof given.widths === 'object' && given.widths !== null ? given.widths : {},
  ).filter((entry): entry is [string, number] => Number.isFinite(entry[1]))
  return {
    order: ids(given.order),
    hidden: ids(given.hidden),
    pinned: ids(given.pinned),
    widths: Object.fromEntries(
      widths
        .slice(0, MOST_KEPT)
        .map(([id, width]) => [id, Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width))]),
    ),
  }
}

export const isPlain = (layout: TableLayout): boolean =>
  layout.order.length + layout.hidden.length + layout.pinned.length + Object.keys(layout.widths).length === 0
