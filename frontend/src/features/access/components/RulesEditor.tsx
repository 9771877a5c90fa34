'use client'

import DeleteOutlineRounded from '@mui/icons-material/DeleteOutlineRounded'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { toProblem } from '@/lib/problem'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import {
  accessQueries,
  type ColumnRule,
  type Group,
  type RowRule,
  type RuleSet,
  type Rules,
  saveRules,
  type Who,
} from '../api'
import {
  type Condition,
  keyOf,
  newColumnRule,
  newRowRule,
  operators,
  type Person,
  readValues,
  takes,
  whoOf,
  written,
} from '../model'

/** Who sees which rows and columns of one dataset. */
export function RulesEditor({ datasetId, people }: { datasetId: string; people: readonly Person[] }) {
  const rules = useQuery(accessQueries.rules(datasetId))
  const groups = useQuery(accessQueries.groups())
  const error = rules.error ?? groups.error
  if (error) return <ErrorNotice error={error} retry={() => void rules.refetch()} />
  if (!rules.data || !groups.data) return <Loading label="Loading the rules" rows={4} />
  return (
    <Editor
      key={`${datasetId}-${rules.data.version}`}
      datasetId={datasetId}
      kept={rules.data}
      groups={groups.data.items}
      people={people}
    />
  )
}

function Editor({
  datasetId,
  kept,
  groups,
  people,
}: {
  datasetId: string
  kept: Rules
  groups: readonly Group[]
  people: readonly Person[]
}) {
  const [rules, setRules] = useState<RuleSet>(kept.rules)
  const [problem, setProblem] = useState<unknown>(null)
  const queries = useQueryClient()
  const notify = useNotify()
  const changed = JSON.stringify(rules) !== JSON.stringify(kept.rules)
  const setRow = (at: number, rule: RowRule) =>
    setRules({ ...rules, rows: rules.rows.map((one, index) => (index === at ? rule : one)) })
  const setColumn = (at: number, rule: ColumnRule) =>
    setRules({ ...rules, columns: rules.columns.map((one, index) => (index === at ? rule : one)) })
  const first = kept.columns[0]?.id ?? 'c1'

  const save = () => {
    setProblem(null)
    saveRules(datasetId, rules, kept.version)
      .then(() => queries.invalidateQueries({ queryKey: ['access'] }))
      .then(() => notify('The rules are in force.'))
      .catch(setProblem)
  }

  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 3 }}>
      <Box
        component="section"
        aria-label="Rules of rows"
        sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1.5 }}
      >
        <Typography variant="h3" component="h2">
          Rows
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {rules.rows.length === 0
            ? 'No rules: everybody sees every row.'
            : 'Everybody sees the rows of the rules that name them. Whom no rule names sees none, admins included.'}
        </Typography>
        {rules.rows.map((rule, at) => (
          <RuleBox
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no other identity than their place
            key={at}
            name={rule.name}
            onName={(name) => setRow(at, { ...rule, name })}
            onRemove={() => setRules({ ...rules, rows: rules.rows.filter((_, index) => index !== at) })}
          >
            <WhoField
              rule={rule.name}
              who={rule.who[0] ?? { kind: 'everyone' }}
              groups={groups}
              people={people}
              onChange={(who) => setRow(at, { ...rule, who: [who, ...rule.who.slice(1)] })}
            />
            <ConditionFields
              rule={rule}
              columns={kept.columns}
              onChange={(condition) => setRow(at, { ...rule, condition })}
            />
          </RuleBox>
        ))}
        <Box>
          <Button
            variant="outlined"
            onClick={() => setRules({ ...rules, rows: [...rules.rows, newRowRule(rules.rows.length + 1)] })}
          >
            Add a rule for rows
          </Button>
        </Box>
      </Box>

      <Box
        component="section"
        aria-label="Rules of columns"
        sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1.5 }}
      >
        <Typography variant="h3" component="h2">
          Columns
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {rules.columns.length === 0
            ? 'No rules: everybody sees every column.'
            : 'A column that a rule names is shown to those alone whom such a rule names.'}
        </Typography>
        {rules.columns.map((rule, at) => (
          <RuleBox
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no other identity than their place
            key={at}
            name={rule.name}
            onName={(name) => setColumn(at, { ...rule, name })}
            onRemove={() => setRules({ ...rules, columns: rules.columns.filter((_, index) => index !== at) })}
          >
            <WhoField
              rule={rule.name}
              who={rule.who[0] ?? { kind: 'everyone' }}
              groups={groups}
              people={people}
              onChange={(who) => setColumn(at, { ...rule, who: [who, ...rule.who.slice(1)] })}
            />
            <TextField
              select
              label="Columns"
              value={rule.columns}
              onChange={(event) => {
                const chosen = event.target.value as unknown as string[]
                if (chosen.length > 0) setColumn(at, { ...rule, columns: chosen })
              }}
              slotProps={{ select: { multiple: true } }}
              sx={{ flex: '1 1 220px', minWidth: 0 }}
            >
              {kept.columns.map((column) => (
                <MenuItem key={column.id} value={column.id}>
                  {column.name}
                </MenuItem>
              ))}
            </TextField>
          </RuleBox>
        ))}
        <Box>
          <Button
            variant="outlined"
            onClick={() =>
              setRules({
                ...rules,
                columns: [...rules.columns, newColumnRule(rules.columns.length + 1, first)],
              })
            }
          >
            Add a rule for columns
          </Button>
        </Box>
      </Box>

      {problem !== null && <ErrorNotice error={toProblem(problem)} dense />}
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button variant="contained" disabled={!changed} onClick={save}>
          Put the rules in force
        </Button>
        <Button variant="outlined" disabled={!changed} onClick={() => setRules(kept.rules)}>
          Discard changes
        </Button>
      </Box>
    </Box>
  )
}

