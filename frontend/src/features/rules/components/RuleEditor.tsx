'use client'

import CloseRounded from '@mui/icons-material/CloseRounded'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, useDeferredValue, useId, useState } from 'react'
import type {
  Aggregate,
  Column,
  ColumnProfile,
  ColumnType,
  Condition,
  DatasetDetail,
  Dimension,
  Formula,
  Grain,
  Group,
  Measure,
} from '@/api/types'
import { isTime } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { Button, IconButton } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { WordField } from '@/ui/WordField'
import { type Check, type RuleIn, ruleQueries } from '../api'
import {
  actions,
  type ChangeCheck,
  checkOf,
  comparisonsOf,
  filterOf,
  formulasOf,
  foundWords,
  grains,
  kinds,
  limits,
  missingIn,
  type ResultCheck,
  relatives,
  severities,
  withRows,
  wordsOf,
} from '../model'
import { TrialPanel } from './Trial'

/** A column, or a formula over the rows; one that aggregates is a figure. */
export type Named = Column & { table: string; kind: 'column' | 'measure' }

export interface RowTables {
  columns: readonly Named[]
  profile: readonly ColumnProfile[]
}

/** How conditions are written: what asks questions brings it, so that they are the same everywhere. */
export interface ConditionPieces {
  /** What the rows of a dataset have, with these formulas. */
  useTables: (dataset: DatasetDetail, formulas: readonly Formula[]) => RowTables
  Conditions: ComponentType<{
    dataset: DatasetDetail
    tables: never
    title: string
    filter: Group
    formulas: readonly Formula[]
    onChange: (filter: Group, formulas: readonly Formula[]) => void
  }>
  isComplete: (condition: Condition, type: ColumnType) => boolean
  aggregatesFor: (type: ColumnType) => readonly Aggregate[]
  aggregateName: (fn: Aggregate) => string
  /** The address of a question over a dataset with these formulas, and this filter if there is one. */
  ask: (dataset: string, part: { formulas: readonly Formula[]; filter?: Group | null }) => string
}

/** Somebody who may own a rule. */
export interface Person {
  id: string
  name: string
}

interface Props {
  dataset: DatasetDetail
  rule: RuleIn
  isNew: boolean
  pieces: ConditionPieces
  people: readonly Person[]
  onSave: (rule: RuleIn) => Promise<void>
  onClose: () => void
}

