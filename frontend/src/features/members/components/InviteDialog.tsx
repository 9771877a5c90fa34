'use client'

import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogContentText from '@mui/material/DialogContentText'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { components } from '@/api/schema'
import type { Role } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useNotify } from '@/ui/notify'
import { inviteMember } from '../api'
import { roles } from '../roles'

type Invited = components['schemas']['Invited']

/** Invite somebody: the answer is a link that works once, to be handed over by whatever way suits. */
export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queries = useQueryClient()
  const notify = useNotify()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const [invited, setInvited] = useState<Invited | null>(null)

  const close = () => {
    onClose()
    setProblem(null)
    setInvited(null)
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(null)
    try {
      const answer = (await inviteMember({
        name: String(form.get('name')).trim(),
        email: String(form.get('email')).trim(),
        role: String(form.get('role')) as Role,
      })) as Invited
      setInvited(answer)
      await queries.invalidateQueries({ queryKey: ['members'] })
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog open={open} onClose={close} fullWidth maxWidth="xs" aria-labelledby="invite-title">
      <DialogTitle id="invite-title">
        {invited ? `${invited.member.name} is invited` : 'Invite a member'}
      </DialogTitle>
      {invited ? (
        <>
          <DialogContent sx={{ display: 'grid', gap: 2 }}>
            {invited.link ? (
              <>
                <DialogContentText variant="body2">
                  Hand this link over. It works once, and only they should have it. It is not shown again.
                </DialogContentText>
                <TextField
                  label="One-time link"
                  value={invited.link}
                  slotProps={{
                    input: { readOnly: true },
                    htmlInput: {
                      onFocus: (event: React.FocusEvent<HTMLInputElement>) => event.target.select(),
                    },
                  }}
                />
              </>
            ) : (
              <DialogContentText variant="body2">
                They have an account already, and see this workspace the next time they sign in.
              </DialogContentText>
            )}
          </DialogContent>
          <DialogActions>
            {invited.link && (
              <Button
                variant="contained"
                onClick={() =>
                  navigator.clipboard
                    .writeText(invited.link ?? '')
                    .then(() => notify('The link is copied.'))
                    .catch(() => notify('The browser did not allow copying. Select the link and copy it.'))
                }
              >
                Copy link
              </Button>
            )}
            <Button variant="outlined" onClick={close}>
              Done
            </Button>
          </DialogActions>
        </>
      ) : (
        <form onSubmit={submit}>
          <DialogContent sx={{ display: 'grid', gap: 2, pt: '8px !important' }}>
            <TextField
              name="name"
              label="Name"
              required
              autoFocus
              slotProps={{ htmlInput: { maxLength: 200 } }}
            />
            <TextField name="email" label="E-mail address" type="email" required />
            <TextField name="role" label="Role" select defaultValue="analyst">
              {roles.map((role) => (
                <MenuItem key={role.value} value={role.value}>
                  <Box>
                    {role.label}
                    <Typography variant="caption" color="textSecondary" component="div">
                      {role.hint}
                    </Typography>
                  </Box>
                </MenuItem>
              ))}
            </TextField>
            {problem !== null && <ErrorNotice dense error={problem} />}
          </DialogContent>
          <DialogActions>
            <Button variant="outlined" onClick={close}>
              Cancel
            </Button>
            <Button variant="contained" type="submit" disabled={busy}>
              Invite
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  )
}
