'use client'

import DeleteOutlineRounded from '@mui/icons-material/DeleteOutlineRounded'
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { toProblem } from '@/lib/problem'
import { Button, IconButton } from '@/ui/Button'
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
  type ConditionGroup,
  emptyGroup,
  keyOf,
  MOST_DEPTH,
  MOST_WHO,
  maskOf,
  masks,
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
            <WhoList
              rule={rule.name}
              who={rule.who}
              groups={groups}
              people={people}
              onChange={(who) => setRow(at, { ...rule, who })}
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
            : 'A column that a rule names is shown to those alone whom such a rule names, as it is or masked.'}
        </Typography>
        {rules.columns.map((rule, at) => (
          <RuleBox
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no other identity than their place
            key={at}
            name={rule.name}
            onName={(name) => setColumn(at, { ...rule, name })}
            onRemove={() => setRules({ ...rules, columns: rules.columns.filter((_, index) => index !== at) })}
          >
            <WhoList
              rule={rule.name}
              who={rule.who}
              groups={groups}
              people={people}
              onChange={(who) => setColumn(at, { ...rule, who })}
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
              sx={{ maxWidth: 420 }}
            >
              {kept.columns.map((column) => (
                <MenuItem key={column.id} value={column.id}>
                  {column.name}
                </MenuItem>
              ))}
            </TextField>
            <TextField
              select
              label="Shown"
              value={rule.mask ?? 'plain'}
              onChange={(event) => setColumn(at, { ...rule, mask: maskOf(event.target.value) })}
              sx={{ maxWidth: 420, '& .MuiSelect-select': { whiteSpace: 'normal !important' } }}
            >
              {masks.map((one) => (
                <MenuItem key={one.value} value={one.value}>
                  {one.label}
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
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr)',
        gap: 1.5,
        p: 1.5,
        border: '1px solid',
        borderColor: 'divider',
        borderRadius: 2.5,
        bgcolor: 'background.paper',
      }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <TextField
          label="Name of the rule"
          value={name}
          onChange={(event) => onName(event.target.value)}
          sx={{ maxWidth: 420 }}
        />
        <Box sx={{ flex: 1 }} />
        <Remove label={`the rule ${name}`} onClick={onRemove} />
      </Box>
      {children}
    </Box>
  )
}

/** Whom a rule names: any of these. */
function WhoList({
  rule,
  who,
  groups,
  people,
  onChange,
}: {
  rule: string
  who: readonly Who[]
  groups: readonly Group[]
  people: readonly Person[]
  onChange: (who: Who[]) => void
}) {
  return (
    <Box
      role="group"
      aria-label={`Who, of ${rule}`}
      sx={{ maxWidth: 720, minWidth: 0, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1 }}
    >
      {who.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity than their place
        <Box key={at} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
          <WhoField
            label={at === 0 ? 'Who' : `Or who, ${at + 1}`}
            who={one}
            groups={groups}
            people={people}
            onChange={(next) => onChange(who.map((each, place) => (place === at ? next : each)))}
          />
          {who.length > 1 && (
            <Remove
              label={`who ${at + 1} of ${rule}`}
              onClick={() => onChange(who.filter((_, place) => place !== at))}
            />
          )}
        </Box>
      ))}
      <Box>
        <Button
          disabled={who.length >= MOST_WHO}
          onClick={() => onChange([...who, { kind: 'role', role: 'admin' }])}
        >
          Or somebody else
        </Button>
      </Box>
    </Box>
  )
}

function WhoField({
  label,
  who,
  groups,
  people,
  onChange,
}: {
  label: string
  who: Who
  groups: readonly Group[]
  people: readonly Person[]
  onChange: (who: Who) => void
}) {
  const key = keyOf(who)
  const gone =
    (who.kind === 'group' && !groups.some((group) => group.id === who.group_id)) ||
    (who.kind === 'member' && !people.some((person) => person.id === who.user_id))
  return (
    <>
      <TextField
        select
        label={label}
        value={key}
        onChange={(event) => onChange(whoOf(event.target.value))}
        sx={{ flex: '1 1 170px', minWidth: 0 }}
      >
        {gone && <MenuItem value={key}>Somebody who is gone</MenuItem>}
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
            sx={{ flex: '1 1 110px', minWidth: 0 }}
          />
          <ValuesField
            label="Values, or any"
            values={who.values ?? []}
            onChange={(values) => onChange({ ...who, values })}
          />
        </>
      )}
    </>
  )
}

