'use client'

import DragIndicatorRounded from '@mui/icons-material/DragIndicatorRounded'
import Box from '@mui/material/Box'
import InputBase from '@mui/material/InputBase'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import type { Answer, Question, SavedQuestion, Sort, Tile } from '@/api/types'
import { paths } from '@/config/paths'
import { answerQuery, type Reply } from '@/lib/ask'
import type { PointedNumber } from '@/lib/number'
import { toProblem } from '@/lib/problem'
import { type Action, ActionMenu } from '@/ui/ActionMenu'
import { AnswerTable } from '@/ui/AnswerTable'
import { Card } from '@/ui/Card'
import { Chart } from '@/ui/Chart'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { PlainText } from '@/ui/PlainText'
import { imageQuery } from '../api'
import { hasRows } from '../closer'
import { chartOf, type Picked, picksOf, picksOfRange, type QuestionTile, titleOf } from '../model'

interface TileProps {
  height: number
  saved: SavedQuestion | undefined
  answer: Reply | undefined
  waiting: boolean
  editing: boolean
  /** How many remarks there are on it. */
  remarks: number
  onPick: (picks: Picked[]) => void
  onChange: (tile: Tile) => void
  onRemove: () => void
  /** Put it before or after its neighbour. */
  onMove?: ((by: 1 | -1) => void) | undefined
  onRemark?: () => void
  /** Whether filters or clicks hold here, so that what was said of it was said of more. */
  narrowed?: boolean
  /** Another order than its own, wanted by who looks. */
  sort?: readonly Sort[] | undefined
  onSort?: ((sort: Sort[]) => void) | undefined
  /** Show the rows behind it, or behind one of its marks. */
  onCloser?: ((picks?: Picked[]) => void) | undefined
  /** Tell what a number of this answer is. */
  onNumber?: ((number: PointedNumber, answer: Answer) => void) | undefined
  /** Save what it shows as a picture. */
  onPicture?: (() => void) | undefined
  again: () => void
}

/** One tile with its four states. A tile that fails says why and leaves the others alone. */
export function TileView({ tile, ...rest }: TileProps & { tile: Tile }) {
  if (tile.kind === 'question') return <QuestionView tile={tile} {...rest} />
  if (tile.kind === 'image') return <ImageView tile={tile} {...rest} />
  if (!rest.editing) {
    return (
      <Box sx={{ height: '100%', overflow: 'auto', px: 0.5 }}>
        <PlainText text={tile.text} />
      </Box>
    )
  }
  return (
    <Card
      sx={{ p: 1.5, height: '100%', overflow: 'auto', borderStyle: 'dashed', borderColor: 'text.secondary' }}
    >
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', mt: -0.75, mr: -0.5 }}>
        <ActionMenu
          label="Actions for this text"
          actions={[...movings(rest.onMove), { label: 'Remove', danger: true, run: rest.onRemove }]}
        />
      </Box>
      <InputBase
        fullWidth
        multiline
        value={tile.text}
        placeholder="Write here. # begins a heading, - a bullet; a blank line a new paragraph."
        onChange={(event) => rest.onChange({ ...tile, text: event.target.value })}
        inputProps={{ 'aria-label': 'Text of the tile', maxLength: 20_000 }}
        sx={{ '& textarea::placeholder': { opacity: 1, color: 'text.secondary' } }}
      />
    </Card>
  )
}

