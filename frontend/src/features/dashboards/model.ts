// A dashboard being looked at or changed, and what its filters are set to. Pure.

import type {
  Answer,
  AnswerColumn,
  ChartSpec,
  Condition,
  DashboardContent,
  DashboardFilter,
  FilterValue,
  Grain,
  Parameter,
  Question,
  SavedQuestion,
  Sort,
  Tile,
} from '@/api/types'
import { roomFor, settle } from './layout'

export interface Board {
  title: string
  folder: string
  content: DashboardContent
}

export type QuestionTile = Extract<Tile, { kind: 'question' }>

export const emptyContent: DashboardContent = { v: 1, tabs: [{ title: 'Overview', tiles: [] }], filters: [] }

const allTiles = (content: DashboardContent): Tile[] => content.tabs.flatMap((tab) => tab.tiles)

const nextId = (taken: readonly string[], letter: string): string =>
  `${letter}${Math.max(0, ...taken.map((id) => Number(id.slice(1)))) + 1}`

export function changeTiles(board: Board, tab: number, change: (tiles: Tile[]) => Tile[]): Board {
  const tabs = board.content.tabs.map((one, index) =>
    index === tab ? { ...one, tiles: change(one.tiles) } : one,
  )
  return { ...board, content: { ...board.content, tabs } }
}

export function addQuestion(board: Board, tab: number, saved: SavedQuestion): Board {
  const id = nextId(
    allTiles(board.content).map((tile) => tile.id),
    't',
  )
  return changeTiles(board, tab, (tiles) => [
    ...tiles,
    {
      kind: 'question',
      id,
      place: roomFor(tiles, 6, 8),
      question_id: saved.id,
      question: null,
      title: null,
      chart: null,
      shows: 'auto',
      listens: true,
      why: null,
      topic: null,
    },
  ])
}

export function addText(board: Board, tab: number): Board {
  const id = nextId(
    allTiles(board.content).map((tile) => tile.id),
    't',
  )
  return changeTiles(board, tab, (tiles) => [
    ...tiles,
    { kind: 'text', id, place: roomFor(tiles, 12, 3), text: '' },
  ])
}

export function addImage(board: Board, tab: number, imageId: string, alt: string): Board {
  const id = nextId(
    allTiles(board.content).map((tile) => tile.id),
    't',
  )
  return changeTiles(board, tab, (tiles) => [
    ...tiles,
    { kind: 'image', id, place: roomFor(tiles, 4, 4), image_id: imageId, alt },
  ])
}

export const removeTile = (board: Board, tab: number, id: string): Board =>
  changeTiles(board, tab, (tiles) => settle(tiles.filter((tile) => tile.id !== id)))

export const changeTile = (board: Board, tab: number, next: Tile): Board =>
  changeTiles(board, tab, (tiles) => tiles.map((tile) => (tile.id === next.id ? next : tile)))

export function addTab(board: Board): Board {
  const tabs = [...board.content.tabs, { title: `Tab ${board.content.tabs.length + 1}`, tiles: [] }]
  return { ...board, content: { ...board.content, tabs } }
}

export function addFilter(board: Board, filter: Omit<DashboardFilter, 'id'>): Board {
  const id = nextId(
    board.content.filters.map((one) => one.id),
    'p',
  )
  return { ...board, content: { ...board.content, filters: [...board.content.filters, { ...filter, id }] } }
}

export function removeFilter(board: Board, id: string): Board {
  const filters = board.content.filters
    .filter((one) => one.id !== id)
    .map((one) => (one.within === id ? { ...one, within: null } : one))
  return { ...board, content: { ...board.content, filters } }
}

/** What a parameter is set to. */
export type ParameterValue = NonNullable<Parameter['value']> | null

/** What the reader has set: filters by id, and conditions that came by a click on a mark. */
export interface Looking {
  values: Record<string, FilterValue | null>
  picks: Picked[]
  /** Other orders of tiles than their own, by tile. */
  sorts?: Record<string, Sort[]>
  /** Other periods of tiles over time than their own, by tile. */
  grains?: Record<string, Grain>
  /** What parameters of the questions are set to, by name. */
  parameters?: Record<string, ParameterValue>
}

/** A click on a mark: which column of which dataset, compared how, in words. */
export interface Picked {
  dataset: string
  condition: Condition
  words: string
}

