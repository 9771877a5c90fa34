'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshSession, useMe } from '@/lib/session'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { ownZone, ZoneField } from '@/ui/ZoneField'
import { changeTimeZone } from './api'

/** Whose days are meant in this workspace. */
export function TimeZone() {
  const { workspace } = useMe()
  const queries = useQueryClient()
  const notify = useNotify()
  const [zone, setZone] = useState(workspace.time_zone)
  const [problem, setProblem] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const own = ownZone()

  const keep = async (next: string) => {
    setBusy(true)
    setProblem(null)
    try {
      await changeTimeZone(next)
      await refreshSession()
      // What was answered was of other days.
      await queries.invalidateQueries()
      notify(`Days begin in ${next} now.`)
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Card component="section" aria-labelledby="time-zone" sx={{ p: 2.5, maxWidth: 640 }}>
      <Box
        component="form"
        onSubmit={(event) => {
          event.preventDefault()
          void keep(zone)
        }}
        sx={{ display: 'grid', gap: 2, justifyItems: 'start' }}
      >
        <Typography id="time-zone" variant="h2">
          Time zone
        </Typography>
        <Typography variant="body2" color="textSecondary" sx={{ textWrap: 'pretty' }}>
          It says which day it is for “last 12 months” and the like, and where the days of points in time
          begin, in every question and rule that names no other time zone. Dates and local times have no zone
          and stay as they are.
        </Typography>
        <Box sx={{ width: '100%', maxWidth: 320, display: 'grid' }}>
          <ZoneField
            key={workspace.time_zone}
            label="Days begin in"
            value={zone}
            helperText={own === workspace.time_zone ? undefined : `This browser is in ${own}.`}
            onChange={(next) => setZone(next ?? workspace.time_zone)}
          />
        </Box>
        {problem !== null && <ErrorNotice dense error={problem} />}
        <Button type="submit" variant="contained" disabled={busy || zone === workspace.time_zone}>
          Save time zone
        </Button>
      </Box>
    </Card>
  )
}
