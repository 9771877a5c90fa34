'use client'

import CloseRounded from '@mui/icons-material/CloseRounded'
import Alert from '@mui/material/Alert'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormGroup from '@mui/material/FormGroup'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DashboardDetail, FilterValue } from '@/api/types'
import { formatAgo, formatMoment } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { Button, IconButton } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { Tabs } from '@/ui/Tabs'
import {
  allowLinks,
  createShare,
  type Named,
  renewShare,
  revokeShare,
  type Share,
  type ShareMade,
  shareWith,
  sharingQueries,
} from '../sharing'

const ways = [
  { value: 'inside', label: 'Workspace' },
  { value: 'link', label: 'Public link' },
  { value: 'embed', label: 'Frame' },
] as const

interface Props {
  dashboard: DashboardDetail
  /** What the filters are set to now: what a link keeps. */
  values: Record<string, FilterValue | null>
  open: boolean
  onClose: () => void
  onShared: (dashboard: DashboardDetail) => void
}

/** Whom a dashboard is shown to: people of the workspace, whoever has a link, and other sites. */
export function ShareDialog(props: Props) {
  const { dashboard, open, onClose } = props
  const mayShare = useMay('shares.create')
  const [tab, setTab] = useState<(typeof ways)[number]['value']>('inside')
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="share-title">
      <DialogTitle id="share-title">Share “{dashboard.title}”</DialogTitle>
      <DialogContent>
        <Tabs
          label="Ways to share"
          tabs={mayShare ? ways : ways.slice(0, 1)}
          value={tab}
          onChange={setTab}
          sx={{ mb: 2 }}
        />
        {tab === 'inside' ? <Inside {...props} /> : <Outside key={tab} kind={tab} {...props} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  )
}

interface Choice {
  label: string
  kind: string
  who: Named['who']
}

const keyOf = (who: Named['who']): string =>
  who.kind === 'role' ? who.role : who.kind === 'group' ? who.group_id : who.user_id

function Inside({ dashboard, onShared }: Props) {
  const notify = useNotify()
  const { data, error, refetch } = useQuery(sharingQueries.people())
  const [busy, setBusy] = useState(false)
  if (!dashboard.may_lock) {
    return (
      <Typography variant="body2">
        {dashboard.restricted
          ? 'This dashboard is shared with some of the workspace. Who made it, or an admin, decides with whom.'
          : 'Everybody in the workspace sees this dashboard. Who made it, or an admin, can change that.'}
      </Typography>
    )
  }
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading people" rows={3} />
  const choices: Choice[] = [
    { label: 'All viewers', kind: 'Roles', who: { kind: 'role', role: 'viewer' } },
    { label: 'All analysts', kind: 'Roles', who: { kind: 'role', role: 'analyst' } },
    ...data.groups.map(
      (one): Choice => ({ label: one.name, kind: 'Groups', who: { kind: 'group', group_id: one.id } }),
    ),
    ...data.members.map(
      (one): Choice => ({ label: one.name, kind: 'Members', who: { kind: 'member', user_id: one.id } }),
    ),
  ]
  const audience = dashboard.audience as Named[] | null
  const nameOf = (who: Named['who']): string =>
    choices.find((one) => keyOf(one.who) === keyOf(who))?.label ?? 'Somebody who is gone'
  const put = async (next: Named[] | null) => {
    setBusy(true)
    try {
      onShared(await shareWith(dashboard.id, next))
    } catch (problem) {
      notify(toProblem(problem).message)
    } finally {
      setBusy(false)
    }
  }
  const left = choices.filter((one) => !audience?.some((named) => keyOf(named.who) === keyOf(one.who)))
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <TextField
        select
        size="small"
        label="Who sees it"
        value={audience === null ? 'all' : 'some'}
        disabled={busy}
        onChange={(event) => void put(event.target.value === 'all' ? null : [])}
        sx={{ mt: 1 }}
      >
        <MenuItem value="all">Everybody in the workspace</MenuItem>
        <MenuItem value="some">Only who is named here</MenuItem>
      </TextField>
      {audience !== null && (
        <>
          <Box
            component="ul"
            aria-label="Shared with"
            sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}
          >
            <li>
              <Typography variant="body2" color="textSecondary">
                Who made it and admins
              </Typography>
            </li>
            {audience.map((named) => {
              const name = nameOf(named.who)
              const rest = audience.filter((one) => one !== named)
              return (
                <Box
                  component="li"
                  key={keyOf(named.who)}
                  sx={{ display: 'flex', gap: 1, alignItems: 'center' }}
                >
                  <Typography variant="body2" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
                    {name}
                  </Typography>
                  <TextField
                    select
                    size="small"
                    value={named.may}
                    disabled={busy}
                    sx={{ width: 150, flex: 'none' }}
                    onChange={(event) =>
                      void put(
                        audience.map((one) =>
                          one === named ? { ...named, may: event.target.value as Named['may'] } : one,
                        ),
                      )
                    }
                    slotProps={{ select: { SelectDisplayProps: { 'aria-label': `What ${name} may do` } } }}
                  >
                    <MenuItem value="view">may look</MenuItem>
                    <MenuItem value="edit">may change</MenuItem>
                  </TextField>
                  <IconButton
                    aria-label={`Stop sharing with ${name}`}
                    disabled={busy}
                    onClick={() => void put(rest)}
                  >
                    <CloseRounded fontSize="small" />
                  </IconButton>
                </Box>
              )
            })}
          </Box>
          <Autocomplete
            size="small"
            options={left}
            groupBy={(one) => one.kind}
            value={null}
            blurOnSelect
            clearOnBlur
            disabled={busy}
            getOptionKey={(one) => keyOf(one.who)}
            onChange={(_, chosen) => chosen && void put([...audience, { who: chosen.who, may: 'view' }])}
            renderInput={(params) => <TextField {...params} label="Add a role, group or member" />}
          />
        </>
      )}
      <Typography variant="caption" color="textSecondary">
        Everybody sees the rows and columns that rules of access let them see, whoever shares the dashboard.
      </Typography>
    </Box>
  )
}

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

