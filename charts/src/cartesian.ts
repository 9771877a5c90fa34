// Axes and the plot's place between them.

import { numberFormat, tickLabels } from './format'
import { type Box, type Element, type Frame, SMALL, textAt } from './frame'
import { labelsDirectly } from './legend'
import { overlay } from './overlay'
import { type Plan, type Series, shares } from './plan'
import { marks } from './registry'
import { decimalsOf, isMultiple, isRound, nice, type Scale, ticksBetween, ticksOf, tidy } from './scale'
import type { Format } from './spec'
import { shorten, widthOf } from './text'
import { type TimeTicks, timeTicks } from './time'

export interface Plot {
  grid: Element
  xAxis: Element
  yAxis: Element | Element[]
  box: Box
  scale: Scale
  /** Bars carry their values, so the value axis is left out. */
  labelled: boolean
  horizontal: boolean
  /** The pixel of a place along the axis: a position on a category axis, otherwise a number or time. */
  px: (at: number) => number
  /** The pixel of a value. */
  py: (value: number) => number
}

/** A number as it stands on an axis, for ECharts: on a logarithmic axis its power of ten. */
export const onX = (plan: Plan, at: number): number => (plan.log.x ? Math.log10(at) : at)
export const onY = (plan: Plan, value: number | null): number | null =>
  plan.log.y && value !== null ? Math.log10(value) : value

const LINE = 15

/** Lowest and highest value that is drawn, stacks added up. */
export function extent(plan: Plan, side: Series['side'] = 'left'): [number, number] {
  if (plan.stack === 'percent') return [0, 1]
  if (plan.spans) {
    const ends = plan.spans.flat()
    const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)]
    // Room for the labels over and under the bars.
    const room = (high - low) * 0.07
    return [low < 0 ? low - room : 0, high > 0 ? high + room : 0]
  }
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let index = 0; index < plan.slots.length; index += 1) {
    let up = 0
    let down = 0
    for (const one of plan.series) {
      if (one.side !== side) continue
      const value = one.values[index] ?? null
      if (value === null) continue
      if (plan.stack === 'none') {
        low = Math.min(low, value)
        high = Math.max(high, value)
      } else if (value < 0) down += value
      else up += value
    }
    if (plan.stack !== 'none') {
      low = Math.min(low, down)
      high = Math.max(high, up)
    }
  }
  if (plan.stack === 'none') {
    for (const one of plan.series) {
      if (one.side !== side) continue
      for (const range of one.around ?? []) {
        if (!range) continue
        low = Math.min(low, range[0])
        high = Math.max(high, range[1])
      }
    }
  }
  if (side === 'left') {
    for (const one of plan.curves) {
      for (const [, value] of one.points) {
        low = Math.min(low, value)
        high = Math.max(high, value)
      }
    }
    for (const one of plan.annotations) {
      low = Math.min(low, one.y ?? low)
      high = Math.max(high, one.y ?? high)
    }
  }
  if (side === 'left' && plan.stack === 'none') {
    for (const one of plan.references) {
      low = Math.min(low, one.value, one.to ?? one.value)
      high = Math.max(high, one.value, one.to ?? one.value)
    }
  }
  return [low, high]
}

/** Bars and areas show size by length, so they start at zero; lines and points only when zero is near. */
function bounds(plan: Plan, side: Series['side'] = 'left'): [number, number] {
  const [low, high] = side === 'left' && plan.shared ? plan.shared.y : extent(plan, side)
  if (!Number.isFinite(low)) return [0, 1]
  if (plan.mark === 'ecdf') return [0, 1]
  if (plan.mark === 'qq' || plan.log.y) return [low, high]
  const fromZero =
    marks[plan.mark].fromZero ||
    (plan.mark === 'combo' && plan.series.some((one) => one.side === side && one.as !== 'line'))
  if (fromZero || (low >= 0 && low <= 0.5 * high)) return [Math.min(0, low), Math.max(0, high)]
  if (high <= 0 && high >= 0.5 * low) return [low, 0]
  return [low, high]
}

