// Which columns of a file become which columns of the dataset: changes to a mapping, and what it says in words.

import type { components } from '@/api/schema'
import type { Column } from '@/api/types'

type Schemas = components['schemas']
export type Mapping = Schemas['Mapping']
export type Mapped = Schemas['MappedColumn']
export type Reformat = Schemas['Reformat']
export type Origin = Mapped['source']

export const namesOf = (source: Origin): readonly string[] =>
  source.kind === 'combine' ? source.columns : [source.column]

/** Where a column comes from, when that is more than one column as it is. */
export function originWords(source: Origin): string {
  switch (source.kind) {
    case 'column':
      return source.column
    case 'combine':
      return source.columns.join(' + ')
    case 'split':
      return `${source.column}, part ${source.part} of ${source.parts}`
    case 'slice':
      return source.length
        ? `${source.column}, characters ${source.start} to ${source.start + source.length - 1}`
        : `${source.column}, from character ${source.start}`
  }
}

export const change = (mapping: Mapping, at: number, to: Partial<Mapped>): Mapping => ({
  ...mapping,
  columns: mapping.columns.map((column, place) => (place === at ? { ...column, ...to } : column)),
})

const nothing: Reformat = { trim: false, null_words: [], true_words: [], false_words: [] }

/** How text is read, changed in one point; null when nothing is left of it. */
export function reformatted(before: Reformat | null | undefined, to: Partial<Reformat>): Reformat | null {
  const next = { ...nothing, ...before, ...to }
  const says =
    next.trim ||
    next.case ||
    next.date_format ||
    next.decimal_mark ||
    next.null_words.length + next.true_words.length + next.false_words.length > 0
  return says ? next : null
}

/** Words that are typed with commas between them. */
export const wordsOf = (typed: string): string[] =>
  typed
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)

/** Leave a column out: what the file has for it and nothing else needs is dropped on purpose. */
export function leaveOut(mapping: Mapping, at: number): Mapping {
  const gone = mapping.columns[at]
  if (!gone) return mapping
  const columns = mapping.columns.filter((_, place) => place !== at)
  const needed = new Set(columns.flatMap((column) => namesOf(column.source)))
  const drop = new Set(mapping.drop)
  for (const name of namesOf(gone.source)) if (!needed.has(name)) drop.add(name)
  return { ...mapping, columns, drop: [...drop] }
}

/** A name that no column has yet. */
function freeName(mapping: Mapping, wanted: string): string {
  const taken = new Set(mapping.columns.map((column) => column.name))
  let name = wanted
  for (let count = 2; taken.has(name); count += 1) name = `${wanted} (${count})`
  return name
}

/** Take in a column of the file: as the dataset's column of that name, when there is one that nothing fills. */
export function takeIn(mapping: Mapping, name: string, dataset: readonly Column[]): Mapping {
  const filled = new Set(mapping.columns.map((column) => column.id))
  const same = dataset.find((column) => column.name === name && !filled.has(column.id))
  const column: Mapped = {
    id: same?.id ?? null,
    name: freeName(mapping, name),
    source: { kind: 'column', column: name },
  }
  return {
    ...mapping,
    columns: [...mapping.columns, column],
    drop: mapping.drop.filter((dropped) => dropped !== name),
  }
}

/** A new column made of several. */
export const combine = (mapping: Mapping, columns: readonly string[], separator: string): Mapping => ({
  ...mapping,
  drop: mapping.drop.filter((name) => !columns.includes(name)),
  columns: [
    ...mapping.columns,
    {
      id: null,
      name: freeName(mapping, columns.join(' ')),
      source: { kind: 'combine', columns: [...columns], separator },
    },
  ],
})

/** New columns made of the parts of one; the last takes the rest. */
export function split(mapping: Mapping, column: string, separator: string, parts: number): Mapping {
  let next: Mapping = { ...mapping, drop: mapping.drop.filter((name) => name !== column) }
  for (let part = 1; part <= parts; part += 1) {
    next = {
      ...next,
      columns: [
        ...next.columns,
        {
          id: null,
          name: freeName(next, `${column} ${part}`),
          source: { kind: 'split', column, separator, part, parts },
        },
      ],
    }
  }
  return next
}

/** A new column made of some characters of one; without a length, of all from the first on. */
export const slice = (mapping: Mapping, column: string, start: number, length: number | null): Mapping => ({
  ...mapping,
  drop: mapping.drop.filter((name) => name !== column),
  columns: [
    ...mapping.columns,
    {
      id: null,
      name: freeName(mapping, `${column} part`),
      source: { kind: 'slice', column, start, length },
    },
  ],
})

/** Columns of the file that become nothing. */
export function unused(mapping: Mapping, source: readonly { name: string }[]): string[] {
  const needed = new Set(mapping.columns.flatMap((column) => namesOf(column.source)))
  const out = new Set(mapping.drop)
  return source
    .map((column) => column.name)
    .filter((name) => out.has(name) || (mapping.others === 'drop' && !needed.has(name)))
}

/** Why the mapping cannot be used, in a sentence; null when it can. */
export function faultOf(mapping: Mapping): string | null {
  if (mapping.columns.length === 0) return 'Every column is left out.'
  const seen = new Set<string>()
  for (const { name } of mapping.columns) {
    if (!name.trim()) return 'A column has no name.'
    if (seen.has(name)) return `Two columns are called “${name}”.`
    seen.add(name)
  }
  return null
}
