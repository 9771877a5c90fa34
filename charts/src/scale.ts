// Round numbers for value axes.

export interface Scale {
  min: number
  max: number
  step: number
}

/**
 * Steps of 1, 2, 2.5 or 5 times a power of ten, about `count` of them, that cover both ends. A few more steps are
 * taken when they leave less of the axis empty. `whole` keeps steps whole, for counts.
 */
export function nice(low: number, high: number, count: number, whole = false): Scale {
  let min = low
  let max = high
  if (!Number.isFinite(min) || !Number.isFinite(max)) return { min: 0, max: 1, step: 0.5 }
  if (min === max) {
    if (min === 0) max = 1
    else if (min > 0) min = 0
    else max = 0
  }
  let best: Scale | null = null
  let least = Number.POSITIVE_INFINITY
  for (const more of [0, 1, 2]) {
    const scale = withSteps(min, max, Math.max(1, count) + more, whole)
    const waste = (scale.max - scale.min) / (max - min)
    if (best === null || waste < least * 0.88) {
      best = scale
      least = waste
    }
  }
  return best as Scale
}

function withSteps(min: number, max: number, count: number, whole: boolean): Scale {
  const rough = Math.max((max - min) / count, whole ? 1 : 0)
  const power = 10 ** Math.floor(Math.log10(rough))
  const fits = (factor: number): boolean =>
    factor * power >= rough * 0.999 && !(whole && !Number.isInteger(tidy(factor * power)))
  const step = (([1, 2, 2.5, 5, 10].find(fits) as number | undefined) ?? 10) * power
  const first = Math.floor(min / step + 1e-9)
  const last = Math.ceil(max / step - 1e-9)
  return { min: tidy(first * step), max: tidy(last * step), step: tidy(step) }
}

/** Decimals that a step needs to be written exactly. */
export function decimalsOf(step: number): number {
  const size = Math.abs(step)
  for (let digits = 0; digits < 20; digits += 1) {
    const scaled = size * 10 ** digits
    if (Math.abs(scaled - Math.round(scaled)) <= 1e-6 * scaled) return digits
  }
  return 20
}

/** Multiples of a step without the dust of binary fractions. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

export function ticksOf(scale: Scale): number[] {
  const count = Math.round((scale.max - scale.min) / scale.step)
  return Array.from({ length: count + 1 }, (_, index) => tidy(scale.min + index * scale.step))
}

/** Steps for ticks, in tenths of a power of ten: every one is easy to count in. */
const COUNTED = [10, 20, 25, 40, 50]

/**
 * Round numbers between both ends, as many as `fits` allows, but at least two where there are any. With `unit`, the
 * numbers are multiples of it: when bins stand on round edges, so do the ticks.
 */
export function ticksBetween(
  low: number,
  high: number,
  unit: number | null,
  fits: (scale: Scale, ticks: number[]) => boolean,
): { step: number; ticks: number[] } | null {
  if (!(high > low) || !Number.isFinite(high - low)) return null
  const power = Math.floor(Math.log10((high - low) / 40)) - 1
  for (let more = power; more <= power + 5; more += 1) {
    for (const tenths of COUNTED) {
      const step = tidy(tenths * 10 ** more)
      if (unit !== null && !isMultiple(step, unit)) continue
      const first = Math.ceil(low / step - 1e-9)
      const count = Math.floor(high / step + 1e-9) - first + 1
      if (count < 2) return null
      if (count > 60) continue
      const ticks = Array.from({ length: count }, (_, index) => tidy((first + index) * step))
      if (fits({ min: low, max: high, step }, ticks)) return { step, ticks }
    }
  }
  return null
}

/** Is the step one that people count in? */
export function isRound(step: number): boolean {
  const tenths = step / 10 ** (Math.floor(Math.log10(step) + 1e-9) - 1)
  return COUNTED.some((one) => Math.abs(tenths - one) < 1e-6)
}

/** Is the number a whole multiple of the unit, but for the dust of binary fractions? */
export function isMultiple(value: number, unit: number): boolean {
  const times = value / unit
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times))
}