/** One rule: what it looks for on one side, what it finds and would have found on the other. */
export function RuleEditor({ dataset, rule, isNew, pieces, people, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(rule)
  const [problem, setProblem] = useState<string | null>(null)
  const [saving, setSaving] = useState(false)
  const asked = useDeferredValue(draft)
  const tables = pieces.useTables(dataset, formulasOf(draft.check))
  const { columns } = tables
  const complete = (condition: Condition, column: Column) => pieces.isComplete(condition, column.type)
  const missing = missingIn(draft, columns, complete)
  const set = (part: Partial<RuleIn>) => setDraft({ ...draft, ...part })
  const setCheck = (check: Check) => {
    const misfit = draft.contract?.action === 'quarantine' && check.kind !== 'row'
    set({ check, ...(misfit ? { contract: { action: 'warn', tolerance: 0 } } : {}) })
  }
  const named = draft.name.trim() !== ''
  const save = async () => {
    setSaving(true)
    setProblem(null)
    try {
      await onSave({ ...draft, name: draft.name.trim() })
    } catch (error) {
      setProblem(toProblem(error).message)
    }
    setSaving(false)
  }
  return (
    <Card
      component="section"
      aria-label={isNew ? 'New rule' : `Rule ${rule.name}`}
      sx={{ p: { xs: 2, md: 2.5 } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 2 }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          {isNew ? 'New rule' : 'Change the rule'}
        </Typography>
        <IconButton aria-label="Close without saving" onClick={onClose}>
          <CloseRounded />
        </IconButton>
      </Box>
      <Box
        sx={{
          display: 'grid',
          gap: 3,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
        }}
      >
        <Box
          component="form"
          onSubmit={(event) => {
            event.preventDefault()
            if (named && !missing) void save()
          }}
          sx={{ display: 'grid', gap: 2.5, alignContent: 'start' }}
        >
          <TextField
            label="Name"
            value={draft.name}
            required
            onChange={(event) => set({ name: event.target.value })}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          <Pick
            label="What it looks at"
            value={draft.check.kind}
            options={kinds}
            helper={kinds.find((one) => one.value === draft.check.kind)?.about}
            onChange={(kind) => setCheck(checkOf(kind, columns, dataset.id))}
          />
          {draft.check.kind === 'result' && (
            <ResultPart check={draft.check} columns={columns} pieces={pieces} onChange={setCheck} />
          )}
          {draft.check.kind === 'change' && (
            <ChangePart check={draft.check} columns={columns} pieces={pieces} onChange={setCheck} />
          )}
          <pieces.Conditions
            dataset={dataset}
            tables={tables as never}
            title={draft.check.kind === 'row' ? 'A row is found where' : 'Only of rows where'}
            filter={filterOf(draft.check)}
            formulas={formulasOf(draft.check)}
            onChange={(filter, formulas) => setCheck(withRows(draft.check, filter, formulas))}
          />
          <WordField
            label="Message"
            value={draft.message}
            words={wordsOf(draft.check, dataset.schema)}
            placeholder="{rule}: {value}"
            helper="What it says when it fires. Names in braces are filled in; everything else is shown as you write it."
            maxLength={500}
            onChange={(message) => set({ message })}
          />
          <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
            <Pick
              label="Severity"
              value={draft.severity}
              options={severities}
              onChange={(severity) => set({ severity })}
            />
            <Pick
              label="Owner"
              value={draft.owner ?? ''}
              options={[
                { value: '', label: 'Nobody' },
                ...people.map((person) => ({ value: person.id, label: person.name })),
              ]}
              onChange={(owner) => set({ owner: owner || null })}
            />
          </Box>
          <Pick
            label="When a file is loaded"
            value={draft.contract?.action ?? 'none'}
            options={actions.filter((one) => !one.rows || draft.check.kind === 'row')}
            onChange={(action) => set({ contract: action === 'none' ? null : { action, tolerance: 0 } })}
          />
          {draft.contract?.action === 'refuse' && draft.check.kind === 'row' && (
            <TextField
              label="Percent of rows that may fail before the version waits"
              type="number"
              value={String(Math.round(draft.contract.tolerance * 10_000) / 100)}
              onChange={(event) => {
                const share = Math.min(1, Math.max(0, Number(event.target.value) / 100))
                set({ contract: { action: 'refuse', tolerance: Number.isFinite(share) ? share : 0 } })
              }}
              slotProps={{ htmlInput: { min: 0, max: 100, step: 'any' } }}
            />
          )}
          <FormControlLabel
            control={<Switch checked={draft.enabled} onChange={(_, enabled) => set({ enabled })} />}
            label="Switched on"
          />
          {problem && (
            <Alert severity="error" role="alert">
              {problem}
            </Alert>
          )}
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
            <Button type="submit" variant="contained" disabled={!named || missing !== null || saving}>
              {isNew ? 'Add the rule' : 'Save the rule'}
            </Button>
            <Button onClick={onClose}>Cancel</Button>
            <Typography variant="body2" color="textSecondary" aria-live="polite">
              {missing ?? (named ? '' : 'Give the rule a name.')}
            </Typography>
          </Box>
        </Box>
        <Box sx={{ display: 'grid', gap: 3, alignContent: 'start', minWidth: 0 }}>
          <Found dataset={dataset} rule={asked} isComplete={missingIn(asked, columns, complete) === null} />
        </Box>
      </Box>
    </Card>
  )
}

/** What the draft finds now, what it would say, and how often it would have fired. */
function Found({ dataset, rule, isComplete }: { dataset: DatasetDetail; rule: RuleIn; isComplete: boolean }) {
  const id = useId()
  // A draft is asked under a name of its own, so that naming it asks nothing anew.
  const nameless = {
    ...rule,
    name: rule.name.trim() || 'This rule',
    enabled: true,
    contract: null,
    owner: null,
  }
  const version = dataset.current_version_id
  const { data, error } = useQuery({
    ...ruleQueries.evaluation(dataset.id, version, nameless),
    enabled: isComplete,
  })
  const [trying, setTrying] = useState(false)
  return (
    <>
      <section aria-labelledby={`${id}-now`}>
        <Typography id={`${id}-now`} variant="subtitle2" component="h3" sx={{ mb: 1 }}>
          Now
        </Typography>
        {!isComplete ? (
          <Typography variant="body2" color="textSecondary">
            What it finds appears here as soon as the rule is complete.
          </Typography>
        ) : error ? (
          <ErrorNotice error={error} />
        ) : !data ? (
          <Typography variant="body2" color="textSecondary">
            Looking …
          </Typography>
        ) : (
          <Box sx={{ display: 'grid', gap: 1 }}>
            <Typography variant="body2" aria-live="polite">
              {foundWords(data, rule.check.kind)}
            </Typography>
            {data.fired.length > 0 && (
              <Box component="ul" aria-label="What it says" sx={{ m: 0, pl: 2.5, fontSize: '0.875rem' }}>
                {data.fired.slice(0, 5).map((one, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: equal messages are told apart by their place
                  <Box component="li" key={index} sx={{ overflowWrap: 'anywhere' }}>
                    {one.message}
                  </Box>
                ))}
              </Box>
            )}
          </Box>
        )}
      </section>
      <section aria-labelledby={`${id}-past`}>
        <Typography id={`${id}-past`} variant="subtitle2" component="h3" sx={{ mb: 1 }}>
          How often would it have fired?
        </Typography>
        {trying && isComplete ? (
          <TrialPanel dataset={dataset.id} version={version} rule={nameless} />
        ) : (
          <Button variant="outlined" disabled={!isComplete} onClick={() => setTrying(true)}>
            Try it on the past
          </Button>
        )}
      </section>
    </>
  )
}

function MeasurePart({
  measure,
  columns,
  pieces,
  onChange,
}: {
  measure: Measure
  columns: readonly Named[]
  pieces: ConditionPieces
  onChange: (measure: Measure) => void
}) {
  const column = columns.find((one) => one.id === measure.column)
  return (
    <Pair>
      <ColumnPick
        label="Figure"
        none="Number of rows"
        columns={columns}
        value={measure.column ?? ''}
        onChange={(next) =>
          onChange(
            !next
              ? { fn: 'count_rows', column: null }
              : next.kind === 'measure'
                ? { fn: 'formula', column: next.id }
                : { fn: pieces.aggregatesFor(next.type)[0] ?? 'count', column: next.id },
          )
        }
      />
      {column?.kind === 'column' && (
        <Pick
          label="Computed as"
          value={measure.fn ?? 'count'}
          options={pieces
            .aggregatesFor(column.type)
            // A ratio or correlation is of two columns: a formula says it.
            .filter((fn) => (fn !== 'ratio' && fn !== 'correlation') || fn === measure.fn)
            .map((fn) => ({ value: fn, label: pieces.aggregateName(fn) }))}
          onChange={(fn) => onChange({ ...measure, fn, ...(fn === 'quantile' && { q: measure.q ?? 0.9 }) })}
        />
      )}
      {column && measure.fn === 'quantile' && (
        <NumberField
          label="Percentile"
          value={Math.round((measure.q ?? 0.9) * 10_000) / 100}
          onChange={(text) => onChange({ ...measure, q: Math.min(1, Math.max(0, Number(text) / 100)) })}
        />
      )}
    </Pair>
  )
}

/** What makes the groups, one after the other. */
function GroupsPart({
  dimensions,
  columns,
  most,
  none,
  onChange,
}: {
  dimensions: readonly Dimension[]
  columns: readonly Named[]
  most: number
  /** What is looked at without groups. */
  none: string
  onChange: (dimensions: Dimension[]) => void
}) {
  const choices = columns.filter((one) => one.kind === 'column' && one.type !== 'nested')
  return (
    <>
      {[...dimensions, null].slice(0, most).map((dimension, at) => {
        const column = choices.find((one) => one.id === dimension?.column)
        const put = (next: Dimension | null) =>
          onChange([...dimensions.slice(0, at), ...(next ? [next] : []), ...dimensions.slice(at + 1)])
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups are told apart by their place
          <Pair key={at}>
            <ColumnPick
              label={at === 0 ? 'For each' : `And for each, ${at + 1}`}
              none={at === 0 ? none : 'Nothing more'}
              columns={choices.filter(
                (one) => one.id === column?.id || !dimensions.some((other) => other.column === one.id),
              )}
              value={column?.id ?? ''}
              onChange={(next) =>
                put(next ? { column: next.id, ...(isTime(next.type) && { grain: 'month' as const }) } : null)
              }
            />
            {dimension && column && isTime(column.type) && (
              <Pick
                label={`In steps of, for ${column.name}`}
                value={(dimension.grain ?? 'month') as Grain}
                options={grains}
                onChange={(grain) => put({ ...dimension, grain })}
              />
            )}
          </Pair>
        )
      })}
    </>
  )
}

function ResultPart({
  check,
  columns,
  pieces,
  onChange,
}: {
  check: ResultCheck
  columns: readonly Named[]
  pieces: ConditionPieces
  onChange: (check: Check) => void
}) {
  const { question } = check
  const bounds = limits.find((one) => one.value === check.limit)?.bounds ?? 1
  const dimensions = question.dimensions as readonly Dimension[]
  // Totals and groups that are measured inside of others: which dimensions stay.
  const inner = dimensions.length > 1 && (check.on === 'totals' || Boolean(check.relative))
  const id = useId()
  const setBound = (place: number, text: string) => {
    const next = Array.from({ length: bounds }, (_, at) => check.bounds[at] ?? '')
    next[place] = text
    onChange({ ...check, bounds: next })
  }
  return (
    <>
      <MeasurePart
        measure={question.measures[0] ?? { fn: 'count_rows', column: null }}
        columns={columns}
        pieces={pieces}
        onChange={(measure) =>
          onChange({
            ...check,
            question: { ...question, measures: [measure, ...question.measures.slice(1)] },
          })
        }
      />
      <GroupsPart
        dimensions={dimensions}
        columns={columns}
        most={8}
        none="No group: one figure"
        onChange={(next) =>
          onChange({
            ...check,
            within: [],
            ...(next.length === 0 && { on: 'groups', relative: null }),
            question: { ...question, dimensions: next },
          })
        }
      />
      {dimensions.length > 0 && (
        <Pair>
          <Pick
            label="What is looked at"
            value={check.on}
            options={[
              { value: 'groups', label: 'Each group' },
              { value: 'totals', label: 'The totals' },
            ]}
            onChange={(on) =>
              onChange({ ...check, on, within: [], ...(on === 'totals' && { relative: null }) })
            }
          />
          {(check.on === 'groups' || check.relative) && (
            <Pick
              label="What is compared"
              value={check.relative ?? 'none'}
              options={relatives}
              onChange={(relative) =>
                onChange({ ...check, within: [], relative: relative === 'none' ? null : relative })
              }
            />
          )}
        </Pair>
      )}
      {inner && (
        <TextField
          select
          id={`${id}-within`}
          label={check.on === 'totals' ? 'One total for each' : 'Measured inside of each'}
          value={check.within}
          helperText={
            check.within.length > 0
              ? undefined
              : check.on === 'totals'
                ? 'Nothing is chosen: one total of all.'
                : 'Nothing is chosen: all groups are measured together.'
          }
          onChange={(event) => {
            const chosen = event.target.value as unknown as ResultCheck['within']
            // When every dimension stays there is nothing left to put together.
            if (chosen.length < dimensions.length) onChange({ ...check, within: chosen })
          }}
          slotProps={{ select: { multiple: true }, inputLabel: { shrink: true } }}
        >
          {dimensions.map((one, at) => (
            <MenuItem key={one.column} value={`d${at}`}>
              {columns.find((column) => column.id === one.column)?.name ?? one.column}
            </MenuItem>
          ))}
        </TextField>
      )}
      <Pair>
        <Pick
          label="Fires when it"
          value={check.limit}
          options={limits}
          onChange={(limit) => {
            const count = limits.find((one) => one.value === limit)?.bounds ?? 1
            onChange({
              ...check,
              limit,
              bounds: Array.from({ length: count }, (_, at) => check.bounds[at] ?? 0),
            })
          }}
        />
        {Array.from({ length: bounds }, (_, place) => (
          <NumberField
            // biome-ignore lint/suspicious/noArrayIndexKey: bounds are told apart by their place
            key={place}
            label={bounds === 1 ? 'This number' : place === 0 ? 'From' : 'To'}
            value={check.bounds[place]}
            onChange={(text) => setBound(place, text)}
          />
        ))}
      </Pair>
    </>
  )
}

function ChangePart({
  check,
  columns,
  pieces,
  onChange,
}: {
  check: ChangeCheck
  columns: readonly Named[]
  pieces: ConditionPieces
  onChange: (check: Check) => void
}) {
  const options = comparisonsOf(check.grain)
  return (
    <>
      <MeasurePart
        measure={check.measure}
        columns={columns}
        pieces={pieces}
        onChange={(measure) => onChange({ ...check, measure })}
      />
      <GroupsPart
        dimensions={check.dimensions as readonly Dimension[]}
        columns={columns}
        most={4}
        none="No group: all together"
        onChange={(dimensions) => onChange({ ...check, dimensions })}
      />
      <Pair>
        <ColumnPick
          label="Along"
          columns={columns.filter((one) => isTime(one.type))}
          value={check.time}
          onChange={(next) => next && onChange({ ...check, time: next.id })}
        />
      </Pair>
      <Pair>
        <Pick
          label="In"
          value={check.grain}
          options={grains}
          onChange={(grain) => onChange({ ...check, grain, unit: null, back: 1 })}
        />
        <Pick
          label="Compared with"
          value={check.unit ?? 'grain'}
          options={options}
          onChange={(value) =>
            onChange({ ...check, unit: options.find((one) => one.value === value)?.unit ?? null })
          }
        />
      </Pair>
      <Pair>
        <Pick
          label="Fires when it"
          value={check.direction}
          options={[
            { value: 'fall', label: 'falls by more than' },
            { value: 'rise', label: 'rises by more than' },
            { value: 'either', label: 'changes by more than' },
          ]}
          onChange={(direction) => onChange({ ...check, direction })}
        />
        <NumberField
          label="This much"
          value={check.by}
          onChange={(by) => onChange({ ...check, by: by || 0 })}
        />
        <Pick
          label="Measured in"
          value={check.mode}
          options={[
            { value: 'percent', label: 'percent' },
            { value: 'absolute', label: 'the figure’s own unit' },
          ]}
          onChange={(mode) => onChange({ ...check, mode })}
        />
      </Pair>
    </>
  )
}

// Fields

const Pair = ({ children }: { children: ReactNode }) => (
  <Box
    sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fit, minmax(min(160px, 100%), 1fr))' }}
  >
    {children}
  </Box>
)

