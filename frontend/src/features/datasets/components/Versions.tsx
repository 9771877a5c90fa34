'use client'

import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import { useInfiniteQuery } from '@tanstack/react-query'
import NextLink from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { DatasetDetail, Version } from '@/api/types'
import { paths } from '@/config/paths'
import { useAddress } from '@/lib/address'
import { formatAgo, formatCount, formatMoment } from '@/lib/format'
import { useMay } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { hidden } from '@/ui/hidden'
import { Loading } from '@/ui/Loading'
import { ShowMore } from '@/ui/ShowMore'
import { datasetQueries } from '../api'
import { useRestoring } from '../restoring'
import { changesOf, storyOf } from '../versions'
import { Compare } from './Compare'
import { Sheet } from './ReceiptView'

/** Every version that the dataset had, the newest first: any can be compared, and any can be gone back to. */
export function Versions({ dataset }: { dataset: DatasetDetail }) {
  const [from, setFrom] = useAddress('from')
  const [to, setTo] = useAddress('to')
  const [keys, setKeys] = useAddress('keys')
  const { restoring, restore } = useRestoring(dataset)
  const mayEdit = useMay('datasets.edit')
  const list = useInfiniteQuery(datasetQueries.versions(dataset.id))
  const { data, error, refetch } = list
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading versions" rows={2} />
  const versions = data.pages.flatMap((page) => page.items)

  const compare = (version: Version) => {
    // The current one is compared with the one before it, every other with the current one.
    const other = version.is_current
      ? (versions.find((one) => one.number < version.number)?.id ?? version.id)
      : version.id
    setFrom(other)
    setTo(dataset.current_version_id)
    setKeys(null)
  }

  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 3 }}>
      <AsOf dataset={dataset} />
      <Sheet
        label="Versions"
        heads={['Version', 'How', 'Rows', 'Changes', 'File', 'Who and when', 'Actions']}
      >
        {versions.map((version) => (
          <tr key={version.id}>
            <Box component="td" sx={{ whiteSpace: 'nowrap', fontWeight: version.is_current ? 600 : 400 }}>
              {version.number}
              {version.is_current && ' (current)'}
            </Box>
            <Box component="td" sx={{ minWidth: 120 }}>
              {storyOf(
                version,
                versions.find((one) => one.id === version.parent_id),
              )}
              {version.note && (
                <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>{version.note}</Box>
              )}
            </Box>
            <Box component="td" sx={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
              {formatCount(version.row_count)}
              {version.rows_quarantined > 0 && (
                <Box sx={{ color: 'text.secondary' }}>{formatCount(version.rows_quarantined)} set aside</Box>
              )}
            </Box>
            <Box component="td" sx={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
              <Changes version={version} />
            </Box>
            <Box component="td" sx={{ overflowWrap: 'anywhere', minWidth: 110 }}>
              {version.file?.filename ?? '–'}
            </Box>
            <Box component="td" sx={{ minWidth: 120 }}>
              {version.created_by?.name ?? 'Somebody who has left'}
              <Box
                component="time"
                dateTime={version.created_at}
                title={formatMoment(version.created_at)}
                sx={{ display: 'block', color: 'text.secondary' }}
              >
                {formatAgo(version.created_at)}
              </Box>
            </Box>
            <td>
              <Box sx={{ display: 'flex', gap: 0.5 }}>
                {!version.is_current && (
                  <Button
                    component={NextLink}
                    href={paths.version(dataset.id, version.id)}
                    aria-label={`Show version ${version.number}`}
                  >
                    Show
                  </Button>
                )}
                {versions.length > 1 && (
                  <Button aria-label={`Compare version ${version.number}`} onClick={() => compare(version)}>
                    Compare
                  </Button>
                )}
                {mayEdit && !dataset.is_part && !version.is_current && (
                  <Button
                    aria-label={`Go back to version ${version.number}`}
                    disabled={restoring}
                    onClick={() => void restore(version)}
                  >
                    Go back
                  </Button>
                )}
              </Box>
            </td>
          </tr>
        ))}
      </Sheet>
      <ShowMore list={list} />
      {from && to && (
        <Compare
          dataset={dataset}
          versions={versions}
          from={from}
          to={to}
          keys={keys?.split(',') ?? []}
          onFrom={setFrom}
          onTo={setTo}
          onKeys={(ids) => setKeys(ids.join(',') || null)}
          onClose={() => {
            setFrom(null)
            setTo(null)
            setKeys(null)
          }}
        />
      )}
    </Box>
  )
}

/** The dataset as it was at a moment, in the reader's own time. */
function AsOf({ dataset }: { dataset: DatasetDetail }) {
  const [moment, setMoment] = useState('')
  const router = useRouter()
  const at = new Date(moment)
  const show = () => router.push(paths.asOf(dataset.id, at.toISOString()))
  return (
    <Box
      component="form"
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}
      onSubmit={(event) => {
        event.preventDefault()
        if (!Number.isNaN(at.getTime())) show()
      }}
    >
      <TextField
        type="datetime-local"
        label="As it was at"
        value={moment}
        onChange={(event) => setMoment(event.target.value)}
        slotProps={{ inputLabel: { shrink: true } }}
        sx={{ width: 230 }}
      />
      <Button type="submit" variant="outlined" disabled={Number.isNaN(at.getTime())}>
        Show
      </Button>
    </Box>
  )
}

function Changes({ version }: { version: Version }) {
  const changes = changesOf(version.counts ?? null)
  if (changes.length === 0) return '–'
  return changes.map((one) => (
    // Positioned, so that the hidden word scrolls with the sheet and does not widen the page.
    <Box
      component="span"
      key={one.sign}
      title={`${formatCount(one.count)} ${one.word}`}
      sx={{ mr: 1, position: 'relative' }}
    >
      {one.sign}
      {formatCount(one.count)}
      <Box component="span" sx={hidden}>
        {' '}
        {one.word}
      </Box>
    </Box>
  ))
}