function ImageView({
  tile,
  editing,
  onChange,
  onRemove,
  onMove,
}: Pick<TileProps, 'editing' | 'onChange' | 'onRemove' | 'onMove'> & {
  tile: Extract<Tile, { kind: 'image' }>
}) {
  const { data, error, refetch } = useQuery(imageQuery(tile.image_id))
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    if (!data) return
    const made = URL.createObjectURL(data)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [data])
  const picture = error ? (
    <ErrorNotice dense error={error} retry={refetch} />
  ) : address ? (
    <Box
      component="img"
      src={address}
      alt={tile.alt}
      sx={{ width: '100%', flex: 1, minHeight: 0, objectFit: 'contain', objectPosition: 'left top' }}
    />
  ) : (
    <Loading label="Loading the picture" rows={1} height={120} />
  )
  if (!editing) return <Box sx={{ height: '100%', display: 'flex' }}>{picture}</Box>
  return (
    <Card
      sx={{
        p: 1.5,
        height: '100%',
        display: 'flex',
        flexDirection: 'column',
        gap: 1,
        borderStyle: 'dashed',
        borderColor: 'text.secondary',
      }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <InputBase
          fullWidth
          value={tile.alt}
          placeholder="What it shows, for those who do not see it"
          onChange={(event) => onChange({ ...tile, alt: event.target.value })}
          inputProps={{ 'aria-label': 'Words for the picture', maxLength: 1000 }}
          sx={{
            position: 'relative',
            zIndex: 2,
            '& input::placeholder': { opacity: 1, color: 'text.secondary' },
          }}
        />
        <Box sx={{ position: 'relative', zIndex: 2 }}>
          <ActionMenu
            label="Actions for this picture"
            actions={[...movings(onMove), { label: 'Remove', danger: true, run: onRemove }]}
          />
        </Box>
      </Box>
      {picture}
    </Card>
  )
}

/** A tile that the server does not know yet: asked by itself, and without the filters until it is saved. */
export function PendingTile(props: TileProps & { tile: Tile }) {
  const { tile, saved } = props
  const question = tile.kind === 'question' ? (tile.question ?? saved?.question) : undefined
  const { data, error, refetch } = useQuery({
    ...answerQuery((question ?? { dataset_id: '' }) as Question),
    enabled: question !== undefined,
  })
  const answer: Reply | undefined = error
    ? { problem: toProblem(error) }
    : data
      ? { answer: data }
      : undefined
  return <TileView {...props} answer={answer} waiting={false} again={() => void refetch()} />
}

/** What the head and the chart's own lines of text take. */
const HEAD = 96