const formatOf = (plan: Plan, side: Series['side'] = 'left'): Format | undefined =>
  plan.stack === 'percent'
    ? { kind: 'percent', digits: 0 }
    : plan.series.find((one) => one.side === side)?.format

/** The text of a tick. The step tells how many decimals are needed. */
function writer(
  format: Format | undefined,
  scale: Scale,
  locale: string,
  names = false,
): (value: number) => string {
  const largest = Math.max(Math.abs(scale.min), Math.abs(scale.max))
  const digits = decimalsOf(format?.kind === 'percent' ? tidy(scale.step * 100) : scale.step)
  if (names && largest < 10_000) return numberFormat({ ...format, digits }, locale, 'name', largest)
  // Steps much finer than the numbers are lost when these are shortened: 1,000,050 is not 1M.
  const thousands = 1000 ** Math.floor(Math.log10(Math.max(1, largest)) / 3)
  const shortens = largest < 10_000 || decimalsOf(tidy(scale.step / thousands)) <= 3
  return numberFormat({ ...format, digits }, locale, 'axis', shortens ? largest : 1)
}

/** Room between the labels of neighbouring ticks; more where another font may stand in for ours. */
const apart = (text: string): number => widthOf(text, SMALL) * 1.15 + 9

/** Counts have no halves. */
const isWhole = (plan: Plan, side: Series['side'] = 'left'): boolean =>
  plan.stack !== 'percent' && plan.series.every((one) => one.side !== side || one.column.type === 'integer')

const label = (frame: Frame): Element => ({
  color: frame.theme.muted,
  fontSize: SMALL,
  fontFamily: frame.font,
  lineHeight: LINE,
  margin: 8,
  hideOverlap: false,
})

function valueAxis(frame: Frame, scale: Scale, write: (value: number) => string, shown: boolean): Element {
  return {
    type: 'value',
    min: scale.min,
    max: scale.max,
    interval: scale.step,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...label(frame), show: shown, formatter: write },
    splitLine: { show: shown, lineStyle: { color: frame.theme.grid, width: 1 } },
  }
}

const line = (frame: Frame): Element => ({
  axisLine: { show: true, onZero: false, lineStyle: { color: frame.theme.axis, width: 1 } },
  axisTick: { show: false },
  splitLine: { show: false },
})

/** Do bars lie down? Asked, or because names are too long to stand side by side. */
function liesDown(plan: Plan, width: number): boolean {
  if (plan.horizontal !== null) return plan.horizontal
  if (!plan.names || plan.slots.length === 0) return false
  const band = width / plan.slots.length
  return plan.slots.some((slot) => widthOf(slot.label, SMALL) > band - 8)
}

export function cartesian(plan: Plan, frame: Frame): Plot {
  const { box, theme } = frame
  const width = box.right - box.left
  const plot = liesDown(plan, width - 40) ? lying(plan, frame) : standing(plan, frame, box, theme.muted)
  overlay(plan, frame, plot)
  return plot
}

function single(plan: Plan): boolean {
  const bare = !plan.shared && plan.annotations.length === 0 && plan.series.every((one) => !one.around)
  return plan.mark === 'bar' && plan.series.length === 1 && plan.stack !== 'percent' && bare
}

export function barLabels(plan: Plan, locale: string): string[] {
  const one = plan.series[0]
  if (!one) return []
  const largest = one.values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0)
  const write = numberFormat(one.format, locale, 'label', largest)
  return one.values.map((value) => (value === null ? '' : write(value)))
}

