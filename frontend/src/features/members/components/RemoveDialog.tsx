'use client'

import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogContentText from '@mui/material/DialogContentText'
import DialogTitle from '@mui/material/DialogTitle'
import type { Member } from '@/api/types'
import { Button } from '@/ui/Button'

/** Whether a member is to be removed. */
export default function RemoveDialog({
  member,
  open,
  onClose,
  onRemove,
}: {
  member: Member
  open: boolean
  onClose: () => void
  onRemove: () => void
}) {
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={`remove-${member.user_id}`}>
      <DialogTitle id={`remove-${member.user_id}`}>Remove {member.name}?</DialogTitle>
      <DialogContent>
        <DialogContentText variant="body2">
          They lose access to this workspace at once. What they made stays. To let them back in, invite them
          again.
        </DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          Keep
        </Button>
        <Button variant="contained" color="error" onClick={onRemove}>
          Remove
        </Button>
      </DialogActions>
    </Dialog>
  )
}