function QuestionView({
  tile,
  height,
  saved,
  answer,
  waiting,
  editing,
  remarks,
  onPick,
  onChange,
  onRemove,
  onMove,
  onRemark,
  narrowed = false,
  onPicture,
  sort,
  onSort,
  onCloser,
  onNumber,
  again,
}: TileProps & { tile: QuestionTile }) {
  const router = useRouter()
  // What a title says of all rows need not hold for those that are left.
  const title = titleOf(tile, saved, narrowed && !editing)
  const question = (tile.question ?? saved?.question) as Question | undefined
  const spec = chartOf(tile, saved)
  const inside = Math.max(90, height - HEAD - (tile.why ? (narrowed ? 44 : 24) : 0) - (tile.listens ? 0 : 20))
  const actions: Action[] = [
    ...(saved ? [{ label: 'Open the question', run: () => router.push(paths.question(saved.id)) }] : []),
    ...(onCloser && question && hasRows(question) && !editing
      ? [{ label: 'See what is behind', run: () => onCloser() }]
      : []),
    ...(onSort && spec && !editing && answer?.answer ? sortings(answer.answer, sort, onSort) : []),
    ...(onPicture && !editing ? [{ label: 'Save as picture', run: onPicture }] : []),
    ...(onRemark ? [{ label: remarks > 0 ? `Remarks (${remarks})` : 'Remark', run: onRemark }] : []),
    ...(editing
      ? [
          {
            label: tile.shows === 'table' ? 'Show as chart' : 'Show as table',
            run: () => onChange({ ...tile, shows: tile.shows === 'table' ? 'auto' : 'table' }),
          },
          {
            label: tile.listens ? 'Leave out of filters' : 'Listen to filters',
            run: () => onChange({ ...tile, listens: !tile.listens }),
          },
          ...movings(onMove),
          { label: 'Remove', danger: true, run: onRemove },
        ]
      : []),
  ]
  return (
    <Card
      sx={{
        height: '100%',
        p: 1.75,
        display: 'flex',
        flexDirection: 'column',
        overflow: 'hidden',
        ...(editing ? { borderStyle: 'dashed', borderColor: 'text.secondary' } : {}),
      }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start', minHeight: 28 }}>
        {editing && (
          <DragIndicatorRounded aria-hidden fontSize="small" sx={{ color: 'text.secondary', ml: -0.5 }} />
        )}
        {editing ? (
          <InputBase
            fullWidth
            value={tile.title ?? ''}
            placeholder={saved?.name ?? 'Title'}
            onChange={(event) => onChange({ ...tile, title: event.target.value || null, topic: null })}
            inputProps={{ 'aria-label': `Title of ${title}`, maxLength: 300 }}
            sx={{
              position: 'relative',
              zIndex: 2,
              fontWeight: 600,
              fontSize: '0.9375rem',
              '& input': { py: 0 },
              '& input::placeholder': { opacity: 1 },
            }}
          />
        ) : (
          <Typography
            variant="h3"
            component="h2"
            sx={{ flex: 1, overflowWrap: 'anywhere', lineHeight: 1.35 }}
          >
            {title}
          </Typography>
        )}
        <Box sx={{ position: 'relative', zIndex: 2, mt: -0.5, mr: -0.75 }}>
          {actions.length > 0 && <ActionMenu label={`Actions for ${title}`} actions={actions} />}
        </Box>
      </Box>
      {tile.why && (
        <Typography variant="caption" color="textSecondary" component="p" sx={{ mb: 0.5 }}>
          {narrowed ? `Said of all rows: ${tile.why}` : tile.why}
        </Typography>
      )}
      {!tile.listens && (
        <Typography variant="caption" color="textSecondary" component="p">
          Filters do not hold here.
        </Typography>
      )}
      <Box
        aria-busy={waiting}
        sx={{ flex: 1, minHeight: 0, overflow: 'hidden', opacity: waiting && answer ? 0.55 : 1 }}
      >
        {!answer ? (
          <Loading label={`Asking ${title}`} rows={Math.max(1, Math.floor(inside / 60))} height={48} />
        ) : answer.problem ? (
          <ErrorNotice dense error={answer.problem} retry={again} />
        ) : answer.answer.row_count === 0 ? (
          <Typography variant="body2" color="textSecondary" sx={{ py: 3, textAlign: 'center' }}>
            Nothing is left under these filters.
          </Typography>
        ) : spec ? (
          <Chart
            spec={sort ? { ...spec, order: 'answer' } : spec}
            answer={answer.answer}
            title={title}
            titleHidden
            height={inside}
            onPick={
              question && !editing
                ? (chosen) => onPick(picksOf(question as never, answer.answer, chosen))
                : undefined
            }
            onNumber={
              onNumber && !editing ? (number: PointedNumber) => onNumber(number, answer.answer) : undefined
            }
            moreOf={
              question && onCloser && hasRows(question) && !editing
                ? (chosen) => {
                    const picks = picksOf(question as never, answer.answer, chosen)
                    return picks.length > 0
                      ? [{ label: 'See the rows behind it', run: () => onCloser(picks) }]
                      : []
                  }
                : undefined
            }
            onRange={
              question && !editing
                ? (range) => onPick(picksOfRange(question as never, answer.answer, range))
                : undefined
            }
          />
        ) : (
          <AnswerTable
            answer={answer.answer}
            label={title}
            maxHeight={inside + 36}
            sort={sort ?? question?.sort ?? []}
            onSort={onSort && !editing ? onSort : undefined}
            onNumber={
              onNumber && !editing ? (number: PointedNumber) => onNumber(number, answer.answer) : undefined
            }
          />
        )}
      </Box>
    </Card>
  )
}

/** The way of a tile for who cannot drag it. */
const movings = (onMove: TileProps['onMove']): Action[] =>
  onMove
    ? [
        { label: 'Move before', run: () => onMove(-1) },
        { label: 'Move after', run: () => onMove(1) },
      ]
    : []

/** The orders that a chart can be put into: by each of its columns, and back to its own. */
function sortings(
  answer: Answer,
  sort: readonly Sort[] | undefined,
  onSort: (sort: Sort[]) => void,
): Action[] {
  const now = sort?.[0]
  return [
    ...answer.columns.slice(0, 4).map((column): Action => {
      const upwards =
        column.role === 'dimension'
          ? now?.by !== column.key || now.direction === 'desc'
          : now?.by === column.key && now.direction === 'desc'
      return {
        label: `Sort by ${column.label}, ${upwards ? 'upwards' : 'downwards'}`,
        run: () => onSort([{ by: column.key, direction: upwards ? 'asc' : 'desc' }]),
      }
    }),
    ...(now ? [{ label: 'Its own order', run: () => onSort([]) }] : []),
  ]
}
