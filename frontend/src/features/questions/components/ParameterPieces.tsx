'use client'

import TextField from '@mui/material/TextField'
import type { Parameter, Scalar } from '@/api/types'
import { readValue } from '../kinds'
import { type Draft, keepParameter, removeParameter } from '../model'
import { Choice, Piece } from './parts'

const typeOf = {
  text: 'text',
  number: 'float',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
} as const

/** The values that whoever asks may change without changing the question. */
export function ParameterPieces({
  draft,
  onChange,
}: {
  draft: Draft
  onChange: (draft: Draft, kind?: string) => void
}) {
  return (
    <>
      {draft.parameters.map((parameter, index) => (
        <Piece
          // biome-ignore lint/suspicious/noArrayIndexKey: parameters are named by their place while they are renamed
          key={index}
          title={parameter.label || parameter.name}
          label={`parameter ${parameter.label || parameter.name}`}
          onRemove={() => onChange(removeParameter(draft, index))}
          more={
            <TextField
              label="Asked as"
              value={parameter.label ?? ''}
              onChange={(event) =>
                onChange(
                  keepParameter(draft, index, { ...parameter, label: event.target.value || null }),
                  `parameter-${index}`,
                )
              }
              slotProps={{ htmlInput: { maxLength: 200 } }}
            />
          }
        >
          <Value
            parameter={parameter}
            onChange={(value) =>
              onChange(keepParameter(draft, index, { ...parameter, value }), `parameter-${index}`)
            }
          />
        </Piece>
      ))}
    </>
  )
}

function Value({
  parameter,
  onChange,
}: {
  parameter: Parameter
  onChange: (value: Parameter['value']) => void
}) {
  const name = `Value of ${parameter.label || parameter.name}`
  const read = (text: string): Scalar => (text === '' ? null : readValue(text, typeOf[parameter.type]))
  if (parameter.type === 'boolean') {
    return (
      <Choice
        label={name}
        value={String(parameter.value ?? '')}
        options={[
          { value: '', label: 'Any' },
          { value: 'true', label: 'Yes' },
          { value: 'false', label: 'No' },
        ]}
        onChange={(value) => onChange(value === '' ? null : value === 'true')}
      />
    )
  }
  const many = Array.isArray(parameter.value)
  const text = many ? (parameter.value as Scalar[]).join('\n') : String(parameter.value ?? '')
  return (
    <TextField
      key={String(many)}
      multiline={many}
      type={
        many
          ? undefined
          : parameter.type === 'number'
            ? 'number'
            : parameter.type === 'date'
              ? 'date'
              : parameter.type === 'timestamp'
                ? 'datetime-local'
                : 'text'
      }
      defaultValue={text}
      placeholder="Any"
      onChange={(event) =>
        onChange(
          many
            ? event.target.value
                .split('\n')
                .map(read)
                .filter((value) => value !== null)
            : read(event.target.value),
        )
      }
      slotProps={{ htmlInput: { 'aria-label': many ? `${name}, one a line` : name } }}
    />
  )
}
