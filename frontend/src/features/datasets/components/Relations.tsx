import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import NextLink from 'next/link'
import type { ReactNode } from 'react'
import type { DatasetDetail } from '@/api/types'
import { paths } from '@/config/paths'
import { formatCount } from '@/lib/format'

const MOST = 12

interface Join {
  /** `author_id → id of` */
  text: string
  table: string
  datasetId: string | null
  datasetName: string | null
}

/** The joins that the file's foreign keys suggest. */
function joinsOf({ keys, schema }: Pick<DatasetDetail, 'keys' | 'schema'>): Join[] {
  const nameOf = (id: string) => schema.find((column) => column.id === id)?.name ?? id
  return keys.links.map((link) => ({
    text: `${link.columns.map((id) => `“${nameOf(id)}”`).join(' and ')} is ${link.names
      .map((name) => `“${name}”`)
      .join(' and ')} of`,
    table: link.table,
    datasetId: link.dataset_id ?? null,
    datasetName: link.dataset_name ?? null,
  }))
}

/** What the file says about its tables: the others that it holds, what identifies a row, and what points where. */
export function Relations({ dataset }: { dataset: DatasetDetail }) {
  const { siblings, keys, schema } = dataset
  const nameOf = (id: string) => schema.find((column) => column.id === id)?.name ?? id
  const joins = joinsOf(dataset)
  if (siblings.length === 0 && joins.length === 0 && keys.primary_key.length === 0) return null
  return (
    <Box
      component="section"
      aria-label="What belongs together"
      sx={{ display: 'grid', gap: 0.5, mb: 3, fontSize: '0.875rem' }}
    >
      {siblings.length > 0 && (
        <Box sx={{ overflowWrap: 'anywhere' }}>
          Also in this file:{' '}
          {siblings.slice(0, MOST).map((one, at) => (
            <span key={one.id}>
              {at > 0 && ', '}
              <Link id={one.id} name={one.name} />
              {one.hidden && <Note> (hidden)</Note>}
            </span>
          ))}
          {siblings.length > MOST && ` and ${formatCount(siblings.length - MOST)} more`}
        </Box>
      )}
      {keys.primary_key.length > 0 && (
        <Box sx={{ overflowWrap: 'anywhere' }}>
          A row is identified by {keys.primary_key.map((id) => `“${nameOf(id)}”`).join(' and ')}, as the file
          says.
        </Box>
      )}
      {joins.length > 0 && (
        <Box component="ul" aria-label="Suggested joins" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {joins.map((join) => (
            <Box component="li" key={join.text} sx={{ overflowWrap: 'anywhere' }}>
              Suggested join: {join.text}{' '}
              {join.datasetId && join.datasetName ? (
                <Link id={join.datasetId} name={join.datasetName} />
              ) : (
                <Note>{join.table}, which is not here</Note>
              )}
            </Box>
          ))}
        </Box>
      )}
    </Box>
  )
}

function Link({ id, name }: { id: string; name: string }) {
  return (
    <Typography component={NextLink} variant="body2" color="primary" href={paths.dataset(id)}>
      {name}
    </Typography>
  )
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Typography component="span" variant="body2" color="textSecondary">
      {children}
    </Typography>
  )
}
