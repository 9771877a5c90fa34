'use client'

import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { accessQueries } from '@/features/access/api'
import { Attributes, Groups } from '@/features/access/components/Groups'
import { RulesEditor } from '@/features/access/components/RulesEditor'
import { WhyView } from '@/features/access/components/WhyView'
import { datasetQueries } from '@/features/datasets/api'
import { memberQueries } from '@/features/members/api'
import { useAddress } from '@/lib/address'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'

/** The rules of a dataset, what they make of it for a member, and the groups and attributes that they speak of. */
export default function Access() {
  const [wanted, choose] = useAddress('dataset')
  const members = useQuery(memberQueries.list())
  const datasets = useInfiniteQuery(datasetQueries.list({}))
  const ruled = useQuery(accessQueries.ruled())
  const error = members.error ?? datasets.error ?? ruled.error
  if (error) return <ErrorNotice error={error} retry={() => void members.refetch()} />
  if (!members.data || !datasets.data || !ruled.data) return <Loading label="Loading access" rows={4} />
  const people = members.data.items.map((member) => ({ id: member.user_id, name: member.name }))
  const all = datasets.data.pages.flatMap((page) => page.items)
  const has = new Set(ruled.data.items.map((one) => one.dataset_id))
  const chosen = all.find((one) => one.id === wanted) ?? all.find((one) => has.has(one.id)) ?? all[0]
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 5 }}>
      {chosen ? (
        <>
          <Box
            component="section"
            aria-label="Rules"
            sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}
          >
            <TextField
              select
              label="Dataset"
              value={chosen.id}
              onChange={(event) => choose(event.target.value)}
              sx={{ maxWidth: 420 }}
            >
              {all.map((one) => (
                <MenuItem key={one.id} value={one.id}>
                  {one.name}
                  {has.has(one.id) && ' (has rules)'}
                </MenuItem>
              ))}
            </TextField>
            <RulesEditor datasetId={chosen.id} people={people} />
          </Box>
          <Box
            component="section"
            aria-label="What a member sees"
            sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}
          >
            <Typography variant="h2">What a member sees, and why</Typography>
            <WhyView datasetId={chosen.id} people={people} />
          </Box>
        </>
      ) : (
        <EmptyState title="There is no dataset yet">Rules are of datasets. Load a file first.</EmptyState>
      )}
      <Box
        component="section"
        aria-label="Groups"
        sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}
      >
        <Typography variant="h2">Groups</Typography>
        <Groups people={people} />
      </Box>
      <Box
        component="section"
        aria-label="Attributes"
        sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}
      >
        <Typography variant="h2">Attributes of members</Typography>
        <Attributes people={people} />
      </Box>
    </Box>
  )
}
