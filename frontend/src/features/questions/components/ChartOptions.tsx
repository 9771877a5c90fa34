'use client'

import DeleteOutlineRounded from '@mui/icons-material/DeleteOutlineRounded'
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import TextField from '@mui/material/TextField'
import { marks } from '@tablewright/charts'
import type { ReactNode } from 'react'
import type { Answer, AnswerColumn, ChartSpec, Scalar } from '@/api/types'
import { answerCell } from '@/ui/AnswerTable'
import { Button, IconButton } from '@/ui/Button'
import type { ChartOptions as Options } from '../model'

const isNumber = (column: AnswerColumn): boolean => ['integer', 'decimal', 'float'].includes(column.type)

/** What can be drawn besides the marks, as far as it suits the chart: trend, curve, panels, errors, goals, words. */
export function ChartOptions({
  spec,
  answer,
  options,
  onChange,
}: {
  spec: ChartSpec
  answer: Answer
  options: Options
  onChange: (options: Options) => void
}) {
  const set = (change: Partial<Options>) => onChange({ ...options, ...change })
  const { mark } = spec
  const onAxes = marks[mark].onAxes === true || mark === 'combo'
  const logs = mark === 'line' || mark === 'scatter'
  const dimensions = answer.columns.filter((column) => column.role === 'dimension')
  const measures = answer.columns.filter((column) => column.role === 'measure' && isNumber(column))
  const others = measures.filter((column) => column.key !== spec.y[0]?.field)
  const ranged = ['bar', 'line', 'scatter', 'combo'].includes(mark) && others.length > 0
  const references = options.references ?? []
  const annotations = options.annotations ?? []
  const facets = marks[mark].onAxes && (dimensions.length > 1 || options.facet)
  const places = mark === 'line' ? placesOf(spec, answer) : []
  if (!onAxes && mark !== 'map' && mark !== 'gauge') return null
  return (
    <Box
      component="details"
      sx={{
        '& > summary': {
          cursor: 'pointer',
          fontWeight: 600,
          fontSize: '0.8125rem',
          py: 0.5,
          width: 'fit-content',
        },
      }}
    >
      <summary>Chart options</summary>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center', pt: 1 }}>
        {logs && (
          <Tick
            label="Trend line"
            on={Boolean(options.trend)}
            onChange={(on) => set({ trend: on ? { kind: 'linear', band: 0.95 } : null })}
          />
        )}
        {logs && options.trend && (
          <Choice
            label="Confidence band"
            value={String(options.trend.band ?? '')}
            onChange={(band) => set({ trend: { kind: 'linear', band: band ? Number(band) : null } })}
            choices={[['', 'None'], ...levels]}
          />
        )}
        {mark === 'histogram' && (
          <Choice
            label="Fitted curve"
            value={options.fit ?? ''}
            onChange={(fit) => set({ fit: (fit || null) as Options['fit'] })}
            choices={[
              ['', 'None'],
              ['normal', 'Normal'],
              ['lognormal', 'Log-normal'],
              ['exponential', 'Exponential'],
            ]}
          />
        )}
        {facets && (
          <Choice
            label="A panel for each"
            value={options.facet ?? ''}
            onChange={(facet) => set({ facet: facet || null })}
            choices={[['', 'One chart'], ...dimensions.map((one): [string, string] => [one.key, one.label])]}
          />
        )}
        {ranged && (
          <Choice
            label="Error bars"
            value={nameOf(options.error)}
            onChange={(name) => set({ error: errorOf(name, options.error?.level) })}
            choices={[['', 'None'], ...errorChoices(others)]}
          />
        )}
        {ranged && options.error?.count && (
          <Choice
            label="Confidence of the intervals"
            value={String(options.error.level ?? 0.95)}
            onChange={(level) => options.error && set({ error: { ...options.error, level: Number(level) } })}
            choices={levels}
          />
        )}
        {ranged && options.error && mark !== 'bar' && (
          <Choice
            label="Drawn as"
            value={options.error.draw ?? 'bars'}
            onChange={(draw) =>
              options.error && set({ error: { ...options.error, draw: draw as 'bars' | 'band' } })
            }
            choices={[
              ['bars', 'Bars'],
              ['band', 'A band'],
            ]}
          />
        )}
        {mark === 'line' && (
          <Choice
            label="Forecast from"
            value={String(options.forecastFrom ?? '')}
            onChange={(place) =>
              set({ forecastFrom: places.find(([value]) => String(value) === place)?.[0] ?? null })
            }
            choices={[
              ['', 'No forecast'],
              ...places.map(([value, text]): [string, string] => [String(value), text]),
            ]}
          />
        )}
        {logs && (
          <Tick
            label="Logarithmic values"
            on={options.yScale === 'log'}
            onChange={(on) => set({ yScale: on ? 'log' : null })}
          />
        )}
        {mark === 'scatter' && (
          <Tick
            label="Logarithmic along"
            on={options.xScale === 'log'}
            onChange={(on) => set({ xScale: on ? 'log' : null })}
          />
        )}
        {mark === 'map' && (
          <Choice
            label="Outlines"
            value={options.outline ?? 'auto'}
            onChange={(outline) => set({ outline: outline as Options['outline'] })}
            choices={[
              ['auto', 'As the values want'],
              ['world', 'Countries'],
              ['us', 'States of the USA'],
            ]}
          />
        )}
      </Box>
      {(onAxes || mark === 'gauge') && (
        <List
          title="Goal lines"
          add="Add a goal line"
          onAdd={() => set({ references: [...references, { value: 0, label: 'Goal' }] })}
        >
          {references.map((one, index) => (
            <Line
              // biome-ignore lint/suspicious/noArrayIndexKey: goals have no identity but their place
              key={index}
              label={`Goal line ${index + 1}`}
              onRemove={() => set({ references: references.filter((_, at) => at !== index) })}
            >
              <Field
                label="At"
                type="number"
                value={String(one.value)}
                onChange={(value) =>
                  Number.isFinite(Number(value)) &&
                  set({
                    references: references.map((each, at) =>
                      at === index ? { ...each, value: Number(value) } : each,
                    ),
                  })
                }
              />
              <Field
                label="Words"
                value={one.label ?? ''}
                onChange={(label) =>
                  set({
                    references: references.map((each, at) => (at === index ? { ...each, label } : each)),
                  })
                }
              />
            </Line>
          ))}
        </List>
      )}
      {onAxes && (
        <List
          title="Annotations"
          add="Add an annotation"
          onAdd={() => set({ annotations: [...annotations, { x: firstOf(spec, answer), text: 'Note' }] })}
        >
          {annotations.map((one, index) => {
            const change = (part: Partial<(typeof annotations)[number]>) =>
              set({
                annotations: annotations.map((each, at) => (at === index ? { ...each, ...part } : each)),
              })
            return (
              <Line
                // biome-ignore lint/suspicious/noArrayIndexKey: annotations have no identity but their place
                key={index}
                label={`Annotation ${index + 1}`}
                onRemove={() => set({ annotations: annotations.filter((_, at) => at !== index) })}
              >
                <Field label="At" value={String(one.x ?? '')} onChange={(x) => change({ x })} />
                <Field
                  label="Value"
                  type="number"
                  value={one.y === null || one.y === undefined ? '' : String(one.y)}
                  onChange={(y) => change({ y: y === '' || !Number.isFinite(Number(y)) ? null : Number(y) })}
                />
                <Field label="Words" value={one.text} onChange={(text) => text && change({ text })} />
              </Line>
            )
          })}
        </List>
      )}
    </Box>
  )
}