export const nothing: Looking = { values: {}, picks: [] }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What an address says, as far as this dashboard knows it. */
export function lookingOf(value: unknown, content: DashboardContent): Looking {
  if (!isObject(value)) return nothing
  const known = new Set(content.filters.map((one) => one.id))
  const values = isObject(value.values) ? value.values : {}
  const picks = Array.isArray(value.picks) ? value.picks : []
  const tiles = new Set(allTiles(content).map((tile) => tile.id))
  const sorts = Object.entries(isObject(value.sorts) ? value.sorts : {}).filter(
    ([id, each]) =>
      tiles.has(id) &&
      Array.isArray(each) &&
      each.length > 0 &&
      each.length <= 5 &&
      each.every((one) => isObject(one) && typeof one.by === 'string'),
  )
  const grains = Object.entries(isObject(value.grains) ? value.grains : {}).filter(
    ([id, grain]) => tiles.has(id) && typeof grain === 'string' && grain in finerOf,
  )
  return {
    values: Object.fromEntries(
      Object.entries(values).filter(
        ([id, set]) => known.has(id) && (set === null || (isObject(set) && typeof set.op === 'string')),
      ),
    ) as Looking['values'],
    picks: picks
      .filter(
        (one) =>
          isObject(one) &&
          typeof one.dataset === 'string' &&
          typeof one.words === 'string' &&
          isObject(one.condition) &&
          typeof one.condition.column === 'string',
      )
      .slice(0, 20) as unknown as Picked[],
    ...(sorts.length > 0 ? { sorts: Object.fromEntries(sorts) as Record<string, Sort[]> } : {}),
    ...(grains.length > 0 ? { grains: Object.fromEntries(grains) as Record<string, Grain> } : {}),
    ...(isObject(value.parameters) && Object.keys(value.parameters).length > 0
      ? { parameters: value.parameters as NonNullable<Looking['parameters']> }
      : {}),
  }
}

/** Whether it is looked at as it was made. */
export const isAsMade = ({ values, picks, sorts = {}, grains = {}, parameters = {} }: Looking): boolean =>
  picks.length + [values, sorts, grains, parameters].flatMap(Object.keys).length === 0

/** The body of a request for tiles. */
export function requestOf(looking: Looking, tiles: readonly string[]) {
  const by = new Map<string, Condition[]>()
  for (const pick of looking.picks) by.set(pick.dataset, [...(by.get(pick.dataset) ?? []), pick.condition])
  return {
    values: looking.values,
    more: [...by].map(([dataset_id, conditions]) => ({ dataset_id, conditions })),
    tiles: [...tiles],
    sorts: Object.fromEntries(Object.entries(looking.sorts ?? {}).filter(([id]) => tiles.includes(id))),
    grains: Object.fromEntries(Object.entries(looking.grains ?? {}).filter(([id]) => tiles.includes(id))),
    parameters: looking.parameters ?? {},
  }
}

/** One step down from a period; what stands at null is the finest. */
export const finerOf: Readonly<Record<Grain, Grain | null>> = {
  year: 'month',
  quarter: 'month',
  month: 'day',
  week: 'day',
  day: null,
  hour: null,
  minute: null,
}

const overTime = (question: Question) => question.dimensions?.find((one) => one.grain)

/** What the question's first dimension over time is grouped by. */
export const grainOf = (question: Question): Grain | null => overTime(question)?.grain ?? null

/** The question by other periods. */
export function inPeriods(question: Question, grain: Grain | undefined): Question {
  const first = overTime(question)
  if (!grain || !first) return question
  const dimensions = question.dimensions?.map((one) => (one === first ? { ...one, grain } : one))
  return { ...question, dimensions } as Question
}

/** The question with its parameters set. */
export const setTo = (question: Question, values: Looking['parameters'] = {}): Question =>
  ({
    ...question,
    parameters: (question.parameters ?? []).map((one) =>
      one.name in values ? { ...one, value: values[one.name] } : one,
    ),
  }) as Question

/** The parameters of the questions on a dashboard; those of one name are one. */
export function parametersOf(
  content: DashboardContent,
  saved: ReadonlyMap<string, SavedQuestion>,
): Parameter[] {
  const found = new Map<string, Parameter>()
  for (const tile of allTiles(content)) {
    if (tile.kind !== 'question') continue
    const question = (tile.question ?? saved.get(tile.question_id ?? '')?.question) as Question | undefined
    for (const one of question?.parameters ?? []) if (!found.has(one.name)) found.set(one.name, one)
  }
  return [...found.values()]
}

interface Chosen {
  field: string
  value: string | number | boolean | null
  to?: number
  label: string
}

/**
 * The conditions that a click stands for; none for a question that is not asked of a dataset's own columns.
 * A period of time is the days from its first to its last.
 */
export function picksOf(question: Question, answer: Answer, chosen: readonly Chosen[]): Picked[] {
  if (question.base || question.base_id) return []
  return chosen.flatMap((one): Picked[] => {
    const index = /^d(\d)$/.exec(one.field)?.[1]
    const dimension = index === undefined ? undefined : question.dimensions?.[Number(index)]
    if (!dimension || !/^c\d+$/.test(dimension.column) || dimension.part) return []
    const column = answer.columns.find((each) => each.key === one.field)
    const words = `${column?.label ?? one.field}: ${one.label}`
    const condition = (op: Condition['op'], values: Condition['values']): Picked => ({
      dataset: question.dataset_id,
      condition: { kind: 'condition', column: dimension.column, op, values },
      words,
    })
    if (one.value === null) return [condition('is_empty', [])]
    if (dimension.bins) {
      // A bin holds its lower edge and not its upper one; comparing with both once more is near enough for the last.
      return one.to === undefined
        ? []
        : [condition('ge', [one.value]), { ...condition('lt', [one.to]), words: '' }]
    }
    if (dimension.grain) {
      const days = daysOf(String(one.value), dimension.grain)
      return days ? [condition('between', days)] : []
    }
    return [condition('eq', [one.value])]
  })
}

