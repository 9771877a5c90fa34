'use client'

import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { DatasetDetail, Scalar, Version } from '@/api/types'
import { countOf, formatCell } from '@/lib/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ColumnChecks } from '@/ui/ColumnChecks'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { datasetQueries } from '../api'
import { type Comparison, columnsOf, rowsWords } from '../versions'
import { DiffList } from './DiffList'
import { Sheet } from './ReceiptView'

/** What lies between two versions: their columns, how many rows, and some of them. */
export function Compare({
  dataset,
  versions,
  from,
  to,
  keys,
  onFrom,
  onTo,
  onKeys,
  onClose,
}: {
  dataset: DatasetDetail
  versions: readonly Version[]
  from: string
  to: string
  /** Ids of the columns that tell rows apart; none for what the versions know themselves. */
  keys: readonly string[]
  onFrom: (id: string) => void
  onTo: (id: string) => void
  onKeys: (ids: readonly string[]) => void
  onClose: () => void
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  // Whoever asked for it is led to it.
  useEffect(() => heading.current?.focus(), [])
  const same = from === to
  const [choosing, setChoosing] = useState(false)
  const [chosen, setChosen] = useState<readonly string[]>(keys)
  const { data, error, refetch } = useQuery({
    ...datasetQueries.comparison(dataset.id, from, to, keys),
    enabled: !same,
  })
  return (
    <Box
      component="section"
      aria-labelledby="compare"
      sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <Typography id="compare" ref={heading} tabIndex={-1} variant="h2" sx={{ flex: 1, minWidth: 180 }}>
          What changed
        </Typography>
        <VersionSelect label="From" value={from} versions={versions} onChange={onFrom} />
        <VersionSelect label="To" value={to} versions={versions} onChange={onTo} />
        <Button variant="outlined" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
          Key columns
        </Button>
        <Button variant="outlined" onClick={onClose}>
          Close
        </Button>
      </Box>
      {choosing && (
        <Card sx={{ p: 2, display: 'grid', gap: 1.5, justifyItems: 'start' }}>
          <ColumnChecks
            legend="Which columns tell rows apart"
            columns={dataset.schema}
            chosen={chosen}
            onChange={setChosen}
          />
          <Button
            variant="contained"
            onClick={() => {
              onKeys(chosen)
              setChoosing(false)
            }}
          >
            {chosen.length > 0 ? 'Compare by these' : 'Compare as the versions say'}
          </Button>
        </Card>
      )}
      {same ? (
        <Typography color="textSecondary">Choose two different versions.</Typography>
      ) : error ? (
        <ErrorNotice error={error} retry={refetch} />
      ) : !data ? (
        <Loading label="Comparing the versions" rows={4} />
      ) : (
        <Outcome comparison={data} dataset={dataset} />
      )}
    </Box>
  )
}

function VersionSelect({
  label,
  value,
  versions,
  onChange,
}: {
  label: string
  value: string
  versions: readonly Version[]
  onChange: (id: string) => void
}) {
  return (
    <TextField
      select
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      sx={{ width: 150 }}
    >
      {!versions.some((version) => version.id === value) && <option value={value}>Another</option>}
      {versions.map((version) => (
        <option key={version.id} value={version.id}>
          Version {version.number}
        </option>
      ))}
    </TextField>
  )
}

const words = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const

function Outcome({ comparison, dataset }: { comparison: Comparison; dataset: DatasetDetail }) {
  const columns = columnsOf(comparison, dataset.schema)
  const nameOf = (id: string) => columns.find((column) => column.id === id)?.name ?? id
  const changed = Object.entries(comparison.columns_changed).filter(([, count]) => count > 0)
  const { examples, keys, by, rows } = comparison
  return (
    <>
      <Box sx={{ display: 'grid', gap: 0.5 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {rowsWords(comparison)}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {by === 'key'
            ? `Rows are told apart by ${keys.map((id) => `“${nameOf(id)}”`).join(', ')}.`
            : 'There is no key, so whole rows are compared: a changed row counts as one removed and one added.'}
          {changed.length > 0 &&
            ` Values changed in ${changed.map(([id, count]) => `“${nameOf(id)}” (${countOf(count, 'row')})`).join(', ')}.`}
        </Typography>
      </Box>
      <DiffList diff={comparison.diff} same="The columns are the same." />
      {examples.length > 0 && (
        <>
          <Sheet label="Rows that differ" heads={['Change', ...columns.map((column) => column.name)]}>
            {examples.map((example, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal rows may be examples twice
              <tr key={at}>
                <td>{words[example.change]}</td>
                {columns.map(({ id, type }) => (
                  <Cell
                    key={id}
                    type={type}
                    before={example.before ? (example.before[id] as Scalar) : undefined}
                    after={example.after ? (example.after[id] as Scalar) : undefined}
                    changed={example.change === 'changed'}
                  />
                ))}
              </tr>
            ))}
          </Sheet>
          {examples.length < rows.added + rows.changed + rows.removed && (
            <Typography variant="caption" color="textSecondary">
              The first {countOf(examples.length, 'row')} that differ.
            </Typography>
          )}
        </>
      )}
    </>
  )
}

function Cell({
  type,
  before,
  after,
  changed,
}: {
  type: string
  before: Scalar | undefined
  after: Scalar | undefined
  changed: boolean
}) {
  const old = formatCell(before, type)
  const now = formatCell(after, type)
  return (
    <Box component="td" sx={{ overflowWrap: 'anywhere', minWidth: 90, fontVariantNumeric: 'tabular-nums' }}>
      {changed && old !== now ? (
        <>
          <Box component="del" sx={{ color: 'text.secondary' }}>
            {old || 'empty'}
          </Box>{' '}
          <Box component="ins" sx={{ fontWeight: 600, textDecoration: 'none' }}>
            {now || 'empty'}
          </Box>
        </>
      ) : (
        now || old
      )}
    </Box>
  )
}
