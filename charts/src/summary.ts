// What the chart says, in one or two sentences: the description for screen readers, PDFs and mail.

import { numberFormat } from './format'
import { type Panels, panelsOf } from './panels'
import { isPoints, type Plan, type Series } from './plan'
import type { Answer, ChartSpec, Context } from './spec'
import { clean } from './text'
import { words } from './words'

interface Extreme {
  slot: number
  value: number
}

function extremes(values: readonly (number | null)[]): { low: Extreme; high: Extreme } | null {
  let low: Extreme | null = null
  let high: Extreme | null = null
  for (let slot = 0; slot < values.length; slot += 1) {
    const value = values[slot] ?? null
    if (value === null) continue
    if (!low || value < low.value) low = { slot, value }
    if (!high || value > high.value) high = { slot, value }
  }
  return low && high ? { low, high } : null
}

/** The words that the author gave as `text.alt`, or else our own. Never empty. */
export function summarise(spec: ChartSpec, answer: Answer, context: Context): string {
  const own = clean(spec.text?.alt ?? '')
  if (own) return own
  const {
    whole: decided,
    panels,
    field,
  } = panelsOf(spec, answer, context.hidden?.length ? { ...context, hidden: [] } : context)
  const say = words(context.locale)
  const kind = say.of(say.charts[decided.mark], decided.subject)
  const chart = decided.titled ? `${decided.title.replace(/\.$/, '')}. ${kind}` : kind
  const notes = decided.notes.length > 0 ? ` ${decided.notes.join('. ')}.` : ''
  if (field !== null) {
    const told = panels.slice(0, 4).map((one) => `${one.name}: ${finding(one.plan, context)}`)
    const more = panels.length > told.length ? ' …' : ''
    return `${chart}: ${say.panels(decided.writes.count(panels.length))}. ${told.join('. ')}${more}.${notes}`
  }
  const drawn = decided.series.some((one) => one.values.some((value) => value !== null))
  if (!drawn) return `${chart}: ${say.noData}.`
  const points = decided.series.reduce(
    (sum, one) => one.values.reduce<number>((count, value) => (value === null ? count : count + 1), sum),
    0,
  )
  const counted =
    decided.counted !== null
      ? amount(decided, decided.counted, say.what.values, context)
      : isPoints(decided.mark) || decided.mark === 'line' || decided.mark === 'area'
        ? amount(decided, points, say.what.points, context)
        : decided.mark === 'pie'
          ? amount(decided, points, say.what.parts, context)
          : decided.mark === 'histogram'
            ? amount(decided, decided.slots.length, say.what.bins, context)
            : decided.mark === 'bar' || decided.mark === 'combo'
              ? amount(decided, points, say.what.bars, context)
              : amount(decided, points - (decided.spans ? 1 : 0), say.what.values, context)
  return `${chart}: ${finding(decided, context)}; ${counted}.${notes}`
}

