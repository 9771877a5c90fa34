// Rules as people write and read them. The server decides what they mean; these are the words and the first draft.

import type {
  Answer,
  ChartSpec,
  Column,
  Comparison,
  Condition,
  Dimension,
  Formula,
  Grain,
  Group,
} from '@/api/types'
import { formatCount, isNumeric, isTime } from '@/lib/format'
import type { Check, Contract, Evaluation, Rule, RuleIn, Severity, Trial } from './api'

export type RowCheck = Extract<Check, { kind: 'row' }>
export type ResultCheck = Extract<Check, { kind: 'result' }>
export type ChangeCheck = Extract<Check, { kind: 'change' }>
export type Kind = Check['kind']

export const kinds: readonly { value: Kind; label: string; about: string }[] = [
  { value: 'row', label: 'Rows', about: 'Finds rows, for instance an amount below zero.' },
  {
    value: 'result',
    label: 'Result',
    about: 'Looks at a figure, for instance fewer than 100 orders in a region.',
  },
  {
    value: 'change',
    label: 'Change',
    about: 'Compares periods, for instance sales that fall against last year.',
  },
]

export const severities: readonly { value: Severity; label: string }[] = [
  { value: 'info', label: 'Info' },
  { value: 'warning', label: 'Warning' },
  { value: 'error', label: 'Error' },
]

export const actions: readonly { value: Contract['action'] | 'none'; label: string; rows: boolean }[] = [
  { value: 'none', label: 'Nothing: it is no part of the contract', rows: false },
  { value: 'warn', label: 'Load, and say it in the receipt', rows: false },
  { value: 'quarantine', label: 'Set the rows aside', rows: true },
  { value: 'refuse', label: 'Let the whole version wait', rows: false },
]

export const limits: readonly { value: ResultCheck['limit']; label: string; bounds: 0 | 1 | 2 }[] = [
  { value: 'below', label: 'is below', bounds: 1 },
  { value: 'at_most', label: 'is at most', bounds: 1 },
  { value: 'above', label: 'is above', bounds: 1 },
  { value: 'at_least', label: 'is at least', bounds: 1 },
  { value: 'equals', label: 'is', bounds: 1 },
  { value: 'not_equals', label: 'is not', bounds: 1 },
  { value: 'between', label: 'is between', bounds: 2 },
  { value: 'outside', label: 'is outside of', bounds: 2 },
  { value: 'empty', label: 'is empty', bounds: 0 },
]

export const relatives: readonly { value: NonNullable<ResultCheck['relative']> | 'none'; label: string }[] = [
  { value: 'none', label: 'The value itself' },
  { value: 'share', label: 'Its share of the group' },
  { value: 'mean', label: 'By the mean of the group' },
  { value: 'median', label: 'By the median of the group' },
  { value: 'largest', label: 'By the largest of the group' },
]

export const grains: readonly { value: Grain; label: string }[] = [
  { value: 'day', label: 'Days' },
  { value: 'week', label: 'Weeks' },
  { value: 'month', label: 'Months' },
  { value: 'quarter', label: 'Quarters' },
  { value: 'year', label: 'Years' },
]

/** What a period may be compared with: the one before, or the same one a longer unit before. */
export function comparisonsOf(grain: Grain): { value: string; label: string; unit: ChangeCheck['unit'] }[] {
  const longer: Partial<Record<Grain, NonNullable<ChangeCheck['unit']>[]>> = {
    day: ['week', 'month', 'year'],
    month: ['quarter', 'year'],
    quarter: ['year'],
  }
  return [
    { value: 'grain', label: `The ${grain} before`, unit: null },
    ...(longer[grain] ?? []).map((unit) => ({
      value: unit,
      label: `The same ${grain} a ${unit} before`,
      unit,
    })),
  ]
}

export const emptyRule = (): RuleIn => ({
  name: '',
  check: { kind: 'row', condition: { kind: 'group', op: 'and', items: [] } },
  severity: 'warning',
  message: '',
  enabled: true,
})

const firstNumber = (columns: readonly Column[]): Column | undefined =>
  columns.find((column) => isNumeric(column.type) && column.role !== 'identifier' && column.role !== 'key') ??
  columns.find((column) => isNumeric(column.type))

/** A check of this kind as one would most likely want it. */
export function checkOf(kind: Kind, columns: readonly Column[], dataset: string): Check {
  const number = firstNumber(columns)
  const measure = number
    ? { fn: 'sum' as const, column: number.id }
    : { fn: 'count_rows' as const, column: null }
  if (kind === 'row') return { kind, condition: { kind: 'group', op: 'and', items: [] } }
  if (kind === 'result')
    return {
      kind,
      measure: 'm0',
      limit: 'below',
      bounds: [0],
      on: 'groups',
      within: [],
      question: {
        v: 1,
        dataset_id: dataset,
        columns: [],
        dimensions: [],
        measures: [measure],
        sort: [],
        offset: 0,
      } as ResultCheck['question'],
    }
  const time = columns.find((column) => isTime(column.type))
  return {
    kind,
    measure,
    dimensions: [],
    time: time?.id ?? '',
    grain: 'month',
    back: 1,
    unit: 'year',
    direction: 'fall',
    by: 10,
    mode: 'percent',
    complete: true,
  }
}