interface Ranged {
  field: string
  values: readonly (string | number | boolean | null)[]
  to?: number
  label: string
}

/** The conditions that a range along the axis stands for; none for a question that is not asked of its own columns. */
export function picksOfRange(question: Question, answer: Answer, range: Ranged): Picked[] {
  if (question.base || question.base_id) return []
  const index = /^d(\d)$/.exec(range.field)?.[1]
  const dimension = index === undefined ? undefined : question.dimensions?.[Number(index)]
  const values = range.values.filter((one) => one !== null)
  const [first, last] = [values[0], values.at(-1)]
  if (!dimension || !/^c\d+$/.test(dimension.column) || dimension.part) return []
  if (first === undefined || last === undefined) return []
  const column = answer.columns.find((each) => each.key === range.field)
  const words = `${column?.label ?? range.field}: ${range.label}`
  const condition = (op: Condition['op'], compared: Condition['values']): Picked => ({
    dataset: question.dataset_id,
    condition: { kind: 'condition', column: dimension.column, op, values: compared },
    words,
  })
  if (dimension.bins) {
    return range.to === undefined
      ? []
      : [condition('ge', [first]), { ...condition('lt', [range.to]), words: '' }]
  }
  if (dimension.grain) {
    const [start, end] = [daysOf(String(first), dimension.grain), daysOf(String(last), dimension.grain)]
    return start && end ? [condition('between', [start[0], end[1]])] : []
  }
  const isNumber = typeof first === 'number' || /^(integer|decimal|float|date)$/.test(column?.type ?? '')
  return isNumber ? [condition('between', [first, last])] : [condition('in', values.slice(0, 1000))]
}

/** The first and the last day of a period that begins at this moment. */
export function daysOf(start: string, grain: string): [string, string] | null {
  const first = new Date(`${start.slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(first.getTime())) return null
  const last = new Date(first)
  if (grain === 'year') last.setUTCFullYear(last.getUTCFullYear() + 1)
  else if (grain === 'quarter') last.setUTCMonth(last.getUTCMonth() + 3)
  else if (grain === 'month') last.setUTCMonth(last.getUTCMonth() + 1)
  else if (grain === 'week') last.setUTCDate(last.getUTCDate() + 7)
  else if (grain === 'day') last.setUTCDate(last.getUTCDate() + 1)
  else return null
  last.setUTCDate(last.getUTCDate() - 1)
  const day = (date: Date): string => date.toISOString().slice(0, 10)
  return [day(first), day(last)]
}

export function chartOf(tile: QuestionTile, saved: SavedQuestion | undefined): ChartSpec | null {
  if (tile.shows === 'table') return null
  return tile.chart ?? saved?.chart ?? null
}

export const titleOf = (
  tile: QuestionTile,
  saved: SavedQuestion | undefined,
  narrowed = false,
  answer?: Answer,
): string =>
  (rowsSaidOf(tile, narrowed, answer) && tile.topic) ||
  tile.title ||
  saved?.name ||
  (answer && askedOf(answer)) ||
  'Question'

/** Of which rows the finding of a tile was said, where those that it shows are others. */
export function rowsSaidOf(tile: QuestionTile, narrowed: boolean, answer?: Answer): string | null {
  const versions = Object.values(answer?.versions ?? {})
  const isEarlier = tile.said_of && versions.length > 0 && !versions.includes(tile.said_of)
  return [narrowed && 'all rows', isEarlier && 'an earlier version'].filter(Boolean).join(', in ') || null
}

/** What an answer is called that nobody named, by what its columns say; on paper it is called the same. */
function askedOf(answer: Answer): string {
  const labels = (role: AnswerColumn['role']) =>
    answer.columns.filter((column) => column.role === role).map((column) => column.label)
  const measures = labels('measure')
  const what = listed(measures.length > 0 ? measures : labels('column'))
  return [what, listed(labels('dimension'))].filter(Boolean).join(' by ').slice(0, 200)
}

const NAMED = 3

/** `a, b, c and 2 more`. */
function listed(labels: readonly string[]): string {
  const shown = labels.length > NAMED ? [...labels.slice(0, NAMED), `${labels.length - NAMED} more`] : labels
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** What an export is made of: the dashboard, or one tile of it, as it is looked at. */
export const sourceOf = (id: string, looking: Looking, tile: string | null = null) => {
  const { values, more } = requestOf(looking, [])
  const { sorts = {}, grains = {}, parameters = {} } = looking
  return { kind: 'dashboard' as const, id, tile, values, more, sorts, grains, parameters }
}