export function Pick<T extends string>({
  label,
  value,
  options,
  helper,
  onChange,
}: {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  helper?: string | undefined
  onChange: (value: T) => void
}) {
  const id = useId()
  return (
    <TextField
      select
      id={id}
      label={label}
      value={value}
      helperText={helper}
      onChange={(event) => onChange(event.target.value as T)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  )
}

function ColumnPick({
  label,
  none,
  columns,
  value,
  onChange,
}: {
  label: string
  /** The choice that names no column. */
  none?: string
  columns: readonly Named[]
  value: string
  onChange: (column: Named | null) => void
}) {
  const id = useId()
  return (
    <TextField
      select
      id={id}
      label={label}
      value={columns.some((one) => one.id === value) ? value : ''}
      onChange={(event) => onChange(columns.find((one) => one.id === event.target.value) ?? null)}
      slotProps={{ select: { displayEmpty: none !== undefined }, inputLabel: none ? { shrink: true } : {} }}
    >
      {none && <MenuItem value="">{none}</MenuItem>}
      {columns.map((column) => (
        <MenuItem key={column.id} value={column.id}>
          {column.name}
        </MenuItem>
      ))}
    </TextField>
  )
}

function NumberField({
  label,
  value,
  onChange,
}: {
  label: string
  value: number | string | undefined
  onChange: (text: string) => void
}) {
  const id = useId()
  return (
    <TextField
      id={id}
      label={label}
      type="number"
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ htmlInput: { step: 'any' }, inputLabel: { shrink: true } }}
    />
  )
}
