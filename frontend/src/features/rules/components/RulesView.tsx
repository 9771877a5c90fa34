'use client'

import RuleRounded from '@mui/icons-material/RuleRounded'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import type { DatasetDetail } from '@/api/types'
import { countOf, formatAgo, formatMoment } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { ActionMenu } from '@/ui/ActionMenu'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import {
  addRule,
  type Contract,
  changeRule,
  deleteRule,
  exportRules,
  flagOf,
  type Rule,
  type RuleIn,
  restoreRules,
  ruleQueries,
} from '../api'
import { actions, draftOf, emptyRule, foundWords, inWords, severities } from '../model'
import { ImportDialog } from './ImportDialog'
import { type ConditionPieces, type Person, Pick, RuleEditor } from './RuleEditor'

/** The rules of a dataset: what they look for, what they find now, and what a load does about them. */
export function RulesView({
  dataset,
  pieces,
  people,
}: {
  dataset: DatasetDetail
  pieces: ConditionPieces
  /** Who may own a rule. */
  people: readonly Person[]
}) {
  const { data, error, refetch } = useQuery(ruleQueries.list(dataset.id))
  const [editing, setEditing] = useState<string | null>(null)
  const [looking, setLooking] = useState(false)
  const [importing, setImporting] = useState<{ name: string; document: Record<string, unknown> } | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const queries = useQueryClient()
  const notify = useNotify()
  const mayEdit = useMay('datasets.edit')

  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading the rules" rows={3} />
  const { items, number } = data
  const edited = items.find((rule) => rule.id === editing)

  const refresh = () => queries.invalidateQueries({ queryKey: ['rules'] })
  const done = async (work: Promise<unknown>, said: string) => {
    try {
      await work
      notify(said)
    } catch (problem) {
      notify(toProblem(problem).message)
    }
    await refresh()
  }
  const save = async (rule: RuleIn) => {
    await (edited ? changeRule(edited.id, number, rule) : addRule(dataset.id, number, rule))
    setEditing(null)
    await refresh()
  }
  const takeFile = async (chosen: File) => {
    try {
      setImporting({
        name: chosen.name,
        document: JSON.parse(await chosen.text()) as Record<string, unknown>,
      })
    } catch {
      notify('This file is no JSON.')
    }
  }
  const giveFile = async () => {
    try {
      const address = URL.createObjectURL(
        new Blob([await exportRules(dataset.id)], { type: 'application/json' }),
      )
      const link = document.createElement('a')
      link.href = address
      link.download = `${dataset.name} – rules.json`
      link.click()
      URL.revokeObjectURL(address)
    } catch (problem) {
      notify(toProblem(problem).message)
    }
  }

  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
        <Typography variant="body2" color="textSecondary" sx={{ flex: '1 1 260px', textWrap: 'pretty' }}>
          A rule says what should be looked at. It can guard every file that is loaded, and mark what it
          finds.
        </Typography>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          hidden
          aria-hidden
          tabIndex={-1}
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            event.target.value = ''
            if (chosen) void takeFile(chosen)
          }}
        />
        <ActionMenu
          label="Actions on all rules"
          actions={[
            ...(mayEdit ? [{ label: 'Import rules …', run: () => file.current?.click() }] : []),
            ...(items.length > 0 ? [{ label: 'Export rules', run: () => void giveFile() }] : []),
            { label: looking ? 'Hide the history' : 'Show the history', run: () => setLooking(!looking) },
          ]}
        />
        {mayEdit && editing === null && (
          <Button variant="contained" onClick={() => setEditing('new')}>
            New rule
          </Button>
        )}
      </Box>
      {importing && (
        <ImportDialog
          dataset={dataset.id}
          number={number}
          file={importing}
          onClose={() => setImporting(null)}
          onDone={(after) => {
            setImporting(null)
            notify(`The dataset has ${countOf(after.items.length, 'rule')} now.`)
            void refresh()
          }}
        />
      )}
      {editing !== null && (edited || editing === 'new') && (
        <RuleEditor
          key={editing}
          dataset={dataset}
          rule={edited ? draftOf(edited) : emptyRule()}
          isNew={!edited}
          pieces={pieces}
          people={ownersWith(people, edited)}
          onSave={save}
          onClose={() => setEditing(null)}
        />
      )}
      {items.length === 0 && editing === null && (
        <EmptyState
          title="No rules yet"
          icon={<RuleRounded fontSize="large" />}
          action={
            mayEdit && (
              <Button variant="outlined" onClick={() => setEditing('new')}>
                Write the first rule
              </Button>
            )
          }
        >
          For instance: an amount is never negative; every order has a customer; sales of a region do not fall
          by more than 10 % against last year.
        </EmptyState>
      )}
      {items.length > 0 && (
        <Box
          component="ul"
          aria-label="Rules"
          sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}
        >
          {items.map((rule) => (
            <li key={rule.id}>
              <RuleCard
                rule={rule}
                dataset={dataset}
                pieces={pieces}
                mayEdit={mayEdit}
                onEdit={() => setEditing(rule.id)}
                onDelete={() =>
                  void done(deleteRule(rule.id, number), `“${rule.name}” is gone. The history has it.`)
                }
                onChange={(part, said) =>
                  void done(changeRule(rule.id, number, { ...draftOf(rule), ...part }), said)
                }
              />
            </li>
          ))}
        </Box>
      )}
      {looking && (
        <History
          dataset={dataset}
          mayEdit={mayEdit}
          onRestore={(to) =>
            void done(restoreRules(dataset.id, number, to), `The rules are those of state ${to} again.`)
          }
        />
      )}
    </Box>
  )
}

