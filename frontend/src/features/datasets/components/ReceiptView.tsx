'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import type { DatasetDetail, Quarantined, Receipt } from '@/api/types'
import { formatCount } from '@/lib/format'
import { Card } from '@/ui/Card'
import { mono } from '@/ui/theme'
import { warningOf } from '../model'
import { Decisions } from './Decisions'
import { QuarantineTable } from './QuarantineTable'

/** The account of the load: every row of the file is in one of these numbers. */
export function ReceiptView({ dataset }: { dataset: DatasetDetail }) {
  const { receipt } = dataset
  if (!receipt)
    return <Typography color="textSecondary">The account is of rows that you may not see.</Typography>
  const figures = [
    { term: 'Rows seen', value: receipt.rows_seen },
    { term: 'Loaded', value: receipt.rows_loaded },
    { term: 'Set aside', value: receipt.rows_quarantined },
    { term: 'Skipped', value: receipt.rows_skipped },
  ]
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 4 }}>
      <Box
        component="dl"
        sx={{
          m: 0,
          display: 'grid',
          gridTemplateColumns: { xs: 'repeat(2, 1fr)', md: 'repeat(4, 1fr)' },
          gap: '1px',
          bgcolor: 'divider',
          border: '1px solid',
          borderColor: 'divider',
          borderRadius: 2.5,
          overflow: 'hidden',
        }}
      >
        {figures.map((figure) => (
          <Box
            key={figure.term}
            sx={{ p: 2, bgcolor: 'background.paper', display: 'flex', flexDirection: 'column-reverse' }}
          >
            <Box component="dt" sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
              {figure.term}
            </Box>
            <Box
              component="dd"
              sx={{ m: 0, fontSize: '1.375rem', fontWeight: 600, fontVariantNumeric: 'tabular-nums' }}
            >
              {formatCount(figure.value)}
            </Box>
          </Box>
        ))}
      </Box>

      <Typography variant="body2" color="textSecondary">
        {formatCount(receipt.rows_seen)} seen = {formatCount(receipt.rows_loaded)} loaded +{' '}
        {formatCount(receipt.rows_quarantined)} set aside + {formatCount(receipt.rows_skipped)} skipped.
        {receipt.rows_replayed > 0 &&
          ` Of the loaded ones, ${formatCount(receipt.rows_replayed)} were set aside first and put right.`}
      </Typography>

      {receipt.warnings.length > 0 && (
        <div>
          <Typography variant="h2" sx={{ mb: 1.5 }}>
            Read, but worth a look
          </Typography>
          <Rows rows={receipt.warnings.map(warningOf)} label="Read, but worth a look" />
        </div>
      )}

      <section aria-label="Decisions">
        <Typography variant="h2" sx={{ mb: 1.5 }}>
          What we decided, and why
        </Typography>
        <Decisions dataset={dataset} />
      </section>

      <div>
        <Typography variant="h2" sx={{ mb: 1.5 }}>
          Rows set aside
        </Typography>
        {receipt.rows_quarantined === 0 ? (
          <Typography color="textSecondary">None. Every row could be read.</Typography>
        ) : (
          <QuarantineTable dataset={dataset} />
        )}
      </div>

      {receipt.checks.length > 0 && (
        <section aria-labelledby="checks">
          <Typography id="checks" variant="h2" sx={{ mb: 1.5 }}>
            Rules that were checked
          </Typography>
          <Sheet label="Rules that were checked" heads={['Rule', 'Found', 'What was done']}>
            {receipt.checks.map((check) => (
              <tr key={check.rule_id}>
                <Box component="td" sx={{ overflowWrap: 'anywhere' }}>
                  {check.name}
                </Box>
                <td>{foundBy(check)}</td>
                <td>{doneAbout(check)}</td>
              </tr>
            ))}
          </Sheet>
        </section>
      )}

      {receipt.skipped.length > 0 && (
        <div>
          <Typography variant="h2" sx={{ mb: 1.5 }}>
            Lines skipped
          </Typography>
          <Rows rows={receipt.skipped} label="Lines skipped" />
        </div>
      )}
    </Box>
  )
}

type Checked = Receipt['checks'][number]

const foundBy = (check: Checked): string =>
  check.unchecked
    ? `Not checked: ${check.unchecked}`
    : `${formatCount(check.failing)}${check.of === null ? '' : ` of ${formatCount(check.of)}`}`

function doneAbout(check: Checked): string {
  if (check.failing === 0) return check.unchecked ? 'Nothing' : 'Nothing to do'
  if (check.action === 'quarantine') return 'Rows set aside'
  return check.action === 'refuse' ? 'Accepted all the same' : 'Loaded, with this warning'
}

function Rows({ rows, label }: { rows: readonly Quarantined[]; label: string }) {
  return (
    <Sheet label={label} heads={['Line', 'Column', 'Reason', 'As it stands in the file']}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line may be named twice, its place not
        <tr key={index}>
          <td>{row.line === null || row.line === undefined ? '–' : formatCount(row.line)}</td>
          <td>{row.column ?? '–'}</td>
          <td>{row.reason}</td>
          <td>
            <Box component="code" sx={{ fontFamily: mono, fontSize: '0.78rem', overflowWrap: 'anywhere' }}>
              {row.raw ?? ''}
            </Box>
          </td>
        </tr>
      ))}
    </Sheet>
  )
}

export function Sheet({
  label,
  heads,
  children,
}: {
  label: string
  heads: readonly string[]
  children: ReactNode
}) {
  return (
    <Card sx={{ overflow: 'hidden' }}>
      <Box tabIndex={0} role="region" aria-label={label} sx={{ overflow: 'auto', maxHeight: 480 }}>
        <Box
          component="table"
          sx={{
            width: '100%',
            borderCollapse: 'separate',
            borderSpacing: 0,
            fontSize: '0.8125rem',
            '& th, & td': {
              px: 2,
              py: 1,
              textAlign: 'left',
              verticalAlign: 'top',
              // A date or a number stays on one line where the sheet is narrow.
              minWidth: 108,
              borderBottom: '1px solid',
              borderColor: 'divider',
            },
            '& th': {
              position: 'sticky',
              top: 0,
              bgcolor: 'background.sunk',
              fontWeight: 600,
              whiteSpace: 'nowrap',
            },
            '& tbody tr:last-of-type td': { borderBottom: 0 },
          }}
        >
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </Box>
      </Box>
    </Card>
  )
}
