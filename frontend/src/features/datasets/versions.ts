// How a dataset came to be what it is: versions, what differs between two, and what waits for a decision.

import type { components } from '@/api/schema'
import type { Column, ColumnType, Version } from '@/api/types'
import { countOf, typeName } from '@/lib/format'

type Schemas = components['schemas']
export type Diff = Schemas['SchemaDiff']
export type Comparison = Schemas['ComparisonOut']
export type Pending = Schemas['PendingOut']
export type Break = Schemas['Break']

/** What made the version, in words. */
export function storyOf(
  version: Pick<Version, 'mode' | 'parent_id' | 'lineage' | 'file'>,
  parent?: Pick<Version, 'file'>,
): string {
  if (version.mode === 'restore') {
    const number = version.lineage?.number
    return typeof number === 'number' ? `Went back to version ${number}` : 'Went back'
  }
  if (version.mode === 'replay') return 'Rows put right'
  if (version.parent_id === null) return 'First load'
  if (version.mode === 'append') return 'Rows added'
  if (version.mode === 'upsert') return 'Rows updated by key'
  return version.file && version.file.id === parent?.file?.id ? 'The same file read differently' : 'Replaced'
}

export interface Change {
  sign: string
  count: number
  word: string
}

/** What a version changed, as far as it was counted: nothing that is zero. */
export function changesOf(counts: Partial<Schemas['Counts']> | null): Change[] {
  if (!counts) return []
  const all: Change[] = [
    { sign: '+', count: counts.added ?? 0, word: 'added' },
    { sign: '~', count: counts.changed ?? 0, word: 'changed' },
    { sign: '−', count: counts.removed ?? 0, word: 'removed' },
    { sign: '=', count: counts.duplicates ?? 0, word: 'left out because they are there already' },
  ]
  return all.filter((one) => one.count > 0)
}

export interface DiffLine {
  text: string
  /** Something that was there is missing or means something else. */
  grave: boolean
}

/** What differs between two shapes of a table, a line each; what can break something comes first. */
export function diffLines(diff: Diff): DiffLine[] {
  const renamed = new Set(diff.renamed.map((one) => one.id))
  const renames = new Set(diff.renamed.map((one) => one.new_id))
  const lines: DiffLine[] = [
    ...diff.renamed.map((one) => ({
      text: `“${one.name}” is missing; “${one.new_name}” looks like it${
        one.why.length > 0 ? ` (${one.why.join(', ')})` : ''
      }`,
      grave: true,
    })),
    ...diff.removed
      .filter((one) => !renamed.has(one.id))
      .map((one) => ({ text: `“${one.name}” is missing`, grave: true })),
    ...diff.retyped.map((one) => ({
      text: `“${one.name}” was ${typeWords(one.before)} and is ${typeWords(one.after)}`,
      grave: !one.harmless,
    })),
    ...diff.added
      .filter((one) => !renames.has(one.id))
      .map((one) => ({ text: `“${one.name}” is new (${typeWords(one.type)})`, grave: false })),
    ...diff.relabelled.map((one) => ({ text: `“${one.name}” is called “${one.new_name}”`, grave: false })),
  ]
  if (diff.reordered) lines.push({ text: 'The columns stand in another order', grave: false })
  return lines
}

const typeWords = (type: string): string => typeName(type).toLowerCase()

/** The columns of two versions that are compared: those of the dataset, and those that only one of them has. */
export function columnsOf(
  comparison: Pick<Comparison, 'diff' | 'keys' | 'columns_changed'>,
  schema: readonly Column[],
): Pick<Column, 'id' | 'name' | 'type'>[] {
  const known = new Map<string, Pick<Column, 'id' | 'name' | 'type'>>(schema.map((one) => [one.id, one]))
  for (const one of [...comparison.diff.added, ...comparison.diff.removed]) {
    if (!known.has(one.id)) known.set(one.id, { ...one, type: one.type as ColumnType })
  }
  const rank = (id: string): number =>
    comparison.keys.includes(id) ? 0 : (comparison.columns_changed[id] ?? 0) > 0 ? 1 : 2
  return [...known.values()].sort((a, b) => rank(a.id) - rank(b.id))
}

/** What two versions have to do with each other, in one sentence. */
export function rowsWords({ rows, by }: Pick<Comparison, 'rows' | 'by'>): string {
  const parts = [
    `${countOf(rows.added, 'row')} added`,
    ...(by === 'key' ? [`${countOf(rows.changed, 'row')} changed`] : []),
    `${countOf(rows.removed, 'row')} removed`,
    `${countOf(rows.unchanged, 'row')} the same`,
  ]
  return `${parts.join(', ')}.`
}

export const breakWords = (one: Break): string =>
  one.columns
    .map((column) => `“${column.name}” ${column.why === 'removed' ? 'is missing' : 'has another type'}`)
    .join(', ')
