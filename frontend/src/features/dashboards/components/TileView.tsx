'use client'

import DragIndicatorRounded from '@mui/icons-material/DragIndicatorRounded'
import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { memo, useEffect, useState } from 'react'
import type { Answer, Grain, Question, SavedQuestion, Sort, Tile } from '@/api/types'
import { paths } from '@/config/paths'
import { answerQuery, type Reply } from '@/lib/ask'
import type { PointedNumber } from '@/lib/number'
import { toProblem } from '@/lib/problem'
import { useSteady } from '@/lib/steady'
import { type Action, ActionMenu } from '@/ui/ActionMenu'
import { AnswerTable } from '@/ui/AnswerTable'
import { BareField, BareText } from '@/ui/BareField'
import { Card } from '@/ui/Card'
import { Chart } from '@/ui/Chart'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { PlainText } from '@/ui/PlainText'
import { imageQuery } from '../api'
import { hasRows } from '../closer'
import {
  chartOf,
  finerOf,
  grainOf,
  inPeriods,
  type Picked,
  picksOf,
  picksOfRange,
  type QuestionTile,
  rowsSaidOf,
  titleOf,
} from '../model'
import styles from './tiles.module.css'

/** What can be done with a tile here. What is left out cannot be done. */
export interface TileActions {
  pick?: (picks: Picked[]) => void
  change?: (tile: Tile) => void
  remove?: (id: string) => void
  /** Put it before or after its neighbour. */
  move?: (id: string, by: 1 | -1) => void
  remark?: (id: string) => void
  /** Show the rows behind it, or behind one of its marks. */
  closer?: (id: string, picks?: Picked[]) => void
  /** Of tiles that the server knows. */
  sort?: (id: string, sort: Sort[]) => void
  /** Go down to other periods, of a mark alone, or back to its own. */
  grain?: (id: string, grain: Grain | null, picks?: Picked[]) => void
  /** Tell what a number of this answer is. */
  number?: (id: string, number: PointedNumber, answer: Answer) => void
  /** Save what it shows as a picture. */
  picture?: ((id: string) => void) | undefined
  again: () => void
}

interface TileProps {
  tile: Tile
  height: number
  width: number
  saved?: SavedQuestion | undefined
  answer: Reply | undefined
  waiting?: boolean
  editing?: boolean
  /** Whether the server knows it. */
  stored?: boolean
  /** How many remarks there are on it. */
  remarks?: number
  /** Whether filters or clicks hold here, so that what was said of it was said of more. */
  narrowed?: boolean
  /** Another order than its own, wanted by who looks. */
  sort?: readonly Sort[] | undefined
  /** Other periods than its own, wanted by who looks. */
  grain?: Grain | undefined
  /** The same functions from one drawing to the next, so that an answer draws its own tile alone. */
  does: TileActions
}

/** One tile with its four states. A tile that fails says why and leaves the others alone. */
export const TileView = memo(function TileView({ tile, ...rest }: TileProps) {
  const { does, editing = false } = rest
  if (tile.kind === 'question') return <QuestionView tile={tile} {...rest} />
  if (tile.kind === 'image') return <ImageView tile={tile} editing={editing} does={does} />
  if (!editing) {
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
        <ActionMenu label="Actions for this text" actions={movings(tile, does)} />
      </Box>
      <BareText
        value={tile.text}
        placeholder="Write here. # begins a heading, - a bullet; a blank line a new paragraph."
        onChange={(event) => does.change?.({ ...tile, text: event.target.value })}
        aria-label="Text of the tile"
        maxLength={20_000}
        sx={{ '& textarea::placeholder': { opacity: 1, color: 'text.secondary' } }}
      />
    </Card>
  )
})

function ImageView({
  tile,
  editing,
  does,
}: {
  tile: Extract<Tile, { kind: 'image' }>
  editing: boolean
  does: TileActions
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
        <BareField
          fullWidth
          value={tile.alt}
          placeholder="What it shows, for those who do not see it"
          onChange={(event) => does.change?.({ ...tile, alt: event.target.value })}
          aria-label="Words for the picture"
          maxLength={1000}
          sx={{
            position: 'relative',
            zIndex: 2,
            '& input::placeholder': { opacity: 1, color: 'text.secondary' },
          }}
        />
        <Box sx={{ position: 'relative', zIndex: 2 }}>
          <ActionMenu label="Actions for this picture" actions={movings(tile, does)} />
        </Box>
      </Box>
      {picture}
    </Card>
  )
}

/** A tile that the server does not know yet: asked by itself, and without the filters until it is saved. */
export const PendingTile = memo(function PendingTile(props: TileProps) {
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
  const does = useSteady({ ...props.does, again: () => void refetch() })
  return <TileView {...props} answer={answer} stored={false} does={does} />
})

/** What the head and the chart's own lines of text take. */
const HEAD = 96
/** What the frame takes at both sides. */
const FRAME = 30
/** A line of small words. */
const LINE = 20
/** About how many of them a text takes; a chart with less room than told is drawn smaller. */
const linesOf = (text: string, width: number): number => Math.ceil((text.length * 6.4) / Math.max(width, 1))