function lying(plan: Plan, frame: Frame): Plot {
  const { box, context, theme } = frame
  const width = box.right - box.left
  const names = plan.slots.map((slot) => shorten(slot.label, Math.min(260, width * 0.36), SMALL))
  const namesWidth = Math.max(0, ...names.map((name) => widthOf(name, SMALL)))
  const titleWidth = Math.min(120, widthOf(plan.xTitle, SMALL))
  const left = Math.ceil(box.left + Math.max(namesWidth, titleWidth) + 10)
  const top = box.top + 20
  const labels = single(plan) ? barLabels(plan, context.locale) : []
  const labelled = single(plan) && (box.bottom - top) / Math.max(1, plan.slots.length) >= 13
  const [low, high] = bounds(plan)
  const room = Math.max(60, box.right - left)
  let scale = fitted(low, high, room, isWhole(plan), (one) => writer(formatOf(plan), one, context.locale))
  let right = box.right
  let start = left
  if (labelled) {
    const values = plan.series[0]?.values ?? []
    const reach = (sign: number): number =>
      Math.max(
        0,
        ...values.map((value, i) => ((value ?? 0) * sign > 0 ? widthOf(labels[i] ?? '', SMALL) + 8 : 0)),
      )
    scale = low === high ? { min: 0, max: 1, step: 1 } : { min: low, max: high, step: high - low }
    right -= reach(1) || 20
    start += reach(-1)
  }
  const write = writer(formatOf(plan), scale, context.locale)
  if (!labelled) right -= widthOf(write(scale.max), SMALL) / 2
  const bottom = labelled ? box.bottom - 2 : box.bottom - 22
  refer(plan, frame, { left: start, top, right, bottom }, scale, true)
  const xTitle = shorten(plan.xTitle, left - box.left - 8, SMALL)
  const yTitle = shorten(plan.yTitle, box.right - left, SMALL)
  frame.elements.push(
    textAt(frame, xTitle, left - 8, box.top, { size: SMALL, color: theme.muted, align: 'right' }),
  )
  frame.elements.push(textAt(frame, yTitle, left, box.top, { size: SMALL, color: theme.muted }))
  const band = (bottom - top) / Math.max(1, plan.slots.length)
  return {
    box: { left: start, top, right, bottom },
    scale,
    labelled,
    horizontal: true,
    px: (at) => top + (at + 0.5) * band,
    py: (value) => start + ((value - scale.min) / (scale.max - scale.min)) * (right - start),
    grid: gridOf({ left: start, top, right, bottom }, context.width, context.height),
    xAxis: valueAxis(frame, scale, write, !labelled),
    yAxis: {
      type: 'category',
      inverse: true,
      data: names.map((_, index) => String(index)),
      ...line(frame),
      axisLine: { show: true, onZero: low < 0, lineStyle: { color: theme.axis, width: 1 } },
      axisLabel: {
        ...label(frame),
        color: theme.ink,
        interval: 0,
        margin: 8 + (start - left),
        formatter: (_: string, index: number) => names[index] ?? '',
      },
    },
  }
}

/** Whole powers of ten around both ends, as their logarithms. */
function decades(low: number, high: number): Scale {
  if (!(low > 0) || !Number.isFinite(high)) return { min: 0, max: 1, step: 1 }
  const min = Math.floor(Math.log10(low) + 1e-9)
  const max = Math.max(min + 1, Math.ceil(Math.log10(high) - 1e-9))
  return { min, max, step: Math.max(1, Math.ceil((max - min) / 8)) }
}

/** Powers of ten in full. */
const powers =
  (format: Format | undefined, locale: string): ((value: number) => string) =>
  (value) => {
    const size = tidy(10 ** value)
    return numberFormat(
      { ...format, digits: Math.max(0, -Math.floor(value + 1e-9)) },
      locale,
      'axis',
      size,
    )(size)
  }

/** A scale whose ticks have room one above the other. */
function upright(low: number, high: number, room: number, whole: boolean): Scale {
  for (let count = Math.max(2, Math.floor(room / 54)); ; count -= 1) {
    const scale = nice(low, high, count, whole)
    const ticks = ticksOf(scale).length - 1
    if (count <= 1) return ticks * LINE <= room ? scale : { ...scale, step: scale.max - scale.min }
    if (ticks * LINE <= room) return scale
  }
}

/** A scale with as many ticks as there is room for along a line. */
function fitted(
  low: number,
  high: number,
  room: number,
  whole: boolean,
  writerOf: (scale: Scale) => (value: number) => string,
): Scale {
  let scale = nice(low, high, Math.max(2, Math.floor(room / 80)), whole)
  for (let count = Math.floor(room / 80) - 1; count >= 1; count -= 1) {
    const write = writerOf(scale)
    const ticks = ticksOf(scale)
    const widest = Math.max(...ticks.map((tick) => apart(write(tick))))
    if (widest <= room / Math.max(1, ticks.length - 1)) break
    scale = nice(low, high, count, whole)
  }
  return scale
}

