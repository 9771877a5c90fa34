'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { DatasetDetail } from '@/api/types'
import { formatCell, formatCount, formatShare, typeName } from '@/lib/format'
import { Card } from '@/ui/Card'
import { MiniHistogram } from '@/ui/MiniHistogram'
import { TypeIcon } from '@/ui/TypeIcon'
import { type Described, described } from '../columns'
import { factsOf, valueWords } from '../model'

/** What is in each column: type, gaps, variety, extremes, and its shape. */
export function ColumnProfiles({ dataset }: { dataset: DatasetDetail }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: 'repeat(auto-fill, minmax(min(300px, 100%), 1fr))',
        alignItems: 'stretch',
      }}
    >
      {described(dataset).map((one) => (
        <Profile key={one.column.id} one={one} rowCount={dataset.row_count} />
      ))}
    </Box>
  )
}

function Profile({ one, rowCount }: { one: Described; rowCount: number }) {
  const { column, profile } = one
  const facts = factsOf(one, rowCount)
  const first = profile.histogram[0]
  const last = profile.histogram.at(-1)
  return (
    <Card
      component="section"
      aria-label={column.name}
      sx={{ p: 2, display: 'flex', flexDirection: 'column', gap: 1.5 }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', minWidth: 0 }}>
        <Box sx={{ color: 'text.secondary', display: 'grid' }}>
          <TypeIcon type={column.type} />
        </Box>
        <Typography variant="h3" component="h2" noWrap title={column.name} sx={{ flex: 1 }}>
          {column.name}
        </Typography>
        <Typography variant="caption" color="textSecondary">
          {typeName(column.type)}
        </Typography>
      </Box>
      {profile.histogram.length > 0 && (
        <Box>
          <Box sx={{ color: 'info.main', '& svg': { width: '100%', height: 56 } }}>
            <MiniHistogram
              counts={profile.histogram.map((bar) => bar.count)}
              width={260}
              height={56}
              label={`How the values of ${column.name} spread`}
            />
          </Box>
          <Box sx={{ display: 'flex', justifyContent: 'space-between', mt: 0.5 }}>
            <Typography variant="caption" color="textSecondary">
              {formatCell(first?.from, column.type)}
            </Typography>
            <Typography variant="caption" color="textSecondary">
              {formatCell(last?.to, column.type)}
            </Typography>
          </Box>
        </Box>
      )}
      {profile.histogram.length === 0 && profile.top.length > 0 && (
        <TopValues one={one} rowCount={rowCount} />
      )}
      <Box
        component="dl"
        sx={{
          m: 0,
          mt: 'auto',
          display: 'grid',
          gridTemplateColumns: 'auto minmax(0, 1fr)',
          columnGap: 2,
          rowGap: 0.4,
          fontSize: '0.8125rem',
          fontVariantNumeric: 'tabular-nums',
        }}
      >
        {facts.map((fact) => (
          <Box key={fact.term} sx={{ display: 'contents' }}>
            <Box component="dt" sx={{ color: 'text.secondary' }}>
              {fact.term}
            </Box>
            <Box
              component="dd"
              sx={{ m: 0, textAlign: 'right', overflow: 'hidden', textOverflow: 'ellipsis' }}
            >
              {fact.value}
            </Box>
          </Box>
        ))}
      </Box>
    </Card>
  )
}

function TopValues({ one: { column, profile }, rowCount }: { one: Described; rowCount: number }) {
  const most = profile.top[0]?.count ?? 1
  return (
    <Box
      component="ul"
      aria-label={`Most frequent values of ${column.name}`}
      sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 0.5, fontSize: '0.8125rem' }}
    >
      {profile.top.slice(0, 5).map((value) => (
        <Box
          component="li"
          key={String(value.value)}
          sx={{
            position: 'relative',
            display: 'flex',
            justifyContent: 'space-between',
            gap: 1.5,
            px: 0.75,
            py: 0.15,
          }}
        >
          <Box
            aria-hidden
            sx={(theme) => ({
              position: 'absolute',
              inset: 0,
              right: 'auto',
              width: `${(value.count / most) * 100}%`,
              borderRadius: 1,
              background: `color-mix(in srgb, ${theme.vars.palette.info.main} 16%, transparent)`,
            })}
          />
          <Box
            component="span"
            sx={{ position: 'relative', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
          >
            {valueWords(value.value, column.type)}
          </Box>
          <Box
            component="span"
            sx={{ position: 'relative', fontVariantNumeric: 'tabular-nums' }}
            title={formatShare(value.count, rowCount)}
          >
            {formatCount(value.count)}
          </Box>
        </Box>
      ))}
    </Box>
  )
}
