'use client'

import CloseRounded from '@mui/icons-material/CloseRounded'
import Box from '@mui/material/Box'
import type { Column, ColumnProfile, Condition, Group } from '@/api/types'
import { Button, IconButton } from '@/ui/Button'
import { arityOf } from '../kinds'
import { addedAt, changedAt, conditionOn, type Filter, groupOf, MOST_DEPTH, type Path } from '../model'
import type { AskedColumn } from '../tables'
import { filterWords } from '../words'
import { FilterPiece } from './FilterPiece'
import { AddColumn, Choice, Piece, smallButton } from './parts'

/** Conditions joined by and/or, groups inside of groups. */
export function FilterTree({
  group,
  columns,
  profile,
  path = [],
  label,
  onChange,
  onParameter,
}: {
  /** The whole of it; `path` says which group of it is drawn. */
  group: Group
  columns: readonly AskedColumn[]
  profile: readonly ColumnProfile[]
  path?: Path
  label: string
  /** `kind` joins changes that belong together into one step of undo. */
  onChange: (group: Group, kind?: string) => void
  /** Let whoever asks say the value: the condition's parameter. */
  onParameter?: (condition: Condition, column: Column, path: Path) => void
}) {
  const shown = groupAt(group, path)
  const items = shown.items as readonly Filter[]
  return (
    <>
      {items.length > 1 && (
        <Choice
          label={path.length === 0 ? `Which conditions of ${label} must hold` : 'Which of these must hold'}
          value={shown.op}
          options={[
            { value: 'and', label: 'All of these hold' },
            { value: 'or', label: 'Any of these holds' },
          ]}
          onChange={(op) =>
            onChange(changedAt(group, path, (found) => groupOf((found as Group).items as never, op)))
          }
        />
      )}
      {items.map((item, index) => {
        const here = [...path, index]
        const name = `${label} ${here.map((one) => one + 1).join('.')}`
        if (item.kind === 'group') {
          return (
            <Box
              // biome-ignore lint/suspicious/noArrayIndexKey: conditions are named by their place
              key={`group-${index}-${items.length}`}
              role="group"
              aria-label={`${name}, a group`}
              sx={{
                display: 'grid',
                gap: 1,
                pl: 1.25,
                py: 0.5,
                borderLeft: '3px solid',
                borderColor: 'divider',
                gridTemplateColumns: 'minmax(0, 1fr)',
              }}
            >
              <FilterTree
                group={group}
                columns={columns}
                profile={profile}
                path={here}
                label={label}
                onChange={onChange}
                onParameter={onParameter}
              />
              <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
                <AddColumn
                  label="Add to this group"
                  columns={columns}
                  onPick={(column) => onChange(addedAt(group, here, conditionOn(column)))}
                />
                <IconButton
                  size="small"
                  aria-label={`Remove ${name}`}
                  onClick={() => onChange(changedAt(group, here, () => null))}
                >
                  <CloseRounded fontSize="inherit" />
                </IconButton>
              </Box>
            </Box>
          )
        }
        const column = columns.find((one) => one.id === item.column)
        const change = (next: Filter | null, kind?: string) =>
          onChange(
            changedAt(group, here, () => next),
            kind,
          )
        return (
          <Piece
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions are named by their place
            key={`${index}-${item.column}-${item.op}-${item.parameter ?? ''}-${items.length}`}
            title={column?.name ?? filterWords(item, columns)}
            label={name}
            onRemove={() => change(null)}
            more={
              column && path.length + 1 < MOST_DEPTH ? (
                <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
                  <Button
                    variant="outlined"
                    sx={smallButton}
                    onClick={() => change(groupOf([item], shown.op === 'and' ? 'or' : 'and'))}
                  >
                    Put into a group
                  </Button>
                  {onParameter && arityOf(item.op) !== 0 && (
                    <Button
                      variant="outlined"
                      sx={smallButton}
                      onClick={() =>
                        item.parameter
                          ? change({ ...item, parameter: null })
                          : onParameter(item, column, here)
                      }
                    >
                      {item.parameter ? 'A value of its own' : 'Make it a parameter'}
                    </Button>
                  )}
                </Box>
              ) : undefined
            }
          >
            {column && (
              <FilterPiece
                condition={item}
                column={column}
                profile={profile.find((one) => one.id === column.id)}
                onChange={(next) => change(next, `${label}-${here.join('.')}`)}
              />
            )}
          </Piece>
        )
      })}
    </>
  )
}

function groupAt(group: Group, path: Path): Group {
  const [first, ...rest] = path
  if (first === undefined) return group
  const item = group.items[first] as Filter | undefined
  return item?.kind === 'group' ? groupAt(item as Group, rest) : groupOf()
}
