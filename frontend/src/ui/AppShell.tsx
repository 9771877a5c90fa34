'use client'

import ArticleOutlined from '@mui/icons-material/ArticleOutlined'
import DashboardOutlined from '@mui/icons-material/DashboardOutlined'
import ExpandMoreRounded from '@mui/icons-material/ExpandMoreRounded'
import GroupOutlined from '@mui/icons-material/GroupOutlined'
import HomeOutlined from '@mui/icons-material/HomeOutlined'
import MenuRounded from '@mui/icons-material/MenuRounded'
import QueryStatsRounded from '@mui/icons-material/QueryStatsRounded'
import SearchRounded from '@mui/icons-material/SearchRounded'
import ShieldOutlined from '@mui/icons-material/ShieldOutlined'
import StraightenRounded from '@mui/icons-material/StraightenRounded'
import TableChartOutlined from '@mui/icons-material/TableChartOutlined'
import TaskAltOutlined from '@mui/icons-material/TaskAltOutlined'
import TuneRounded from '@mui/icons-material/TuneRounded'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import NextLink from 'next/link'
import { usePathname } from 'next/navigation'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { paths } from '@/config/paths'
import { ButtonBase, IconButton } from './Button'
import { Mark } from './Mark'
import { useEver } from './useEver'

const SideDrawer = lazy(() => import('./SideDrawer'))

export interface Place {
  label: string
  href: string
  /** Pages below it that light it up as well. */
  also?: readonly string[]
  icon: ReactNode
  onPhone?: boolean
}

export const places: readonly Place[] = [
  { label: 'Home', href: paths.home, icon: <HomeOutlined fontSize="small" />, onPhone: true },
  {
    label: 'Data',
    href: paths.data,
    also: ['/app/dataset/'],
    icon: <TableChartOutlined fontSize="small" />,
    onPhone: true,
  },
  {
    label: 'Questions',
    href: paths.questions,
    also: ['/app/question/'],
    icon: <QueryStatsRounded fontSize="small" />,
    onPhone: true,
  },
  {
    label: 'Dashboards',
    href: paths.dashboards,
    also: ['/app/dashboard/'],
    icon: <DashboardOutlined fontSize="small" />,
    onPhone: true,
  },
  {
    label: 'Reports',
    href: paths.reports,
    also: ['/app/report/'],
    icon: <ArticleOutlined fontSize="small" />,
    onPhone: true,
  },
  { label: 'Metrics', href: paths.metrics, icon: <StraightenRounded fontSize="small" /> },
  { label: 'Jobs', href: paths.jobs, icon: <TaskAltOutlined fontSize="small" /> },
]

export const accessPlace: Place = {
  label: 'Access',
  href: paths.access(),
  icon: <ShieldOutlined fontSize="small" />,
}

export const membersPlace: Place = {
  label: 'Members',
  href: paths.members,
  icon: <GroupOutlined fontSize="small" />,
}

export const workspacePlace: Place = {
  label: 'Workspace',
  href: paths.workspace,
  icon: <TuneRounded fontSize="small" />,
}

const isHere = (place: Place, pathname: string): boolean =>
  pathname === place.href || (place.also?.includes(pathname) ?? false)

function PlaceLink({ place, onGo, badge }: { place: Place; onGo?: () => void; badge?: ReactNode }) {
  const here = isHere(place, usePathname())
  return (
    <ButtonBase
      component={NextLink}
      href={place.href}
      onClick={onGo}
      aria-current={here ? 'page' : undefined}
      sx={{
        justifyContent: 'flex-start',
        gap: 1.25,
        width: '100%',
        px: 1.25,
        minHeight: 34,
        borderRadius: 1.75,
        fontSize: '0.875rem',
        fontWeight: here ? 600 : 500,
        color: here ? 'text.primary' : 'text.secondary',
        bgcolor: here ? 'background.sunk' : 'transparent',
        '& svg': { color: here ? 'primary.main' : 'inherit' },
        '&:hover': { bgcolor: 'background.sunk', color: 'text.primary' },
        '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' },
      }}
    >
      <Box component="span" aria-hidden sx={{ display: 'grid' }}>
        {place.icon}
      </Box>
      {place.label}
      {badge}
    </ButtonBase>
  )
}

/**
 * The frame of the workspace: places on the left, on a phone at the lower edge.
 * `menu` is the person's own menu, `switcher` the workspace's.
 */
