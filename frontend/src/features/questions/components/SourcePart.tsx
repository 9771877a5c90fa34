'use client'

import AddRounded from '@mui/icons-material/AddRounded'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useMemo, useState } from 'react'
import type { Calendar, Join } from '@/api/types'
import type { Source } from '@/lib/ask'
import { toProblem } from '@/lib/problem'
import { useMe } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { ownZone, ZoneField } from '@/ui/ZoneField'
import { joinQueries, questionQueries, tableQueries } from '../api'
import {
  addJoin,
  changeJoin,
  type Draft,
  emptyDraft,
  MOST_JOINS,
  plainCalendar,
  removeJoin,
  withUnion,
} from '../model'
import { type AskedColumn, rowsQuestion, type Tables } from '../tables'
import { PickDialog } from './PickDialog'
import { Choice, NumberField, Part, Piece, smallButton } from './parts'

const kinds: readonly { value: Join['kind']; label: string }[] = [
  { value: 'left', label: 'Keep all rows, add what matches' },
  { value: 'inner', label: 'Keep rows that match' },
  { value: 'right', label: 'Keep all rows of the other table' },
  { value: 'full', label: 'Keep all rows of both' },
  { value: 'semi', label: 'Only keep rows that have a match' },
  { value: 'anti', label: 'Only keep rows that have no match' },
]

