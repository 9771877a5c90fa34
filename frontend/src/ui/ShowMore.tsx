'use client'

import Box from '@mui/material/Box'
import { Button } from './Button'

/** The way to the next part of a list that is asked for in parts; nothing at its end. */
export function ShowMore({
  list,
}: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> }
}) {
  if (!list.hasNextPage) return null
  return (
    <Box sx={{ mt: 2, textAlign: 'center' }}>
      <Button variant="outlined" onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
        Show more
      </Button>
    </Box>
  )
}
