'use client'

import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import { Button } from '@/ui/Button'
import { Tabs } from '@/ui/Tabs'

/** The tabs of a dashboard; while it is changed, with their names. */
export function TabBar({
  tabs,
  tab,
  editing,
  onTab,
  onName,
  onAdd,
  onRemove,
}: {
  tabs: readonly string[]
  tab: number
  editing: boolean
  onTab: (tab: number) => void
  onName: (title: string) => void
  onAdd: () => void
  onRemove: () => void
}) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 2, flexWrap: 'wrap' }}>
      <Tabs
        label="Tabs of the dashboard"
        tabs={tabs.map((label, value) => ({ value, label }))}
        value={tab}
        onChange={onTab}
      />
      {editing && (
        <>
          <TextField
            size="small"
            label="Name of the tab"
            value={tabs[tab] ?? ''}
            onChange={(event) => onName(event.target.value || ' ')}
            slotProps={{ htmlInput: { maxLength: 100 } }}
            sx={{ width: 170 }}
          />
          <Button onClick={onAdd}>Add tab</Button>
          {tabs.length > 1 && <Button onClick={onRemove}>Remove tab</Button>}
        </>
      )}
    </Box>
  )
}

/** Where a dashboard is listed. */
export function FolderField({ value, onChange }: { value: string; onChange: (folder: string) => void }) {
  return (
    <TextField
      size="small"
      variant="standard"
      label="Folder"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ htmlInput: { maxLength: 100 } }}
      sx={{ width: 240 }}
    />
  )
}
