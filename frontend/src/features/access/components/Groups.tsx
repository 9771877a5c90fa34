'use client'

import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { toProblem } from '@/lib/problem'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Loading } from '@/ui/Loading'
import { useNotify } from '@/ui/notify'
import { accessQueries, changeGroup, createGroup, deleteGroup, saveAttributes } from '../api'
import { type Person, readAttributes, writeAttributes } from '../model'

/** Members under one name, so that a rule can name them together. */
export function Groups({ people }: { people: readonly Person[] }) {
  const { data, error, refetch } = useQuery(accessQueries.groups())
  const [name, setName] = useState('')
  const queries = useQueryClient()
  const notify = useNotify()
  const refresh = () => queries.invalidateQueries({ queryKey: ['access'] })
  const say = (problem: unknown) => notify(toProblem(problem).message)
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    createGroup(name.trim(), [])
      .then(refresh)
      .then(() => setName(''))
      .catch(say)
  }
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading groups" rows={2} />
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1.5 }}>
      {data.items.length === 0 && <Typography color="textSecondary">There are no groups yet.</Typography>}
      {data.items.map((group) => (
        <Box key={group.id} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
          <TextField
            select
            label={`Members of ${group.name}`}
            value={group.member_ids}
            onChange={(event) =>
              changeGroup({ ...group, member_ids: event.target.value as unknown as string[] })
                .then(refresh)
                .catch(say)
            }
            slotProps={{ select: { multiple: true } }}
            sx={{ flex: '1 1 240px', minWidth: 0 }}
          >
            {people.map((person) => (
              <MenuItem key={person.id} value={person.id}>
                {person.name}
              </MenuItem>
            ))}
          </TextField>
          <Button
            variant="outlined"
            color="error"
            aria-label={`Remove the group ${group.name}`}
            onClick={() => deleteGroup(group.id).then(refresh).catch(say)}
          >
            Remove
          </Button>
        </Box>
      ))}
      <Box component="form" onSubmit={add} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
        <TextField
          label="Name of a new group"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" variant="outlined">
          Add group
        </Button>
      </Box>
    </Box>
  )
}

/** What rules may compare with, of one member: a region, a cost centre. */
export function Attributes({ people }: { people: readonly Person[] }) {
  const [chosen, setChosen] = useState(people[0]?.id ?? '')
  const { data, error, refetch } = useQuery({ ...accessQueries.attributes(chosen), enabled: chosen !== '' })
  return (
    <Box sx={{ display: 'grid', gap: 1.5, maxWidth: 520 }}>
      <TextField
        select
        label="Attributes of"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        {people.map((person) => (
          <MenuItem key={person.id} value={person.id}>
            {person.name}
          </MenuItem>
        ))}
      </TextField>
      {error ? (
        <ErrorNotice error={error} retry={refetch} />
      ) : data ? (
        <AttributeForm key={data.user_id} userId={data.user_id} attributes={data.attributes} />
      ) : (
        chosen !== '' && <Loading label="Loading attributes" rows={2} />
      )}
    </Box>
  )
}

function AttributeForm({
  userId,
  attributes,
}: {
  userId: string
  attributes: Readonly<Record<string, readonly string[]>>
}) {
  const [text, setText] = useState(writeAttributes(attributes))
  const queries = useQueryClient()
  const notify = useNotify()
  const save = (event: FormEvent) => {
    event.preventDefault()
    saveAttributes(userId, readAttributes(text))
      .then(() => queries.invalidateQueries({ queryKey: ['access'] }))
      .then(() => notify('The attributes are in force.'))
      .catch((problem) => notify(toProblem(problem).message))
  }
  return (
    <Box component="form" onSubmit={save} sx={{ display: 'grid', gap: 1.5, justifyItems: 'start' }}>
      <TextField
        label="Attributes"
        helperText="One a line, for instance: region: North, East"
        multiline
        minRows={3}
        fullWidth
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" variant="outlined">
        Save attributes
      </Button>
    </Box>
  )
}
