'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ChartSpec, Question, SavedQuestion, Section } from '@/api/types'
import { answerQuery } from '@/lib/ask'
import { formatCount } from '@/lib/format'
import { answerCell } from '@/ui/AnswerTable'
import { Chart } from '@/ui/Chart'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { PlainText } from '@/ui/PlainText'

/** One section as it will stand on paper. */
export function SectionView({
  section,
  question,
  titleHidden = false,
}: {
  section: Section
  question: SavedQuestion | undefined
  /** The editor shows the title as a field. */
  titleHidden?: boolean
}) {
  if (section.kind === 'text') return <PlainText text={section.text} />
  if (!question) {
    return (
      <ErrorNotice
        dense
        error={
          new Error(
            'The question behind this section was deleted. Remove the section, or restore the question.',
          )
        }
      />
    )
  }
  const title = section.title ?? question.name
  return section.kind === 'chart' ? (
    <ChartView
      question={question}
      spec={section.chart ?? question.chart}
      title={title}
      titleHidden={titleHidden}
    />
  ) : (
    <TableView question={question} title={title} titleHidden={titleHidden} />
  )
}

const asAsked = (question: SavedQuestion): Question => question.question as Question

interface ViewProps {
  question: SavedQuestion
  title: string
  titleHidden: boolean
}

function ChartView({ question, spec, title, titleHidden }: ViewProps & { spec: ChartSpec | null }) {
  const { data, error, refetch } = useQuery(answerQuery(useMemo(() => asAsked(question), [question])))
  if (error) return <ErrorNotice dense error={error} retry={refetch} />
  if (!data) return <Loading label={`Asking ${title}`} rows={5} height={56} />
  if (!spec) return <TableView question={question} title={title} titleHidden={titleHidden} />
  return <Chart spec={spec} answer={data} title={title} titleHidden={titleHidden} height={300} tone="light" />
}

const MOST_ROWS = 12

function TableView({ question, title, titleHidden }: ViewProps) {
  const { data, error, refetch } = useQuery(answerQuery(useMemo(() => asAsked(question), [question])))
  if (error) return <ErrorNotice dense error={error} retry={refetch} />
  if (!data) return <Loading label={`Asking ${title}`} rows={4} height={40} />
  const rows = Math.min(MOST_ROWS, data.row_count)
  const right = (type: string, key: string) =>
    ['integer', 'decimal', 'float'].includes(type) && data.bin_width?.[key] === undefined
  return (
    <Box component="section" aria-label={title}>
      {!titleHidden && (
        <Typography variant="h3" component="p" sx={{ mb: 1 }}>
          {title}
        </Typography>
      )}
      <Box tabIndex={0} role="region" aria-label={`Table of ${title}`} sx={{ overflowX: 'auto' }}>
        <Box
          component="table"
          sx={{
            width: '100%',
            borderCollapse: 'collapse',
            fontSize: '0.8125rem',
            fontVariantNumeric: 'tabular-nums',
            '& th, & td': {
              px: 1,
              py: 0.6,
              borderBottom: '1px solid',
              borderColor: 'divider',
              textAlign: 'left',
            },
            '& th': { fontWeight: 600, borderBottomColor: 'text.secondary' },
            '& .number': { textAlign: 'right' },
          }}
        >
          <thead>
            <tr>
              {data.columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  className={right(column.type, column.key) ? 'number' : undefined}
                >
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: rows }, (_, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
              <tr key={row}>
                {data.columns.map((column) => (
                  <td key={column.key} className={right(column.type, column.key) ? 'number' : undefined}>
                    {answerCell(data.data[column.key]?.[row], column, data.bin_width?.[column.key])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </Box>
      </Box>
      {data.row_count > rows && (
        <Typography variant="caption" color="textSecondary" component="p" sx={{ mt: 0.75 }}>
          {formatCount(data.row_count - rows)} more rows follow in the PDF.
        </Typography>
      )}
    </Box>
  )
}
