'use client'

import DownloadRounded from '@mui/icons-material/DownloadRounded'
import FullscreenRounded from '@mui/icons-material/FullscreenRounded'
import RedoRounded from '@mui/icons-material/RedoRounded'
import ShareRounded from '@mui/icons-material/ShareRounded'
import StarBorderRounded from '@mui/icons-material/StarBorderRounded'
import StarRounded from '@mui/icons-material/StarRounded'
import UndoRounded from '@mui/icons-material/UndoRounded'
import Box from '@mui/material/Box'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Answer, Column, DashboardDetail, Question, SavedQuestion, Tile } from '@/api/types'
import { paths } from '@/config/paths'
import { decodeState, encodeState, useAddress } from '@/lib/address'
import { useHistory } from '@/lib/history'
import type { PointedNumber } from '@/lib/number'
import { Problem, toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { useSteady } from '@/lib/steady'
import { type Action, ActionMenu } from '@/ui/ActionMenu'
import { BareField } from '@/ui/BareField'
import { Button, IconButton } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { hidden } from '@/ui/hidden'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'
import { PageHeader } from '@/ui/PageHeader'
import { part } from '@/ui/part'
import { DeliveryPanel, useDelivery } from '@/ui/useDelivery'
import { useEver } from '@/ui/useEver'
import {
  changeDashboard,
  copyDashboard,
  dashboardQueries,
  lockDashboard,
  markDashboard,
  sendImage,
} from '../api'
import { conditionsOn } from '../closer'
import { moveInOrder } from '../layout'
import {
  addFilter,
  addImage,
  addQuestion,
  addTab,
  addText,
  type Board,
  changeTile,
  changeTiles,
  isAsMade,
  type Looking,
  lookingOf,
  type Picked,
  parametersOf,
  removeFilter,
  removeTile,
  setTo,
  sourceOf,
  titleOf,
} from '../model'
import { useTiles } from '../useTiles'
import type { Filterable } from './AddTile'
import { Grid } from './Grid'
import { PendingTile, type TileActions, TileView } from './TileView'

// What is opened, chosen or changed comes when somebody does; the filters beside the answers.
const TileNumber = dynamic(() => import('./TileNumber'), { loading: nothing })
/** How wide the filters will be, so that they come without a jump. */
const widths = { list: { xs: 200, sm: 240 }, date: 170, range: 228, text: { xs: '100%', sm: 200 } }
const filterBar = part(
  () => import('./FilterBar').then((module) => module.FilterBar),
  ({ filters, parameters }) => (
    <Box aria-hidden sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.25, mb: 2, minHeight: 37 }}>
      {filters.map((one) => (
        <Box key={one.id} sx={{ height: 37, width: widths[one.kind] }} />
      ))}
      {parameters.map((one) => (
        <Box key={one.name} sx={{ height: 37, width: { xs: '100%', sm: 170 } }} />
      ))}
    </Box>
  ),
)
const FilterBar = filterBar.Part
const TabBar = dynamic(() => import('./TabBar').then((module) => module.TabBar), {
  loading: () => <Box sx={{ minHeight: 40, mb: 2 }} />,
})
const FolderField = dynamic(() => import('./TabBar').then((module) => module.FolderField), {
  loading: nothing,
})
const ChooseQuestion = dynamic(() => import('./AddTile').then((module) => module.ChooseQuestion), {
  loading: nothing,
})
const ChooseFilter = dynamic(() => import('./AddTile').then((module) => module.ChooseFilter), {
  loading: nothing,
})
const History = dynamic(() => import('./Aside').then((module) => module.History), { loading: nothing })
const Remarks = dynamic(() => import('./Aside').then((module) => module.Remarks), { loading: nothing })
const LookCloser = dynamic(() => import('./LookCloser').then((module) => module.LookCloser), {
  loading: nothing,
})
const Presentation = dynamic(() => import('./Presentation').then((module) => module.Presentation), {
  loading: nothing,
})
const ShareDialog = dynamic(() => import('./ShareDialog').then((module) => module.ShareDialog), {
  loading: nothing,
})

const boardOf = (dashboard: DashboardDetail): Board => ({
  title: dashboard.title,
  folder: dashboard.folder,
  content: dashboard.content,
})

