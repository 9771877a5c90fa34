// What stands around the plot: title, notes, legend, source. Laid out by our own measure of the shipped font, so that
// screen, paper and mail agree and nothing depends on a canvas.

import { legendOf } from './legend'
import type { Plan } from './plan'
import type { Context } from './spec'
import { FAMILY, harmless, shorten, widthOf, wrap } from './text'
import { type Theme, themes } from './theme'

export type Element = Record<string, unknown>

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Frame {
  context: Context
  theme: Theme
  font: string
  /** Room left for the plot with its axes, in pixels from the top left corner. */
  box: Box
  elements: Element[]
  /** Interaction is for screens only. */
  live: boolean
}

export const SMALL = 11
export const LEGEND_SIZE = 12
const TITLE_SIZE = 16

export const drawsHeadings = (context: Context): boolean => context.headings ?? context.target !== 'screen'

export function fontOf(context: Context): string {
  return context.target === 'screen' ? `${FAMILY}, system-ui, sans-serif` : `${FAMILY}, sans-serif`
}

interface Look {
  size: number
  color: string
  bold?: boolean
  align?: 'left' | 'center' | 'right'
  middle?: boolean
  /** A rim of the ground's colour, for words over lines. */
  halo?: boolean
}

/** A line of text, as data for ECharts' graphic component: never markup, never interactive. */
export function textAt(
  frame: Pick<Frame, 'font' | 'theme'>,
  text: string,
  x: number,
  y: number,
  look: Look,
): Element {
  return {
    type: 'text',
    silent: true,
    z: look.halo ? 8 : 5,
    x,
    y,
    style: {
      text: harmless(text),
      fill: look.color,
      fontSize: look.size,
      fontWeight: look.bold ? 'bold' : 'normal',
      fontFamily: frame.font,
      ...(look.halo ? { stroke: frame.theme.ground, lineWidth: 3 } : {}),
      textAlign: look.align ?? 'left',
      textVerticalAlign: look.middle ? 'middle' : 'top',
    },
  }
}

export function headingsOf(plan: Plan): { title: string; subtitle: string; source: string } {
  return {
    title: plan.title,
    subtitle: [plan.subtitle, ...plan.notes].filter(Boolean).join(' · '),
    source: plan.source,
  }
}

export function frameOf(plan: Plan, context: Context): Frame {
  const theme = themes[context.theme] ?? themes.light
  const font = fontOf(context)
  const edge = context.target === 'screen' ? 8 : 16
  const box: Box = { left: edge, top: edge, right: context.width - edge, bottom: context.height - edge }
  const frame: Frame = { context, theme, font, box, elements: [], live: context.target === 'screen' }
  const width = box.right - box.left

  if (drawsHeadings(context)) {
    const { title, subtitle, source } = headingsOf(plan)
    for (const line of wrap(title, width, TITLE_SIZE, context.height < 300 ? 1 : 2, 'bold')) {
      frame.elements.push(
        textAt(frame, line, box.left, box.top, { size: TITLE_SIZE, color: theme.ink, bold: true }),
      )
      box.top += 22
    }
    if (subtitle) {
      for (const line of wrap(subtitle, width, 12, 3)) {
        frame.elements.push(textAt(frame, line, box.left, box.top, { size: 12, color: theme.muted }))
        box.top += 17
      }
    }
    box.top += 8
    if (source) {
      box.bottom -= 14
      const text = shorten(source, width, SMALL)
      frame.elements.push(textAt(frame, text, box.left, box.bottom, { size: SMALL, color: theme.muted }))
      box.bottom -= 8
    }
  }
  if (context.target !== 'screen') drawLegend(plan, frame)
  return frame
}

function drawLegend(plan: Plan, frame: Frame): void {
  const items = legendOf(plan, frame.context).filter((item) => !item.direct)
  if (items.length === 0) return
  const { box, theme } = frame
  let x = box.left
  for (const item of items) {
    const text = shorten(item.name, 220, LEGEND_SIZE)
    const swatch = item.shape === 'line' ? 23 : 16
    const width = swatch + widthOf(text, LEGEND_SIZE) + 16
    if (x > box.left && x + width - 16 > box.right) {
      x = box.left
      box.top += 19
    }
    const middle = box.top + 8
    if (item.shape === 'line') {
      const dash = item.dash === 'dashed' ? [4, 3] : item.dash === 'dotted' ? [2, 2] : undefined
      frame.elements.push({
        type: 'line',
        silent: true,
        shape: { x1: x, y1: middle, x2: x + 18, y2: middle },
        style: { stroke: item.color, lineWidth: 2.5, lineDash: dash },
      })
    } else if (item.shape === 'triangle' || item.shape === 'diamond') {
      const points =
        item.shape === 'triangle'
          ? [
              [x + 5, middle - 5],
              [x + 10, middle + 4],
              [x, middle + 4],
            ]
          : [
              [x + 5, middle - 5],
              [x + 10, middle],
              [x + 5, middle + 5],
              [x, middle],
            ]
      frame.elements.push({ type: 'polygon', silent: true, shape: { points }, style: { fill: item.color } })
    } else if (item.shape === 'circle') {
      frame.elements.push({
        type: 'circle',
        silent: true,
        shape: { cx: x + 5, cy: middle, r: 4.5 },
        style: { fill: item.color },
      })
    } else {
      frame.elements.push({
        type: 'rect',
        silent: true,
        shape: { x, y: middle - 5, width: 10, height: 10, r: item.shape === 'rect' ? 0 : 2 },
        style: { fill: item.color },
      })
    }
    frame.elements.push(
      textAt(frame, text, x + swatch, middle, { size: LEGEND_SIZE, color: theme.ink, middle: true }),
    )
    x += width
  }
  box.top += 26
}