/** Where the rows come from: the dataset, what is joined to it, and what is left of it. */
export function SourcePart({
  draft,
  source,
  tables,
  onChange,
}: {
  draft: Draft
  source: Source
  tables: Tables
  onChange: (draft: Draft, kind?: string) => void
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  // Where the reader's own zone is the workspace's, the calendar that is offered is the plain one.
  const [isTimed, setTimed] = useState(false)
  const hasCalendar = isTimed || !isPlain(draft.calendar)
  const [picking, setPicking] = useState<'join' | 'base' | 'union' | null>(null)
  const queries = useQueryClient()
  const { workspace } = useMe()
  const notify = useNotify()
  const id = useId()
  const close = () => setAnchor(null)
  const own = tables.columns.filter((column) => column.table === tables.name)

  const join = async (dataset: { id: string; name: string }) => {
    setPicking(null)
    try {
      const detail = await queries.fetchQuery(tableQueries.dataset(dataset.id))
      const { items } = draft.base
        ? { items: [] }
        : await queries.fetchQuery(joinQueries.suggestions(source.id, dataset.id))
      const [best] = items
      // Of a question's answer only the names are known.
      const there =
        detail.schema.find((column) => own.some((one) => one.name === column.name)) ?? detail.schema[0]
      const here = own.find((one) => one.name === there?.name) ?? own[0]
      if (!best && (!here || !there)) return
      onChange(
        addJoin(draft, {
          dataset_id: detail.id,
          kind: 'left',
          on: [best ? [best.left, best.right] : [here?.id ?? 'c1', there?.id ?? 'c1']],
        }),
      )
      notify(
        best
          ? `${detail.name} is joined. ${best.reason}`
          : `Choose by which columns ${detail.name} is joined.`,
      )
    } catch (problem) {
      notify(toProblem(problem).message)
    }
  }

  const actions = [
    {
      label: 'Join a table …',
      disabled: draft.joins.length >= MOST_JOINS,
      run: () => setPicking('join'),
    },
    { label: 'Put the rows of a question below …', run: () => setPicking('union') },
    ...(draft.base ? [] : [{ label: 'Ask of a saved question …', run: () => setPicking('base') }]),
    ...(draft.sample
      ? []
      : [{ label: 'Only a sample', run: () => onChange({ ...draft, sample: { rows: 10_000, seed: 0 } }) }]),
    ...(draft.asOf || draft.base
      ? []
      : [
          {
            label: 'As it was on a day',
            run: () => onChange({ ...draft, asOf: `${new Date().toISOString().slice(0, 10)}T23:59:59Z` }),
          },
        ]),
    ...(hasCalendar
      ? []
      : [
          {
            label: 'Time zone and calendar',
            run: () => {
              setTimed(true)
              const own = ownZone()
              if (own !== workspace.time_zone)
                onChange({ ...draft, calendar: { ...plainCalendar, time_zone: own } })
            },
          },
        ]),
  ]

  return (
    <Part
      title="Rows from"
      add={
        <>
          <Button
            startIcon={<AddRounded />}
            aria-haspopup="menu"
            aria-expanded={anchor !== null}
            aria-controls={anchor ? id : undefined}
            onClick={(event) => setAnchor(event.currentTarget)}
            sx={smallButton}
          >
            Change rows
          </Button>
          <Menu id={id} anchorEl={anchor} open={anchor !== null} onClose={close}>
            {actions.map((action) => (
              <MenuItem
                key={action.label}
                disabled={'disabled' in action && action.disabled}
                onClick={() => {
                  close()
                  action.run()
                }}
              >
                {action.label}
              </MenuItem>
            ))}
          </Menu>
        </>
      }
    >
      {draft.base ? (
        <Piece
          title={tables.name}
          label={`the question ${tables.name}`}
          onRemove={() => onChange({ ...emptyDraft, mark: draft.mark })}
        >
          <Typography variant="caption" color="textSecondary">
            The rows are the answer of this question.
          </Typography>
        </Piece>
      ) : (
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {source.name}
        </Typography>
      )}
      {draft.asOf && (
        <Piece title="As it was on" label="the day" onRemove={() => onChange({ ...draft, asOf: null })}>
          <TextField
            type="date"
            value={draft.asOf.slice(0, 10)}
            onChange={(event) =>
              event.target.value && onChange({ ...draft, asOf: `${event.target.value}T23:59:59Z` }, 'as-of')
            }
            slotProps={{ htmlInput: { 'aria-label': 'Day' } }}
          />
        </Piece>
      )}
      {draft.sample && <SamplePiece draft={draft} onChange={onChange} />}
      {hasCalendar && <CalendarPiece draft={draft} onChange={onChange} onRemove={() => setTimed(false)} />}
      {draft.joins.map((one, index) => (
        <JoinPiece
          // biome-ignore lint/suspicious/noArrayIndexKey: joins are named by their place
          key={`${index}-${one.dataset_id}`}
          draft={draft}
          index={index}
          source={source}
          tables={tables}
          onChange={onChange}
        />
      ))}
      {draft.union.map((one, index) => (
        <UnionPiece
          // biome-ignore lint/suspicious/noArrayIndexKey: questions are named by their place
          key={`${index}-${one.base_id}`}
          baseId={one.base_id ?? null}
          onRemove={() =>
            onChange(
              withUnion(
                draft,
                draft.union.filter((_, place) => place !== index),
              ),
            )
          }
        />
      ))}
      <PickDialog
        open={picking === 'join'}
        kind="datasets"
        title="Join a table"
        onClose={() => setPicking(null)}
        onPick={(dataset) => void join(dataset)}
      />
      <PickDialog
        open={picking === 'base' || picking === 'union'}
        kind="questions"
        title={picking === 'base' ? 'Ask of a saved question' : 'Put the rows of a question below'}
        datasetId={picking === 'base' ? source.id : undefined}
        onClose={() => setPicking(null)}
        onPick={(question) => {
          setPicking(null)
          onChange(
            picking === 'base'
              ? { ...emptyDraft, base: question.id }
              : withUnion(draft, [
                  ...draft.union,
                  { dataset_id: question.datasetId ?? source.id, base_id: question.id },
                ]),
          )
        }}
      />
    </Part>
  )
}

function SamplePiece({ draft, onChange }: { draft: Draft; onChange: (draft: Draft, kind?: string) => void }) {
  const { sample } = draft
  if (!sample) return null
  const byShare = sample.share !== null && sample.share !== undefined
  return (
    <Piece title="Only a sample" label="the sample" onRemove={() => onChange({ ...draft, sample: null })}>
      <Choice
        label="How the sample is sized"
        value={byShare ? 'share' : 'rows'}
        options={[
          { value: 'rows', label: 'a number of rows' },
          { value: 'share', label: 'a share of the rows' },
        ]}
        onChange={(way) =>
          onChange({
            ...draft,
            sample: way === 'rows' ? { rows: 10_000, seed: sample.seed } : { share: 0.1, seed: sample.seed },
          })
        }
      />
      <NumberField
        label={byShare ? 'Percent' : 'Rows'}
        value={byShare ? Math.round((sample.share ?? 0) * 10_000) / 100 : (sample.rows ?? 0)}
        min={byShare ? 0.01 : 1}
        max={byShare ? 100 : 10_000_000}
        step="any"
        onChange={(size) =>
          size &&
          onChange(
            {
              ...draft,
              sample: byShare
                ? { share: size / 100, seed: sample.seed }
                : { rows: Math.round(size), seed: sample.seed },
            },
            'sample',
          )
        }
      />
      <Button
        variant="outlined"
        onClick={() => onChange({ ...draft, sample: { ...sample, seed: (sample.seed ?? 0) + 1 } })}
      >
        Take other rows
      </Button>
    </Piece>
  )
}

const months = Array.from({ length: 12 }, (_, index) =>
  new Intl.DateTimeFormat(undefined, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, index, 1)),
)
const isPlain = (calendar: Calendar): boolean => JSON.stringify(calendar) === JSON.stringify(plainCalendar)