/** Several values in one line of text, parted by commas. The text stays as it is typed. */
function ValuesField({
  label,
  helper,
  values,
  onChange,
}: {
  label: string
  helper?: string
  values: Condition['values']
  onChange: (values: string[]) => void
}) {
  const [text, setText] = useState(written(values))
  return (
    <TextField
      label={label}
      helperText={helper}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        onChange(readValues(event.target.value, 'in'))
      }}
      sx={{ flex: '2 1 160px', minWidth: 0 }}
    />
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
  const group = rule.condition ?? emptyGroup
  return (
    <Box
      sx={{ flex: '1 1 100%', minWidth: 0, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1 }}
    >
      {group.items.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          All rows.
        </Typography>
      )}
      <GroupFields
        name={`of ${rule.name}`}
        group={group}
        columns={columns}
        onChange={(next) => onChange(next.items.length === 0 ? null : next)}
      />
    </Box>
  )
}

/** Conditions of which all or any must hold, and groups of such inside. */
function GroupFields({
  name,
  group,
  columns,
  depth = 1,
  onChange,
}: {
  /** What tells its parts from those of others. */
  name: string
  group: ConditionGroup
  columns: Rules['columns']
  depth?: number
  onChange: (group: ConditionGroup) => void
}) {
  const set = (items: ConditionGroup['items']) => onChange({ ...group, items })
  const setOne = (at: number, item: ConditionGroup['items'][number]) =>
    set(group.items.map((one, index) => (index === at ? item : one)))
  const first = {
    kind: 'condition',
    column: columns[0]?.id ?? 'c1',
    op: 'eq',
    values: [''],
  } as Condition
  return (
    <>
      {group.items.length > 1 && (
        <TextField
          select
          label="Rows where"
          value={group.op}
          onChange={(event) => onChange({ ...group, op: event.target.value as ConditionGroup['op'] })}
          sx={{ maxWidth: 260 }}
        >
          <MenuItem value="and">all of these hold</MenuItem>
          <MenuItem value="or">any of these holds</MenuItem>
        </TextField>
      )}
      {group.items.map((item, at) => {
        const label = `${at + 1} ${name}`
        const remove = () => set(group.items.filter((_, index) => index !== at))
        return item.kind === 'group' ? (
          <Box
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other identity than their place
            key={`group-${at}`}
            role="group"
            aria-label={`Group ${label}`}
            sx={{ display: 'flex', gap: 1, pl: 1.25, borderLeft: '3px solid', borderColor: 'divider' }}
          >
            <Box
              sx={{ flex: 1, minWidth: 0, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1 }}
            >
              <GroupFields
                name={`in group ${label}`}
                group={item}
                columns={columns}
                depth={depth + 1}
                onChange={(next) => setOne(at, next)}
              />
            </Box>
            <Box>
              <Remove label={`condition ${label}`} onClick={remove} />
            </Box>
          </Box>
        ) : (
          <Box
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other identity than their place
            key={at}
            sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}
          >
            <ConditionLine condition={item} columns={columns} onChange={(next) => setOne(at, next)} />
            <Remove label={`condition ${label}`} onClick={remove} />
          </Box>
        )
      })}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button onClick={() => set([...group.items, first])}>
          {group.items.length === 0 ? 'Only some rows' : 'Another condition'}
        </Button>
        {group.items.length > 0 && depth < MOST_DEPTH && (
          <Button
            onClick={() =>
              set([...group.items, { kind: 'group', op: group.op === 'and' ? 'or' : 'and', items: [first] }])
            }
          >
            A group of conditions
          </Button>
        )}
      </Box>
    </>
  )
}

const Remove = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <IconButton aria-label={`Remove ${label}`} onClick={onClick}>
    <DeleteOutlineRounded fontSize="small" />
  </IconButton>
)

function ConditionLine({
  condition,
  columns,
  onChange,
}: {
  condition: Condition
  columns: Rules['columns']
  onChange: (condition: Condition) => void
}) {
  const helper = '{member.region} is the attribute of who looks'
  return (
    <>
      <TextField
        select
        label="Column"
        value={condition.column}
        onChange={(event) => onChange({ ...condition, column: event.target.value })}
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
          onChange({ ...condition, op, values: readValues(written(condition.values), op) })
        }}
        sx={{ flex: '1 1 120px', minWidth: 0 }}
      >
        {operators.map((one) => (
          <MenuItem key={one.value} value={one.value}>
            {one.label}
          </MenuItem>
        ))}
      </TextField>
      {takes(condition.op) === 'many' ? (
        <ValuesField
          label="Values, parted by commas"
          helper={helper}
          values={condition.values}
          onChange={(values) => onChange({ ...condition, values })}
        />
      ) : (
        takes(condition.op) === 'one' && (
          <TextField
            label="Value"
            helperText={helper}
            value={written(condition.values)}
            onChange={(event) => onChange({ ...condition, values: [event.target.value] })}
            sx={{ flex: '2 1 200px', minWidth: 0 }}
          />
        )
      )}
    </>
  )
}
