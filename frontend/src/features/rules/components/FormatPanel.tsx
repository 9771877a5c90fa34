'use client'

import ArrowUpwardRounded from '@mui/icons-material/ArrowUpwardRounded'
import CloseRounded from '@mui/icons-material/CloseRounded'
import Box from '@mui/material/Box'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { FormatRule, Highlight, Icons, Stop, TableFormat, Tint } from '@tablewright/charts'
import { type ReactNode, useId } from 'react'
import type { AnswerColumn } from '@/api/types'
import { Button, IconButton } from '@/ui/Button'
import {
  boundOf,
  emptyFormat,
  iconSets,
  inWords,
  isPlaced,
  kinds,
  limitsOf,
  MOST_FORMATS,
  newFormat,
  relatives,
  signs,
  stopKinds,
  testsFor,
  tints,
} from '../formats'
import { Pick } from './RuleEditor'

/** The conditional formats of a table, in the order in which they are tried. */
export function FormatPanel({
  columns,
  format,
  hasTotals = false,
  onChange,
}: {
  /** Of the answer that is formatted. */
  columns: readonly AnswerColumn[]
  format: TableFormat | null
  /** Whether the answer has totals, which may be formatted on their own. */
  hasTotals?: boolean
  onChange: (format: TableFormat) => void
}) {
  const rules = format?.rules ?? []
  const set = (next: readonly FormatRule[]) => onChange({ ...(format ?? emptyFormat), rules: next })
  const change = (index: number, rule: FormatRule) =>
    set(rules.map((one, place) => (place === index ? rule : one)))
  return (
    <Box component="section" aria-label="Conditional formats" sx={{ display: 'grid', gap: 1.5 }}>
      {rules.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          Mark cells by their values: a colour, a bar or an icon, the same on the screen, on paper and in
          Excel.
        </Typography>
      )}
      {rules.map((rule, index) => (
        <Box
          // biome-ignore lint/suspicious/noArrayIndexKey: formats have no identity but their place
          key={index}
          role="group"
          aria-label={`Format ${index + 1}: ${inWords(rule, columns)}`}
          sx={{ display: 'grid', gap: 1.25, p: 1.5, borderRadius: 2, bgcolor: 'background.sunk' }}
        >
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, mr: -0.5 }}>
            <Typography variant="body2" sx={{ flex: 1, fontWeight: 600, overflowWrap: 'anywhere' }}>
              {inWords(rule, columns)}
            </Typography>
            {index > 0 && (
              <IconButton
                size="small"
                aria-label={`Try format ${index + 1} earlier`}
                onClick={() => {
                  const next = [...rules]
                  next.splice(index - 1, 0, ...next.splice(index, 1))
                  set(next)
                }}
              >
                <ArrowUpwardRounded fontSize="inherit" />
              </IconButton>
            )}
            <IconButton
              size="small"
              aria-label={`Remove format ${index + 1}`}
              onClick={() => set(rules.filter((_, place) => place !== index))}
            >
              <CloseRounded fontSize="inherit" />
            </IconButton>
          </Box>
          <FormatFields
            rule={rule}
            columns={columns}
            hasTotals={hasTotals}
            onChange={(next) => change(index, next)}
          />
        </Box>
      ))}
      <Box role="group" aria-label="Add a format" sx={{ display: 'flex', gap: 0.5, flexWrap: 'wrap' }}>
        {kinds.map((kind) => {
          const added = newFormat(kind.value, columns)
          return (
            <Button
              key={kind.value}
              variant="outlined"
              disabled={added === null || rules.length >= MOST_FORMATS}
              onClick={() => added && set([...rules, added])}
            >
              {kind.label}
            </Button>
          )
        })}
      </Box>
    </Box>
  )
}

