'use client'

import Box from '@mui/material/Box'
import { useLate } from '@/lib/timing'
import styles from './Loading.module.css'

/** The shape of what is coming. Nothing at all while it may come at once. */
export function Loading({ label, rows = 5, height = 44 }: { label: string; rows?: number; height?: number }) {
  const late = useLate()
  return (
    <Box role="status" aria-label={label} sx={{ display: 'grid', gap: 1, minHeight: rows * (height + 8) }}>
      {late &&
        Array.from({ length: rows }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal rows without identity
          <div key={index} className={styles.row} style={{ height, opacity: 1 - index / (rows + 1) }} />
        ))}
    </Box>
  )
}
