'use client'

import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import NextLink from 'next/link'
import { useEffect, useMemo } from 'react'
import { answerQuery, type Source } from '@/lib/ask'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Chart, prepareCharts } from '@/ui/Chart'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { specFor } from '../chart'
import { questionOf } from '../model'
import { askPath, type Suggestion, suggestQuestions } from '../suggest'

/** Charts that nobody had to ask for. */
export function FirstLook({ source, most = 3 }: { source: Source; most?: number }) {
  const suggestions = useMemo(() => suggestQuestions(source).slice(0, most), [source, most])
  const isEmpty = suggestions.length === 0 || source.rowCount === 0
  useEffect(() => {
    if (!isEmpty) prepareCharts()
  }, [isEmpty])
  if (isEmpty) return null
  return (
    <Box
      component="section"
      aria-label="First look"
      sx={{
        display: 'grid',
        gap: 2,
        mb: 4,
        gridTemplateColumns: 'repeat(auto-fit, minmax(min(288px, 100%), 1fr))',
      }}
    >
      {suggestions.map((suggestion) => (
        <Look key={suggestion.title} source={source} suggestion={suggestion} />
      ))}
    </Box>
  )
}

function Look({ source, suggestion }: { source: Source; suggestion: Suggestion }) {
  const question = useMemo(
    () => questionOf(suggestion.draft, source.id, source.columns, source.versionId),
    [suggestion, source],
  )
  const { data, error, refetch } = useQuery(answerQuery(question))
  const spec = useMemo(() => (data ? specFor(suggestion.draft, data) : null), [data, suggestion])
  return (
    <Card sx={{ p: 2, display: 'flex', flexDirection: 'column', gap: 1, minWidth: 0 }}>
      <Box sx={{ flex: 1, minHeight: 270 }}>
        {error ? (
          <ErrorNotice dense error={error} retry={refetch} />
        ) : !data ? (
          <Loading label={`Asking for ${suggestion.title}`} rows={1} height={230} />
        ) : (
          spec && <Chart spec={spec} answer={data} height={230} />
        )}
      </Box>
      <Box>
        <Button
          component={NextLink}
          href={askPath(source, suggestion)}
          variant="outlined"
          aria-label={`Explore ${suggestion.title}`}
        >
          Explore
        </Button>
      </Box>
    </Card>
  )
}