export function gridOf(box: Box, width: number, height: number): Element {
  return {
    left: box.left,
    top: box.top,
    right: width - box.right,
    bottom: height - box.bottom,
    outerBoundsMode: 'none',
    show: false,
  }
}

function standing(plan: Plan, frame: Frame, box: Box, muted: string): Plot {
  const { context, theme } = frame
  const top = box.top + 24
  const xAxisTitle =
    plan.xTitle !== '' && !plan.shared && plan.axis !== 'time' && !(plan.axis === 'category' && !plan.names)
  let bottom = box.bottom - (xAxisTitle ? 20 : 2) - LINE - 8
  const [low, high] = bounds(plan)
  const labels = single(plan) ? barLabels(plan, context.locale) : []
  const band = (box.right - box.left) / Math.max(1, plan.slots.length)
  const labelled =
    single(plan) && plan.slots.length <= 16 && labels.every((text) => widthOf(text, SMALL) <= band - 4)
  let scale = plan.log.y ? decades(low, high) : upright(low, high, bottom - top, isWhole(plan))
  if (labelled && low !== high) scale = { min: low, max: high, step: high - low }
  const write = plan.log.y
    ? powers(formatOf(plan), context.locale)
    : writer(formatOf(plan), scale, context.locale)
  const labelWidth = labelled ? 0 : Math.max(...ticksOf(scale).map((tick) => widthOf(write(tick), SMALL)))
  const left = Math.ceil(box.left + (labelled ? 0 : labelWidth + 8))

  let right = box.right
  const direct = labelsDirectly(plan, context)
  if (direct) {
    const names = plan.series.map((one) => widthOf(shorten(one.name, context.width * 0.24, SMALL), SMALL))
    right -= Math.ceil(Math.max(...names)) + 20
  }
  // The second scale has as many steps as the first, so that one set of lines serves both.
  const steps = Math.max(1, ticksOf(scale).length - 1)
  const second = plan.series.some((one) => one.side === 'right') ? secondScale(plan, steps) : null
  const writeSecond = second ? writer(formatOf(plan, 'right'), second, context.locale) : null
  if (second && writeSecond) {
    right -= Math.ceil(Math.max(...ticksOf(second).map((tick) => widthOf(writeSecond(tick), SMALL)))) + 10
    const title = shorten(plan.rightTitle, (box.right - box.left) / 2 - 8, SMALL)
    frame.elements.push(
      textAt(frame, title, box.right, box.top, { size: SMALL, color: muted, align: 'right' }),
    )
  }
  const axis = along(plan, frame, left, right)
  right = Math.min(right, axis.right)
  bottom -= (axis.lines - 1) * LINE + axis.extra

  frame.elements.push(
    textAt(
      frame,
      shorten(plan.shared?.name ?? plan.yTitle, (box.right - box.left) / (second ? 2 : 1) - 8, SMALL),
      box.left,
      box.top,
      { size: SMALL, color: plan.shared ? theme.ink : muted },
    ),
  )
  if (xAxisTitle) {
    const middle = (left + right) / 2
    const text = shorten(plan.xTitle, right - left, SMALL)
    frame.elements.push(
      textAt(frame, text, middle, box.bottom - SMALL - 2, { size: SMALL, color: muted, align: 'center' }),
    )
  }
  const plot = { left, top: labelled ? top + 14 : top, right, bottom }
  // Labels under negative bars need room above the names.
  if (labelled && low < 0)
    scale = { ...scale, min: low - ((high - low) * 22) / Math.max(60, bottom - top - 22) }
  const py = (value: number): number =>
    plot.top +
    ((scale.max - (onY(plan, value) as number)) / (scale.max - scale.min)) * (plot.bottom - plot.top)
  if (direct) nameLines(plan, frame, plot, py)
  refer(plan, frame, plot, scale, false, axis.share)
  const first = valueAxis(frame, scale, write, !labelled)
  const yAxis =
    second && writeSecond
      ? [
          first,
          { ...valueAxis(frame, second, writeSecond, true), position: 'right', splitLine: { show: false } },
        ]
      : first
  return {
    box: plot,
    scale,
    labelled,
    horizontal: false,
    px: (at) => left + axis.share(at) * (right - left),
    py,
    grid: gridOf(plot, context.width, context.height),
    xAxis: {
      ...axis.option,
      axisLine: {
        show: true,
        onZero: plan.axis === 'category' && scale.min < 0 && scale.max >= 0,
        lineStyle: { color: theme.axis, width: 1 },
      },
    },
    yAxis,
  }
}

