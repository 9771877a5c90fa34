// Colours in steps instead of a gradient: a reader can name a step, and print shows it as the screen does.

import { numberFormat } from './format'
import { type Frame, SMALL, textAt } from './frame'
import type { Plan } from './plan'
import { decimalsOf, nice, ticksOf, tidy } from './scale'
import { shorten, widthOf } from './text'

export interface Steps {
  /** The edges of the steps, one more than there are colours. */
  edges: number[]
  colors: string[]
  colorOf: (value: number) => string
}

/** Steps with round edges over all values; around zero where values lie on both sides of it. */
export function stepsOf(plan: Plan, frame: Frame): Steps {
  const values = plan.series.flatMap((one) => one.values.filter((value): value is number => value !== null))
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const whole = plan.series.every((one) => one.column.type === 'integer')
  const both = low < 0 && high > 0
  const reach = Math.max(-low, high)
  const from = both ? -reach : low >= 0 && low < high / 2 ? 0 : low
  // Coefficients of every matrix are compared with those of any other.
  const fixed = plan.mark === 'correlation' ? [-1, -0.7, -0.4, -0.1, 0.1, 0.4, 0.7, 1] : null
  const edges = fixed ?? ticksOf(nice(from, both ? reach : high, both ? 4 : 5, whole))
  const theme = frame.theme
  const palette = both || fixed ? theme.around : theme.steps
  const count = edges.length - 1
  const colors = Array.from({ length: count }, (_, index) => {
    const at = count === 1 ? palette.length - 2 : Math.round((index / (count - 1)) * (palette.length - 1))
    return palette[at] as string
  })
  return {
    edges,
    colors,
    colorOf: (value) => {
      const step = edges.findIndex((edge, index) => index > 0 && value < edge) - 1
      return colors[step < 0 ? count - 1 : step] as string
    },
  }
}

/**
 * The steps with their edges, on the right above the plot, and what they measure: on the left, or above where both have
 * no room beside one another.
 */
export function drawSteps(plan: Plan, frame: Frame, steps: Steps): void {
  const { box, context, theme } = frame
  const step = tidy((steps.edges[1] ?? 1) - (steps.edges[0] ?? 0))
  const first = plan.series[0]
  const digits =
    plan.mark === 'correlation' ? 1 : decimalsOf(first?.format?.kind === 'percent' ? tidy(step * 100) : step)
  const largest = Math.max(...steps.edges.map(Math.abs))
  const write = numberFormat({ ...first?.format, digits }, context.locale, 'axis', largest)
  const labels = steps.edges.map(write)
  const room = Math.max(...labels.map((label) => widthOf(label, SMALL))) + 8
  const width = Math.max(
    18,
    Math.min(Math.max(room, 34), (box.right - box.left - room) / steps.colors.length),
  )
  const every = Math.ceil(room / width)
  const left = box.right - room / 2 - width * steps.colors.length
  const title = shorten(plan.yTitle, box.right - box.left, SMALL)
  frame.elements.push(textAt(frame, title, box.left, box.top, { size: SMALL, color: theme.muted }))
  if (box.left + widthOf(title, SMALL) > left - room / 2) box.top += 18
  for (const [index, color] of steps.colors.entries()) {
    frame.elements.push({
      type: 'rect',
      silent: true,
      shape: { x: left + index * width, y: box.top, width: width - 1, height: 9 },
      style: { fill: color, stroke: theme.axis, lineWidth: 0.5 },
    })
  }
  for (const [index, label] of labels.entries()) {
    if (index % every !== 0) continue
    const x = left + index * width
    frame.elements.push(
      textAt(frame, label, x, box.top + 12, { size: SMALL, color: theme.muted, align: 'center' }),
    )
  }
  box.top += 32
}

/** Ink or ground, whichever is read better on a colour (WCAG's contrast). */
export function inkOn(color: string, frame: Frame): string {
  const own = luminance(color)
  const contrast = (other: string): number => {
    const [low, high] = [own, luminance(other)].sort((a, b) => a - b) as [number, number]
    return (high + 0.05) / (low + 0.05)
  }
  const { ink, ground } = frame.theme
  return contrast(ink) >= contrast(ground) ? ink : ground
}

function luminance(hex: string): number {
  const part = (at: number): number => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}
