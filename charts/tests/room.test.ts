import { expect, test } from 'vitest'
import { compile } from '../src/index'
import { widthOf } from '../src/text'
import { cases } from './cases.mjs'

interface Drawn {
  type: string
  x?: number
  y?: number
  z?: number
  shape?: { x: number; y: number; width: number; height: number }
  style: { text?: string; fontSize?: number; textAlign?: string; textVerticalAlign?: string }
}

interface Place {
  words: string
  left: number
  top: number
  right: number
  bottom: number
}

/** Where a text or a step of the colours lies; of rectangles below the plot's lines nothing is said. */
function placeOf({ type, x = 0, y = 0, z, shape, style }: Drawn): Place[] {
  if (type === 'rect' && shape && z === undefined)
    return [
      {
        words: '',
        left: shape.x,
        top: shape.y,
        right: shape.x + shape.width,
        bottom: shape.y + shape.height,
      },
    ]
  if (type !== 'text' || !style.text) return []
  const size = style.fontSize ?? 0
  const wide = widthOf(style.text, size)
  const left = x - (style.textAlign === 'right' ? wide : style.textAlign === 'center' ? wide / 2 : 0)
  const top = y - (style.textVerticalAlign === 'middle' ? size / 2 : 0)
  // A letter's own height is less than its size.
  return [{ words: style.text, left, top: top + 1, right: left + wide, bottom: top + size - 1 }]
}

const touch = (a: Place, b: Place): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

test('no words around a plot lie over others or over colours, however narrow it is', () => {
  const found: string[] = []
  for (const one of cases) {
    for (const width of [300, 340, 480, 720]) {
      const option = compile(one.spec, one.answer, { ...one.context, width })
      const { elements } = option.graphic as unknown as { elements: Drawn[] }
      const places = elements.flatMap(placeOf)
      for (const [index, place] of places.entries()) {
        for (const other of places.slice(index + 1)) {
          if (`${place.words}${other.words}` !== '' && touch(place, other))
            found.push(`${one.name} at ${width}: "${place.words}" and "${other.words}"`)
        }
      }
    }
  }
  expect(found).toEqual([])
})

test('numbers of upright axes have room one above the other, also in small panels', () => {
  const found: string[] = []
  for (const one of cases) {
    for (const width of [340, 720]) {
      const option = compile(one.spec, one.answer, { ...one.context, width })
      const axes = [option.yAxis ?? []].flat() as { min?: number; max?: number; interval?: number }[]
      const grids = [option.grid ?? []].flat() as { top?: number; bottom?: number }[]
      for (const [index, { min, max, interval }] of axes.entries()) {
        if (min === undefined || max === undefined || interval === undefined) continue
        const { top = 0, bottom = 0 } = grids[index] ?? grids[0] ?? {}
        const apart = (one.context.height - top - bottom) / ((max - min) / interval)
        if (apart < 12) found.push(`${one.name} at ${width}: ${apart.toFixed(1)} pixels`)
      }
    }
  }
  expect(found).toEqual([])
})