function FormatFields({
  rule,
  columns,
  hasTotals,
  onChange,
}: {
  rule: FormatRule
  columns: readonly AnswerColumn[]
  hasTotals: boolean
  onChange: (rule: FormatRule) => void
}) {
  const key = rule.columns[0] ?? ''
  const decides = columns.find((column) => column.key === (rule.by ?? key))
  const dimensions = columns.filter((column) => column.role === 'dimension')
  const placed = columns.filter(isPlaced)
  return (
    <>
      <Pair>
        <Pick
          label="Mark"
          value={key}
          options={[
            ...columns.map((column) => ({ value: column.key, label: column.label })),
            ...(rule.kind === 'highlight' ? [{ value: '*', label: 'The whole row' }] : []),
          ]}
          onChange={(next) =>
            onChange({
              ...rule,
              columns: [next],
              ...(next === '*' && !rule.by ? { by: columns[0]?.key ?? null } : {}),
            })
          }
        />
        <Pick
          label="By the values of"
          value={rule.by ?? ''}
          options={[
            ...(key === '*' ? [] : [{ value: '', label: 'The same column' }]),
            ...(rule.kind === 'highlight' ? columns : placed).map((column) => ({
              value: column.key,
              label: column.label,
            })),
          ]}
          onChange={(by) => onChange({ ...rule, by: by === '' ? null : by })}
        />
      </Pair>
      {rule.kind === 'highlight' && (
        <HighlightFields rule={rule} decides={decides} columns={columns} onChange={onChange} />
      )}
      {rule.kind === 'scale' && (
        <>
          {rule.stops.map((stop, index) => (
            <Pair
              // biome-ignore lint/suspicious/noArrayIndexKey: stops are told apart by their place
              key={index}
            >
              <StopFields
                name={['From', rule.stops.length === 3 ? 'Through' : 'To', 'To'][index] ?? ''}
                stop={stop}
                onChange={(next) =>
                  onChange({
                    ...rule,
                    stops: rule.stops.map((one, at) => (at === index ? { ...next, tint: one.tint } : one)),
                  })
                }
              />
              <TintPick
                label={`Colour ${index + 1}`}
                value={stop.tint}
                onChange={(tint) =>
                  onChange({
                    ...rule,
                    stops: rule.stops.map((one, at) => (at === index ? { ...one, tint } : one)),
                  })
                }
              />
            </Pair>
          ))}
          <FormControlLabel
            control={
              <Switch
                checked={rule.stops.length === 3}
                onChange={(_, three) => {
                  const [low, ...rest] = rule.stops
                  const high = rest.at(-1)
                  if (!low || !high) return
                  const middle = { kind: 'percentile' as const, value: 50, tint: 'none' as const }
                  onChange({ ...rule, stops: three ? [low, middle, high] : [low, high] })
                }}
              />
            }
            label="With a middle"
          />
        </>
      )}
      {rule.kind === 'bar' && (
        <Pair>
          <TintPick label="Colour" value={rule.tint} onChange={(tint) => onChange({ ...rule, tint })} />
          <StopFields
            name="Full at"
            stop={rule.max ?? { kind: 'max' }}
            onChange={(max) => onChange({ ...rule, max })}
          />
        </Pair>
      )}
      {rule.kind === 'icons' && <IconFields rule={rule} onChange={onChange} />}
      {(dimensions.length > 1 || hasTotals) && (
        <Pair>
          {dimensions.length > 1 && (
            <Pick
              label="Compared"
              value={rule.within?.[0] ?? ''}
              options={[
                { value: '', label: 'with all cells' },
                ...dimensions.map((column) => ({ value: column.key, label: `inside each ${column.label}` })),
              ]}
              onChange={(within) => onChange({ ...rule, within: within === '' ? [] : [within] })}
            />
          )}
          {hasTotals && (
            <Pick
              label="On"
              value={rule.on ?? 'groups'}
              options={[
                { value: 'groups', label: 'cells' },
                { value: 'totals', label: 'totals' },
                { value: 'all', label: 'cells and totals' },
              ]}
              onChange={(on) => onChange({ ...rule, on })}
            />
          )}
        </Pair>
      )}
    </>
  )
}

