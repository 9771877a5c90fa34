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
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { components } from '@/api/schema'
import type { Member, Role } from '@/api/types'
import { toProblem } from '@/lib/problem'
import { useMay, useMe } from '@/lib/session'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { changeRole, inviteMember, memberQueries, removeMember } from '../api'

type Invited = components['schemas']['Invited']

const roles: readonly { value: Role; label: string; hint: string }[] = [
  { value: 'admin', label: 'Admin', hint: 'Everything, and the members' },
  { value: 'analyst', label: 'Analyst', hint: 'Loads data, asks, writes reports' },
  { value: 'viewer', label: 'Viewer', hint: 'Reads and downloads' },
]

export function Members() {
  const { data, error, refetch } = useQuery(memberQueries.list())
  const mayManage = useMay('members.manage')
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading members" rows={3} height={56} />
  return (
    <Box
      component="ul"
      aria-label="Members"
      sx={{
        listStyle: 'none',
        m: 0,
        p: 0,
        border: '1px solid',
        borderColor: 'divider',
        borderRadius: 2.5,
        bgcolor: 'background.paper',
      }}
    >
      {data.items.map((member) => (
        <MemberRow key={member.user_id} member={member} mayManage={mayManage} />
      ))}
    </Box>
  )
}

function MemberRow({ member, mayManage }: { member: Member; mayManage: boolean }) {
  const me = useMe()
  const notify = useNotify()
  const queries = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const refresh = () => queries.invalidateQueries({ queryKey: ['members'] })
  const own = member.user_id === me.user.id

  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: 1.5,
        alignItems: 'center',
        px: 2,
        py: 1.25,
        '& + &': { borderTop: '1px solid', borderColor: 'divider' },
      }}
    >
      <Box sx={{ flex: '1 1 220px', minWidth: 0 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {member.name}
          {own && ' (you)'}
        </Typography>
        <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          {member.email}
          {member.state === 'invited' && ' · has not joined yet'}
        </Typography>
      </Box>
      {mayManage && !own ? (
        <>
          <TextField
            select
            value={member.role}
            onChange={(event) =>
              changeRole(member.user_id, event.target.value as Role)
                .then(refresh)
                .then(() => notify(`${member.name} is ${event.target.value} now.`))
                .catch((error) => notify(toProblem(error).message))
            }
            slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Role of ${member.name}` } } }}
            sx={{ width: 132 }}
          >
            {roles.map((role) => (
              <MenuItem key={role.value} value={role.value}>
                {role.label}
              </MenuItem>
            ))}
          </TextField>
          <Button
            variant="outlined"
            color="error"
            aria-label={`Remove ${member.name}`}
            onClick={() => setRemoving(true)}
          >
            Remove
          </Button>
        </>
      ) : (
        <Typography variant="body2" color="textSecondary">
          {roles.find((role) => role.value === member.role)?.label}
        </Typography>
      )}
      <Dialog open={removing} onClose={() => setRemoving(false)} aria-labelledby={`remove-${member.user_id}`}>
        <DialogTitle id={`remove-${member.user_id}`}>Remove {member.name}?</DialogTitle>
        <DialogContent>
          <DialogContentText variant="body2">
            They lose access to this workspace at once. What they made stays. To let them back in, invite them
            again.
          </DialogContentText>
        </DialogContent>
        <DialogActions>
          <Button variant="outlined" onClick={() => setRemoving(false)}>
            Keep
          </Button>
          <Button
            variant="contained"
            color="error"
            onClick={() => {
              setRemoving(false)
              removeMember(member.user_id)
                .then(refresh)
                .then(() => notify(`${member.name} was removed.`))
                .catch((error) => notify(toProblem(error).message))
            }}
          >
            Remove
          </Button>
        </DialogActions>
      </Dialog>
    </Box>
  )
}

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
