// Round numbers for value axes.

export interface Scale {
  min: number
  max: number
  step: number
}

/** Steps of 1, 2, 2.5 or 5 times a power of ten, about `count` of them, that cover both ends. */
export function nice(low: number, high: number, count: number): Scale {
  let min = low
  let max = high
  if (!Number.isFinite(min) || !Number.isFinite(max)) return { min: 0, max: 1, step: 0.5 }
  if (min === max) {
    if (min === 0) max = 1
    else if (min > 0) min = 0
    else max = 0
  }
  const rough = (max - min) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10
  const step = factor * power
  const first = Math.floor(min / step + 1e-9)
  const last = Math.ceil(max / step - 1e-9)
  return { min: tidy(first * step), max: tidy(last * step), step: tidy(step) }
}

/** Multiples of a step without the dust of binary fractions. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

export function ticksOf(scale: Scale): number[] {
  const count = Math.round((scale.max - scale.min) / scale.step)
  return Array.from({ length: count + 1 }, (_, index) => tidy(scale.min + index * scale.step))
}
