'use client'

import DashboardOutlined from '@mui/icons-material/DashboardOutlined'
import LockOutlined from '@mui/icons-material/LockOutlined'
import StarBorderRounded from '@mui/icons-material/StarBorderRounded'
import StarRounded from '@mui/icons-material/StarRounded'
import Box from '@mui/material/Box'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import type { Dashboard } from '@/api/types'
import { paths } from '@/config/paths'
import { countOf, formatAgo } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { useRested } from '@/lib/timing'
import { ActionMenu } from '@/ui/ActionMenu'
import { Button, IconButton } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'
import { RowList } from '@/ui/RowList'
import { SearchField } from '@/ui/SearchField'
import {
  copyDashboard,
  createDashboard,
  dashboardQueries,
  deleteDashboard,
  markDashboard,
  restoreDashboard,
} from '../api'
import { emptyContent } from '../model'

const FolderChoice = dynamic(() => import('./FolderChoice'), { loading: nothing })

/** Begin a dashboard and go to it. */
export function NewDashboard() {
  const router = useRouter()
  const queries = useQueryClient()
  const notify = useNotify()
  const [busy, setBusy] = useState(false)
  const begin = async () => {
    setBusy(true)
    try {
      const made = await createDashboard({ title: 'Untitled dashboard', folder: '', content: emptyContent })
      queries.setQueryData(['dashboards', 'detail', made.id], made)
      void queries.invalidateQueries({ queryKey: ['dashboards', 'list'] })
      router.push(`${paths.dashboard(made.id)}&edit=1`)
    } catch (error) {
      notify(toProblem(error).message)
      setBusy(false)
    }
  }
  return (
    <Button variant="contained" onClick={begin} disabled={busy}>
      New dashboard
    </Button>
  )
}

export function DashboardList({ empty }: { empty: ReactNode }) {
  const [search, setSearch] = useState('')
  const [folder, setFolder] = useState('')
  const [favourites, setFavourites] = useState(false)
  const rested = useRested(search, 200)
  const filter = { search: rested, folder: folder || null, favourites }
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    dashboardQueries.list(filter),
  )
  const queries = useQueryClient()
  const router = useRouter()
  const notify = useNotify()
  const mayEdit = useMay('dashboards.edit')
  const refresh = () => queries.invalidateQueries({ queryKey: ['dashboards'] })
  const trying = (work: Promise<unknown>) =>
    work.then(refresh).catch((problem) => notify(toProblem(problem).message))

  const remove = async (dashboard: Dashboard) => {
    try {
      await deleteDashboard(dashboard.id)
      await refresh()
      notify({
        message: `“${dashboard.title}” is in the bin. It is kept for 30 days.`,
        action: { label: 'Undo', run: () => void trying(restoreDashboard(dashboard.id)) },
      })
    } catch (problem) {
      notify(toProblem(problem).message)
    }
  }

  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading dashboards" rows={4} height={52} />
  const items = data.pages.flatMap((page) => page.items)
  const folders = data.pages[0]?.folders ?? []
  const filtered = rested !== '' || folder !== '' || favourites
  if (items.length === 0 && !filtered) return empty
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.25, mb: 2, alignItems: 'center' }}>
        <SearchField label="Find a dashboard" value={search} onChange={setSearch} />
        {folders.length > 0 && <FolderChoice folders={folders} value={folder} onChange={setFolder} />}
        <Button
          variant={favourites ? 'contained' : 'outlined'}
          aria-pressed={favourites}
          onClick={() => setFavourites(!favourites)}
        >
          Favourites
        </Button>
      </Box>
      {items.length === 0 ? (
        <EmptyState title="None of the dashboards match">Change what is searched for.</EmptyState>
      ) : (
        <RowList
          label="Dashboards"
          icon={<DashboardOutlined fontSize="small" />}
          rows={items.map((dashboard) => ({
            id: dashboard.id,
            name: dashboard.title,
            href: paths.dashboard(dashboard.id),
            facts: [countOf(dashboard.tile_count, 'tile'), dashboard.folder, dashboard.locked ? 'locked' : '']
              .filter(Boolean)
              .join(' · '),
            aside: formatAgo(dashboard.updated_at),
            actions: (
              <>
                {dashboard.locked && (
                  <Box
                    aria-hidden
                    sx={{ display: 'grid', placeItems: 'center', color: 'text.secondary', px: 0.5 }}
                  >
                    <LockOutlined fontSize="small" />
                  </Box>
                )}
                <IconButton
                  size="small"
                  aria-label={`Favourite: ${dashboard.title}`}
                  aria-pressed={dashboard.favourite}
                  onClick={() => void trying(markDashboard(dashboard.id, !dashboard.favourite))}
                >
                  {dashboard.favourite ? (
                    <StarRounded fontSize="small" color="primary" />
                  ) : (
                    <StarBorderRounded fontSize="small" />
                  )}
                </IconButton>
                {mayEdit && (
                  <ActionMenu
                    label={`Actions for ${dashboard.title}`}
                    actions={[
                      {
                        label: 'Make a copy',
                        run: () =>
                          void copyDashboard(dashboard.id, `Copy of ${dashboard.title}`.slice(0, 300))
                            .then((made) => router.push(paths.dashboard(made.id)))
                            .catch((problem) => notify(toProblem(problem).message)),
                      },
                      { label: 'Delete', danger: true, run: () => void remove(dashboard) },
                    ]}
                  />
                )}
              </>
            ),
          }))}
        />
      )}
      {hasNextPage && (
        <Box sx={{ mt: 2, textAlign: 'center' }}>
          <Button variant="outlined" onClick={() => fetchNextPage()} disabled={isFetchingNextPage}>
            Show more
          </Button>
        </Box>
      )}
    </>
  )
}
