import type { ReactNode } from 'react'

/** How a cell stands out: what conditional formats make of it. */
export interface CellLook {
  color?: string
  background?: string
  bold?: boolean
  /** A bar behind the value, from 0 to 1. */
  bar?: { share: number; color: string }
  /** A sign before the value, with its meaning for those who do not see it. */
  icon?: { sign: string; label: string; color?: string }
}

export const lookStyle = (look: CellLook) => ({
  ...(look.color && { color: look.color }),
  ...(look.background && { background: look.background }),
  ...(look.bold && { fontWeight: 700 }),
  ...(look.bar && {
    backgroundImage: `linear-gradient(to right, ${look.bar.color} ${percent(look.bar.share)}, transparent ${percent(look.bar.share)})`,
    backgroundRepeat: 'no-repeat',
  }),
})

const percent = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10}%`

/** The value with its sign. */
export function lookAround(text: string, look: CellLook | null): ReactNode {
  if (!look?.icon) return text
  return (
    <>
      <span role="img" aria-label={look.icon.label} style={{ color: look.icon.color, marginRight: 6 }}>
        {look.icon.sign}
      </span>
      {text}
    </>
  )
}
