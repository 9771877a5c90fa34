'use client'

import AccountCircleOutlined from '@mui/icons-material/AccountCircleOutlined'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import type { Me } from '@/api/types'
import { paths } from '@/config/paths'
import { jobQueries } from '@/features/jobs/api'
import { WindowDrop } from '@/features/uploads/components/DropZone'
import { useUploads } from '@/features/uploads/list'
import { isOver } from '@/lib/jobs'
import { toProblem } from '@/lib/problem'
import { chooseWorkspace, refreshSession, useMay, useSession } from '@/lib/session'
import { focusSearch, useShortcuts } from '@/lib/shortcuts'
import { AppShell, accessPlace, membersPlace, places, WorkspaceName, workspacePlace } from '@/ui/AppShell'
import { ButtonBase } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { hidden } from '@/ui/hidden'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'
import { useEver } from '@/ui/useEver'

const Palette = dynamic(() => import('./Palette'), { loading: nothing })
const Choices = lazy(() => import('@/ui/Choices'))
const PersonChoices = lazy(() => import('./PersonChoices'))
const ViewedAs = dynamic(
  () => import('@/features/access/components/ViewedAs').then((module) => module.ViewedAs),
  { loading: nothing },
)
const UploadPanel = dynamic(
  () => import('@/features/uploads/components/UploadPanel').then((module) => module.UploadPanel),
  { loading: nothing },
)
const InterruptedUploads = dynamic(
  () => import('@/features/uploads/components/UploadPanel').then((module) => module.InterruptedUploads),
  { loading: nothing },
)
const ShortcutsDialog = dynamic(
  () => import('@/ui/ShortcutsDialog').then((module) => module.ShortcutsDialog),
  { loading: nothing },
)

/** The gate and the frame of the workspace: nothing behind it is drawn without an open session. */
export function Workspace({ children }: { children: ReactNode }) {
  const session = useSession()
  const [problem, setProblem] = useState<unknown>(null)

  const enter = useCallback(() => {
    setProblem(null)
    refreshSession().catch(setProblem)
  }, [])
  useEffect(() => {
    if (session.status === 'unknown') enter()
    if (session.status === 'over') {
      const here = `${window.location.pathname}${window.location.search}`
      window.location.replace(paths.signIn(here === paths.home ? undefined : here))
    }
  }, [session.status, enter])

  if (session.status === 'open') {
    return (
      <Inside key={session.me.workspace.id} me={session.me}>
        {children}
      </Inside>
    )
  }
  return (
    <AppShell
      workspace={<WorkspaceName name="Tablewright" />}
      all={places}
      menu={null}
      onPalette={() => undefined}
    >
      {problem ? (
        <ErrorNotice error={toProblem(problem)} retry={enter} />
      ) : (
        <>
          <Typography component="h1" sx={hidden}>
            Tablewright
          </Typography>
          <Loading label="Opening the workspace" />
        </>
      )}
    </AppShell>
  )
}

