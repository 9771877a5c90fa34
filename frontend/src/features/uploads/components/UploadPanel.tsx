'use client'

import CheckCircleOutlineRounded from '@mui/icons-material/CheckCircleOutlineRounded'
import CloseRounded from '@mui/icons-material/CloseRounded'
import HourglassEmptyRounded from '@mui/icons-material/HourglassEmptyRounded'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import NextLink from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { paths } from '@/config/paths'
import { formatBytes, formatDuration } from '@/lib/format'
import { problemOfJob } from '@/lib/jobs'
import { toProblem } from '@/lib/problem'
import { Button, IconButton } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { JobProgress, ProgressLine, ProgressPanel } from '@/ui/ProgressPanel'
import { TypeIcon } from '@/ui/TypeIcon'
import { forgetUpload, type Interrupted, interruptedUploads, useTransfers } from '../list'
import {
  cancelledWords,
  destination,
  isActive,
  outcomeWords,
  type Preview,
  secondsLeft,
  type Transfer,
} from '../model'
import { cancelTransfer, dismissTransfer, retryTransfer } from '../store'

/** Everything that is being sent and loaded. Leads to the dataset by itself when there is just one. */
export function UploadPanel({ onLoaded }: { onLoaded: () => void }) {
  const transfers = useTransfers()
  const router = useRouter()
  const done = transfers.filter((transfer) => transfer.phase === 'ready').length
  const latest = useRef(onLoaded)
  latest.current = onLoaded
  const target = destination(transfers)
  const [only] = transfers
  const notify = useNotify()

  useEffect(() => {
    if (done > 0) latest.current()
  }, [done])
  useEffect(() => {
    const [table] = only?.loaded ?? []
    if (!target || !only || !table) return
    const [same] = table.known_as ?? []
    if (only.target) notify(`${only.name}: ${outcomeWords(table, only.target)}`)
    else if (same) {
      notify({
        message: `The same file was loaded before, as “${same.name}”.`,
        action: { label: 'Go there', run: () => router.push(paths.dataset(same.dataset_id)) },
      })
    }
    router.push(paths.dataset(target))
    dismissTransfer(only.key)
  }, [target, only, router, notify])

  if (transfers.length === 0) return null
  return (
    <Box
      component="section"
      aria-label="Uploads"
      sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1.5, mb: 4 }}
    >
      {transfers.map((transfer) => (
        <TransferCard key={transfer.key} transfer={transfer} />
      ))}
    </Box>
  )
}

function TransferCard({ transfer }: { transfer: Transfer }) {
  const notify = useNotify()
  const { key, name, size, phase } = transfer
  const left = secondsLeft(transfer)
  return (
    <ProgressPanel
      title={transfer.target ? `${name} → ${transfer.target.name}` : name}
      aside={
        <>
          <Typography variant="caption" color="textSecondary">
            {formatBytes(size)}
          </Typography>
          {isActive(transfer) ? (
            <Button
              variant="outlined"
              aria-label={`Cancel ${name}`}
              onClick={() => cancelTransfer(key).catch((error) => notify(toProblem(error).message))}
            >
              Cancel
            </Button>
          ) : (
            <IconButton size="small" aria-label={`Dismiss ${name}`} onClick={() => dismissTransfer(key)}>
              <CloseRounded fontSize="small" />
            </IconButton>
          )}
        </>
      }
    >
      {phase === 'waiting' && <ProgressLine label={`Progress of ${name}`} stage="Waiting for its turn" />}
      {phase === 'sending' && (
        <ProgressLine
          label={`Progress of ${name}`}
          stage={transfer.interrupted ? 'Connection lost. Trying again…' : 'Uploading'}
          done={transfer.sent}
          total={size}
          detail={[
            `${formatBytes(transfer.sent)} of ${formatBytes(size)}`,
            left !== null && left > 1 ? `${formatDuration(left)} left` : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        />
      )}
      {phase === 'loading' &&
        (transfer.job ? (
          <JobProgress job={transfer.job} label={`Progress of ${name}`} />
        ) : (
          <ProgressLine label={`Progress of ${name}`} stage="Stored. Beginning to read" />
        ))}
      {phase === 'ready' && (
        <Box sx={{ display: 'grid', gap: 0.75 }} role="status">
          {transfer.loaded.map((table) => (
            <Box
              key={table.dataset_id}
              sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'center' }}
            >
              {table.state === 'pending' ? (
                <HourglassEmptyRounded color="warning" fontSize="small" aria-hidden />
              ) : (
                <CheckCircleOutlineRounded color="success" fontSize="small" aria-hidden />
              )}
              <Typography
                variant="body2"
                component={NextLink}
                href={paths.dataset(table.dataset_id)}
                color="primary"
              >
                {transfer.target?.name || table.name || name}
              </Typography>
              <Typography variant="caption" color="textSecondary">
                {outcomeWords(table, transfer.target)}
              </Typography>
            </Box>
          ))}
        </Box>
      )}
      {phase === 'failed' && (
        <ErrorNotice
          dense
          error={transfer.job?.error ? problemOfJob(transfer.job) : transfer.problem}
          retry={() => void retryTransfer(key)}
        />
      )}
      {phase === 'cancelled' && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
          <Typography variant="body2" color="textSecondary" role="status">
            {cancelledWords(transfer)}
          </Typography>
          <Button variant="outlined" onClick={() => void retryTransfer(key)}>
            {transfer.jobId ? 'Read it again' : 'Send it again'}
          </Button>
        </Box>
      )}
      {isActive(transfer) && transfer.preview?.later && (
        <Typography variant="caption" color="textSecondary" component="p" sx={{ mt: 1.5 }}>
          {transfer.preview.later}
        </Typography>
      )}
      {isActive(transfer) && transfer.preview && !transfer.preview.later && (
        <PreviewTable preview={transfer.preview} name={name} />
      )}
    </ProgressPanel>
  )
}

