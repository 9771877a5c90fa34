'use client'

import { styled } from '@mui/material/styles'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { hidden } from '@/ui/hidden'
import { mono } from '@/ui/theme'
import type { Completion, Help, Hint } from '../api'
import { charactersAt, type Mistake, piecesOf, replaced, unitsAt } from '../formula'

const Frame = styled('div')(({ theme }) => ({
  position: 'relative',
  border: `1px solid color-mix(in srgb, ${theme.vars.palette.text.secondary} 72%, transparent)`,
  borderRadius: 6,
  background: theme.vars.palette.background.paper,
  '&:focus-within': { outline: `2px solid ${theme.vars.palette.primary.main}`, outlineOffset: -1 },
  '& textarea, & pre': {
    margin: 0,
    padding: '10px 12px',
    border: 0,
    width: '100%',
    boxSizing: 'border-box',
    minHeight: 108,
    fontFamily: mono,
    fontSize: '0.875rem',
    lineHeight: 1.55,
    letterSpacing: 0,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'break-word',
    tabSize: 2,
  },
  '& textarea': {
    display: 'block',
    position: 'relative',
    resize: 'none',
    outline: 'none',
    overflow: 'hidden',
    background: 'transparent',
    color: 'transparent',
    caretColor: theme.vars.palette.text.primary,
  },
  '& textarea::placeholder': { color: theme.vars.palette.text.secondary },
  '& pre': { position: 'absolute', inset: 0, color: theme.vars.palette.text.primary, pointerEvents: 'none' },
  '& .function, & .word': { color: theme.vars.palette.info.main },
  '& .reference': { color: theme.vars.palette.primary.main },
  '& .parameter': { color: theme.vars.palette.warning.main },
  '& .text, & .moment': { color: theme.vars.palette.success.main },
  '& .wrong': {
    textDecoration: 'underline wavy',
    textDecorationColor: theme.vars.palette.error.main,
    textUnderlineOffset: 4,
    textDecorationSkipInk: 'none',
  },
  '& .list': {
    position: 'absolute',
    zIndex: 2,
    left: 8,
    right: 8,
    top: '100%',
    margin: '4px 0 0',
    padding: 4,
    maxHeight: 240,
    overflow: 'auto',
    border: `1px solid ${theme.vars.palette.divider}`,
    borderRadius: 8,
    background: theme.vars.palette.background.paper,
    boxShadow: '0 12px 40px -12px rgb(0 0 0 / 28%)',
  },
  '& [role="option"]': {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, auto) minmax(0, 1fr)',
    columnGap: 10,
    padding: '5px 8px',
    borderRadius: 5,
    cursor: 'pointer',
    fontSize: '0.8125rem',
  },
  '& [aria-selected="true"]': { background: theme.vars.palette.background.sunk },
  '& .list b': { fontFamily: mono, fontWeight: 600 },
  '& .list span': {
    color: theme.vars.palette.text.secondary,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  '& .list small': { gridColumn: '1 / -1', color: theme.vars.palette.text.secondary, fontSize: '0.75rem' },
}))

/**
 * A text field for formulas: its pieces in colour, a mistake underlined where it stands, and what may come next in a
 * list. The list is driven from the field: arrows choose, Enter or Tab takes, Escape closes, Ctrl Space opens.
 */