function Outside({ kind, dashboard, values }: Props & { kind: 'link' | 'embed' }) {
  const notify = useNotify()
  const queries = useQueryClient()
  const mayManage = useMay('shares.manage')
  const { data, error, refetch } = useQuery(sharingQueries.shares(dashboard.id))
  const [made, setMade] = useState<ShareMade | null>(null)
  const again = () => queries.invalidateQueries({ queryKey: ['sharing'] })
  const trying = (work: Promise<unknown>, words?: string) =>
    work
      .then(() => {
        if (words) notify(words)
        return again()
      })
      .catch((problem) => notify(toProblem(problem).message))
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading links" rows={3} />
  const items = data.items.filter((one) => one.kind === kind)
  if (!data.public_links) {
    return (
      <Alert
        severity="info"
        action={
          mayManage ? (
            <Button color="inherit" onClick={() => void trying(allowLinks(true), 'Public links are on.')}>
              Turn on
            </Button>
          ) : undefined
        }
      >
        Public links and frames are off in this workspace.
        {mayManage ? '' : ' An admin can turn them on.'}
      </Alert>
    )
  }
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {made && <Made made={made} />}
      {items.length > 0 && (
        <Box
          component="ul"
          aria-label={kind === 'link' ? 'Links' : 'Frames'}
          sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}
        >
          {items.map((share) => (
            <li key={share.id}>
              <Existing
                share={share}
                newest={dashboard.version}
                onRenew={() => void trying(renewShare(share.id), 'It shows the dashboard as it is now.')}
                onRevoke={() =>
                  void trying(revokeShare(share.id), 'Taken back. The address shows nothing any more.')
                }
              />
            </li>
          ))}
        </Box>
      )}
      <NewShare
        kind={kind}
        dashboard={dashboard}
        values={values}
        onMade={(next) => {
          setMade(next)
          void again()
        }}
      />
      {mayManage && (
        <Button
          color="error"
          sx={{ justifySelf: 'start' }}
          onClick={() =>
            void trying(allowLinks(false), 'All public links and frames of the workspace are off.')
          }
        >
          Turn off all links of the workspace
        </Button>
      )}
    </Box>
  )
}

function Made({ made }: { made: ShareMade }) {
  const notify = useNotify()
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => notify('Copied.'),
      () => notify('It could not be copied. Select it and copy it by hand.'),
    )
  const fields = [
    {
      label:
        made.kind === 'link' ? 'Address, shown this once' : 'Address of the frame, to which ?token= is added',
      text: made.url,
    },
    ...(made.key
      ? [{ label: 'Key to sign tokens with (HS256). Keep it on your server', text: made.key }]
      : []),
  ]
  return (
    <Alert severity="success" icon={false} sx={{ '& .MuiAlert-message': { width: '100%' } }}>
      <Box sx={{ display: 'grid', gap: 1.5, mt: 0.5 }}>
        {fields.map((one) => (
          <Box key={one.label} sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
            <TextField
              fullWidth
              size="small"
              label={one.label}
              value={one.text}
              slotProps={{ htmlInput: { readOnly: true } }}
              onFocus={(event) => event.target.select()}
            />
            <Button aria-label={`Copy: ${one.label}`} onClick={() => void copy(one.text)}>
              Copy
            </Button>
          </Box>
        ))}
        {made.key && (
          <Typography variant="caption">
            A token’s claims: aud {made.id}, exp at most a day ahead, and filters to lock, such as{' '}
            {'{"p1": {"op": "in", "values": ["North"]}}'}.
          </Typography>
        )}
      </Box>
    </Alert>
  )
}

