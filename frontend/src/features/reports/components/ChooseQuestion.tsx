'use client'

import Dialog from '@mui/material/Dialog'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import List from '@mui/material/List'
import ListItemButton from '@mui/material/ListItemButton'
import ListItemText from '@mui/material/ListItemText'
import Typography from '@mui/material/Typography'
import type { SavedQuestion } from '@/api/types'

/** The saved questions of which a section can be made. */
export default function ChooseQuestion({
  kind,
  questions,
  onClose,
  onChoose,
}: {
  kind: 'chart' | 'table' | null
  questions: readonly SavedQuestion[]
  onClose: () => void
  onChoose: (question: SavedQuestion) => void
}) {
  const fitting = kind === 'chart' ? questions.filter((question) => question.chart) : questions
  return (
    <Dialog open={kind !== null} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="choose-title">
      <DialogTitle id="choose-title">{kind === 'table' ? 'Add a table' : 'Add a chart'}</DialogTitle>
      <DialogContent>
        {fitting.length === 0 ? (
          <Typography variant="body2" color="textSecondary" sx={{ pb: 2 }}>
            {kind === 'chart'
              ? 'No saved question has a chart yet. Ask one about a dataset and save it.'
              : 'No question is saved yet. Ask one about a dataset and save it.'}
          </Typography>
        ) : (
          <List dense aria-label="Saved questions" sx={{ mx: -1.5 }}>
            {fitting.map((question) => (
              <li key={question.id}>
                <ListItemButton onClick={() => onChoose(question)} sx={{ borderRadius: 1.5 }}>
                  <ListItemText
                    primary={question.name}
                    secondary={question.chart ? `${question.chart.mark} chart` : 'table'}
                  />
                </ListItemButton>
              </li>
            ))}
          </List>
        )}
      </DialogContent>
    </Dialog>
  )
}