export function FormulaField({
  label,
  value,
  onChange,
  mistake,
  help,
  describedBy,
  maxLength = 4096,
}: {
  label: string
  value: string
  onChange: (text: string) => void
  mistake: Mistake | null
  help: (text: string, cursor: number, signal: AbortSignal) => Promise<Help>
  /** The id of what says what is wrong. */
  describedBy?: string
  maxLength?: number
}) {
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [cursor, setCursor] = useState<number | null>(null)
  const [found, setFound] = useState<Help & { text: string; cursor: number }>()
  const [active, setActive] = useState(0)
  const [open, setOpen] = useState(false)
  const after = useRef<number | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
    if (after.current !== null) {
      element.setSelectionRange(after.current, after.current)
      setCursor(after.current)
      after.current = null
    }
  }, [value])

  useEffect(() => {
    if (cursor === null) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      help(value, charactersAt(value, cursor), stop.signal)
        .then((next) => {
          setFound({ ...next, text: value, cursor })
          setActive(0)
        })
        .catch(() => {
          // Without help the formula can still be written.
        })
    }, 120)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [value, cursor, help])

  const isNow = found?.text === value && found.cursor === cursor
  const completions = open && isNow ? found.suggestions : []
  const shown = completions.length > 0
  const chosen = completions[active]
  const take = (completion: Completion) => {
    const start = unitsAt(value, completion.start)
    const next = replaced(value, start, unitsAt(value, completion.end), completion.insert)
    after.current = next.cursor
    setOpen(false)
    onChange(next.text.slice(0, maxLength))
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      setOpen(true)
      return
    }
    // Escape closes the list and never the dialog around it: what is written is not lost by one key.
    if (event.key === 'Escape') {
      event.stopPropagation()
      setOpen(false)
      return
    }
    if (!shown) return
    const count = completions.length
    if (event.key === 'ArrowDown') setActive((active + 1) % count)
    else if (event.key === 'ArrowUp') setActive((active - 1 + count) % count)
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) take(chosen)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div>
      <Frame>
        <pre aria-hidden="true">
          <Coloured text={value} mistake={mistake} />
        </pre>
        <textarea
          ref={field}
          aria-label={label}
          value={value}
          maxLength={maxLength}
          placeholder={'IF([Amount] > 100, "large", "small")'}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={shown ? `${id}-list` : undefined}
          aria-activedescendant={shown ? `${id}-${active}` : undefined}
          aria-invalid={mistake !== null}
          aria-describedby={describedBy}
          onChange={(event) => {
            setOpen(true)
            setCursor(event.target.selectionStart)
            onChange(event.target.value)
          }}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={() => setOpen(false)}
        />
        {shown && (
          <div id={`${id}-list`} className="list" role="listbox" aria-label="What may come next">
            {completions.map((completion, index) => (
              <div
                key={`${completion.kind}-${completion.label}`}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                ref={index === active ? intoView : undefined}
                onPointerDown={(event) => {
                  event.preventDefault()
                  take(completion)
                }}
              >
                <b>{completion.label}</b>
                <span>{completion.detail}</span>
                {index === active && completion.description && <small>{completion.description}</small>}
                {index === active && completion.example && <small>{completion.example}</small>}
              </div>
            ))}
          </div>
        )}
      </Frame>
      <span role="status" style={hidden}>
        {shown ? `${completions.length} suggestions. ${chosen?.label ?? ''}` : ''}
      </span>
      {isNow && found.signature && <HintLine hint={found.signature} />}
    </div>
  )
}

const intoView = (element: HTMLElement | null) => element?.scrollIntoView?.({ block: 'nearest' })

const HintFrame = styled('p')(({ theme }) => ({
  margin: '6px 2px 0',
  fontSize: '0.8125rem',
  color: theme.vars.palette.text.secondary,
  '& code': { fontFamily: mono, color: theme.vars.palette.text.primary },
}))

function HintLine({ hint }: { hint: Hint }) {
  const [name, words] = hint.parameters[Math.min(hint.active, hint.parameters.length - 1)] ?? []
  return (
    <HintFrame>
      <code>{hint.signature}</code> {hint.description}
      {name && (
        <>
          {' '}
          Now <b>{name}</b>
          {words && `: ${words}`}
        </>
      )}
    </HintFrame>
  )
}

function Coloured({ text, mistake }: { text: string; mistake: Mistake | null }) {
  let at = 0
  const spans = piecesOf(text).flatMap((piece) => {
    const start = at
    at += piece.text.length
    if (!mistake || mistake.end <= start || mistake.start >= at)
      return [{ key: start, className: piece.kind, text: piece.text }]
    const from = Math.max(0, mistake.start - start)
    const to = Math.min(piece.text.length, mistake.end - start)
    return [
      { key: start, className: piece.kind, text: piece.text.slice(0, from) },
      { key: start + from + 0.1, className: `${piece.kind} wrong`, text: piece.text.slice(from, to) },
      { key: start + to + 0.2, className: piece.kind, text: piece.text.slice(to) },
    ].filter((one) => one.text !== '')
  })
  return (
    <>
      {spans.map((span) => (
        <span key={span.key} className={span.className}>
          {span.text}
        </span>
      ))}
      {/* A last empty line has height in a text field, and none in a block of text without this. */}
      {mistake && mistake.start >= text.length && text !== '' && <span className="wrong"> </span>}
      {'\n'}
    </>
  )
}
