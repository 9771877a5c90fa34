'use client'

import Box from '@mui/material/Box'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import TextField from '@mui/material/TextField'
import { Button } from '@/ui/Button'

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
        value={tab}
        onChange={(_, next: number) => onTab(next)}
        aria-label="Tabs of the dashboard"
        variant="scrollable"
        scrollButtons={false}
      >
        {tabs.map((title, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tabs have no identity but their place
          <Tab key={index} label={title} />
        ))}
      </Tabs>
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
