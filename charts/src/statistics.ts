// The figures that charts compute themselves, from an answer that is whole: one exact place for screen and paper.
// tests/statistics.golden.json holds what SciPy and statsmodels say of the same numbers.

/** Values with how often each occurs, rising: each value by itself (`to` is `from`), or the bins that hold them. */
export interface Sample {
  from: number[]
  to: number[]
  counts: number[]
  /** How many values there are together. */
  n: number
}

/** A sample from places and counts; what has no count is left out. */
export function sampleOf(bins: readonly { from: number; to: number; count: number }[]): Sample {
  const kept = bins.filter((bin) => bin.count > 0).sort((a, b) => a.from - b.from)
  return {
    from: kept.map((bin) => bin.from),
    to: kept.map((bin) => bin.to),
    counts: kept.map((bin) => bin.count),
    n: kept.reduce((sum, bin) => sum + bin.count, 0),
  }
}

// Functions of distributions

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** Lanczos' approximation, to 15 digits for positive numbers. */
export function logGamma(x: number): number {
  const z = x - 1
  const sum = LANCZOS.reduce((all, factor, index) => all + factor / (z + index + 1), 0.9999999999998099)
  const t = z + LANCZOS.length - 0.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** The regularised incomplete beta function, by Lentz' continued fraction. */
function beta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a)
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  )
  const tiny = 1e-300
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny)
  let product = d
  for (let m = 1; m <= 500; m += 1) {
    for (const factor of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + factor * d || tiny)
      c = 1 + factor / c || tiny
      product *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return front * product
}

/** The probability that Student's t is at least this far from 0, on either side. */
export const bothTails = (t: number, freedom: number): number =>
  beta(freedom / (freedom + t * t), freedom / 2, 0.5)

/** The t that a share `level` of Student's distribution lies within, on both sides of 0. */
export function studentWithin(level: number, freedom: number): number {
  let low = 0
  let high = 2
  while (bothTails(high, freedom) > 1 - level && high < 1e12) high *= 2
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step += 1) {
    const middle = (low + high) / 2
    if (bothTails(middle, freedom) > 1 - level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The upper tail of the normal distribution times the square root of 2π e^(z²), for z of 1 and more. */
function tailFraction(z: number): number {
  let value = z
  for (let k = 160; k >= 1; k -= 1) value = z + k / value
  return 1 / value
}

/** The share of the standard normal distribution below z, with full relative precision in the lower tail. */
export function normalBelow(z: number): number {
  const density = Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI)
  if (z < -2.5) return density * tailFraction(-z)
  if (z > 2.5) return 1 - density * tailFraction(z)
  let term = z
  let sum = z
  for (let k = 1; k < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); k += 1) {
    term *= (z * z) / (2 * k + 1)
    sum += term
  }
  return 0.5 + density * sum
}

const NEAR = [
  [2.50662823884, -18.61500062529, 41.39119773534, -25.44106049637],
  [-8.4735109309, 23.08336743743, -21.06224101826, 3.13082909833],
] as const

/** The z below which the share p of the standard normal distribution lies; between 0 and 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  // Beasley and Springer near the middle, the tail's leading term outside; Newton's method mends both.
  const u = p - 0.5
  const r = u * u
  const [[a0, a1, a2, a3], [b0, b1, b2, b3]] = NEAR
  let z =
    p > 0.08
      ? (u * (((a3 * r + a2) * r + a1) * r + a0)) / ((((b3 * r + b2) * r + b1) * r + b0) * r + 1)
      : -Math.sqrt(Math.max(1, -2 * Math.log(p) - Math.log(Math.max(1, -4 * Math.PI * Math.log(p)))))
  for (let step = 0; step < 60; step += 1) {
    const below = normalBelow(z)
    // In the logarithm, so that far tails converge too.
    const move = (Math.log(below / p) * below * Math.sqrt(2 * Math.PI)) / Math.exp(-z * z * 0.5)
    z -= move
    if (Math.abs(move) < 1e-14 * Math.max(1, Math.abs(z))) break
  }
  return z
}

// A straight line

export interface Line {
  slope: number
  intercept: number
  /** The share of the variance that the line explains. */
  r2: number
  /** That a slope so far from 0 would come by chance (two-sided t test); null with two points. */
  p: number | null
  n: number
  at: (x: number) => number
  /** Half the height of the confidence band of the mean at a place; 0 where points leave no freedom. */
  half: (x: number, level: number) => number
}