const firstOf = (spec: ChartSpec, answer: Answer) => answer.data[spec.x.field]?.[0] ?? null

const levels = [
  ['0.9', '90 %'],
  ['0.95', '95 %'],
  ['0.99', '99 %'],
] as const

const MOST_PLACES = 200

/** The places along the axis in their order, the last two hundred: a forecast stands at the end. */
function placesOf(spec: ChartSpec, answer: Answer): [Scalar, string][] {
  const column = answer.columns.find((one) => one.key === spec.x.field)
  if (!column) return []
  const values = [...new Set(answer.data[spec.x.field] ?? [])].filter((value) => value !== null)
  const after = (one: Scalar, other: Scalar): number =>
    isNumber(column) ? Number(one) - Number(other) : String(one) < String(other) ? -1 : 1
  return values
    .sort(after)
    .slice(-MOST_PLACES)
    .map((value) => [value, answerCell(value, column)])
}

// Error bars by name: `m1` is ± a measure, `m1~m2` from one to the other, `m1#m2` a deviation with its count.

type Range = Options['error']

const nameOf = (error: Range): string =>
  !error
    ? ''
    : error.count
      ? `${error.field}#${error.count}`
      : error.high
        ? `${error.field}~${error.high}`
        : error.field

function errorOf(name: string, level = 0.95): Range {
  if (!name) return null
  const [field = '', count] = name.split('#')
  const [low = '', high] = field.split('~')
  return { field: low, high: high ?? null, count: count ?? null, level, draw: high ? 'band' : 'bars' }
}

