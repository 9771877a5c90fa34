// What lies over or under the series of a plot: curves with bands, ranges of error, forecasts, annotations. Drawn in
// pixels from the plan, so that they are alike wherever the series are drawn and never stand in a series' way.

import type { Plot } from './cartesian'
import { type Element, type Frame, SMALL, textAt } from './frame'
import type { Plan, Series } from './plan'
import { shorten, widthOf } from './text'
import { words } from './words'

type Point = [number, number]

/** Everything that a plan has besides its series. Lying bars have neither curves nor annotations. */
export function overlay(plan: Plan, frame: Frame, plot: Plot): void {
  if (plan.forecast !== null) forecast(plan, frame, plot)
  for (const [index, one] of plan.series.entries()) if (one.around) around(plan, frame, plot, one, index)
  for (const curve of plan.curves) {
    const at = ([x, y]: Point): Point => [plot.px(x), plot.py(y)]
    if (curve.band.length > 1) {
      const upper = curve.band.map(([x, , high]) => at([x, high]))
      const lower = curve.band.map(([x, low]) => at([x, low])).reverse()
      frame.elements.push(
        polygon(
          [...upper, ...lower].map((point) => inside(point, plot)),
          curve.color,
          0.16,
        ),
      )
    }
    for (const points of clipped(curve.points.map(at), plot))
      frame.elements.push(polyline(points, curve.color, 2, curve.dashed ? [5, 4] : undefined, 6))
  }
  annotate(plan, frame, plot)
}

const polyline = (
  points: Point[],
  stroke: string,
  lineWidth: number,
  lineDash?: number[],
  z = 4,
): Element => ({
  type: 'polyline',
  silent: true,
  z,
  shape: { points },
  style: { stroke, lineWidth, fill: 'none', lineJoin: 'round', ...(lineDash ? { lineDash } : {}) },
})

const polygon = (points: Point[], fill: string, opacity: number): Element => ({
  type: 'polygon',
  silent: true,
  z: 1,
  shape: { points },
  style: { fill, opacity },
})

const inside = ([x, y]: Point, { box }: Plot): Point => [
  Math.min(box.right, Math.max(box.left, x)),
  Math.min(box.bottom, Math.max(box.top, y)),
]

/** The pieces of a line that lie in the plot. */
function clipped(points: readonly Point[], { box }: Plot): Point[][] {
  const pieces: Point[][] = []
  let piece: Point[] = []
  const between = (y: number): boolean => y >= box.top - 0.01 && y <= box.bottom + 0.01
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (before && between(before[1]) !== between(point[1])) {
      const edge = (between(before[1]) ? point : before)[1] < box.top ? box.top : box.bottom
      const share = (edge - before[1]) / (point[1] - before[1])
      const cut: Point = [before[0] + share * (point[0] - before[0]), edge]
      piece.push(cut)
      if (between(before[1])) {
        pieces.push(piece)
        piece = []
      }
    }
    if (between(point[1])) piece.push(point)
  }
  if (piece.length > 1) pieces.push(piece)
  return pieces.filter((one) => one.length > 1)
}

/** The middle of a value's mark along the axis, in pixels: bars of several series stand side by side. */
function middle(plan: Plan, plot: Plot, series: number, slot: number): number {
  const at = plot.px(plan.axis === 'category' ? slot : (plan.slots[slot]?.at ?? 0))
  const bars = plan.series.filter((one) => plan.mark === 'bar' || one.as === 'bar')
  const own = plan.series[series]
  if ((plan.mark !== 'bar' && plan.mark !== 'combo') || plan.stack !== 'none' || !own || !bars.includes(own))
    return at
  return at + (bars.indexOf(own) - (bars.length - 1) / 2) * barsOf(plan, plot, bars.length).step
}

/** How wide bars are, and how far from one another, as ECharts lays them out. */
function barsOf(plan: Plan, plot: Plot, count: number): { width: number; step: number } {
  const { box, horizontal } = plot
  const band = (horizontal ? box.bottom - box.top : box.right - box.left) / Math.max(1, plan.slots.length)
  const free = plan.mark === 'bar' ? (plan.slots.length > 60 ? 0.12 : count > 1 ? 0.24 : 0.34) : 0.34
  const width = Math.min((band * (1 - free)) / (count + 0.08 * (count - 1)), horizontal ? 30 : 64)
  return { width, step: width * 1.08 }
}