/** The rule that is stored, as a draft. */
export const draftOf = (rule: Rule): RuleIn => ({
  name: rule.name,
  check: rule.check as Check,
  severity: rule.severity,
  owner: rule.owner,
  message: rule.message,
  enabled: rule.enabled,
  contract: rule.contract,
})

const none: readonly Formula[] = []

/** The names that the message of a rule may have. */
export function wordsOf(check: Check, columns: Named): string[] {
  const named = (dimensions: readonly Dimension[]) => dimensions.map((one) => nameOf(columns, one.column))
  const words =
    check.kind === 'row'
      ? ['rule', ...columns.map((column) => column.name)]
      : check.kind === 'result'
        ? [
            'value',
            ...(check.relative ? ['relative'] : []),
            'measure',
            'rule',
            ...named(check.question.dimensions),
          ]
        : ['value', 'before', 'change', 'percent', 'period', 'rule', ...named(check.dimensions)]
  // A name with a brace in it cannot stand in braces.
  return [...new Set(words)].filter((word) => !/[{}]/.test(word))
}

/** Of which rows a check speaks: its condition, or what narrows its figure. */
export function filterOf(check: Check): Group {
  const found =
    check.kind === 'row'
      ? check.condition
      : ((check.kind === 'result' ? check.question.filter : check.filter) as Group | null | undefined)
  return (found as Group | null | undefined) ?? ({ kind: 'group', op: 'and', items: [] } as Group)
}

export const formulasOf = (check: Check): readonly Formula[] =>
  (check.kind === 'result' ? check.question.formulas : check.formulas) ?? none

/** The check with other conditions of rows, and other formulas. */
export function withRows(check: Check, filter: Group, formulas: readonly Formula[]): Check {
  if (check.kind === 'row')
    return { ...check, condition: filter as RowCheck['condition'], formulas: [...formulas] }
  const narrowed = filter.items.length > 0 ? filter : null
  return check.kind === 'change'
    ? ({ ...check, filter: narrowed, formulas: [...formulas] } as ChangeCheck)
    : ({
        ...check,
        question: { ...check.question, filter: narrowed, formulas: [...formulas] },
      } as ResultCheck)
}

function unfinished(
  group: Group,
  columns: readonly Column[],
  complete: (condition: Condition, column: Column) => boolean,
): string | null {
  for (const item of group.items as readonly (Condition | Group)[]) {
    if (item.kind === 'group') {
      if (item.items.length === 0) return 'Add a condition to the group, or remove the group.'
      const inner = unfinished(item, columns, complete)
      if (inner) return inner
    } else {
      const column = columns.find((one) => one.id === item.column)
      if (column && !complete(item, column)) return `Say what ${column.name} is compared with.`
    }
  }
  return null
}

/** Why a draft cannot be asked yet, or null. `complete` says it of a condition. */
export function missingIn(
  draft: RuleIn,
  columns: readonly Column[],
  complete: (condition: Condition, column: Column) => boolean,
): string | null {
  const { check } = draft
  const rows = filterOf(check)
  if (check.kind === 'row' && rows.items.length === 0) return 'Add a condition.'
  const open = unfinished(rows, columns, complete)
  if (open || check.kind === 'row') return open
  if (check.kind === 'change')
    return check.time ? null : 'This dataset has no column of dates to compare along.'
  const wanted = limits.find((one) => one.value === check.limit)?.bounds ?? 1
  return check.bounds.length === wanted &&
    check.bounds.every((bound) => bound !== '' && !Number.isNaN(Number(bound)))
    ? null
    : 'Say what the figure is compared with.'
}

const plain: Readonly<Record<Comparison, string>> = {
  eq: 'is',
  ne: 'is not',
  lt: '<',
  le: '≤',
  gt: '>',
  ge: '≥',
  in: 'is one of',
  not_in: 'is none of',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  is_empty: 'is empty',
  is_not_empty: 'is not empty',
  between: 'between',
  in_period: 'in',
}

type Named = readonly { id: string; name: string }[]
const nameOf = (columns: Named, id: string | null | undefined): string =>
  columns.find((column) => column.id === id)?.name ?? id ?? 'rows'