function errorChoices(others: readonly AnswerColumn[]): [string, string][] {
  const counts = others.filter((column) => column.type === 'integer')
  const found = others.map((one): [string, string] => [one.key, `± ${one.label}`])
  for (const one of others) {
    if (!/deviation/i.test(one.label)) continue
    for (const count of counts)
      if (count !== one)
        found.push([`${one.key}#${count.key}`, `Interval of the mean, from ${one.label} and ${count.label}`])
  }
  for (const [index, low] of others.entries())
    for (const high of others.slice(index + 1))
      found.push([`${low.key}~${high.key}`, `${low.label} to ${high.label}`])
  return found
}

function Tick({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <FormControlLabel
      control={<Checkbox size="small" checked={on} onChange={(event) => onChange(event.target.checked)} />}
      label={label}
      slotProps={{ typography: { variant: 'body2' } }}
    />
  )
}

function Choice({
  label,
  value,
  choices,
  onChange,
}: {
  label: string
  value: string
  choices: readonly (readonly [string, string])[]
  onChange: (value: string) => void
}) {
  return (
    <TextField
      select
      size="small"
      label={label}
      value={choices.some(([name]) => name === value) ? value : ''}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: 150, maxWidth: 320 }}
    >
      {choices.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </TextField>
  )
}

function Field({
  label,
  value,
  type,
  onChange,
}: {
  label: string
  value: string
  type?: 'number'
  onChange: (value: string) => void
}) {
  return (
    <TextField
      size="small"
      label={label}
      type={type ?? 'text'}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ htmlInput: { maxLength: 200, step: 'any' } }}
      sx={{ flex: '1 1 110px' }}
    />
  )
}

function List({
  title,
  add,
  onAdd,
  children,
}: {
  title: string
  add: string
  onAdd: () => void
  children: ReactNode
}) {
  return (
    <Box role="group" aria-label={title} sx={{ display: 'grid', gap: 1, pt: 1.5, justifyItems: 'start' }}>
      {children}
      <Button onClick={onAdd}>{add}</Button>
    </Box>
  )
}

function Line({ label, onRemove, children }: { label: string; onRemove: () => void; children: ReactNode }) {
  return (
    <Box
      role="group"
      aria-label={label}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', width: '100%', maxWidth: 560 }}
    >
      {children}
      <IconButton size="small" aria-label={`Remove ${label.toLowerCase()}`} onClick={onRemove}>
        <DeleteOutlineRounded fontSize="small" />
      </IconButton>
    </Box>
  )
}
