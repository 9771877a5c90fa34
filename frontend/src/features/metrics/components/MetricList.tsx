'use client'

import VerifiedOutlined from '@mui/icons-material/VerifiedOutlined'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { ShowMore } from '@/ui/ShowMore'
import { deleteMetric, type Metric, metricQueries } from '../api'

/** What the workspace has agreed to compute. */
export function MetricList({
  search,
  nameOf,
  onEdit,
}: {
  search: string
  nameOf: (datasetId: string) => string
  onEdit: (metric: Metric) => void
}) {
  const list = useInfiniteQuery(metricQueries.list(search))
  const { data, error, refetch } = list
  const mayEdit = useMay('metrics.edit')
  const mayCertify = useMay('metrics.certify')
  const queries = useQueryClient()
  const notify = useNotify()
  const [looking, setLooking] = useState<string | null>(null)
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading metrics" rows={4} />
  const metrics = data.pages.flatMap((page) => page.items)
  if (metrics.length === 0) {
    return (
      <EmptyState title={search ? 'No metric matches' : 'No metrics yet'}>
        A metric is computed the same way wherever it is used.
      </EmptyState>
    )
  }
  const remove = (metric: Metric) =>
    deleteMetric(metric.id)
      .then(() => queries.invalidateQueries({ queryKey: ['metrics'] }))
      .then(() => notify(`${metric.name} is removed.`))
      .catch((problem) => notify(toProblem(problem).message))
  return (
    <>
      <Box
        component="ul"
        aria-label="Metrics"
        sx={{
          listStyle: 'none',
          m: 0,
          p: 0,
          border: '1px solid',
          borderColor: 'divider',
          borderRadius: 2.5,
          bgcolor: 'background.paper',
        }}
      >
        {metrics.map((metric) => (
          <Box
            component="li"
            key={metric.id}
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              gap: 1.5,
              alignItems: 'center',
              px: 2,
              py: 1.25,
              '& + &': { borderTop: '1px solid', borderColor: 'divider' },
            }}
          >
            <Box sx={{ flex: '1 1 240px', minWidth: 0 }}>
              <Typography variant="body2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
                {metric.name}{' '}
                {metric.is_certified && (
                  <VerifiedOutlined
                    fontSize="inherit"
                    color="primary"
                    titleAccess="Certified"
                    sx={{ verticalAlign: 'text-bottom' }}
                  />
                )}
              </Typography>
              <Typography
                variant="caption"
                color="textSecondary"
                component="div"
                sx={{ overflowWrap: 'anywhere' }}
              >
                {[
                  metric.description,
                  `of ${nameOf(metric.dataset_id)}`,
                  metric.unit && `in ${metric.unit}`,
                  metric.format && `as ${metric.format}`,
                  metric.owner && `owned by ${metric.owner.name}`,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Typography>
            </Box>
            <Button
              variant="outlined"
              aria-expanded={looking === metric.id}
              aria-label={`Where used: ${metric.name}`}
              onClick={() => setLooking(looking === metric.id ? null : metric.id)}
            >
              Where used
            </Button>
            {mayEdit && (mayCertify || !metric.is_certified) && (
              <>
                <Button
                  variant="outlined"
                  aria-label={`Change ${metric.name}`}
                  onClick={() => onEdit(metric)}
                >
                  Change
                </Button>
                <Button
                  variant="outlined"
                  color="error"
                  aria-label={`Remove ${metric.name}`}
                  onClick={() => void remove(metric)}
                >
                  Remove
                </Button>
              </>
            )}
            {looking === metric.id && <UsedBy id={metric.id} />}
          </Box>
        ))}
      </Box>
      <ShowMore list={list} />
    </>
  )
}

/** What a change of the metric changes too. */
function UsedBy({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(metricQueries.detail(id))
  if (error) return <ErrorNotice dense error={error} retry={refetch} />
  return (
    <Typography variant="body2" role="status" sx={{ flex: '1 1 100%', overflowWrap: 'anywhere' }}>
      {!data
        ? 'Looking …'
        : data.used_by.length === 0
          ? 'Nothing uses it yet. It is offered under “Add measure” in questions about its dataset.'
          : `Used by ${data.used_by.join(', ')}.`}
    </Typography>
  )
}