/** Whoever owns the rule now stays a choice, also for those who do not see the members. */
const ownersWith = (people: readonly Person[], rule: Rule | undefined): readonly Person[] =>
  rule?.owner && !people.some((one) => one.id === rule.owner)
    ? [...people, { id: rule.owner, name: rule.owner_name ?? 'Somebody who has left' }]
    : people

const tones = { info: 'default', warning: 'warning', error: 'error' } as const

function RuleCard({
  rule,
  dataset,
  pieces,
  mayEdit,
  onEdit,
  onDelete,
  onChange,
}: {
  rule: Rule
  dataset: DatasetDetail
  pieces: ConditionPieces
  mayEdit: boolean
  onEdit: () => void
  onDelete: () => void
  onChange: (part: Partial<RuleIn>, said: string) => void
}) {
  const { name: _, ...rest } = draftOf(rule)
  const asked: RuleIn = { ...rest, name: rule.name, contract: null, owner: null, enabled: true }
  const { data, error } = useQuery({
    ...ruleQueries.evaluation(dataset.id, dataset.current_version_id, asked),
    enabled: rule.enabled && rule.problem === null,
  })
  const router = useRouter()
  const notify = useNotify()
  const ask = async () => {
    try {
      router.push(pieces.ask(dataset.id, await flagOf(rule.id)))
    } catch (problem) {
      notify(toProblem(problem).message)
    }
  }
  const check = rule.check as RuleIn['check']
  const asking =
    check.kind === 'row'
      ? [
          {
            label: 'Show the rows',
            run: () =>
              router.push(
                pieces.ask(dataset.id, { formulas: check.formulas ?? [], filter: check.condition }),
              ),
          },
          { label: 'Ask with it as a column', run: () => void ask() },
        ]
      : []
  const severity = severities.find((one) => one.value === rule.severity)?.label ?? rule.severity
  const choices = actions.filter((one) => !one.rows || rule.check.kind === 'row')
  return (
    <Card
      component="article"
      aria-label={rule.name}
      sx={{
        p: 2,
        display: 'grid',
        gap: 1,
        gridTemplateColumns: 'minmax(0, 1fr)',
        opacity: rule.enabled ? 1 : 0.75,
      }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography component="h3" variant="subtitle1" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
          {rule.name}
        </Typography>
        <Chip size="small" label={severity} color={tones[rule.severity]} variant="outlined" />
        {!rule.enabled && <Chip size="small" label="Switched off" />}
        <Box sx={{ flex: 1 }} />
        {mayEdit && (
          <Button aria-label={`Change ${rule.name}`} onClick={onEdit}>
            Change
          </Button>
        )}
        {(mayEdit || asking.length > 0) && (
          <ActionMenu
            label={`Actions on ${rule.name}`}
            actions={[
              ...asking,
              ...(!mayEdit
                ? []
                : [
                    {
                      label: rule.enabled ? 'Switch off' : 'Switch on',
                      run: () =>
                        onChange(
                          { enabled: !rule.enabled },
                          `“${rule.name}” is switched ${rule.enabled ? 'off' : 'on'}.`,
                        ),
                    },
                    { label: 'Remove', danger: true, run: onDelete },
                  ]),
            ]}
          />
        )}
      </Box>
      <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
        {inWords(rule.check as RuleIn['check'], dataset.schema)}
        {rule.owner_name && ` · ${rule.owner_name}`}
      </Typography>
      {rule.problem && <Alert severity="warning">Cannot be checked: {rule.problem}</Alert>}
      {rule.unknown.length > 0 && (
        <Alert severity="info">
          Nothing fills {rule.unknown.map((word) => `{${word}}`).join(', ')} in its message; it is shown as it
          stands.
        </Alert>
      )}
      {error && <Alert severity="error">{toProblem(error).message}</Alert>}
      <Box
        sx={{
          display: 'flex',
          gap: 2,
          flexWrap: 'wrap',
          alignItems: 'center',
          justifyContent: 'space-between',
        }}
      >
        <Typography variant="body2" sx={{ fontWeight: data?.state === 'fired' ? 600 : 400, minWidth: 0 }}>
          {data
            ? foundWords(data, rule.check.kind)
            : rule.enabled && !rule.problem && !error
              ? 'Looking …'
              : ''}
        </Typography>
        {mayEdit ? (
          <Box sx={{ flex: '0 1 340px', minWidth: 0 }}>
            <Pick
              label={`When a file is loaded: ${rule.name}`}
              value={rule.contract?.action ?? 'none'}
              options={choices}
              onChange={(action) =>
                onChange(
                  {
                    contract:
                      action === 'none'
                        ? null
                        : ({
                            action,
                            tolerance: action === 'refuse' ? (rule.contract?.tolerance ?? 0) : 0,
                          } as Contract),
                  },
                  action === 'none'
                    ? `“${rule.name}” is no part of the contract.`
                    : `“${rule.name}” is part of the contract.`,
                )
              }
            />
          </Box>
        ) : (
          <Typography variant="body2" color="textSecondary">
            {choices.find((one) => one.value === (rule.contract?.action ?? 'none'))?.label}
          </Typography>
        )}
      </Box>
    </Card>
  )
}

function History({
  dataset,
  mayEdit,
  onRestore,
}: {
  dataset: DatasetDetail
  mayEdit: boolean
  onRestore: (to: number) => void
}) {
  const { data, error, refetch } = useQuery(ruleQueries.history(dataset.id))
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading the history" rows={2} />
  return (
    <section aria-label="History of the rules">
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        What was done to the rules
      </Typography>
      {data.items.length === 0 ? (
        <Typography color="textSecondary">Nothing yet.</Typography>
      ) : (
        <Card component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {data.items.map((state) => (
            <Box
              component="li"
              key={state.number}
              sx={{
                display: 'flex',
                gap: 2,
                alignItems: 'center',
                px: 2,
                py: 1,
                minHeight: 52,
                '& + &': { borderTop: '1px solid', borderColor: 'divider' },
              }}
            >
              <Box sx={{ flex: 1, minWidth: 0 }}>
                <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
                  {state.said}
                </Typography>
                <Typography variant="caption" color="textSecondary">
                  State {state.number} · {countOf(state.rule_count, 'rule')} ·{' '}
                  {state.created_by ?? 'Somebody who has left'},{' '}
                  <time dateTime={state.created_at} title={formatMoment(state.created_at)}>
                    {formatAgo(state.created_at)}
                  </time>
                </Typography>
              </Box>
              {mayEdit && !state.is_current && (
                <Button
                  aria-label={`Go back to state ${state.number}`}
                  onClick={() => onRestore(state.number)}
                >
                  Go back
                </Button>
              )}
            </Box>
          ))}
        </Card>
      )}
    </section>
  )
}