/** Ordinary least squares; null with fewer than two different places. */
export function lineThrough(xs: readonly number[], ys: readonly number[]): Line | null {
  const n = xs.length
  if (n < 2) return null
  const meanOf = (values: readonly number[]): number => {
    const rough = values.reduce((sum, value) => sum + value, 0) / n
    return rough + values.reduce((sum, value) => sum + (value - rough), 0) / n
  }
  const x0 = meanOf(xs)
  const y0 = meanOf(ys)
  let sxx = 0
  let sxy = 0
  let syy = 0
  for (let index = 0; index < n; index += 1) {
    const dx = (xs[index] as number) - x0
    const dy = (ys[index] as number) - y0
    sxx += dx * dx
    sxy += dx * dy
    syy += dy * dy
  }
  if (!(sxx > 0)) return null
  const slope = sxy / sxx
  let left = 0
  for (let index = 0; index < n; index += 1)
    left += ((ys[index] as number) - y0 - slope * ((xs[index] as number) - x0)) ** 2
  const freedom = n - 2
  const error = freedom > 0 ? Math.sqrt(left / freedom) : 0
  const t = error > 0 ? slope / (error / Math.sqrt(sxx)) : Number.POSITIVE_INFINITY
  const widths = new Map<number, number>()
  const at = (x: number): number => y0 + slope * (x - x0)
  return {
    slope,
    intercept: at(0),
    r2: syy > 0 ? Math.max(0, 1 - left / syy) : 1,
    p: freedom > 0 ? (Number.isFinite(t) ? bothTails(t, freedom) : slope === 0 ? 1 : 0) : null,
    n,
    at,
    half: (x, level) => {
      if (freedom <= 0) return 0
      let width = widths.get(level)
      if (width === undefined) {
        width = studentWithin(level, freedom) * error
        widths.set(level, width)
      }
      return width * Math.sqrt(1 / n + (x - x0) ** 2 / sxx)
    },
  }
}

/** Half the confidence interval of a mean, from the standard deviation of so many values. */
export const halfOfMean = (deviation: number, count: number, level: number): number | null =>
  count > 1 ? (studentWithin(level, count - 1) * deviation) / Math.sqrt(count) : null

// A sample

/** Mean and standard deviation. Values in bins stand in their middles, less what that adds (Sheppard's correction). */
export function moments(of: Sample): { mean: number; deviation: number } {
  const middles = of.from.map((from, index) => (from + (of.to[index] as number)) / 2)
  const mean = middles.reduce((sum, value, index) => sum + value * (of.counts[index] as number), 0) / of.n
  let squares = 0
  let within = 0
  for (const [index, value] of middles.entries()) {
    const count = of.counts[index] as number
    squares += count * (value - mean) ** 2
    within += (count * ((of.to[index] as number) - (of.from[index] as number)) ** 2) / 12
  }
  const variance = of.n > 1 ? squares / (of.n - 1) : 0
  const corrected = variance - within / of.n
  return { mean, deviation: Math.sqrt(corrected > 0 ? corrected : variance) }
}

/** The value below which the share p lies: between two values in proportion (type 7), and evenly inside of bins. */
export function quantile(of: Sample, p: number): number {
  const binned = of.to.some((to, index) => to > (of.from[index] as number))
  const wanted = binned ? p * of.n : p * (of.n - 1)
  let before = 0
  for (const [index, count] of of.counts.entries()) {
    const from = of.from[index] as number
    const to = of.to[index] as number
    if (binned) {
      if (before + count >= wanted) return from + ((to - from) * Math.max(0, wanted - before)) / count
    } else {
      if (wanted <= before + count - 1) return from
      if (wanted < before + count)
        return from + ((of.from[index + 1] ?? from) - from) * (wanted - (before + count - 1))
    }
    before += count
  }
  return of.to.at(-1) ?? Number.NaN
}

/** Silverman's rule of thumb for Gaussian kernels (R's nrd0), and no finer than the bins tell. */
export function bandwidth(of: Sample): number {
  const { deviation } = moments(of)
  const spread = (quantile(of, 0.75) - quantile(of, 0.25)) / 1.34
  const least = Math.min(
    deviation || Number.POSITIVE_INFINITY,
    spread > 0 ? spread : Number.POSITIVE_INFINITY,
  )
  const widest = of.to.reduce((most, to, index) => Math.max(most, to - (of.from[index] as number)), 0)
  const rule = Number.isFinite(least) ? 0.9 * least * of.n ** -0.2 : 0
  return Math.max(rule, widest / 2) || Math.abs(of.from[0] ?? 0) * 0.01 || 1
}

/** The density at the places, by Gaussian kernels; each bin is spread evenly over its width before. */
export function density(of: Sample, places: readonly number[], width = bandwidth(of)): number[] {
  return places.map((place) => {
    let sum = 0
    for (const [index, count] of of.counts.entries()) {
      const from = (of.from[index] as number) - place
      const to = (of.to[index] as number) - place
      if (from > 8.5 * width || to < -8.5 * width) continue
      sum +=
        to > from
          ? (count * (normalBelow(to / width) - normalBelow(from / width))) / (to - from)
          : (count * Math.exp(-0.5 * (from / width) ** 2)) / (width * Math.sqrt(2 * Math.PI))
    }
    return sum / of.n
  })
}

/** Where a cumulative distribution turns: each place with the share of the values up to it. Exact at edges of bins. */
export function cumulative(of: Sample): { at: number; share: number }[] {
  const points: { at: number; share: number }[] = []
  let below = 0
  for (const [index, count] of of.counts.entries()) {
    const from = of.from[index] as number
    const to = of.to[index] as number
    if (to > from && points.at(-1)?.at !== from) points.push({ at: from, share: below / of.n })
    below += count
    points.push({ at: to, share: below / of.n })
  }
  return points
}