function QuestionView({
  tile,
  height,
  width,
  saved,
  answer,
  waiting = false,
  editing = false,
  stored = true,
  remarks = 0,
  narrowed = false,
  sort,
  grain,
  does,
}: TileProps & { tile: QuestionTile }) {
  const router = useRouter()
  // What a title says of all rows need not hold for those that are left.
  const title = titleOf(tile, saved, narrowed && !editing, answer?.answer)
  const own = (tile.question ?? saved?.question) as Question | undefined
  const question = own && inPeriods(own, grain)
  const spec = chartOf(tile, saved)
  const saidOf = rowsSaidOf(tile, narrowed, answer?.answer)
  const why = tile.why && (saidOf ? `Said of ${saidOf}: ${tile.why}` : tile.why)
  const inside = Math.max(
    90,
    height - HEAD - (why ? linesOf(why, width - FRAME) * LINE + 4 : 0) - (tile.listens ? 0 : LINE),
  )
  const {
    pick,
    closer,
    number,
    sort: order,
    grain: down,
    picture,
    remark,
    change,
  } = editing ? changing(does) : does
  const onGrain =
    down && stored ? (wanted: Grain | null, picks?: Picked[]) => down(tile.id, wanted, picks) : undefined
  const shown = question && grainOf(question)
  const finer = shown && onGrain ? finerOf[shown] : null
  const onSort = order && stored ? (wanted: Sort[]) => order(tile.id, wanted) : undefined
  const onNumber =
    number && stored && answer?.answer
      ? (pointed: PointedNumber) => number(tile.id, pointed, answer.answer)
      : undefined
  const onCloser =
    closer && question && hasRows(question) ? (picks?: Picked[]) => closer(tile.id, picks) : undefined
  const actions: Action[] = [
    ...(saved ? [{ label: 'Open the question', run: () => router.push(paths.question(saved.id)) }] : []),
    ...(onCloser ? [{ label: 'See what is behind', run: () => onCloser() }] : []),
    ...(finer && onGrain ? [{ label: `By ${finer}`, run: () => onGrain(finer) }] : []),
    ...(grain && onGrain ? [{ label: 'Its own periods', run: () => onGrain(null) }] : []),
    ...(onSort && spec && answer?.answer ? sortings(answer.answer, sort, onSort) : []),
    ...(picture && stored ? [{ label: 'Save as picture', run: () => picture(tile.id) }] : []),
    ...(remark
      ? [{ label: remarks > 0 ? `Remarks (${remarks})` : 'Remark', run: () => remark(tile.id) }]
      : []),
    ...(editing && change
      ? [
          {
            label: tile.shows === 'table' ? 'Show as chart' : 'Show as table',
            run: () => change({ ...tile, shows: tile.shows === 'table' ? 'auto' : 'table' }),
          },
          {
            label: tile.listens ? 'Leave out of filters' : 'Listen to filters',
            run: () => change({ ...tile, listens: !tile.listens }),
          },
          ...movings(tile, does),
        ]
      : []),
  ]
  return (
    <div className={editing ? `${styles.card} ${styles.changing}` : styles.card}>
      <div className={styles.head}>
        {editing && (
          <DragIndicatorRounded aria-hidden fontSize="small" sx={{ color: 'text.secondary', ml: -0.5 }} />
        )}
        {editing ? (
          <BareField
            fullWidth
            value={tile.title ?? ''}
            placeholder={titleOf({ ...tile, title: null }, saved, false, answer?.answer)}
            onChange={(event) => change?.({ ...tile, title: event.target.value || null, topic: null })}
            aria-label={`Title of ${title}`}
            maxLength={300}
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
          <h2 className={styles.title}>{title}</h2>
        )}
        <div className={styles.menu}>
          {actions.length > 0 && <ActionMenu label={`Actions for ${title}`} actions={actions} />}
        </div>
      </div>
      {why && <p className={`${styles.note} ${styles.why}`}>{why}</p>}
      {!tile.listens && <p className={styles.note}>Filters do not hold here.</p>}
      <div
        aria-busy={waiting}
        className={waiting && answer ? `${styles.answer} ${styles.former}` : styles.answer}
      >
        {!answer ? (
          <Loading label={`Asking ${title}`} rows={Math.max(1, Math.floor(inside / 60))} height={48} />
        ) : answer.problem ? (
          <ErrorNotice dense error={answer.problem} retry={does.again} />
        ) : answer.answer.row_count === 0 ? (
          <p className={styles.empty}>Nothing is left under these filters.</p>
        ) : spec ? (
          <Chart
            spec={sort ? { ...spec, order: 'answer' } : spec}
            answer={answer.answer}
            title={title}
            titleHidden
            fits
            height={inside}
            width={width - FRAME}
            onPick={
              question && pick
                ? (chosen) => pick(picksOf(question as never, answer.answer, chosen))
                : undefined
            }
            onNumber={onNumber}
            moreOf={
              question && onCloser
                ? (chosen) => {
                    const picks = picksOf(question as never, answer.answer, chosen)
                    if (picks.length === 0) return []
                    const further =
                      finer && onGrain && picks.some((one) => one.condition.op === 'between')
                        ? [{ label: `Go down, by ${finer}`, run: () => onGrain(finer, picks) }]
                        : []
                    return [...further, { label: 'See the rows behind it', run: () => onCloser(picks) }]
                  }
                : undefined
            }
            onRange={
              question && pick
                ? (range) => pick(picksOfRange(question as never, answer.answer, range))
                : undefined
            }
          />
        ) : (
          <AnswerTable
            answer={answer.answer}
            label={title}
            maxHeight={inside + 36}
            sort={sort ?? question?.sort ?? []}
            onSort={onSort}
            onNumber={onNumber}
          />
        )}
      </div>
    </div>
  )
}

/** While tiles are changed, they are not looked into. */
const changing = ({ change, remark }: TileActions): Partial<TileActions> => ({ change, remark })

/** The way of a tile for who cannot drag it, and away. */
const movings = ({ id }: Tile, does: TileActions): Action[] => [
  { label: 'Move before', run: () => does.move?.(id, -1) },
  { label: 'Move after', run: () => does.move?.(id, 1) },
  { label: 'Remove', danger: true, run: () => does.remove?.(id) },
]

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
