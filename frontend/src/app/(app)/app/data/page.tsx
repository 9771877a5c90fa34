'use client'

import Box from '@mui/material/Box'
import { useState } from 'react'
import { DatasetList } from '@/features/datasets/components/DatasetList'
import { ChooseFiles, DropZone } from '@/features/uploads/components/DropZone'
import { useAddress } from '@/lib/address'
import { useMay } from '@/lib/session'
import { useRested } from '@/lib/timing'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { PageHeader } from '@/ui/PageHeader'
import { SearchField } from '@/ui/SearchField'

export default function Data() {
  const [search, setSearch] = useAddress('search')
  const [bin, setBin] = useAddress('bin')
  const [typed, setTyped] = useState(search ?? '')
  const rested = useRested(typed, 250)
  const mayLoad = useMay('datasets.load')
  const mayEdit = useMay('datasets.edit')
  const deleted = bin === '1'

  return (
    <>
      <PageHeader
        title={deleted ? 'Deleted datasets' : 'Data'}
        facts={deleted ? 'Kept for 30 days after they were deleted.' : undefined}
        actions={
          <>
            {mayEdit && (
              <Button variant="outlined" onClick={() => setBin(deleted ? null : '1')}>
                {deleted ? 'Back to data' : 'Bin'}
              </Button>
            )}
            {mayLoad && !deleted && <ChooseFiles />}
          </>
        }
      />
      <Box sx={{ mb: 2 }}>
        <SearchField
          label="Filter datasets"
          value={typed}
          onChange={(value) => {
            setTyped(value)
            setSearch(value || null)
          }}
        />
      </Box>
      <DatasetList
        search={rested}
        deleted={deleted}
        empty={
          deleted ? (
            <EmptyState title="The bin is empty">Datasets that are deleted wait here for 30 days.</EmptyState>
          ) : mayLoad ? (
            <DropZone />
          ) : (
            <EmptyState title="No data yet">An analyst or admin of this workspace can load files.</EmptyState>
          )
        }
      />
    </>
  )
}