function conditionWords(item: RowCheck['condition']['items'][number], columns: Named): string {
  if (item.kind === 'group')
    return `(${item.items.map((one) => conditionWords(one, columns)).join(` ${item.op} `)})`
  const values = item.values.map((value) => String(value ?? 'empty'))
  const said = item.op === 'between' ? values.join(' and ') : values.join(', ')
  return [nameOf(columns, item.column), plain[item.op], said].filter(Boolean).join(' ')
}

const measureWords = (
  measure: { fn: string; column?: string | null; label?: string | null },
  columns: Named,
): string =>
  measure.label ??
  (measure.column
    ? `${measure.fn.replace('_', ' ')} of ${nameOf(columns, measure.column)}`
    : 'number of rows')

const byWords = (dimensions: readonly Dimension[], columns: Named): string =>
  dimensions.length === 0 ? '' : ` by ${dimensions.map((one) => nameOf(columns, one.column)).join(' and ')}`

/** What a rule looks for, in one line. */
export function inWords(check: Check, named: Named): string {
  const columns = [...named, ...formulasOf(check)]
  const rows = filterOf(check)
  const only =
    check.kind !== 'row' && rows.items.length > 0
      ? `, of rows where ${rows.items.map((item) => conditionWords(item as never, columns)).join(` ${rows.op} `)}`
      : ''
  if (check.kind === 'row')
    return check.condition.items.map((item) => conditionWords(item, columns)).join(` ${check.condition.op} `)
  if (check.kind === 'result') {
    const place = Number(check.measure.slice(1))
    const measure = check.question.measures[place]
    const limit = limits.find((one) => one.value === check.limit)?.label ?? check.limit
    const relative = relatives.find((one) => one.value === (check.relative ?? 'none'))?.label.toLowerCase()
    return [
      `${check.on === 'totals' ? 'Total of ' : ''}${measure ? measureWords(measure, columns) : check.measure}`,
      byWords(check.question.dimensions, columns).trim(),
      check.relative ? `(${relative})` : '',
      limit,
      check.bounds.join(' and '),
    ]
      .filter(Boolean)
      .join(' ')
      .concat(only)
  }
  const verb = { fall: 'falls', rise: 'rises', either: 'changes' }[check.direction]
  const before = check.unit ? `the same ${check.grain} a ${check.unit} before` : `the ${check.grain} before`
  return `${measureWords(check.measure, columns)}${byWords(check.dimensions, columns)} ${verb} by more than ${check.by}${check.mode === 'percent' ? ' %' : ''} against ${before}${only}`
}

export const contractWords = (contract: Contract | null | undefined): string =>
  contract
    ? { warn: 'Warns on load', quarantine: 'Sets rows aside', refuse: 'Refuses a version' }[contract.action]
    : 'Not part of the contract'

/** What a rule finds at the moment. */
export function foundWords(found: Evaluation, kind: Kind): string {
  if (found.state === 'no_data') return 'There is nothing to look at yet.'
  if (found.state === 'quiet')
    return kind === 'row' ? 'No row at the moment.' : 'Does not fire at the moment.'
  // One of three groups, but one group.
  const many = (found.of ?? found.n) !== 1
  const what = `${kind === 'row' ? 'row' : 'group'}${many ? 's' : ''}`
  return `Fires for ${formatCount(found.n)}${found.of ? ` of ${formatCount(found.of)}` : ''} ${what} at the moment.`
}

export function trialWords(trial: Trial): string {
  const count = trial.points.length
  const what =
    trial.by === 'version' ? (count === 1 ? 'version' : 'versions') : count === 1 ? 'period' : 'periods'
  if (count === 0) return 'There is no past to try it on.'
  return `It would have fired in ${formatCount(trial.fired_count)} of ${formatCount(count)} past ${what}.`
}

/** A trial as an answer, oldest first, to be drawn. What could not be checked has no figure. */
export const answerOf = (trial: Trial): Answer =>
  ({
    columns: [
      { key: 'd0', label: trial.by === 'version' ? 'Version' : 'Period', type: 'text', role: 'dimension' },
      { key: 'm0', label: 'Fired for', type: 'integer', role: 'measure' },
    ],
    data: {
      d0: trial.points.map((point) => point.label),
      m0: trial.points.map((point) => (point.unchecked ? null : point.n)),
    },
    row_count: trial.points.length,
    total_rows: trial.points.length,
  }) as unknown as Answer

export const chartOf = (trial: Trial): ChartSpec =>
  ({
    v: 1,
    mark: 'bar',
    x: { field: 'd0', title: null, format: { kind: 'auto' } },
    y: [{ field: 'm0', title: null, format: { kind: 'auto' } }],
    color: null,
    stack: 'none',
    horizontal: false,
    order: 'answer',
    references: [],
    text: { title: `For how many it would have fired, by ${trial.by}` },
    legend: 'none',
  }) as ChartSpec
