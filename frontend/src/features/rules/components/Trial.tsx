'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { formatCount } from '@/lib/format'
import { Chart } from '@/ui/Chart'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { type RuleIn, ruleQueries } from '../api'
import { answerOf, chartOf, trialWords } from '../model'

/** How often a rule would have fired on past versions, or in past periods: a picture along the time and every figure. */
export function TrialPanel({
  dataset,
  version,
  rule,
}: {
  dataset: string
  version: string | null
  rule: RuleIn
}) {
  const { data, error, refetch } = useQuery(ruleQueries.trial(dataset, version, rule))
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Trying the rule on the past" rows={2} />
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Typography variant="body2">{trialWords(data)}</Typography>
      {data.points.length > 1 && (
        <Chart spec={chartOf(data)} answer={answerOf(data)} height={200} titleHidden hasTwin={false} />
      )}
      {data.points.length > 0 && (
        <Box
          component="table"
          aria-label="How often it would have fired"
          sx={{
            borderCollapse: 'collapse',
            fontSize: '0.8125rem',
            fontVariantNumeric: 'tabular-nums',
            '& th, & td': { textAlign: 'left', py: 0.5, pr: 2, fontWeight: 400, verticalAlign: 'top' },
            '& td': { textAlign: 'right' },
            '& thead th': { color: 'text.secondary' },
            '& thead th + th': { textAlign: 'right' },
          }}
        >
          <thead>
            <tr>
              <th scope="col">{data.by === 'version' ? 'Version' : 'Period'}</th>
              <th scope="col">Fired for</th>
              <th scope="col">Of</th>
            </tr>
          </thead>
          <tbody>
            {[...data.points].reverse().map((point) => (
              <tr key={point.version_id ?? point.label}>
                <th scope="row">{point.label}</th>
                {point.unchecked ? (
                  <Box
                    component="td"
                    colSpan={2}
                    sx={{ textAlign: 'left !important', color: 'text.secondary' }}
                  >
                    Not checked: {point.unchecked}
                  </Box>
                ) : (
                  <>
                    <Box component="td" sx={{ fontWeight: point.n > 0 ? '600 !important' : undefined }}>
                      {formatCount(point.n)}
                    </Box>
                    <td>{point.of === null ? '–' : formatCount(point.of)}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </Box>
      )}
    </Box>
  )
}