/** Round numbers for the second axis, in exactly so many steps. */
function secondScale(plan: Plan, steps: number): Scale {
  const [low, high] = bounds(plan, 'right')
  if (plan.mark === 'pareto') return { min: 0, max: 1, step: 1 / steps }
  let scale = nice(low, high, steps, isWhole(plan, 'right'))
  for (let count = steps - 1; count >= 1 && ticksOf(scale).length - 1 > steps; count -= 1)
    scale = nice(low, high, count, isWhole(plan, 'right'))
  return { ...scale, max: tidy(scale.min + scale.step * steps) }
}

/** Reference lines and bands with their labels, over the plot. */
function refer(
  plan: Plan,
  frame: Frame,
  plot: Box,
  scale: Scale,
  lying: boolean,
  share: (at: number) => number = () => 0,
): void {
  const { theme } = frame
  const [start, end] = lying ? [plot.left, plot.right] : [plot.bottom, plot.top]
  const place = (value: number): number =>
    start + (((onY(plan, value) as number) - scale.min) / (scale.max - scale.min)) * (end - start)
  const drawn = lying || plan.references.length === 0 ? [] : pointsOf(plan)
  for (const one of plan.references) {
    const [from, to] = [place(one.value), place(one.to ?? one.value)]
    const [low, high] = [Math.min(from, to), Math.max(from, to)]
    if (one.to !== null) {
      frame.elements.push({
        type: 'rect',
        silent: true,
        z: 1,
        shape: lying
          ? { x: low, y: plot.top, width: high - low, height: plot.bottom - plot.top }
          : { x: plot.left, y: low, width: plot.right - plot.left, height: high - low },
        style: { fill: theme.muted, opacity: 0.13 },
      })
    } else {
      frame.elements.push({
        type: 'line',
        silent: true,
        z: 4,
        shape: lying
          ? { x1: from, y1: plot.top, x2: from, y2: plot.bottom }
          : { x1: plot.left, y1: from, x2: plot.right, y2: from },
        style: { stroke: theme.ink, lineWidth: 1.25, lineDash: [5, 4] },
      })
    }
    if (!one.label) continue
    const room = lying ? Math.max(60, plot.right - low) : plot.right - plot.left
    const text = shorten(one.label, room, SMALL)
    const y = low - LINE < plot.top ? low + 4 : low - LINE
    const wide = widthOf(text, SMALL) + 12
    const runsThrough = ([at, value]: readonly [number, number], left: number): boolean => {
      const x = plot.left + share(at) * (plot.right - plot.left)
      return x >= left && x <= left + wide && Math.abs(place(value) - y - SMALL / 2) < LINE
    }
    const [right, left] = [plot.right - wide, plot.left].map((edge) =>
      drawn.some((point) => runsThrough(point, edge)),
    )
    const onLeft = !lying && right === true && left === false
    frame.elements.push(
      lying
        ? textAt(frame, text, low + 4, plot.bottom - 14, { size: SMALL, color: theme.ink, halo: true })
        : textAt(frame, text, onLeft ? plot.left + 4 : plot.right - 4, y, {
            size: SMALL,
            color: theme.ink,
            align: onLeft ? 'left' : 'right',
            halo: true,
          }),
    )
  }
}