function Existing({
  share,
  newest,
  onRenew,
  onRevoke,
}: {
  share: Share
  newest: number
  onRenew: () => void
  onRevoke: () => void
}) {
  const name = share.description || share.origins.join(', ') || `Made ${formatMoment(share.created_at)}`
  const facts = [
    share.is_over ? 'over' : share.ends_at ? `until ${formatMoment(share.ends_at)}` : 'no end',
    share.has_password ? 'password' : '',
    share.indexed ? 'in search engines' : '',
    `${share.view_count} ${share.view_count === 1 ? 'view' : 'views'}`,
    share.viewed_at ? `last ${formatAgo(share.viewed_at)}` : '',
    share.mine ? '' : `by ${share.by}`,
  ]
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
      <Box sx={{ flex: 1, minWidth: 180 }}>
        <Typography variant="body2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
          {name}
        </Typography>
        <Typography variant="caption" color="textSecondary">
          {facts.filter(Boolean).join(' · ')}
        </Typography>
      </Box>
      {share.dashboard_version < newest && (
        <Button aria-label={`Show the newest: ${name}`} onClick={onRenew}>
          Show the newest
        </Button>
      )}
      <Button color="error" aria-label={`Take back: ${name}`} onClick={onRevoke}>
        Take back
      </Button>
    </Box>
  )
}

function NewShare({
  kind,
  dashboard,
  values,
  onMade,
}: {
  kind: 'link' | 'embed'
  dashboard: DashboardDetail
  values: Record<string, FilterValue | null>
  onMade: (made: ShareMade) => void
}) {
  const [description, setDescription] = useState('')
  const [days, setDays] = useState(30)
  const [password, setPassword] = useState('')
  const [indexed, setIndexed] = useState(false)
  const [opened, setOpened] = useState<string[]>([])
  const [origins, setOrigins] = useState('')
  const [problem, setProblem] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const { filters } = dashboard.content
  const make = async () => {
    setBusy(true)
    try {
      onMade(
        await createShare(dashboard.id, {
          kind,
          description: description.trim(),
          values: values as never,
          open_filters: opened,
          ends_at: days > 0 ? day(days) : null,
          password: kind === 'link' && password ? password : null,
          indexed: kind === 'link' && indexed && !password,
          origins: kind === 'embed' ? origins.split(/[\s,]+/).filter(Boolean) : [],
        }),
      )
      setProblem(null)
      setPassword('')
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Box
      component="form"
      aria-label="New"
      sx={{ display: 'grid', gap: 2 }}
      onSubmit={(event) => event.preventDefault()}
    >
      <Typography variant="body2" color="textSecondary">
        {kind === 'link'
          ? 'Whoever has the address sees this dashboard as it is now, over the newest data, with the rows that you may see.'
          : 'Another site shows this dashboard in a frame. Its server signs a token for each visitor.'}
      </Typography>
      {problem !== null && <ErrorNotice dense error={problem} />}
      {kind === 'embed' && (
        <TextField
          size="small"
          required
          label="Sites that may hold the frame"
          placeholder="https://www.example.com"
          value={origins}
          onChange={(event) => setOrigins(event.target.value)}
        />
      )}
      <TextField
        size="small"
        label="Description, for messengers and search engines"
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 300 } }}
      />
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap' }}>
        <TextField
          select
          size="small"
          label="Ends"
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
          sx={{ minWidth: 150 }}
        >
          <MenuItem value={1}>in a day</MenuItem>
          <MenuItem value={7}>in a week</MenuItem>
          <MenuItem value={30}>in 30 days</MenuItem>
          <MenuItem value={365}>in a year</MenuItem>
          <MenuItem value={0}>never</MenuItem>
        </TextField>
        {kind === 'link' && (
          <TextField
            size="small"
            type="password"
            label="Password, if wanted"
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            helperText="At least 10 characters"
            sx={{ flex: 1, minWidth: 200 }}
          />
        )}
      </Box>
      {filters.length > 0 && (
        <FormGroup role="group" aria-label="Filters that visitors may set">
          <Typography variant="body2">
            Visitors may set these filters; all others stay as they are now:
          </Typography>
          {filters.map((one) => (
            <FormControlLabel
              key={one.id}
              label={one.label}
              control={
                <Checkbox
                  size="small"
                  checked={opened.includes(one.id)}
                  onChange={(_, checked) =>
                    setOpened(checked ? [...opened, one.id] : opened.filter((id) => id !== one.id))
                  }
                />
              }
            />
          ))}
        </FormGroup>
      )}
      {kind === 'link' && (
        <FormControlLabel
          label="Search engines may list it"
          disabled={password !== ''}
          control={
            <Checkbox
              size="small"
              checked={indexed && password === ''}
              onChange={(_, checked) => setIndexed(checked)}
            />
          }
        />
      )}
      <Button variant="contained" disabled={busy} sx={{ justifySelf: 'start' }} onClick={() => void make()}>
        {kind === 'link' ? 'Make a link' : 'Make a frame'}
      </Button>
    </Box>
  )
}
