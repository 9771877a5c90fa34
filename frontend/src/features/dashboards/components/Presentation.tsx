'use client'

import CloseRounded from '@mui/icons-material/CloseRounded'
import NavigateBeforeRounded from '@mui/icons-material/NavigateBeforeRounded'
import NavigateNextRounded from '@mui/icons-material/NavigateNextRounded'
import PauseRounded from '@mui/icons-material/PauseRounded'
import PlayArrowRounded from '@mui/icons-material/PlayArrowRounded'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '@/ui/Button'

/** How long a tab stands before the next, in milliseconds. */
const STANDS = 20_000

/**
 * What is left of the page while a dashboard is presented: tab after tab, by itself when wanted. It begins paused, for
 * nothing may move that nobody asked to move.
 */
export function Presentation({
  title,
  tabs,
  tab,
  onTab,
  onLeave,
}: {
  title: string
  tabs: readonly string[]
  tab: number
  onTab: (tab: number) => void
  onLeave: () => void
}) {
  const [playing, setPlaying] = useState(false)
  const go = (by: number) => onTab((tab + by + tabs.length) % tabs.length)
  const latest = useRef({ go, onLeave })
  latest.current = { go, onLeave }
  useEffect(() => {
    if (!playing) return
    const timer = setInterval(() => latest.current.go(1), STANDS)
    return () => clearInterval(timer)
  }, [playing])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // The arrow keys walk over a chart's marks while it has the focus.
      const busy = event.target instanceof HTMLElement && event.target.closest('[role="application"], input')
      if (event.key === 'Escape') latest.current.onLeave()
      else if (!busy && (event.key === 'ArrowRight' || event.key === 'PageDown')) latest.current.go(1)
      else if (!busy && (event.key === 'ArrowLeft' || event.key === 'PageUp')) latest.current.go(-1)
    }
    const onFullscreen = () => {
      if (!document.fullscreenElement) latest.current.onLeave()
    }
    window.addEventListener('keydown', onKeyDown)
    document.addEventListener('fullscreenchange', onFullscreen)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('fullscreenchange', onFullscreen)
    }
  }, [])
  const several = tabs.length > 1
  return (
    <Box
      component="header"
      aria-label="Presentation"
      sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap', mb: 2 }}
    >
      <Typography variant="h1" sx={{ flex: 1, minWidth: 200, overflowWrap: 'anywhere' }}>
        {title}
        {several && (
          <Typography component="span" color="textSecondary" sx={{ ml: 1.5 }} aria-live="polite">
            {tabs[tab]}
          </Typography>
        )}
      </Typography>
      {several && (
        <>
          <IconButton aria-label="Previous tab" onClick={() => go(-1)}>
            <NavigateBeforeRounded />
          </IconButton>
          <IconButton
            aria-label={playing ? 'Pause' : 'Show tab after tab'}
            onClick={() => setPlaying((before) => !before)}
          >
            {playing ? <PauseRounded /> : <PlayArrowRounded />}
          </IconButton>
          <IconButton aria-label="Next tab" onClick={() => go(1)}>
            <NavigateNextRounded />
          </IconButton>
        </>
      )}
      <IconButton aria-label="End the presentation" onClick={onLeave}>
        <CloseRounded />
      </IconButton>
    </Box>
  )
}