/**
 * Quantiles of the sample against those of the standard normal distribution. Of single values the middle rank of
 * each, (i − ½)/n; of bins their inner edges, where the share below is exact.
 */
export function againstNormal(of: Sample): { z: number; value: number }[] {
  const points: { z: number; value: number }[] = []
  let below = 0
  for (const [index, count] of of.counts.entries()) {
    const to = of.to[index] as number
    const binned = to > (of.from[index] as number)
    const share = binned ? (below + count) / of.n : (below + count / 2) / of.n
    below += count
    if (share > 0 && share < 1) points.push({ z: normalQuantile(share), value: to })
  }
  return points
}

// Fitted distributions

export interface Fitted {
  kind: 'normal' | 'lognormal' | 'exponential'
  /** normal, lognormal: of the values or their logarithms. exponential: the mean alone. */
  mean: number
  deviation: number
  density: (x: number) => number
}

/**
 * The distribution under which the counts are most likely. Of bins only the edges are known, so the likelihood is of
 * the counts between them (as SciPy's `fit` of censored data). Null where no such distribution has these values.
 */
export function fitted(of: Sample, kind: Fitted['kind']): Fitted | null {
  if (of.n < 2) return null
  if (kind === 'exponential') {
    if ((of.from[0] ?? 0) < 0) return null
    const { mean: start } = moments(of)
    if (!(start > 0)) return null
    const mean = Math.exp(
      best(Math.log(start), (log) =>
        likelihoodOf(
          of,
          (x) => -Math.expm1(-x / Math.exp(log)),
          (x) => Math.exp(-x / Math.exp(log) - log),
        ),
      ),
    )
    return { kind, mean, deviation: mean, density: (x) => (x < 0 ? 0 : Math.exp(-x / mean) / mean) }
  }
  const logs = kind === 'lognormal'
  if (logs && of.from.some((from, index) => from < 0 || (of.to[index] as number) <= 0)) return null
  const moved: Sample = logs
    ? { ...of, from: of.from.map((value) => Math.log(value)), to: of.to.map((value) => Math.log(value)) }
    : of
  const whole = moved.from.every((value) => Number.isFinite(value))
  const known: Sample = whole
    ? moved
    : {
        ...moved,
        from: moved.from.map((value, index) =>
          Number.isFinite(value) ? value : (moved.to[index] as number) - 1,
        ),
      }
  let { mean, deviation } = moments(known)
  if (!(deviation > 0)) return null
  const single = moved.from.every((from, index) => from === moved.to[index])
  if (single) deviation *= Math.sqrt((of.n - 1) / of.n)
  else [mean, deviation] = mostLikely(moved, mean, deviation)
  const scale = deviation * Math.sqrt(2 * Math.PI)
  return {
    kind,
    mean,
    deviation,
    density: logs
      ? (x) => (x <= 0 ? 0 : Math.exp(-0.5 * ((Math.log(x) - mean) / deviation) ** 2) / (x * scale))
      : (x) => Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / scale,
  }
}

/** The logarithm of the likelihood, given the share below a place and the density. */
function likelihoodOf(of: Sample, below: (x: number) => number, density: (x: number) => number): number {
  let sum = 0
  for (const [index, count] of of.counts.entries()) {
    const from = of.from[index] as number
    const to = of.to[index] as number
    sum += count * Math.log(Math.max(1e-300, to > from ? below(to) - below(from) : density(from)))
  }
  return sum
}

/** The place of the largest value of a function with one top, by golden sections around a start. */
function best(start: number, value: (at: number) => number): number {
  let low = start - 3
  let high = start + 3
  const golden = (Math.sqrt(5) - 1) / 2
  for (let step = 0; step < 80; step += 1) {
    const one = high - golden * (high - low)
    const other = low + golden * (high - low)
    if (value(one) > value(other)) high = other
    else low = one
  }
  return (low + high) / 2
}

/** Mean and deviation of a normal distribution known by counts in bins, by expectation and maximisation. */
function mostLikely(of: Sample, mean: number, deviation: number): [number, number] {
  let [m, s] = [mean, deviation]
  for (let step = 0; step < 2000; step += 1) {
    let first = 0
    let second = 0
    for (const [index, count] of of.counts.entries()) {
      const a = ((of.from[index] as number) - m) / s
      const b = ((of.to[index] as number) - m) / s
      const bell = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)
      // In the half where the tails keep their digits.
      const share = a > 0 ? normalBelow(-a) - normalBelow(-b) : normalBelow(b) - normalBelow(a)
      const z = share > 1e-280 ? (bell(a) - bell(b)) / share : (a + b) / 2
      const zs = share > 1e-280 ? 1 + ((Number.isFinite(a) ? a * bell(a) : 0) - b * bell(b)) / share : z * z
      first += count * z
      second += count * zs
    }
    const shift = first / of.n
    const next = Math.sqrt(Math.max(1e-12, second / of.n - shift * shift))
    m += s * shift
    const change = Math.abs(shift) + Math.abs(next - 1)
    s *= next
    if (change < 1e-12) break
  }
  return [m, s]
}