function CalendarPiece({
  draft,
  onChange,
  onRemove,
}: {
  draft: Draft
  onChange: (draft: Draft, kind?: string) => void
  onRemove: () => void
}) {
  const { workspace } = useMe()
  const { calendar } = draft
  const set = (change: Partial<Calendar>) =>
    onChange({ ...draft, calendar: { ...calendar, ...change } }, 'calendar')
  return (
    <Piece
      title="Time zone and calendar"
      label="the calendar"
      onRemove={() => {
        onRemove()
        onChange({ ...draft, calendar: plainCalendar })
      }}
    >
      <ZoneField
        label="Days begin in"
        value={calendar.time_zone ?? null}
        placeholder={workspace.time_zone}
        onChange={(time_zone) => set({ time_zone })}
      />
      <Choice
        shown
        label="A year begins in"
        value={String(calendar.year_starts ?? 1)}
        options={months.map((name, index) => ({ value: String(index + 1), label: name }))}
        onChange={(month) => set({ year_starts: Number(month) })}
      />
      <Choice
        shown
        label="A week begins on"
        value={String(calendar.week_starts ?? 1)}
        options={[
          { value: '1', label: 'Monday' },
          { value: '6', label: 'Saturday' },
          { value: '7', label: 'Sunday' },
        ]}
        onChange={(day) => set({ week_starts: Number(day) })}
      />
    </Piece>
  )
}

function JoinPiece({
  draft,
  index,
  source,
  tables,
  onChange,
}: {
  draft: Draft
  index: number
  source: Source
  tables: Tables
  onChange: (draft: Draft, kind?: string) => void
}) {
  const join = draft.joins[index] as Join
  const name = tables.joined[index] ?? '…'
  const there = tables.joinedColumns[index] ?? []
  // What is there so far: the rows themselves and the joins before this one.
  const here: AskedColumn[] = tables.columns.filter((column) => {
    const of = /^j(\d)c/.exec(column.id)
    return column.kind === 'column' && !column.id.startsWith('f') && (!of || Number(of[1]) <= index)
  })
  const set = (on: Join['on']) => onChange(changeJoin(draft, index, { ...join, on }))
  return (
    <Piece title={name} label={`the join with ${name}`} onRemove={() => onChange(removeJoin(draft, index))}>
      <Choice
        label={`How ${name} is joined`}
        value={join.kind ?? 'left'}
        options={kinds.map((kind) => ({ value: kind.value ?? 'left', label: kind.label }))}
        onChange={(kind) => onChange(changeJoin(draft, index, { ...join, kind }))}
      />
      {join.on.map(([left, right], place) => (
        <Box
          // biome-ignore lint/suspicious/noArrayIndexKey: pairs are named by their place
          key={place}
          sx={{
            display: 'grid',
            gridTemplateColumns: 'minmax(0,1fr) auto minmax(0,1fr)',
            gap: 0.5,
            alignItems: 'center',
          }}
        >
          <Choice
            label={`Column here, ${place + 1}, for ${name}`}
            value={left}
            options={here.map((column) => ({ value: column.id, label: column.name }))}
            onChange={(next) => set(join.on.map((pair, at) => (at === place ? [next, pair[1]] : pair)))}
          />
          <span>=</span>
          <Choice
            label={`Column of ${name}, ${place + 1}`}
            value={right}
            options={there.map((column) => ({ value: column.id, label: column.name }))}
            onChange={(next) => set(join.on.map((pair, at) => (at === place ? [pair[0], next] : pair)))}
          />
        </Box>
      ))}
      <Box sx={{ display: 'flex', gap: 0.5 }}>
        <Button
          sx={smallButton}
          disabled={join.on.length >= 8 || here.length === 0 || there.length === 0}
          onClick={() => set([...join.on, [here[0]?.id ?? 'c1', there[0]?.id ?? 'c1']])}
        >
          And another column
        </Button>
        {join.on.length > 1 && (
          <Button sx={smallButton} onClick={() => set(join.on.slice(0, -1))}>
            Take away the last
          </Button>
        )}
      </Box>
      <MatchReport draft={draft} index={index} source={source} />
    </Piece>
  )
}

/** What the join does to the rows, counted. */
function MatchReport({ draft, index, source }: { draft: Draft; index: number; source: Source }) {
  const question = useMemo(
    () => rowsQuestion({ ...draft, joins: draft.joins.slice(0, index + 1) }, source.id),
    [draft, index, source.id],
  )
  const { data, error } = useQuery(joinQueries.match(question, index))
  const kind = draft.joins[index]?.kind
  if (error) return <ErrorNotice dense error={error} />
  if (!data)
    return (
      <Typography variant="caption" color="textSecondary" role="status">
        Counting matches …
      </Typography>
    )
  return data.multiplies && kind !== 'semi' && kind !== 'anti' ? (
    <Alert severity="warning" sx={{ py: 0, fontSize: '0.8125rem' }}>
      {data.words}
    </Alert>
  ) : (
    <Typography variant="caption" color="textSecondary" role="status">
      {data.words}
    </Typography>
  )
}

function UnionPiece({ baseId, onRemove }: { baseId: string | null; onRemove: () => void }) {
  const { data } = useQuery({ ...questionQueries.detail(baseId ?? ''), enabled: baseId !== null })
  const name = data?.name ?? 'another question'
  return (
    <Piece title={name} label={`the rows of ${name}`} onRemove={onRemove}>
      <Typography variant="caption" color="textSecondary">
        Its answer comes below, column by column.
      </Typography>
    </Piece>
  )
}