/** Whiskers with caps, or a band, from where to where values may lie. */
function around(plan: Plan, frame: Frame, plot: Plot, one: Series, series: number): void {
  if (plan.stack !== 'none' || !one.around || one.side === 'right') return
  if (one.drawAround === 'band' && plan.mark !== 'bar') {
    let run: { x: number; low: number; high: number }[] = []
    const draw = (): void => {
      if (run.length > 1) {
        const upper = run.map(({ x, high }): Point => [x, high])
        const lower = run.map(({ x, low }): Point => [x, low]).reverse()
        frame.elements.push(
          polygon(
            [...upper, ...lower].map((point) => inside(point, plot)),
            one.color,
            0.18,
          ),
        )
      }
      run = []
    }
    for (const [slot, range] of one.around.entries()) {
      if (!range) draw()
      else run.push({ x: middle(plan, plot, series, slot), low: plot.py(range[0]), high: plot.py(range[1]) })
    }
    draw()
    return
  }
  const color = plan.mark === 'bar' || one.as === 'bar' ? frame.theme.ink : one.color
  const cap = Math.max(2, Math.min(6, barsOf(plan, plot, plan.series.length).width / 3))
  for (const [slot, range] of one.around.entries()) {
    if (!range) continue
    const at = middle(plan, plot, series, slot)
    const [low, high] = range.map((value) => plot.py(value)) as [number, number]
    const points: [Point, Point][] = [
      [
        [at, low],
        [at, high],
      ],
      [
        [at - cap, low],
        [at + cap, low],
      ],
      [
        [at - cap, high],
        [at + cap, high],
      ],
    ]
    for (const line of points) {
      const [from, to] = (plot.horizontal ? line.map(([x, y]): Point => [y, x]) : line) as [Point, Point]
      frame.elements.push({
        type: 'line',
        silent: true,
        z: 5,
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: color, lineWidth: 1.25 },
      })
    }
  }
}

/** Lines are whole up to the forecast and dashed in it; the series itself only answers the mouse. */
function forecast(plan: Plan, frame: Frame, plot: Plot): void {
  const from = plan.forecast ?? 0
  for (const one of plan.series) {
    const pieces: { points: Point[]; later: boolean }[] = []
    let piece: Point[] = []
    const end = (later: boolean): void => {
      if (piece.length > 1) pieces.push({ points: piece, later })
      piece = []
    }
    for (const [slot, value] of one.values.entries()) {
      if (value === null) {
        end(slot > from)
        continue
      }
      const point: Point = [
        plot.px(plan.axis === 'category' ? slot : (plan.slots[slot]?.at ?? 0)),
        plot.py(value),
      ]
      piece.push(point)
      if (slot === from) {
        end(false)
        piece.push(point)
      }
      if (plan.gaps.has(slot)) end(slot >= from)
    }
    end(true)
    for (const { points, later } of pieces)
      frame.elements.push(polyline(points, one.color, 2.25, later ? [6, 4] : undefined, 3))
  }
  const x = plot.px(plan.axis === 'category' ? from : (plan.slots[from]?.at ?? 0))
  const { box } = plot
  const text = words(frame.context.locale).forecast
  const beside = box.right - x > widthOf(text, SMALL) + 8
  frame.elements.push({
    type: 'line',
    silent: true,
    z: 2,
    shape: { x1: x, y1: box.top, x2: x, y2: box.bottom },
    style: { stroke: frame.theme.muted, lineWidth: 1, lineDash: [2, 3] },
  })
  frame.elements.push(
    textAt(frame, text, beside ? x + 5 : x - 5, box.bottom - 15, {
      size: SMALL,
      color: frame.theme.muted,
      align: beside ? 'left' : 'right',
    }),
  )
}

/** A dashed line with words at its top, or a dot with words beside it. Words that would touch go down a line. */
function annotate(plan: Plan, frame: Frame, plot: Plot): void {
  const { box } = plot
  const { theme } = frame
  const taken: { left: number; right: number; y: number }[] = []
  for (const note of [...plan.annotations].sort((a, b) => a.at - b.at)) {
    const text = shorten(note.text, Math.min(220, box.right - box.left), SMALL)
    const width = widthOf(text, SMALL)
    const along = plot.px(note.at)
    const x = plot.horizontal ? plot.py(note.y ?? 0) : along
    const y = plot.horizontal ? along : note.y === null ? null : plot.py(note.y)
    const dot = y !== null && y >= box.top && y <= box.bottom && x >= box.left && x <= box.right
    const right = x + 6 + width <= box.right + 2
    const left = right ? x + 6 : Math.max(box.left, x - 6 - width)
    let top = dot ? Math.max(box.top, (y ?? 0) - 16) : box.top
    const touches = (): boolean =>
      taken.some((one) => Math.abs(one.y - top) < 14 && left < one.right + 4 && left + width > one.left - 4)
    while (touches() && top + 28 < box.bottom) top += 14
    taken.push({ left, right: left + width, y: top })
    if (dot) {
      frame.elements.push({
        type: 'circle',
        silent: true,
        z: 7,
        shape: { cx: x, cy: y, r: 4.5 },
        style: { fill: theme.ground, stroke: theme.ink, lineWidth: 1.75 },
      })
    } else {
      frame.elements.push({
        type: 'line',
        silent: true,
        z: 4,
        shape: { x1: x, y1: box.top, x2: x, y2: box.bottom },
        style: { stroke: theme.ink, lineWidth: 1, lineDash: [3, 3] },
      })
    }
    // Over lines and bars the words keep a ground of their own.
    frame.elements.push({
      type: 'rect',
      silent: true,
      z: 7,
      shape: { x: left - 2, y: top - 1, width: width + 4, height: 14, r: 2 },
      style: { fill: theme.ground, opacity: 0.85 },
    })
    frame.elements.push({ ...textAt(frame, text, left, top, { size: SMALL, color: theme.ink }), z: 8 })
  }
}
