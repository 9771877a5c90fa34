import type { ColumnType } from '@/api/types'
import { typeName } from '@/lib/format'

const shapes: Readonly<Record<ColumnType, string>> = {
  integer: 'M6 2 4.6 14M11.4 2 10 14M2.4 5.6h11.4M2 10.4h11.4',
  decimal: 'M2 8a2.2 4 0 1 0 4.4 0a2.2 4 0 1 0-4.4 0M8 12h.01M9.6 8a2.2 4 0 1 0 4.4 0a2.2 4 0 1 0-4.4 0',
  float: 'M2 10c2-6 4-6 6-2s4 4 6-2',
  text: 'M2 13 6 3h.4l4 10M3.4 9.8h5.6M12 13V6.6M10.6 6.6h2.8',
  boolean: 'M2.2 8.4 5.6 12 13.8 4',
  date: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M10.5 2v3',
  time: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8V8l2.2 1.6',
  timestamp: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M8 9v2h1.8',
  instant: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM2 8h12M8 2c2.4 3 2.4 9 0 12M8 2c-2.4 3-2.4 9 0 12',
  nested:
    'M6 2.5c-2 0-2 1-2 2.6S4 8 2.4 8C4 8 4 9.2 4 10.9s0 2.6 2 2.6M10 2.5c2 0 2 1 2 2.6S12 8 13.6 8C12 8 12 9.2 12 10.9s0 2.6-2 2.6',
}

/** A column's type as a small sign, named for those who cannot see it. */
export function TypeIcon({ type, size = 14 }: { type: ColumnType | string; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      role="img"
      aria-label={typeName(type)}
      style={{ flex: 'none' }}
    >
      <path d={shapes[type as ColumnType] ?? shapes.text} />
    </svg>
  )
}