function HighlightFields({
  rule,
  decides,
  columns,
  onChange,
}: {
  rule: Highlight
  decides: AnswerColumn | undefined
  columns: readonly AnswerColumn[]
  onChange: (rule: FormatRule) => void
}) {
  const possible = testsFor(decides)
  const test = possible.find((one) => one.value === rule.test) ?? possible[0]
  const counted = rule.test === 'top' || rule.test === 'bottom'
  const comparable = !counted && test && test.bounds === 1
  return (
    <>
      <Pair>
        <Pick
          label="When it"
          value={test?.value ?? rule.test}
          options={possible}
          onChange={(next) => {
            const isCount = next === 'top' || next === 'bottom'
            onChange({
              ...rule,
              test: next,
              values: isCount ? [10] : [],
              than: null,
              ...(isCount ? { relative: null } : {}),
            })
          }}
        />
        {!rule.than &&
          Array.from({ length: test?.bounds ?? 0 }, (_, place) => (
            <ValueField
              // biome-ignore lint/suspicious/noArrayIndexKey: bounds are told apart by their place
              key={place}
              label={counted ? 'How many' : test?.bounds === 2 ? (place === 0 ? 'From' : 'To') : 'This value'}
              number={counted || (decides ? isPlaced(decides) && decides.type !== 'date' : false)}
              value={rule.values?.[place]}
              onChange={(text) => {
                const values = Array.from({ length: test?.bounds ?? 1 }, (_, at) => rule.values?.[at] ?? null)
                values[place] = counted ? Math.max(1, Math.floor(Number(text) || 1)) : boundOf(text, decides)
                onChange({ ...rule, values })
              }}
            />
          ))}
        {comparable && (
          <Pick
            label="Or than the column"
            value={rule.than ?? ''}
            options={[
              { value: '', label: 'No column' },
              ...columns
                .filter((column) => column.key !== decides?.key)
                .map((column) => ({ value: column.key, label: column.label })),
            ]}
            onChange={(than) => onChange({ ...rule, than: than === '' ? null : than, values: [] })}
          />
        )}
      </Pair>
      <Pair>
        <TintPick label="Colour" value={rule.tint} onChange={(tint) => onChange({ ...rule, tint })} />
        <Pick
          label="With"
          value={rule.icon ?? 'none'}
          options={signs}
          onChange={(icon) => onChange({ ...rule, icon: icon === 'none' ? null : icon })}
        />
        {decides && isPlaced(decides) && !counted && (
          <Pick
            label="What is compared"
            value={rule.relative ?? 'none'}
            options={relatives}
            onChange={(relative) => onChange({ ...rule, relative: relative === 'none' ? null : relative })}
          />
        )}
      </Pair>
    </>
  )
}

function IconFields({ rule, onChange }: { rule: Icons; onChange: (rule: FormatRule) => void }) {
  return (
    <>
      <Pick
        label="Icons"
        value={rule.set}
        options={iconSets}
        onChange={(set) =>
          onChange({ ...rule, set, limits: limitsOf(iconSets.find((one) => one.value === set)?.limits ?? 2) })
        }
      />
      {rule.limits.map((limit, index) => (
        <StopFields
          // biome-ignore lint/suspicious/noArrayIndexKey: limits are told apart by their place
          key={index}
          name={`Icon ${index + 2} from`}
          stop={limit}
          onChange={(next) =>
            onChange({ ...rule, limits: rule.limits.map((one, at) => (at === index ? next : one)) })
          }
        />
      ))}
      <FormControlLabel
        control={
          <Switch checked={rule.reverse ?? false} onChange={(_, reverse) => onChange({ ...rule, reverse })} />
        }
        label="The other way around"
      />
    </>
  )
}

// Fields

const Pair = ({ children }: { children: ReactNode }) => (
  <Box
    sx={{
      display: 'grid',
      gap: 1.25,
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(128px, 100%), 1fr))',
    }}
  >
    {children}
  </Box>
)

function StopFields({ name, stop, onChange }: { name: string; stop: Stop; onChange: (stop: Stop) => void }) {
  return (
    <Pair>
      <Pick
        label={name}
        value={stop.kind}
        options={stopKinds}
        onChange={(kind) =>
          onChange({
            kind,
            ...(kind === 'number' ? { value: stop.value ?? 0 } : kind === 'percentile' ? { value: 50 } : {}),
          })
        }
      />
      {(stop.kind === 'number' || stop.kind === 'percentile') && (
        <ValueField
          label={stop.kind === 'number' ? 'Number' : 'Percentile'}
          number
          value={stop.value}
          onChange={(text) => {
            const number = Number(text)
            if (!Number.isFinite(number)) return
            const within = stop.kind === 'percentile' ? Math.min(100, Math.max(0, number)) : number
            onChange({ kind: stop.kind, value: within })
          }}
        />
      )}
    </Pair>
  )
}

function ValueField({
  label,
  value,
  number,
  onChange,
}: {
  label: string
  value: string | number | boolean | null | undefined
  number: boolean
  onChange: (text: string) => void
}) {
  const id = useId()
  return (
    <TextField
      id={id}
      label={label}
      type={number ? 'number' : 'text'}
      value={value === null || value === undefined ? '' : String(value)}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ htmlInput: { ...(number && { step: 'any' }) }, inputLabel: { shrink: true } }}
    />
  )
}

function TintPick({
  label,
  value,
  onChange,
}: {
  label: string
  value: Tint
  onChange: (tint: Tint) => void
}) {
  const id = useId()
  return (
    <TextField
      select
      id={id}
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value as Tint)}
    >
      {tints.map((tint) => (
        <MenuItem key={tint.value} value={tint.value}>
          {tint.label}
        </MenuItem>
      ))}
    </TextField>
  )
}