/** Where lines and points are drawn: their place along the axis and their value. */
function pointsOf(plan: Plan): (readonly [number, number])[] {
  const own = plan.series.flatMap((one) =>
    one.values.flatMap((value, slot) =>
      value === null ? [] : [[plan.axis === 'category' ? slot : (plan.slots[slot]?.at ?? 0), value] as const],
    ),
  )
  return [...own, ...plan.curves.flatMap((one) => one.points)]
}

/** Ticks of a calendar with their labels, as many as have room. */
function moments(
  low: number,
  high: number,
  width: number,
  plan: Plan,
  locale: string,
): { ticks: TimeTicks; texts: string[] } {
  for (let count = Math.floor(width / 52); ; count -= 1) {
    const ticks = timeTicks(low, high, count, plan.x.grain)
    const texts = tickLabels(ticks.values, ticks.unit, locale)
    const widest = Math.max(
      0,
      ...texts.flatMap((text) => text.split('\n').map((part) => widthOf(part, SMALL))),
    )
    const gaps = ticks.values.slice(1).map((value, index) => value - (ticks.values[index] ?? value))
    const closest = (Math.min(...gaps) / (high - low)) * width
    if (count <= 2 || widest * 1.1 + 6 <= closest) return { ticks, texts }
  }
}

interface Along {
  option: Element
  /** Where a place lies between the ends of the axis, from 0 to 1. */
  share: (at: number) => number
  lines: number
  extra: number
  right: number
}

/** The horizontal axis of a standing chart. */
export function along(plan: Plan, frame: Frame, left: number, right: number): Along {
  const { context } = frame
  const width = right - left
  const base = { ...line(frame) }
  const dots = {
    axisTick: { show: true, length: 4, lineStyle: { color: frame.theme.axis, width: 1 } },
  }
  if (plan.axis === 'category') return categories(plan, frame, left, right)
  if (plan.axis === 'time') {
    const times = plan.slots.map((slot) => slot.at)
    let [low, high] = plan.shared?.x ?? [
      times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    ]
    if (!Number.isFinite(low)) [low, high] = [0, 86_400_000]
    if (low === high) [low, high] = [low - 43_200_000, high + 43_200_000]
    const { ticks, texts } = moments(low, high, width, plan, context.locale)
    const by = new Map(ticks.values.map((value, index) => [value, texts[index] ?? '']))
    const final = texts
      .at(-1)
      ?.split('\n')
      .map((part) => widthOf(part, SMALL)) ?? [0]
    const share = (high - (ticks.values.at(-1) ?? high)) / (high - low)
    const over = Math.max(0, Math.max(...final) / 2 - share * width)
    const [begin, span] = [low, high - low]
    return {
      lines: texts.some((text) => text.includes('\n')) ? 2 : 1,
      extra: 0,
      share: (at) => (at - begin) / span,
      right: Math.min(right, frame.box.right - over),
      option: {
        type: 'time',
        min: low,
        max: high,
        ...base,
        axisTick: { ...dots.axisTick, customValues: ticks.values },
        axisLabel: {
          ...label(frame),
          customValues: ticks.values,
          formatter: (value: number) => by.get(value) ?? '',
        },
      },
    }
  }
  const names = plan.axis === 'number' && plan.x.type === 'integer'
  const writerOf = (one: Scale): ((value: number) => string) =>
    writer(plan.xFormat, one, context.locale, names)
  let scale: Scale
  let ticks: number[]
  let write: (value: number) => string
  if (plan.axis === 'bins') ({ scale, marks: ticks, write } = edges(plan, left, right, writerOf))
  else {
    const [low, high] = plan.shared?.x ?? [
      plan.slots.reduce((a, slot) => Math.min(a, slot.at), Number.POSITIVE_INFINITY),
      plan.slots.reduce((a, slot) => Math.max(a, slot.at), Number.NEGATIVE_INFINITY),
    ]
    // Bubbles reach beyond their middles.
    const pad = plan.sizes ? (high - low) * 0.05 : 0
    scale = plan.log.x ? decades(low, high) : fitted(low - pad, high + pad, width, false, writerOf)
    ticks = ticksOf(scale)
    write = plan.log.x ? powers(plan.xFormat, context.locale) : writerOf(scale)
  }
  const end = ticks.at(-1) ?? scale.max
  const beside = ((scale.max - end) / (scale.max - scale.min)) * width
  const over = Math.max(0, widthOf(write(end), SMALL) / 2 - beside - (frame.box.right - right))
  return {
    lines: 1,
    extra: 0,
    share: (at) => (onX(plan, at) - scale.min) / (scale.max - scale.min),
    right: right - over,
    option: {
      type: 'value',
      min: scale.min,
      max: scale.max,
      interval: scale.step,
      ...base,
      axisTick: { ...dots.axisTick, customValues: ticks },
      axisLabel: { ...label(frame), customValues: ticks, formatter: write },
      splitLine: {
        show: plan.mark === 'scatter' || plan.mark === 'qq',
        lineStyle: { color: frame.theme.grid, width: 1 },
      },
    },
  }
}