/** A dashboard, to be looked at and, by who may, changed. */
export function DashboardView({
  dashboard,
  questions,
  datasets,
  columnsOf,
  onNeed,
  onReload,
}: {
  dashboard: DashboardDetail
  /** Saved questions to choose from. */
  questions: readonly SavedQuestion[]
  /** The datasets that tiles ask, with their columns, for filters. */
  datasets: readonly Filterable[]
  /** The columns of a dataset, to go down by; none while they are not there yet. */
  columnsOf: (dataset: string) => readonly Column[]
  /** Tiles ask these datasets now. */
  onNeed: (ids: readonly string[]) => void
  onReload: () => void
}) {
  const router = useRouter()
  const queries = useQueryClient()
  const notify = useNotify()
  const mayEdit = useMay('dashboards.edit')
  const [edit, setEdit] = useAddress('edit')
  const [state, setState] = useAddress('f')
  const [tabText, setTab] = useAddress('tab')
  const mayChange = mayEdit && dashboard.may_edit
  const editing = edit === '1' && mayChange && !dashboard.locked
  const initial = useMemo(() => boardOf(dashboard), [dashboard])
  const { value: board, change, undo, redo, replace, canUndo, canRedo } = useHistory(initial)
  const [problem, setProblem] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [choosing, setChoosing] = useState<'question' | 'filter' | null>(null)
  const picture = useRef<HTMLInputElement>(null)
  const [history, setHistory] = useState(false)
  const [closer, setCloser] = useState<{ tile: string; picks: readonly Picked[] } | null>(null)
  const [pointed, setPointed] = useState<{ tile: string; number: PointedNumber; answer: Answer } | null>(null)
  const [presenting, setPresenting] = useState(false)
  const [sharing, setSharing] = useState(false)
  const [remarkOn, setRemarkOn] = useState<string | null>(null)
  const hasAdded = useEver(choosing !== null)
  const hasShared = useEver(sharing)
  const hasHistory = useEver(history)
  const hasRemarks = useEver(remarkOn !== null)
  useEffect(() => replace(initial), [initial, replace])

  const tab = Math.min(Math.max(0, Number(tabText ?? 0) || 0), board.content.tabs.length - 1)
  const tiles = board.content.tabs[tab]?.tiles ?? []
  const saved = useMemo(
    () => new Map([...questions, ...dashboard.questions].map((one) => [one.id, one])),
    [questions, dashboard.questions],
  )
  const savedOf = (tile: Tile): SavedQuestion | undefined =>
    tile.kind === 'question' && tile.question_id ? saved.get(tile.question_id) : undefined
  const looking = useMemo(() => lookingOf(decodeState(state), board.content), [state, board.content])
  const parameters = useMemo(() => parametersOf(board.content, saved), [board.content, saved])
  const datasetOf = (tile: Tile): string | undefined =>
    tile.kind === 'question' ? (tile.question?.dataset_id ?? savedOf(tile)?.dataset_id) : undefined
  const isNarrowed = (tile: Tile): boolean => {
    const dataset = datasetOf(tile)
    return (
      tile.kind === 'question' &&
      tile.listens &&
      dataset !== undefined &&
      conditionsOn(dataset, board.content, looking).length > 0
    )
  }
  const nameOf = (tile: Tile): string =>
    tile.kind === 'question'
      ? titleOf(tile, savedOf(tile), !editing && isNarrowed(tile), asked.answers.get(tile.id)?.answer)
      : tile.kind === 'text'
        ? 'Text'
        : tile.alt || 'Picture'
  const nameOfId = (id: string): string => {
    const tile = board.content.tabs.flatMap((one) => one.tiles).find((one) => one.id === id)
    return tile ? nameOf(tile) : 'a tile that is gone'
  }

  const look = (next: Looking) => setState(isAsMade(next) ? null : encodeState(next))
  const pick = (picks: Picked[]) => {
    if (picks.length === 0) return
    const known = new Set(looking.picks.map((one) => one.words))
    const fresh = picks.filter((one) => one.words === '' || !known.has(one.words))
    if (fresh.some((one) => one.words !== '')) look({ ...looking, picks: [...looking.picks, ...fresh] })
  }

  // Only what the server knows can be asked: a new tile is asked once it is saved.
  const stored = new Set(dashboard.content.tabs.flatMap((one) => one.tiles.map((tile) => tile.id)))
  const asking = tiles
    .filter((tile) => tile.kind === 'question' && stored.has(tile.id))
    .map((tile) => tile.id)
  const known = new Set(dashboard.content.filters.map((one) => one.id))
  const askable: Looking = {
    ...looking,
    values: Object.fromEntries(Object.entries(looking.values).filter(([id]) => known.has(id))),
  }
  const asked = useTiles(dashboard.id, dashboard.version, askable, asking, () => {
    if (!editing) onReload()
  })
  const { data: remarks } = useQuery(dashboardQueries.comments(dashboard.id))
  const remarksOn = (id: string): number => remarks?.items.filter((one) => one.tile === id).length ?? 0

  const needed = [
    ...new Set(
      board.content.tabs.flatMap((one) =>
        one.tiles.flatMap((tile) => {
          const dataset = datasetOf(tile)
          return dataset ? [dataset] : []
        }),
      ),
    ),
  ].sort()
  const need = needed.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list by its text
  useEffect(() => onNeed(needed), [need])

  useEffect(() => {
    if (!editing) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return
      if (event.target instanceof HTMLElement && /^(input|textarea)$/i.test(event.target.tagName)) return
      event.preventDefault()
      if (event.shiftKey) redo()
      else undo()
    }
    const leave = (event: BeforeUnloadEvent) => canUndo && event.preventDefault()
    window.addEventListener('keydown', onKeyDown)
    window.addEventListener('beforeunload', leave)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      window.removeEventListener('beforeunload', leave)
    }
  }, [editing, undo, redo, canUndo])

  const took = (next: DashboardDetail) => {
    queries.setQueryData(['dashboards', 'detail', dashboard.id], next)
    void queries.invalidateQueries({ queryKey: ['dashboards', 'list'] })
    void queries.invalidateQueries({ queryKey: ['dashboards', 'versions', dashboard.id] })
  }
  const save = async () => {
    setBusy(true)
    try {
      const title = board.title.trim() || 'Untitled dashboard'
      took(await changeDashboard(dashboard.id, { ...board, title, version: dashboard.version }))
      setProblem(null)
      setEdit(null)
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  const trying = (work: Promise<unknown>) => work.catch((error) => notify(toProblem(error).message))

  const present = () => {
    setPresenting(true)
    // Where the browser refuses the whole screen, the page alone is presented.
    // The whole document, so that dialogs and menus are seen as well.
    void document.documentElement.requestFullscreen?.().catch(() => undefined)
  }
  const leave = () => {
    setPresenting(false)
    if (document.fullscreenElement) void document.exitFullscreen()
  }
  const mayExport = useMay('exports.create')
  const delivery = useDelivery()
  const deliver = (format: 'xlsx' | 'pdf' | 'png', tile: string | null = null) => {
    const words = { xlsx: 'The workbook', pdf: 'The PDF', png: 'The picture' }[format]
    void delivery.file(words, sourceOf(dashboard.id, askable, tile), format)
  }
  const downloads: Action[] = [
    { label: 'PDF, as pages', run: () => deliver('pdf') },
    { label: 'Picture (PNG)', run: () => deliver('png') },
    { label: 'Excel, all rows of all tiles', run: () => deliver('xlsx') },
  ]
  const more: Action[] = [
    { label: 'History', run: () => setHistory(true) },
    { label: 'Remarks', run: () => setRemarkOn('') },
    ...(mayEdit
      ? [
          {
            label: 'Make a copy',
            run: () =>
              void trying(
                copyDashboard(dashboard.id, `Copy of ${dashboard.title}`.slice(0, 300)).then((made) =>
                  router.push(paths.dashboard(made.id)),
                ),
              ),
          },
        ]
      : []),
    ...(dashboard.may_lock && !editing
      ? [
          {
            label: dashboard.locked ? 'Unlock' : 'Lock',
            run: () => void trying(lockDashboard(dashboard.id, !dashboard.locked).then(took)),
          },
        ]
      : []),
  ]
  const does = useSteady<TileActions>({
    pick,
    change: (tile) => change(changeTile(board, tab, tile), tile.id),
    remove: (id) => change(removeTile(board, tab, id)),
    move: (id, by) => change(changeTiles(board, tab, (all) => moveInOrder(all, id, by))),
    remark: (id) => setRemarkOn(stored.has(id) ? id : ''),
    closer: (tile, picks = []) => setCloser({ tile, picks }),
    sort: (id, sort) => {
      const { [id]: _, ...others } = looking.sorts ?? {}
      look({ ...looking, sorts: sort.length > 0 ? { ...others, [id]: sort } : others })
    },
    grain: (id, grain, picks = []) => {
      const { [id]: _, ...others } = looking.grains ?? {}
      const grains = grain ? { ...others, [id]: grain } : others
      look({ ...looking, picks: [...looking.picks, ...picks], grains })
    },
    number: (tile, number, answer) => setPointed({ tile, number, answer }),
    picture: mayExport ? (id) => deliver('png', id) : undefined,
    again: asked.again,
  })
  const behind = closer === null ? undefined : tiles.find((tile) => tile.id === closer.tile)
  const asks =
    behind?.kind === 'question'
      ? ((behind.question ?? savedOf(behind)?.question) as Question | undefined)
      : undefined
  const question = asks && setTo(asks, looking.parameters)
  const conflict = problem instanceof Problem && problem.code === 'dashboard_changed'

  return (
    <Box
      sx={
        presenting
          ? {
              position: 'fixed',
              inset: 0,
              zIndex: 1200,
              bgcolor: 'background.default',
              overflow: 'auto',
              p: 3,
            }
          : undefined
      }
    >
      {presenting ? (
        <Presentation
          title={board.title || 'Untitled dashboard'}
          tabs={board.content.tabs.map((one) => one.title)}
          tab={tab}
          onTab={(next) => setTab(next > 0 ? String(next) : null)}
          onLeave={leave}
        />
      ) : (
        <PageHeader
          title={board.title || 'Untitled dashboard'}
          heading={
            editing ? (
              <>
                <Box component="h1" sx={hidden}>
                  {board.title || 'Untitled dashboard'}
                </Box>
                <BareField
                  fullWidth
                  value={board.title}
                  placeholder="Untitled dashboard"
                  onChange={(event) => change({ ...board, title: event.target.value }, 'title')}
                  aria-label="Title of the dashboard"
                  maxLength={300}
                  sx={{ fontSize: '1.5rem', fontWeight: 650, letterSpacing: '-0.015em' }}
                />
              </>
            ) : undefined
          }
          facts={
            editing ? (
              <FolderField
                value={board.folder}
                onChange={(folder) => change({ ...board, folder }, 'folder')}
              />
            ) : (
              [board.folder, dashboard.locked ? 'Locked' : '', dashboard.restricted ? 'Shared with some' : '']
                .filter(Boolean)
                .join(' · ') || undefined
            )
          }
          actions={
            editing ? (
              <>
                <IconButton aria-label="Undo" disabled={!canUndo} onClick={undo}>
                  <UndoRounded fontSize="small" />
                </IconButton>
                <IconButton aria-label="Redo" disabled={!canRedo} onClick={redo}>
                  <RedoRounded fontSize="small" />
                </IconButton>
                <Button
                  onClick={() => {
                    replace(initial)
                    setProblem(null)
                    setEdit(null)
                  }}
                >
                  Discard
                </Button>
                <Button variant="contained" disabled={busy} onClick={() => void save()}>
                  Save
                </Button>
              </>
            ) : (
              <>
                <IconButton
                  aria-label="Favourite"
                  aria-pressed={dashboard.favourite}
                  onClick={() =>
                    void trying(
                      markDashboard(dashboard.id, !dashboard.favourite).then(() =>
                        queries.invalidateQueries({ queryKey: ['dashboards'] }),
                      ),
                    )
                  }
                >
                  {dashboard.favourite ? <StarRounded color="primary" /> : <StarBorderRounded />}
                </IconButton>
                <IconButton aria-label="Full screen" onClick={present}>
                  <FullscreenRounded />
                </IconButton>
                {mayExport && stored.size > 0 && (
                  <ActionMenu label="Download" actions={downloads} icon={<DownloadRounded />} />
                )}
                <ActionMenu label="More" actions={more} />
                <Button onClick={() => setSharing(true)} startIcon={<ShareRounded />}>
                  Share
                </Button>
                {mayChange && (
                  <Button variant="outlined" disabled={dashboard.locked} onClick={() => setEdit('1')}>
                    Edit
                  </Button>
                )}
              </>
            )
          }
        />
      )}
      <DeliveryPanel delivery={delivery} />
      {problem !== null && (
        <Box sx={{ mb: 3 }}>
          <ErrorNotice
            error={problem}
            action={
              conflict ? (
                <Button variant="outlined" onClick={onReload}>
                  Load the newest
                </Button>
              ) : undefined
            }
            retry={conflict ? undefined : () => void save()}
          />
        </Box>
      )}
      {asked.problem !== null && (
        <Box sx={{ mb: 3 }}>
          <ErrorNotice error={asked.problem} retry={asked.again} />
        </Box>
      )}
      {!presenting && (board.content.tabs.length > 1 || editing) && (
        <TabBar
          tabs={board.content.tabs.map((one) => one.title)}
          tab={tab}
          editing={editing}
          onTab={(next) => setTab(next > 0 ? String(next) : null)}
          onName={(title) => {
            const tabs = board.content.tabs.map((one, index) => (index === tab ? { ...one, title } : one))
            change({ ...board, content: { ...board.content, tabs } }, `tab-${tab}`)
          }}
          onAdd={() => {
            change(addTab(board))
            setTab(String(board.content.tabs.length))
          }}
          onRemove={() => {
            const tabs = board.content.tabs.filter((_, index) => index !== tab)
            change({ ...board, content: { ...board.content, tabs } })
            setTab(null)
          }}
        />
      )}
      {!presenting && (board.content.filters.length + parameters.length > 0 || !isAsMade(looking)) && (
        <FilterBar
          filters={board.content.filters}
          parameters={parameters}
          looking={looking}
          editing={editing}
          onChange={look}
          onRemove={(id) => change(removeFilter(board, id))}
        />
      )}
      {editing && (
        <Box role="group" aria-label="Add" sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 2 }}>
          <Button variant="outlined" onClick={() => setChoosing('question')}>
            Add question
          </Button>
          <Button variant="outlined" onClick={() => change(addText(board, tab))}>
            Add text
          </Button>
          <Button variant="outlined" onClick={() => picture.current?.click()}>
            Add picture
          </Button>
          <input
            ref={picture}
            type="file"
            accept="image/png,image/jpeg"
            hidden
            aria-hidden
            tabIndex={-1}
            onChange={(event) => {
              const [file] = event.target.files ?? []
              event.target.value = ''
              if (file) {
                void trying(
                  sendImage(file).then((image) =>
                    change(addImage(board, tab, image, file.name.replace(/\.\w+$/, '').slice(0, 1000))),
                  ),
                )
              }
            }}
          />
          <Button variant="outlined" onClick={() => setChoosing('filter')}>
            Add filter
          </Button>
        </Box>
      )}
      {tiles.length === 0 ? (
        <EmptyState
          title={editing ? 'An empty page' : 'Nothing here yet'}
          action={
            mayEdit && !editing && !dashboard.locked ? (
              <Button variant="contained" onClick={() => setEdit('1')}>
                Edit
              </Button>
            ) : undefined
          }
        >
          {editing ? 'Add a saved question or a text.' : 'Questions that are put here answer side by side.'}
        </EmptyState>
      ) : (
        <Grid
          tiles={tiles}
          editing={editing}
          nameOf={nameOf}
          onChange={(next, kind) =>
            change(
              changeTiles(board, tab, () => next),
              kind,
            )
          }
        >
          {(tile, height, width) => {
            const Shown = tile.kind === 'question' && !stored.has(tile.id) ? PendingTile : TileView
            return (
              <Shown
                {...{ tile, height, width, editing, does }}
                saved={savedOf(tile)}
                answer={asked.answers.get(tile.id)}
                waiting={asked.waiting.has(tile.id)}
                remarks={remarksOn(tile.id)}
                narrowed={isNarrowed(tile)}
                sort={looking.sorts?.[tile.id]}
                grain={looking.grains?.[tile.id]}
              />
            )
          }}
        </Grid>
      )}
      {hasAdded && (
        <ChooseQuestion
          open={choosing === 'question'}
          questions={questions}
          onClose={() => setChoosing(null)}
          onChoose={(question) => {
            setChoosing(null)
            change(addQuestion(board, tab, question))
          }}
        />
      )}
      {hasAdded && (
        <ChooseFilter
          open={choosing === 'filter'}
          datasets={datasets}
          filters={board.content.filters}
          onClose={() => setChoosing(null)}
          onChoose={(filter) => change(addFilter(board, filter))}
        />
      )}
      {behind && question && (
        <LookCloser
          title={nameOf(behind)}
          question={question}
          columns={columnsOf(question.dataset_id)}
          conditions={[
            ...(behind.kind === 'question' && behind.listens
              ? conditionsOn(question.dataset_id, board.content, looking)
              : []),
            ...(closer?.picks ?? []).map((one) => one.condition),
          ]}
          words={[...looking.picks, ...(closer?.picks ?? [])].map((one) => one.words).filter(Boolean)}
          onClose={() => setCloser(null)}
        />
      )}
      {pointed && (
        <TileNumber
          {...pointed}
          dashboard={dashboard}
          looking={askable}
          columnsOf={columnsOf}
          onClose={() => setPointed(null)}
        />
      )}
      {hasShared && (
        <ShareDialog
          dashboard={dashboard}
          values={askable.values}
          open={sharing}
          onClose={() => setSharing(false)}
          onShared={took}
        />
      )}
      {hasHistory && (
        <History
          dashboard={dashboard}
          open={history}
          onClose={() => setHistory(false)}
          onRestored={(next) => {
            setHistory(false)
            took(next)
          }}
        />
      )}
      {hasRemarks && (
        <Remarks dashboard={dashboard} about={remarkOn} nameOf={nameOfId} onClose={() => setRemarkOn(null)} />
      )}
    </Box>
  )
}
