// Measured, not believed: contrast after WCAG, colour vision deficiencies after Machado et al. (2009, severity 1.0),
// distances as CIEDE2000.

import { describe, expect, test } from 'vitest'
import { themes } from '../src/index'

type Triple = [number, number, number]

const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
const rgb = (hex: string): Triple =>
  [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as Triple
const luminance = (hex: string): number => {
  const [r, g, b] = rgb(hex)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (one: string, two: string): number => {
  const [low, high] = [luminance(one), luminance(two)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const vision: Record<string, Triple[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function lab(hex: string, matrix: Triple[]): Triple {
  const color = rgb(hex)
  const [r, g, b] = matrix.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, weight, index) => sum + weight * (color[index] ?? 0), 0),
      ),
    ),
  ) as Triple
  const x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
  const y = 0.2126729 * r + 0.7151522 * g + 0.072175 * b
  const z = (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883
  const [fx, fy, fz] = [x, y, z].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)) as Triple
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

const rad = (degrees: number): number => (degrees * Math.PI) / 180

function distance([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const mean = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2
  const g = 0.5 * (1 - Math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)))
  const [A1, A2] = [(1 + g) * a1, (1 + g) * a2]
  const [c1, c2] = [Math.hypot(A1, b1), Math.hypot(A2, b2)]
  const hue = (a: number, b: number): number => ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360
  const [h1, h2] = [hue(A1, b1), hue(A2, b2)]
  let turn = h2 - h1
  if (turn > 180) turn -= 360
  if (turn < -180) turn += 360
  let h = (h1 + h2) / 2
  if (Math.abs(h1 - h2) > 180) h += h1 + h2 < 360 ? 180 : -180
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(rad(turn / 2))
  const [L, C] = [(l1 + l2) / 2, (c1 + c2) / 2]
  const t =
    1 -
    0.17 * Math.cos(rad(h - 30)) +
    0.24 * Math.cos(rad(2 * h)) +
    0.32 * Math.cos(rad(3 * h + 6)) -
    0.2 * Math.cos(rad(4 * h - 63))
  const rotation =
    -2 * Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7)) * Math.sin(rad(60 * Math.exp(-(((h - 275) / 25) ** 2))))
  const sl = 1 + (0.015 * (L - 50) ** 2) / Math.sqrt(20 + (L - 50) ** 2)
  const [sc, sh] = [1 + 0.045 * C, 1 + 0.015 * C * t]
  const [dl, dc, dh] = [(l2 - l1) / sl, (c2 - c1) / sc, dH / sh]
  return Math.sqrt(dl ** 2 + dc ** 2 + dh ** 2 + rotation * dc * dh)
}

describe.each(Object.entries(themes))('%s', (_, theme) => {
  test('every mark has 3:1 against its ground, every text 4.5:1', () => {
    for (const color of [...theme.series, theme.other, theme.axis])
      expect(contrast(color, theme.ground)).toBeGreaterThanOrEqual(3)
    for (const color of [theme.ink, theme.muted])
      expect(contrast(color, theme.ground)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(Object.keys(vision))('neighbours are told apart with %s vision', (kind) => {
    const colors = theme.series.map((hex) => lab(hex, vision[kind] as Triple[]))
    for (let index = 1; index < colors.length; index += 1) {
      expect(distance(colors[index - 1] as Triple, colors[index] as Triple)).toBeGreaterThanOrEqual(10)
    }
  })
})

test('the distance is CIEDE2000: two pairs from the test data of its authors', () => {
  expect(distance([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4)
  expect(distance([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4)
})
