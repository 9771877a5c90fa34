// Text as it may be drawn, and how wide it will be in the shipped font.

import metrics from './metrics.json' with { type: 'json' }

export const FAMILY = metrics.family

type Runs = [number, number[]][]

function table(runs: Runs): Map<number, number> {
  const widths = new Map<number, number>()
  for (const [first, advances] of runs) {
    for (const [offset, width] of advances.entries()) widths.set(first + offset, width)
  }
  return widths
}

const regular = table(metrics.regular as Runs)
const bold = table(metrics.bold as Runs)

/** Characters that XML refuses, that break lines, or that reorder what stands around them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const UNDRAWABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]+/g
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** One line of plain text, safe as a text node of an SVG. */
export function clean(text: string): string {
  return harmless(text.replace(UNDRAWABLE, ' ').replace(LONE_SURROGATE, '\ufffd').trim())
}

/**
 * ECharts' renderer remembers widths in plain objects keyed by text. Measured under the key `__proto__`, a label would
 * write into every object of the page; with a no-break space behind it, it looks the same and is a key like others.
 */
export function harmless(line: string): string {
  return line === '__proto__' ? '__proto__\u00a0' : line
}

/** Text for ECharts' rich text boxes, where `{name|…}` would otherwise choose a style. */
export function unstyled(text: string): string {
  return text.replace(/\{(?=[a-zA-Z0-9_]+\|)/g, '{\u2060')
}

/** Width in pixels of one line. Scripts that the font lacks count as one em a character. */
export function widthOf(text: string, size: number, weight: 'normal' | 'bold' = 'normal'): number {
  const widths = weight === 'bold' ? bold : regular
  let sum = 0
  for (const character of text) sum += widths.get(character.codePointAt(0) as number) ?? 1000
  return (sum * size) / 1000
}

/** What ECharts asks of a platform: the width of a text in a CSS font. */
export function measureText(text: string, font?: string): { width: number } {
  const size = Number(/([\d.]+)px/.exec(font ?? '')?.[1] ?? 12)
  const heavy = /\b(bold|bolder|[6-9]00)\b/.test(font ?? '')
  return { width: widthOf(text ?? '', size, heavy ? 'bold' : 'normal') }
}

/** The text, cut to the width with an ellipsis when it is longer. */
export function shorten(
  text: string,
  width: number,
  size: number,
  weight: 'normal' | 'bold' = 'normal',
): string {
  if (widthOf(text, size, weight) <= width) return harmless(text)
  const characters = [...text]
  let low = 0
  let high = characters.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const cut = `${characters.slice(0, middle).join('').trimEnd()}…`
    if (widthOf(cut, size, weight) <= width) low = middle
    else high = middle - 1
  }
  return low === 0 ? '…' : `${characters.slice(0, low).join('').trimEnd()}…`
}

/** The text in lines of at most this width; what does not fit the last line is cut with an ellipsis. */
export function wrap(
  text: string,
  width: number,
  size: number,
  lines: number,
  weight: 'normal' | 'bold' = 'normal',
): string[] {
  const result: string[] = []
  let rest = text.split(' ')
  while (rest.length > 0 && result.length < lines - 1) {
    let count = 1
    while (count < rest.length && widthOf(rest.slice(0, count + 1).join(' '), size, weight) <= width)
      count += 1
    result.push(shorten(rest.slice(0, count).join(' '), width, size, weight))
    rest = rest.slice(count)
  }
  if (rest.length > 0) result.push(shorten(rest.join(' '), width, size, weight))
  return result
}
