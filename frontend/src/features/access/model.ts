// Rules of access as they are edited, as pure functions.

import type { ColumnRule, RowRule, RuleSet, Who } from './api'

export interface Person {
  id: string
  name: string
}

export type ConditionGroup = NonNullable<RowRule['condition']>
export type Condition = Extract<NonNullable<RowRule['condition']>['items'][number], { kind: 'condition' }>

export const emptyGroup: ConditionGroup = { kind: 'group', op: 'and', items: [] }
export const MOST_WHO = 50
export const MOST_DEPTH = 8

export const operators: readonly { value: Condition['op']; label: string; takes: 'none' | 'one' | 'many' }[] =
  [
    { value: 'eq', label: 'is', takes: 'one' },
    { value: 'ne', label: 'is not', takes: 'one' },
    { value: 'in', label: 'is one of', takes: 'many' },
    { value: 'not_in', label: 'is none of', takes: 'many' },
    { value: 'gt', label: 'is more than', takes: 'one' },
    { value: 'ge', label: 'is at least', takes: 'one' },
    { value: 'lt', label: 'is less than', takes: 'one' },
    { value: 'le', label: 'is at most', takes: 'one' },
    { value: 'contains', label: 'contains', takes: 'one' },
    { value: 'starts_with', label: 'starts with', takes: 'one' },
    { value: 'is_empty', label: 'is empty', takes: 'none' },
    { value: 'is_not_empty', label: 'is not empty', takes: 'none' },
  ]

export const takes = (op: Condition['op']) => operators.find((one) => one.value === op)?.takes ?? 'one'

/** The values of a condition from one line of text; several are parted by commas. */
export function readValues(text: string, op: Condition['op']): string[] {
  const kind = takes(op)
  if (kind === 'none') return []
  if (kind === 'one') return [text.trim()]
  return text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

export const written = (values: Condition['values']): string =>
  values.map((value) => String(value ?? '')).join(', ')

/** How a rule shows its columns. */
export const masks: readonly { value: NonNullable<ColumnRule['mask']> | 'plain'; label: string }[] = [
  { value: 'plain', label: 'as they are' },
  { value: 'last_four', label: 'masked but for the last four characters' },
  { value: 'hash', label: 'as a code that is the same for equal values' },
  { value: 'constant', label: 'as ••• wherever there is a value' },
]

export const maskOf = (value: string): ColumnRule['mask'] =>
  value === 'constant' || value === 'hash' || value === 'last_four' ? value : null

/** Whom a rule names, as the value of a select. */
export function keyOf(who: Who): string {
  switch (who.kind) {
    case 'everyone':
      return 'everyone'
    case 'role':
      return `role:${who.role}`
    case 'group':
      return `group:${who.group_id}`
    case 'member':
      return `member:${who.user_id}`
    default:
      return 'attribute'
  }
}

export function whoOf(key: string): Who {
  const [kind, id = ''] = key.split(':')
  if (kind === 'role') return { kind: 'role', role: id as 'admin' | 'analyst' | 'viewer' }
  if (kind === 'group') return { kind: 'group', group_id: id }
  if (kind === 'member') return { kind: 'member', user_id: id }
  if (kind === 'attribute') return { kind: 'attribute', name: 'region', values: [] }
  return { kind: 'everyone' }
}

/** Attributes from lines such as `region: North, East`. */
export function readAttributes(text: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const line of text.split('\n')) {
    const [name = '', ...rest] = line.split(':')
    const values = rest
      .join(':')
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '')
    if (name.trim() !== '') found[name.trim()] = values
  }
  return found
}

export const writeAttributes = (attributes: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(attributes)
    .map(([name, values]) => `${name}: ${values.join(', ')}`)
    .join('\n')

export const noRules: RuleSet = { rows: [], columns: [] }

export const newRowRule = (number: number): RowRule => ({
  name: `Rows ${number}`,
  who: [{ kind: 'everyone' }],
  condition: null,
})

export const newColumnRule = (number: number, column: string): ColumnRule => ({
  name: `Columns ${number}`,
  who: [{ kind: 'role', role: 'admin' }],
  columns: [column],
})