/**
 * The axis of a histogram: from the first edge to the last, with ticks at round numbers. These are edges themselves
 * when the bins stand on multiples of their width. Where no two round numbers have room, both ends are written.
 */
function edges(
  plan: Plan,
  left: number,
  right: number,
  writerOf: (scale: Scale) => (value: number) => string,
): { scale: Scale; marks: number[]; write: (value: number) => string } {
  const first = plan.slots[0]
  const low = first?.at ?? 0
  const step = first?.to !== undefined ? first.to - first.at : 1
  const bins = Math.max(1, Math.round(((plan.slots.at(-1)?.to ?? 1) - low) / step))
  const scale = { min: low, max: tidy(low + bins * step), step }
  const width = right - left
  const place = (value: number): number => left + ((value - low) / (scale.max - low)) * width
  const aligned = isRound(step) && isMultiple(low, step)
  const found = ticksBetween(low, scale.max, aligned ? tidy(step) : null, (one, ticks) => {
    const write = writerOf(one)
    const widest = Math.max(aligned ? 0 : 56, ...ticks.map((tick) => apart(write(tick))))
    return widest <= place(ticks[1] ?? 0) - place(ticks[0] ?? 0)
  })
  const write = writerOf(found ? { ...scale, step: found.step } : { ...scale, step: roughly(scale) })
  const marks = found?.ticks ?? [scale.min, scale.max].filter((end) => apart(write(end)) <= width)
  return { scale, marks: marks.filter((mark) => place(mark) >= widthOf(write(mark), SMALL) / 2), write }
}

/** A power of ten small enough that the two ends, rounded to it, stay close to where they are. */
function roughly(scale: Scale): number {
  return 10 ** Math.floor(Math.log10((scale.max - scale.min) / 20))
}

/** Whole numbers without holes, such as years. */
function isEvenly(plan: Plan): boolean {
  return plan.ticks.every(
    (slot, index) => index === 0 || Number(slot.cell) - Number(plan.ticks[index - 1]?.cell) === 1,
  )
}

