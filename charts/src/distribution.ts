// From counts at places or in bins to what density, violin, cumulative and Q-Q plots show. One answer serves them all
// and the histogram: a number along the axis, how many rows have it, and perhaps a group as colour.

import type { Mark } from './registry'
import type { AnswerColumn, Format } from './spec'
import { againstNormal, bandwidth, cumulative, density, quantile, type Sample, sampleOf } from './statistics'

export type SpreadMark = 'density' | 'violin' | 'ecdf' | 'qq'

export const isSpread = (mark: Mark): mark is SpreadMark =>
  mark === 'density' || mark === 'violin' || mark === 'ecdf' || mark === 'qq'

/** Points of the curve of a density. */
const POINTS = 161

interface Place {
  at: number
  to?: number | undefined
}

/** How often each value or bin occurs, of one series. */
export const samplesOf = (
  places: readonly Place[],
  series: readonly { values: readonly (number | null)[] }[],
): Sample[] =>
  series.map((one) =>
    sampleOf(
      places.map((place, index) => ({
        from: place.at,
        to: place.to ?? place.at,
        count: one.values[index] ?? 0,
      })),
    ),
  )

/** All series together. */
export const together = (
  places: readonly Place[],
  series: readonly { values: readonly (number | null)[] }[],
): Sample =>
  sampleOf(
    places.map((place, index) => ({
      from: place.at,
      to: place.to ?? place.at,
      count: series.reduce((sum, one) => sum + (one.values[index] ?? 0), 0),
    })),
  )

export interface Outline {
  /** Values along the axis, and the density at each. */
  at: number[]
  density: number[]
}

/** The curve of a density, from three bandwidths below the lowest value to three above the highest. */
export function outlineOf(of: Sample, places?: readonly number[]): Outline {
  const at = places ?? placesFor([of])
  return { at: [...at], density: of.n > 0 ? density(of, at) : at.map(() => 0) }
}

/** Places for curves of several samples. Where nothing is below zero, no curve goes there. */
function placesFor(samples: readonly Sample[]): number[] {
  const present = samples.filter((one) => one.n > 0)
  const low = Math.min(...present.map((one) => (one.from[0] ?? 0) - 3 * bandwidth(one)))
  const high = Math.max(...present.map((one) => (one.to.at(-1) ?? 0) + 3 * bandwidth(one)))
  const first = present.every((one) => (one.from[0] ?? 0) >= 0) ? Math.max(0, low) : low
  return Array.from({ length: POINTS }, (_, index) => first + ((high - first) * index) / (POINTS - 1))
}

export interface Drawn {
  /** The places along the new axis. */
  at: number[]
  /** For each series, as many values as there are places. */
  values: (number | null)[][]
}

/** Curves over shared places. */
export function densities(samples: readonly Sample[]): Drawn {
  if (samples.every((one) => one.n === 0)) return { at: [], values: samples.map(() => []) }
  const at = placesFor(samples)
  return { at, values: samples.map((one) => (one.n > 0 ? density(one, at) : at.map(() => null))) }
}

/** Shares up to each place where one of the distributions turns. */
export function shares(samples: readonly Sample[]): Drawn {
  const turns = samples.map(cumulative)
  const at = [...new Set(turns.flatMap((points) => points.map((point) => point.at)))].sort((a, b) => a - b)
  const values = samples.map((one, series) => {
    if (one.n === 0) return at.map(() => null)
    const points = turns[series] ?? []
    const binned = isBinned(one)
    let next = 0
    return at.map((place) => {
      while ((points[next]?.at ?? Number.POSITIVE_INFINITY) <= place) next += 1
      const before = points[next - 1]
      const after = points[next]
      if (!before) return 0
      if (!binned || !after) return before.share
      return before.share + ((after.share - before.share) * (place - before.at)) / (after.at - before.at)
    })
  })
  return { at, values }
}

export const isBinned = (of: Sample): boolean => of.to.some((to, index) => to > (of.from[index] as number))

/** Points against the normal distribution, each in a place of its own, and the line through both quartiles. */
export function normalPlot(samples: readonly Sample[]): Drawn & { lines: [number, number][][] } {
  const points = samples.map(againstNormal)
  const at = points.flatMap((list) => list.map((point) => point.z))
  let begin = 0
  const values = points.map((list) => {
    const own = at.map((): number | null => null)
    for (const [index, point] of list.entries()) own[begin + index] = point.value
    begin += list.length
    return own
  })
  const lines = samples.map((one, series): [number, number][] => {
    const list = points[series] ?? []
    const first = list[0]
    const last = list.at(-1)
    if (!first || !last || first === last) return []
    const [low, high] = [quantile(one, 0.25), quantile(one, 0.75)]
    const slope = (high - low) / (2 * 0.6744897501960817)
    return [first, last].map(({ z }) => [z, (low + high) / 2 + slope * z])
  })
  return { at, values, lines }
}

/** The lowest value, the quartiles and the highest. */
export const fiveNumbers = (of: Sample): (number | null)[] =>
  of.n === 0
    ? [null, null, null, null, null]
    : [of.from[0] ?? 0, quantile(of, 0.25), quantile(of, 0.5), quantile(of, 0.75), of.to.at(-1) ?? 0]

/** A column of computed numbers. */
export const computed = (column: AnswerColumn): AnswerColumn => ({ ...column, type: 'float', grain: null })
export const PERCENT: Format = { kind: 'percent', digits: 1 }
