// What charts compute themselves is what SciPy and statsmodels compute (statistics_golden.py made the other side).

import { describe, expect, test } from 'vitest'
import {
  againstNormal,
  bandwidth,
  cumulative,
  density,
  fitted,
  halfOfMean,
  lineThrough,
  moments,
  normalBelow,
  normalQuantile,
  quantile,
  sampleOf,
  studentWithin,
} from '../src/statistics'
import golden from './statistics.golden.json'

/** Equal to so many parts of the wanted value. */
function near(found: number | null, wanted: number, parts = 1e-9): void {
  expect(Math.abs((found ?? Number.NaN) - wanted)).toBeLessThanOrEqual(
    parts * Math.max(Math.abs(wanted), 1e-30),
  )
}

const { sample } = golden
const values = sampleOf(
  sample.values.map((value, index) => ({ from: value, to: value, count: sample.counts[index] as number })),
)

test.each(golden.normal_below)('the normal distribution below %d', (z, wanted) =>
  near(normalBelow(z as number), wanted as number, 1e-12),
)

test.each(golden.normal_quantile)('the normal quantile of %d', (p, wanted) =>
  expect(normalQuantile(p as number)).toBeCloseTo(wanted as number, 10),
)

test.each(golden.student_within)(
  '%d of Student’s distribution with %d degrees of freedom',
  (level, freedom, wanted) =>
    near(studentWithin(level as number, freedom as number), wanted as number, 1e-10),
)

test.each(golden.mean_interval)('the confidence interval of a mean', (deviation, count, level, wanted) =>
  near(halfOfMean(deviation as number, count as number, level as number), wanted as number),
)

describe.each(golden.lines.map((one, index) => [index, one] as const))('line %d', (_, one) => {
  const line = lineThrough(one.x, one.y)
  test('its figures', () => {
    near(line?.slope ?? null, one.slope, 1e-8)
    near(line?.r2 ?? null, one.r2, 1e-8)
    near(line?.p ?? null, one.p, 1e-7)
    expect(line?.intercept).toBeCloseTo(one.intercept, 3)
  })
  test('its band', () => {
    for (const [index, place] of one.places.entries()) {
      const [low, high] = one.band[index] as [number, number]
      near((line?.at(place) ?? 0) - (line?.half(place, 0.95) ?? 0), low, 1e-7)
      near((line?.at(place) ?? 0) + (line?.half(place, 0.95) ?? 0), high, 1e-7)
    }
  })
})

test('a line needs two different places, and two points leave nothing to chance', () => {
  expect(lineThrough([1, 1], [1, 2])).toBeNull()
  expect(lineThrough([], [])).toBeNull()
  expect(lineThrough([1, 2], [1, 3])).toMatchObject({ slope: 2, intercept: -1, r2: 1, p: null })
})

test('the density by Gaussian kernels', () => {
  near(bandwidth(values), sample.bandwidth)
  for (const [index, found] of density(values, sample.grid).entries())
    near(found, sample.density[index] as number, 1e-9)
})

test('in fine bins the density stays what it is', () => {
  const bins = new Map<number, number>()
  for (const value of sample.all) bins.set(Math.floor(value), (bins.get(Math.floor(value)) ?? 0) + 1)
  const binned = sampleOf([...bins].map(([from, count]) => ({ from, to: from + 1, count })))
  const most = Math.max(...sample.density)
  for (const [index, found] of density(binned, sample.grid).entries())
    expect(Math.abs(found - (sample.density[index] as number))).toBeLessThan(0.06 * most)
})

test('the cumulative distribution', () => {
  const [places, shares] = sample.cumulative as [number[], number[]]
  expect(cumulative(values).map((point) => point.at)).toEqual(places)
  for (const [index, point] of cumulative(values).entries()) near(point.share, shares[index] as number)
})

test('quantiles', () => {
  for (const [p, wanted] of sample.quantiles) near(quantile(values, p as number), wanted as number)
})

test('quantiles against the normal distribution', () => {
  // Equal values share one point in the middle of their ranks.
  for (const point of againstNormal(values)) {
    const ranks = sample.all.flatMap((value, rank) => (value === point.value ? [rank] : []))
    if (ranks.length === 1)
      expect(point.z).toBeCloseTo(sample.against_normal[ranks[0] as number] as number, 9)
  }
})

test.each(['normal', 'lognormal', 'exponential'] as const)('the %s distribution of single values', (kind) => {
  const found = fitted(values, kind)
  const wanted =
    kind === 'exponential' ? [sample.exponential, sample.exponential] : (sample[kind] as number[])
  near(found?.mean ?? null, wanted[0] as number, 1e-7)
  near(found?.deviation ?? null, wanted[1] as number, 1e-6)
})

test.each(golden.binned.map((one) => [one.kind, one] as const))(
  'the %s distribution of bins',
  (kind, one) => {
    const bins = sampleOf(
      one.counts.map((count, index) => ({
        from: one.edges[index] as number,
        to: one.edges[index + 1] as number,
        count,
      })),
    )
    const found = fitted(bins, kind as 'normal')
    // SciPy's own search ends at about a part in a hundred thousand.
    near(found?.mean ?? null, one.mean, 5e-5)
    near(found?.deviation ?? null, one.deviation, 5e-5)
  },
)

test('a distribution that cannot have the values is not fitted', () => {
  const below = sampleOf([
    { from: -10, to: 0, count: 3 },
    { from: 0, to: 10, count: 3 },
  ])
  expect(fitted(below, 'lognormal')).toBeNull()
  expect(fitted(below, 'exponential')).toBeNull()
  expect(fitted(sampleOf([{ from: 4, to: 4, count: 9 }]), 'normal')).toBeNull()
  expect(moments(sampleOf([{ from: 4, to: 4, count: 9 }])).deviation).toBe(0)
})
