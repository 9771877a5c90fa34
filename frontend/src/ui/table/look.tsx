import type { CellFormat } from '@tablewright/charts'
import type { ReactNode } from 'react'
import { hidden } from '../hidden'

/** How a cell stands out, as conditional formats decide it. */
export type CellLook = CellFormat

const percent = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10}%`

export const lookStyle = ({ fill, ink, bold, bar }: CellLook) => ({
  ...(fill && { backgroundColor: fill }),
  ...(ink && { color: ink }),
  ...(bold && { fontWeight: 700 }),
  ...(bar && {
    backgroundImage: `linear-gradient(to right, transparent ${percent(bar.from)}, ${bar.fill} ${percent(bar.from)}, ${bar.fill} ${percent(bar.to)}, transparent ${percent(bar.to)})`,
  }),
})

/** The value with its sign, and what the colours say in words. */
export function lookAround(text: string, look: CellLook | null | undefined): ReactNode {
  if (!look) return text
  return (
    <>
      {look.icon && (
        <span aria-hidden="true" style={{ marginRight: 6 }}>
          {look.icon}
        </span>
      )}
      {text}
      {look.says && <span style={hidden}>, {look.says}</span>}
    </>
  )
}
