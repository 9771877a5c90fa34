'use client'

import Snackbar from '@mui/material/Snackbar'
import SnackbarContent from '@mui/material/SnackbarContent'
import { Button } from './Button'
import type { Notice } from './notify'

/** A notice at the lower edge, for a few seconds. */
export default function NoticeBar({
  notice,
  open,
  onClose,
}: {
  notice: Notice
  open: boolean
  onClose: () => void
}) {
  return (
    <Snackbar
      open={open}
      autoHideDuration={(notice.seconds ?? (notice.action ? 12 : 5)) * 1000}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      onClose={(_, reason) => reason !== 'clickaway' && onClose()}
      sx={{ bottom: { xs: 76, md: 24 } }}
    >
      <SnackbarContent
        role="status"
        message={notice.message}
        sx={{ borderRadius: 2, '& .MuiSnackbarContent-message': { py: 0.75 } }}
        action={
          notice.action && (
            <Button
              color="inherit"
              onClick={() => {
                onClose()
                notice.action?.run()
              }}
              sx={{ textDecoration: 'underline', textUnderlineOffset: 3 }}
            >
              {notice.action.label}
            </Button>
          )
        }
      />
    </Snackbar>
  )
}
