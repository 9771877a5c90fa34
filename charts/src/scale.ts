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
  for (let digits = 0; digits < 10; digits += 1) {
    const scaled = step * 10 ** digits
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled)) return digits
  }
  return 10
}

/** Multiples of a step without the dust of binary fractions. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

export function ticksOf(scale: Scale): number[] {
  const count = Math.round((scale.max - scale.min) / scale.step)
  return Array.from({ length: count + 1 }, (_, index) => tidy(scale.min + index * scale.step))
}