/** What the chart shows, for its title; empty for panels and where nothing is drawn. */
export function findingOf({ whole, field }: Panels, context: Context): string {
  const drawn = whole.series.some((one) => one.values.some((value) => value !== null))
  if (!drawn || field !== null) return ''
  const text = finding(whole, context)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A count with its noun. German counts after a number do not take the dative that "5 von 9" does. */
function amount(decided: Plan, count: number, noun: string, context: Context): string {
  const german = context.locale.toLowerCase().startsWith('de')
  const one: Record<string, string> = {
    bars: 'bar',
    points: 'point',
    parts: 'part',
    bins: 'bin',
    values: 'value',
    Werte: 'Wert',
    Punkten: 'Punkt',
    Teilen: 'Teil',
    Klassen: 'Klasse',
  }
  const text =
    count === 1
      ? (one[noun] ?? noun)
      : german && (noun === 'Punkten' || noun === 'Teilen')
        ? noun.slice(0, -1)
        : noun
  return `${decided.writes.count(count)} ${text}`
}

function finding(decided: Plan, context: Context): string {
  const say = words(context.locale)
  const first = decided.series[0] as Series
  const write = (value: number, one: Series = first): string => decided.writes.value(one, value)
  if (isPoints(decided.mark)) return spread(decided, context)
  if (decided.mark === 'ecdf') {
    const half = (one: Series): string =>
      say.half(
        placeAt(
          decided,
          one.values.findIndex((value) => (value ?? 0) >= 0.5),
          context,
        ),
      )
    return decided.series
      .map((one) => (decided.series.length > 1 ? `${one.name}: ${half(one)}` : half(one)))
      .join('; ')
  }
  if (decided.mark === 'density') {
    const top = (one: Series): string =>
      say.top(placeAt(decided, extremes(one.values)?.high.slot ?? -1, context))
    return decided.series
      .map((one) => (decided.series.length > 1 ? `${one.name}: ${top(one)}` : top(one)))
      .join('; ')
  }
  if (decided.mark === 'violin') {
    const middle = decided.series[2] as Series
    return decided.slots
      .slice(0, 6)
      .map((slot, index) =>
        say.median(slot.label, decided.writes.value(middle, middle.values[index] ?? null)),
      )
      .join('; ')
  }
  // Of what is one picture for each place, the middle is told, or the way from the first to the last.
  if (decided.mark === 'box') return highLowOf(decided, decided.series[2] as Series, say)
  if (decided.mark === 'candlestick') {
    const [opened, highest, , closed] = decided.series as [Series, Series, Series, Series]
    const start = opened.values.findIndex((value) => value !== null)
    const end = closed.values.findLastIndex((value) => value !== null)
    const peak = extremes(highest.values)?.high
    if (start < 0 || end < 0 || !peak) return say.noData
    const from = [decided.writes.slot(start), write(opened.values[start] as number, opened)] as const
    const to = [decided.writes.slot(end), write(closed.values[end] as number, closed)] as const
    return `${say.trendAlone(...from, ...to)}, ${say.peak(write(peak.value, highest), decided.writes.slot(peak.slot))}`
  }
  if (decided.mark === 'correlation') {
    let found = { row: 0, column: 1, value: 0 }
    for (const [row, one] of decided.series.entries()) {
      for (let column = row + 1; column < one.values.length; column += 1) {
        const value = one.values[column] ?? 0
        if (Math.abs(value) > Math.abs(found.value)) found = { row, column, value }
      }
    }
    return say.strongest(
      decided.writes.slot(found.row),
      decided.writes.slot(found.column),
      decided.writes.value(first, found.value),
    )
  }
  if (decided.mark === 'parallel') return decided.series.map((one) => highLowOf(decided, one, say)).join('; ')
  if (decided.mark === 'combo') return decided.series.map((one) => highLowOf(decided, one, say)).join('; ')
  if (decided.mark === 'pareto') {
    const shares = decided.series.at(-1)?.values ?? []
    const enough = shares.findIndex((share) => (share ?? 0) >= 0.8) + 1
    const last = decided.series.at(-1) as Series
    return say.most(
      decided.writes.count(enough),
      decided.writes.count(shares.length),
      decided.writes.value(last, shares[enough - 1] ?? null),
    )
  }
  if (decided.mark === 'figure' || decided.mark === 'gauge') return lastOf(decided, first, say, context)
  if (decided.mark === 'line' || decided.mark === 'area') {
    const told = decided.series.slice(0, 3).flatMap((one) => {
      const start = one.values.findIndex((value) => value !== null)
      const end = one.values.findLastIndex((value) => value !== null)
      if (start < 0) return []
      const from = [decided.writes.slot(start), write(one.values[start] as number, one)] as const
      const to = [decided.writes.slot(end), write(one.values[end] as number, one)] as const
      if (start === end) return [say.one(decided.series.length > 1 ? one.name : from[0], from[1])]
      if (decided.series.length > 1) return [say.trend(one.name, ...from, ...to)]
      const high = extremes(one.values)?.high
      const peak =
        high && high.slot !== start && high.slot !== end
          ? [say.peak(write(high.value), decided.writes.slot(high.slot))]
          : []
      return [[say.trendAlone(...from, ...to), ...peak].join(', ')]
    })
    const more = decided.series.length - 3
    return told.join('; ') + (more > 0 ? ` (+ ${decided.writes.count(more)})` : '')
  }
  const totals =
    decided.series.length === 1
      ? first.values
      : decided.slots.map((_, slot) => decided.series.reduce((sum, one) => sum + (one.values[slot] ?? 0), 0))
  // Measures are told one by one: which of them has the larger numbers says nothing.
  if (
    decided.mark === 'bar' &&
    decided.series.length > 1 &&
    decided.series.every((one) => one.group === null)
  )
    return decided.series
      .slice(0, 3)
      .map((one) => highLowOf(decided, one, say))
      .join('; ')
  if (decided.series.length > 1 && decided.stack === 'none') return highestCell(decided, context)
  const found = extremes(totals)
  if (!found) return say.noData
  const { low, high } = found
  if (decided.mark === 'histogram') return say.mode(decided.writes.slot(high.slot), write(high.value))
  if (decided.mark === 'pie') {
    const sum = totals.reduce<number>((total, value) => total + (value ?? 0), 0)
    const share = numberFormat({ kind: 'percent', digits: 1 }, context.locale)(high.value / sum)
    return say.share(decided.writes.slot(high.slot), `${write(high.value)} (${share})`)
  }
  if (decided.slots.length === 1) return say.one(decided.writes.slot(0), write(high.value))
  if (low.value === high.value) return say.same(write(high.value))
  return say.highLow(
    decided.writes.slot(high.slot),
    write(high.value),
    decided.writes.slot(low.slot),
    write(low.value),
  )
}

function highLowOf(decided: Plan, one: Series, say: ReturnType<typeof words>): string {
  const found = extremes(one.values)
  if (!found) return `${one.name}: ${say.noData}`
  const { low, high } = found
  const write = (value: number): string => decided.writes.value(one, value)
  return `${one.name}: ${say.highLow(
    decided.writes.slot(high.slot),
    write(high.value),
    decided.writes.slot(low.slot),
    write(low.value),
  )}`
}

/** A single figure: the last value, against its goal or what was before. */
function lastOf(decided: Plan, one: Series, say: ReturnType<typeof words>, context: Context): string {
  const last = one.values.findLastIndex((value) => value !== null)
  const before = one.values.slice(0, Math.max(0, last)).findLastIndex((value) => value !== null)
  const told = say.one(decided.writes.slot(last), decided.writes.value(one, one.values[last] ?? null))
  const percent = numberFormat({ kind: 'percent', digits: 1 }, context.locale)
  const goal = decided.references[0]?.value
  if (decided.mark === 'gauge' && goal)
    return `${told}, ${percent((one.values[last] ?? 0) / goal)}, ${say.goal(decided.writes.value(one, goal))}`
  const past = one.values[before]
  if (before < 0 || !past) return told
  const change = percent(((one.values[last] ?? 0) - past) / Math.abs(past))
  return `${told}, ${say.against(change, decided.writes.value(one, past), decided.writes.slot(before))}`
}

/** A place along a computed axis, as a number. */
function placeAt(decided: Plan, slot: number, context: Context): string {
  const one = decided.slots[slot]
  if (!one) return words(context.locale).noData
  const step = (decided.slots[1]?.at ?? 1) - (decided.slots[0]?.at ?? 0)
  return numberFormat(decided.xFormat, context.locale, 'full', step)(one.at)
}

function highestCell(decided: Plan, context: Context): string {
  const say = words(context.locale)
  const cells = decided.series.flatMap((one) =>
    one.values.flatMap((value, slot) =>
      value === null
        ? []
        : [
            {
              value,
              text: decided.writes.value(one, value),
              name: `${decided.writes.slot(slot)}, ${one.name}`,
            },
          ],
    ),
  )
  const ordered = cells.sort((a, b) => b.value - a.value)
  const high = ordered[0]
  const low = ordered.at(-1)
  if (!high || !low) return say.noData
  return high.value === low.value
    ? say.same(high.text)
    : say.highLow(high.name, high.text, low.name, low.text)
}

function spread(decided: Plan, context: Context): string {
  const say = words(context.locale)
  const at = (slot: number): number => decided.slots[slot]?.at ?? 0
  let left = -1
  let right = -1
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const { values } of decided.series) {
    for (let slot = 0; slot < values.length; slot += 1) {
      const value = values[slot] ?? null
      if (value === null) continue
      if (left < 0 || at(slot) < at(left)) left = slot
      if (right < 0 || at(slot) > at(right)) right = slot
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  if (left < 0) return say.noData
  const one = decided.series[0] as Series
  const values = say.range(decided.writes.value(one, low), decided.writes.value(one, high))
  if (decided.mark === 'qq') return say.reach(decided.yTitle, values)
  const places = say.range(decided.writes.slot(left), decided.writes.slot(right))
  return say.spread(decided.xTitle, places, decided.yTitle, values)
}