function PreviewTable({ preview, name }: { preview: Preview; name: string }) {
  return (
    <>
      <Typography variant="caption" color="textSecondary" component="p" sx={{ mt: 1.5 }}>
        A preview: the first rows, and what their types seem to be. They are decided on the whole file.
      </Typography>
      {preview.decisions.length > 0 && (
        <Typography variant="caption" color="textSecondary" component="p">
          So far: {preview.decisions.map((one) => `${one.what} ${one.value}`).join(' · ')}
        </Typography>
      )}
      <Box
        tabIndex={0}
        role="region"
        aria-label={`First rows of ${name}`}
        sx={{ mt: 1, overflow: 'auto', border: '1px solid', borderColor: 'divider', borderRadius: 1.5 }}
      >
        <Box
          component="table"
          sx={{
            borderCollapse: 'collapse',
            minWidth: '100%',
            fontSize: '0.78rem',
            '& th, & td': {
              px: 1.25,
              py: 0.5,
              textAlign: 'left',
              whiteSpace: 'nowrap',
              maxWidth: 220,
              overflow: 'hidden',
              textOverflow: 'ellipsis',
            },
            '& th': { bgcolor: 'background.sunk', fontWeight: 600 },
            '& td': { borderTop: '1px solid', borderColor: 'divider' },
          }}
        >
          <thead>
            <tr>
              {preview.columns.map((column, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may share a name
                <th key={index} scope="col">
                  <TypeIcon type={column.type} size={12} /> {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
              <tr key={at}>
                {row.map((cell, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <td key={index}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </Box>
      </Box>
    </>
  )
}

/** What a reload cut off: choosing the same file again goes on where it stopped. */
export function InterruptedUploads() {
  const transfers = useTransfers()
  const [found, setFound] = useState<Interrupted[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the list may end an interruption
  useEffect(() => setFound(interruptedUploads()), [transfers])
  if (found.length === 0) return null
  return (
    <Box role="status" sx={{ display: 'grid', gap: 1, mb: 3 }}>
      {found.map((one) => (
        <Box
          key={one.storageKey}
          sx={{
            display: 'flex',
            alignItems: 'center',
            gap: 1,
            px: 2,
            py: 1,
            borderRadius: 2,
            bgcolor: 'background.sunk',
          }}
        >
          <Typography variant="body2" sx={{ flex: 1 }}>
            The upload of <strong>{one.name}</strong> was interrupted. Choose the file again to go on where it
            stopped.
          </Typography>
          <IconButton
            size="small"
            aria-label={`Forget ${one.name}`}
            onClick={() => {
              forgetUpload(one.storageKey)
              setFound(interruptedUploads())
            }}
          >
            <CloseRounded fontSize="small" />
          </IconButton>
        </Box>
      ))}
    </Box>
  )
}