export function AppShell({
  workspace,
  all,
  menu,
  badges,
  onPalette,
  children,
}: {
  workspace: ReactNode
  all: readonly Place[]
  menu: ReactNode
  badges?: Readonly<Record<string, ReactNode>>
  onPalette: () => void
  children: ReactNode
}) {
  const [open, setOpen] = useState(false)
  const used = useEver(open)
  const pathname = usePathname()

  const navigation = (onGo?: () => void) => (
    <>
      <Box sx={{ px: 1, pb: 1.5 }}>{workspace}</Box>
      <ButtonBase
        onClick={() => {
          onGo?.()
          onPalette()
        }}
        aria-keyshortcuts="Control+K Meta+K"
        sx={{
          justifyContent: 'flex-start',
          gap: 1.25,
          width: '100%',
          px: 1.25,
          mb: 1.5,
          minHeight: 34,
          border: '1px solid',
          borderColor: 'divider',
          borderRadius: 1.75,
          bgcolor: 'background.paper',
          color: 'text.secondary',
          fontSize: '0.875rem',
          '&:hover': { borderColor: 'text.secondary' },
          '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' },
        }}
      >
        <SearchRounded fontSize="small" aria-hidden />
        Search
        <Box
          component="kbd"
          aria-hidden
          sx={{ ml: 'auto', fontFamily: 'inherit', fontSize: '0.75rem', color: 'text.secondary' }}
        >
          Ctrl K
        </Box>
      </ButtonBase>
      <Box component="nav" aria-label="Main">
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 0.25 }}>
          {all.map((place) => (
            <li key={place.href}>
              <PlaceLink place={place} onGo={onGo} badge={badges?.[place.href]} />
            </li>
          ))}
        </Box>
      </Box>
      <Box sx={{ mt: 'auto', pt: 2 }}>{menu}</Box>
    </>
  )

  return (
    <Box
      sx={{
        display: { md: 'grid' },
        gridTemplateColumns: { md: '236px minmax(0, 1fr)' },
        minHeight: '100dvh',
      }}
    >
      <Box
        component="a"
        href="#main"
        sx={{
          position: 'fixed',
          left: 16,
          top: -80,
          zIndex: 1400,
          px: 2,
          py: 1,
          borderRadius: 2,
          bgcolor: 'primary.main',
          color: 'primary.contrastText',
          '&:focus': { top: 12 },
        }}
      >
        Skip to content
      </Box>

      <Box
        component="header"
        sx={{
          display: { xs: 'none', md: 'flex' },
          flexDirection: 'column',
          position: 'sticky',
          top: 0,
          height: '100dvh',
          overflowY: 'auto',
          p: 1.5,
          borderRight: '1px solid',
          borderColor: 'divider',
        }}
      >
        {navigation()}
      </Box>

      <Box
        component="header"
        sx={{
          display: { xs: 'flex', md: 'none' },
          alignItems: 'center',
          gap: 1,
          px: 2,
          minHeight: 56,
          borderBottom: '1px solid',
          borderColor: 'divider',
          bgcolor: 'background.default',
        }}
      >
        <Box component={NextLink} href={paths.home} aria-label="Tablewright home" sx={{ display: 'grid' }}>
          <Mark size={26} />
        </Box>
        <Box sx={{ flex: 1 }} />
        <IconButton onClick={onPalette} aria-label="Search">
          <SearchRounded />
        </IconButton>
        <IconButton onClick={() => setOpen(true)} aria-label="Open menu" aria-haspopup="dialog">
          <MenuRounded />
        </IconButton>
      </Box>
      {used && (
        <Suspense>
          <SideDrawer open={open} onClose={() => setOpen(false)}>
            {navigation(() => setOpen(false))}
          </SideDrawer>
        </Suspense>
      )}

      <Box
        component="main"
        id="main"
        tabIndex={-1}
        sx={{
          minWidth: 0,
          px: { xs: 2, sm: 3, lg: 5 },
          pt: { xs: 2.5, md: 4 },
          pb: { xs: 12, md: 6 },
          outline: 'none',
        }}
      >
        <Box sx={{ maxWidth: 1360, mx: 'auto' }}>{children}</Box>
      </Box>

      <Box
        component="nav"
        aria-label="Places"
        sx={{
          display: { xs: 'grid', md: 'none' },
          gridTemplateColumns: 'repeat(5, minmax(0, 1fr))',
          position: 'fixed',
          inset: 'auto 0 0',
          zIndex: 1000,
          borderTop: '1px solid',
          borderColor: 'divider',
          bgcolor: 'background.paper',
          pb: 'env(safe-area-inset-bottom)',
        }}
      >
        {all
          .filter((place) => place.onPhone)
          .map((place) => {
            const here = isHere(place, pathname)
            return (
              <ButtonBase
                key={place.href}
                component={NextLink}
                href={place.href}
                aria-current={here ? 'page' : undefined}
                sx={{
                  flexDirection: 'column',
                  gap: 0.25,
                  minHeight: 58,
                  fontSize: '0.6875rem',
                  fontWeight: here ? 600 : 500,
                  color: here ? 'primary.main' : 'text.secondary',
                  '&:focus-visible': {
                    outline: '2px solid',
                    outlineOffset: -3,
                    outlineColor: 'primary.main',
                  },
                }}
              >
                <span aria-hidden>{place.icon}</span>
                {place.label}
              </ButtonBase>
            )
          })}
      </Box>
    </Box>
  )
}

/** The workspace's name beside the product's sign. */
export function WorkspaceName({ name, onClick }: { name: string; onClick?: (anchor: HTMLElement) => void }) {
  const inside = (
    <>
      <Mark size={24} />
      <Typography
        variant="subtitle2"
        component="span"
        noWrap
        sx={{ flex: 1, textAlign: 'left', fontSize: '0.875rem' }}
      >
        {name}
      </Typography>
    </>
  )
  const sx = { display: 'flex', gap: 1.25, width: '100%', minHeight: 36, alignItems: 'center' } as const
  if (!onClick) return <Box sx={sx}>{inside}</Box>
  return (
    <ButtonBase
      onClick={(event) => onClick(event.currentTarget)}
      aria-haspopup="menu"
      aria-label={`Workspace ${name}`}
      sx={{
        ...sx,
        borderRadius: 1.5,
        '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' },
      }}
    >
      {inside}
      <ExpandMoreRounded fontSize="small" aria-hidden />
    </ButtonBase>
  )
}
