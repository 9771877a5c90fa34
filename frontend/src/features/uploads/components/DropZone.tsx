'use client'

import UploadFileOutlined from '@mui/icons-material/UploadFileOutlined'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useEffect, useRef, useState } from 'react'
import { toProblem } from '@/lib/problem'
import { Button } from '@/ui/Button'
import { useNotify } from '@/ui/notify'
import { droppedFiles } from '../dropped'
import { bringFiles } from '../list'

/** The names of files that can be read. */
export const ACCEPTED =
  '.csv,.tsv,.tab,.psv,.txt,.dat,.xls,.xlsx,.xlsm,.xlsb,.ods,.json,.jsonl,.ndjson,.geojson,.xml,.html,.htm,.yaml,.yml,.sql,.dump,.parquet,.zip,.tar,.tgz,.gz,.bz2,.xz,.zst'

/** A button that opens the file picker. */
export function ChooseFiles({
  label = 'Choose files',
  variant = 'contained',
}: {
  label?: string
  variant?: 'contained' | 'outlined'
}) {
  const input = useRef<HTMLInputElement>(null)
  const notify = useNotify()
  return (
    <>
      <Button variant={variant} startIcon={<UploadFileOutlined />} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        aria-label="Files to load"
        onChange={(event) => {
          bringFiles(event.target.files ?? []).catch((error) => notify(toProblem(error).message))
          event.target.value = ''
        }}
      />
    </>
  )
}

/** The visible place to drop files; the whole window takes them as well. */
export function DropZone({ dense = false }: { dense?: boolean }) {
  return (
    <Box
      component="section"
      aria-label="Load files"
      sx={{
        display: 'flex',
        flexDirection: dense ? { xs: 'column', sm: 'row' } : 'column',
        alignItems: 'center',
        justifyContent: 'center',
        gap: dense ? 2 : 1,
        px: 3,
        py: dense ? 2.5 : { xs: 5, md: 8 },
        textAlign: 'center',
        border: '1.5px dashed',
        borderColor: 'divider',
        borderRadius: 3,
        bgcolor: 'background.paper',
      }}
    >
      {!dense && (
        <Typography variant="h2" sx={{ fontSize: '1.25rem' }}>
          Drop a file to begin
        </Typography>
      )}
      <Typography color="textSecondary" variant="body2" sx={{ maxWidth: 480, mb: dense ? 0 : 1.5 }}>
        {dense
          ? 'Drop files anywhere in this window.'
          : 'CSV, Excel, JSON, XML, YAML, SQL dumps or Parquet, also compressed; several files or a folder at once. Drop it anywhere in this window. You will see the table, a profile of every column and a first chart.'}
      </Typography>
      <ChooseFiles variant={dense ? 'outlined' : 'contained'} />
    </Box>
  )
}

/** Takes files that are dropped anywhere, and shows that it would while they hover. */
export function WindowDrop() {
  const [over, setOver] = useState(false)
  const notify = useNotify()

  useEffect(() => {
    let depth = 0
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const hover = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setOver(false)
      if (!holdsFiles(event)) return
      event.preventDefault()
      droppedFiles(event.dataTransfer)
        .then(bringFiles)
        .catch((error) => notify(toProblem(error).message))
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('dragover', hover)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('dragover', hover)
      window.removeEventListener('drop', drop)
    }
  }, [notify])

  if (!over) return null
  return (
    <Box
      aria-hidden
      sx={(theme) => ({
        position: 'fixed',
        inset: 12,
        zIndex: 1500,
        display: 'grid',
        placeItems: 'center',
        pointerEvents: 'none',
        border: `2px dashed ${theme.vars.palette.primary.main}`,
        borderRadius: 4,
        background: `color-mix(in srgb, ${theme.vars.palette.background.paper} 88%, transparent)`,
      })}
    >
      <Typography variant="h1">Drop to load</Typography>
    </Box>
  )
}