function categories(plan: Plan, frame: Frame, left: number, right: number): Along {
  const width = right - left
  const count = Math.max(1, plan.ticks.length)
  const band = width / count
  const data = plan.ticks.map((_, index) => String(index))
  const grain = plan.x.grain ?? null
  let texts = plan.ticks.map((slot) => slot.label)
  let shown = texts.map(() => true)
  let rotate = 0
  let extra = 0
  let lines = 1
  const widest = Math.max(0, ...texts.map((text) => widthOf(text, SMALL)))
  if (
    grain &&
    count > 1 &&
    plan.ticks.every((slot, index) => index === 0 || slot.at > (plan.ticks[index - 1]?.at ?? 0))
  ) {
    const times = plan.ticks.map((slot) => slot.at)
    const { ticks } = moments(times[0] ?? 0, times.at(-1) ?? 0, width - band, plan, frame.context.locale)
    const on = new Set(ticks.values)
    let chosen = times.filter((time) => on.has(time))
    let unit = ticks.unit
    if (chosen.length < 2) {
      const every = Math.ceil(count / Math.max(1, Math.floor(width / 60)))
      chosen = times.filter((_, index) => index % every === 0)
      unit = grain === 'week' ? 'day' : (grain as typeof unit)
    }
    const written = new Map(
      tickLabels(chosen, unit, frame.context.locale).map((text, i) => [chosen[i], text]),
    )
    texts = times.map((time) => written.get(time) ?? '')
    shown = texts.map((text) => text !== '')
    lines = texts.some((text) => text.includes('\n')) ? 2 : 1
  } else if (widest > band - 6) {
    if (plan.names && band >= 14) {
      rotate = 38
      const cosine = 0.788
      // The first names may not run out of the picture, and no name takes the plot's room.
      const most = Math.min(110, Math.max(36, ((frame.box.bottom - frame.box.top) * 0.26) / 0.62))
      texts = texts.map((text, index) =>
        shorten(text, Math.min(most, (left - 4 + band * (index + 0.5)) / cosine), SMALL),
      )
      extra = Math.ceil(Math.max(...texts.map((text) => widthOf(text, SMALL))) * 0.62)
    } else {
      const every = Math.ceil((Math.min(widest, 160) + 10) / band)
      texts = texts.map((text) => shorten(text, 160, SMALL))
      // Years go by fives and tens.
      const round = [1, 2, 5, 10, 20, 25, 50, 100].find((candidate) => candidate >= every) ?? every
      const rounded = plan.ticks.map((slot) => plan.x.type === 'integer' && Number(slot.cell) % round === 0)
      const spaced = texts.map((_, index) => index % every === 0)
      shown = rounded.filter(Boolean).length >= 2 && isEvenly(plan) ? rounded : spaced
    }
  }
  if (rotate === 0) {
    // Names at the ends stay in the picture: cut, and where nothing would be left of them, not written.
    texts = texts.map((text, index) => {
      const middle = left + band * (index + 0.5)
      const room = 2 * Math.min(middle, frame.context.width - middle) - 4
      const fits = text.split('\n').every((part) => widthOf(part, SMALL) <= room)
      return fits || !shown[index] ? text : !grain && room > 36 ? shorten(text, room, SMALL) : ''
    })
  }
  return {
    lines,
    extra,
    right,
    share: (at) => (at + 0.5) / count,
    option: {
      type: 'category',
      data,
      ...line(frame),
      axisLabel: {
        ...label(frame),
        ...(plan.names ? { color: frame.theme.ink } : {}),
        rotate,
        // We decide what has room: unless all are asked for, ECharts drops some at both ends.
        interval: shown.every(Boolean) ? 0 : (index: number) => shown[index] ?? false,
        formatter: (_: string, index: number) => texts[index] ?? '',
      },
    },
  }
}

/** The series' names beside the ends of their lines, moved apart where they would touch. */
function nameLines(plan: Plan, frame: Frame, box: Box, py: (value: number) => number): void {
  const stacked = plan.stack !== 'none'
  const parts =
    plan.stack === 'percent' ? shares(plan.series, plan.slots.length) : plan.series.map((one) => one.values)
  let below = 0
  const last = plan.slots.length - 1
  const marks = plan.series.map((one, index) => {
    const values = parts[index] ?? []
    let value = values.findLast((candidate) => candidate !== null) ?? 0
    if (stacked) {
      value = values[last] ?? 0
      below += value
      value = below - value / 2
    }
    return { one, y: py(value) }
  })
  marks.sort((a, b) => a.y - b.y)
  const gap = 15
  for (let i = 1; i < marks.length; i += 1) {
    const mark = marks[i] as (typeof marks)[number]
    mark.y = Math.max(mark.y, (marks[i - 1]?.y ?? 0) + gap)
  }
  let limit = box.bottom - 4
  for (const mark of marks.toReversed()) {
    mark.y = Math.min(mark.y, limit)
    limit = mark.y - gap
  }
  for (const { one, y } of marks) {
    const text = shorten(one.name, frame.context.width * 0.24, SMALL)
    frame.elements.push({
      type: 'circle',
      silent: true,
      shape: { cx: box.right + 9, cy: y, r: 3.5 },
      style: { fill: one.color },
    })
    frame.elements.push(
      textAt(frame, text, box.right + 17, y, { size: SMALL, color: frame.theme.ink, middle: true }),
    )
  }
}
