'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { download } from '@/lib/downloads'
import { countOf, formatBytes, formatMoment } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { reportQueries } from '../api'

/** The PDFs that were made of a report, each against the data of its day. */
export function Editions({ reportId }: { reportId: string }) {
  const { data, error, refetch } = useQuery(reportQueries.editions(reportId))
  const mayExport = useMay('exports.create')
  const notify = useNotify()
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data || data.items.length === 0) return null
  return (
    <Box component="section" aria-labelledby="editions-title" sx={{ maxWidth: 794, mx: 'auto', mt: 4 }}>
      <Typography id="editions-title" variant="h2" sx={{ mb: 1 }}>
        Editions
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {data.items.map((edition) => (
          <Box
            component="li"
            key={edition.id}
            sx={{
              display: 'flex',
              gap: 2,
              alignItems: 'center',
              py: 1,
              borderTop: '1px solid',
              borderColor: 'divider',
            }}
          >
            <Box sx={{ flex: 1 }}>
              <Typography variant="body2">{formatMoment(edition.created_at)}</Typography>
              <Typography variant="caption" color="textSecondary">
                {countOf(edition.page_count, 'page')} · {formatBytes(edition.byte_count)}
              </Typography>
            </Box>
            {mayExport && (
              <Button
                variant="outlined"
                aria-label={`Download edition of ${formatMoment(edition.created_at)}`}
                onClick={() =>
                  download({ kind: 'edition', id: edition.id }).catch((problem) =>
                    notify(toProblem(problem).message),
                  )
                }
              >
                Download
              </Button>
            )}
          </Box>
        ))}
      </Box>
    </Box>
  )
}