function RuleBox({
  name,
  onName,
  onRemove,
  children,
}: {
  name: string
  onName: (name: string) => void
  onRemove: () => void
  children: ReactNode
}) {
  return (
    <Box
      role="group"
      aria-label={name}
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: 1.5,
        alignItems: 'flex-start',
        p: 1.5,
        border: '1px solid',
        borderColor: 'divider',
        borderRadius: 2.5,
        bgcolor: 'background.paper',
      }}
    >
      <TextField
        label="Name of the rule"
        value={name}
        onChange={(event) => onName(event.target.value)}
        sx={{ flex: '1 1 180px', minWidth: 0 }}
      />
      {children}
      <IconButton aria-label={`Remove the rule ${name}`} onClick={onRemove}>
        <DeleteOutlineRounded fontSize="small" />
      </IconButton>
    </Box>
  )
}

function WhoField({
  rule,
  who,
  groups,
  people,
  onChange,
}: {
  rule: string
  who: Who
  groups: readonly Group[]
  people: readonly Person[]
  onChange: (who: Who) => void
}) {
  return (
    <>
      <TextField
        select
        label="Who"
        value={keyOf(who)}
        onChange={(event) => onChange(whoOf(event.target.value))}
        slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Who, of ${rule}` } } }}
        sx={{ flex: '1 1 170px', minWidth: 0 }}
      >
        <MenuItem value="everyone">Everyone</MenuItem>
        <MenuItem value="role:admin">Admins</MenuItem>
        <MenuItem value="role:analyst">Analysts</MenuItem>
        <MenuItem value="role:viewer">Viewers</MenuItem>
        {groups.map((group) => (
          <MenuItem key={group.id} value={`group:${group.id}`}>
            Group {group.name}
          </MenuItem>
        ))}
        {people.map((person) => (
          <MenuItem key={person.id} value={`member:${person.id}`}>
            {person.name}
          </MenuItem>
        ))}
        <MenuItem value="attribute">Who has an attribute</MenuItem>
      </TextField>
      {who.kind === 'attribute' && (
        <>
          <TextField
            label="Attribute"
            value={who.name}
            onChange={(event) => onChange({ ...who, name: event.target.value })}
            sx={{ width: 130 }}
          />
          <TextField
            label="Values, or any"
            value={(who.values ?? []).join(', ')}
            onChange={(event) => onChange({ ...who, values: readValues(event.target.value, 'in') })}
            sx={{ width: 160 }}
          />
        </>
      )}
    </>
  )
}

function ConditionFields({
  rule,
  columns,
  onChange,
}: {
  rule: RowRule
  columns: Rules['columns']
  onChange: (condition: RowRule['condition']) => void
}) {
  const group = rule.condition ?? null
  const items = group?.items ?? []
  const plain = items.filter((item): item is Condition => item.kind === 'condition')
  if (plain.length < items.length) {
    return (
      <Typography variant="body2" color="textSecondary">
        This condition has nested groups; it is changed through the API.
      </Typography>
    )
  }
  const set = (next: Condition[]) =>
    onChange(next.length === 0 ? null : { kind: 'group', op: group?.op ?? 'and', items: next })
  const setOne = (at: number, condition: Condition) =>
    set(plain.map((one, index) => (index === at ? condition : one)))
  return (
    <Box
      sx={{ flex: '1 1 100%', minWidth: 0, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1 }}
    >
      {plain.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          All rows.
        </Typography>
      )}
      {plain.map((condition, at) => (
        <Box
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other identity than their place
          key={at}
          sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}
        >
          <TextField
            select
            label="Column"
            value={condition.column}
            onChange={(event) => setOne(at, { ...condition, column: event.target.value })}
            sx={{ flex: '1 1 140px', minWidth: 0 }}
          >
            {columns.map((column) => (
              <MenuItem key={column.id} value={column.id}>
                {column.name}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            select
            label="Comparison"
            value={condition.op}
            onChange={(event) => {
              const op = event.target.value as Condition['op']
              setOne(at, { ...condition, op, values: readValues(written(condition.values), op) })
            }}
            sx={{ flex: '1 1 120px', minWidth: 0 }}
          >
            {operators.map((one) => (
              <MenuItem key={one.value} value={one.value}>
                {one.label}
              </MenuItem>
            ))}
          </TextField>
          {takes(condition.op) !== 'none' && (
            <TextField
              label={takes(condition.op) === 'many' ? 'Values, parted by commas' : 'Value'}
              helperText="{member.region} is the attribute of who looks"
              value={written(condition.values)}
              onChange={(event) =>
                setOne(at, {
                  ...condition,
                  values:
                    takes(condition.op) === 'many' ? event.target.value.split(', ') : [event.target.value],
                })
              }
              sx={{ flex: '2 1 200px', minWidth: 0 }}
            />
          )}
          <IconButton
            aria-label={`Remove condition ${at + 1} of ${rule.name}`}
            onClick={() => set(plain.filter((_, index) => index !== at))}
          >
            <DeleteOutlineRounded fontSize="small" />
          </IconButton>
        </Box>
      ))}
      <Box>
        <Button
          size="small"
          onClick={() =>
            set([
              ...plain,
              { kind: 'condition', column: columns[0]?.id ?? 'c1', op: 'eq', values: [''] } as Condition,
            ])
          }
        >
          {plain.length === 0 ? 'Only some rows' : 'And another condition'}
        </Button>
      </Box>
    </Box>
  )
}