function Inside({ me, children }: { me: Me; children: ReactNode }) {
  const router = useRouter()
  const queries = useQueryClient()
  const [palette, setPalette] = useState(false)
  const [hints, setHints] = useState(false)
  const mayLoad = useMay('datasets.load')
  const mayManage = useMay('members.read')
  const mayRule = useMay('access.manage')
  const mayChange = useMay('workspace.manage')
  const all = useMemo(
    () => [
      ...places,
      ...(mayManage ? [membersPlace] : []),
      ...(mayRule ? [accessPlace] : []),
      ...(mayChange ? [workspacePlace] : []),
    ],
    [mayManage, mayRule, mayChange],
  )
  const { areSent, areInterrupted } = useUploads()
  const { data: jobs } = useQuery(jobQueries.recent(20))
  const busy = jobs?.items.filter((job) => !isOver(job)).length ?? 0

  const go = (href: string) => () => router.push(href)
  const shortcuts = [
    { keys: 'mod+k', label: 'Go to anything', run: () => setPalette((open) => !open) },
    { keys: '/', label: 'Filter what is listed', run: focusSearch },
    { keys: 'g h', label: 'Go to home', run: go(paths.home) },
    { keys: 'g d', label: 'Go to data', run: go(paths.data) },
    { keys: 'g q', label: 'Go to questions', run: go(paths.questions) },
    { keys: 'g b', label: 'Go to dashboards', run: go(paths.dashboards) },
    { keys: 'g r', label: 'Go to reports', run: go(paths.reports) },
    { keys: 'g j', label: 'Go to jobs', run: go(paths.jobs) },
    { keys: '?', label: 'These shortcuts', run: () => setHints(true) },
  ]
  useShortcuts(shortcuts)

  return (
    <AppShell
      all={all}
      workspace={<WorkspaceSwitch me={me} />}
      menu={<PersonMenu me={me} onShortcuts={() => setHints(true)} />}
      onPalette={() => setPalette(true)}
      badges={
        busy > 0
          ? {
              [paths.jobs]: (
                <Box component="span" sx={{ ml: 'auto', fontSize: '0.75rem', color: 'primary.main' }}>
                  {busy} running
                </Box>
              ),
            }
          : undefined
      }
    >
      {me.view_as && <ViewedAs name={me.view_as.name} />}
      {mayLoad && (
        <>
          <WindowDrop />
          {areInterrupted && <InterruptedUploads />}
          {areSent && (
            <UploadPanel onLoaded={() => void queries.invalidateQueries({ queryKey: ['datasets'] })} />
          )}
        </>
      )}
      {children}
      {palette && <Palette onClose={() => setPalette(false)} all={all} onShortcuts={() => setHints(true)} />}
      {hints && <ShortcutsDialog open={hints} onClose={() => setHints(false)} hints={shortcuts} />}
    </AppShell>
  )
}

function WorkspaceSwitch({ me }: { me: Me }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const used = useEver(anchor !== null)
  const notify = useNotify()
  if (me.workspaces.length < 2) return <WorkspaceName name={me.workspace.name} />
  return (
    <>
      <WorkspaceName name={me.workspace.name} onClick={setAnchor} />
      {used && (
        <Suspense>
          <Choices
            anchorEl={anchor}
            open={anchor !== null}
            onClose={() => setAnchor(null)}
            actions={me.workspaces.map((workspace) => ({
              label: workspace.name,
              chosen: workspace.id === me.workspace.id,
              // Another workspace shares nothing with this one: begin anew.
              run: () =>
                void chooseWorkspace(workspace.id)
                  .then(() => window.location.assign(paths.home))
                  .catch((error) => notify(toProblem(error).message)),
            }))}
          />
        </Suspense>
      )}
    </>
  )
}

const roleWords = { admin: 'Admin', analyst: 'Analyst', viewer: 'Viewer' } as const

function PersonMenu({ me, onShortcuts }: { me: Me; onShortcuts: () => void }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const used = useEver(anchor !== null)
  return (
    <>
      <ButtonBase
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{
          width: '100%',
          justifyContent: 'flex-start',
          gap: 1.25,
          px: 1.25,
          py: 0.75,
          borderRadius: 1.75,
          '&:hover': { bgcolor: 'background.sunk' },
          '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' },
        }}
      >
        <AccountCircleOutlined fontSize="small" aria-hidden />
        <Box sx={{ textAlign: 'left', minWidth: 0 }}>
          <Box component="span" sx={hidden}>
            Account{' '}
          </Box>
          <Typography variant="body2" noWrap sx={{ fontWeight: 500 }}>
            {me.user.name}
          </Typography>
          <Typography variant="caption" color="textSecondary" component="div" noWrap>
            {roleWords[me.role]}
          </Typography>
        </Box>
      </ButtonBase>
      {used && (
        <Suspense>
          <PersonChoices
            email={me.user.email}
            anchor={anchor}
            onClose={() => setAnchor(null)}
            onShortcuts={onShortcuts}
          />
        </Suspense>
      )}
    </>
  )
}
