// What a browser makes of a job, for the comparison with V8's picture (backend/tests/journeys/test_chart_pictures.py).

import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { init } from '../src/engine'
import { type Answer, type ChartSpec, type Context, compile, loadOutlines } from '../src/index'

use([SVGRenderer])

interface Job {
  spec: ChartSpec
  answer: Answer
  context: Context
}

/** How far two pictures are apart in blocks of 6 × 6 pixels, as shares of black against white. */
interface Apart {
  /** On average over all blocks. */
  mean: number
  /** The share of blocks that differ by more than a quarter. */
  far: number
}

const SIDE = 6

async function pixelsOf(
  picture: CanvasImageSource,
  { width, height, theme }: Context,
): Promise<Uint8ClampedArray> {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D
  pen.fillStyle = theme === 'dark' ? '#14171C' : '#fff'
  pen.fillRect(0, 0, width, height)
  pen.drawImage(picture, 0, 0, width, height)
  return pen.getImageData(0, 0, width, height).data
}

function apart(one: Uint8ClampedArray, other: Uint8ClampedArray, { width, height }: Context): Apart {
  let sum = 0
  let far = 0
  let blocks = 0
  for (let top = 0; top + SIDE <= height; top += SIDE) {
    for (let left = 0; left + SIDE <= width; left += SIDE) {
      let difference = 0
      for (let channel = 0; channel < 3; channel += 1) {
        let [a, b] = [0, 0]
        for (let y = top; y < top + SIDE; y += 1) {
          for (let x = left; x < left + SIDE; x += 1) {
            a += one[(y * width + x) * 4 + channel] ?? 0
            b += other[(y * width + x) * 4 + channel] ?? 0
          }
        }
        difference = Math.max(difference, Math.abs(a - b) / (SIDE * SIDE * 255))
      }
      sum += difference
      far += difference > 0.25 ? 1 : 0
      blocks += 1
    }
  }
  return { mean: sum / blocks, far: far / blocks }
}

/** Draw a job on a canvas and as SVG, and compare the canvas with V8's SVG, the browser's words with V8's. */
async function compare(job: Job, svg: string, font: string): Promise<Apart & { texts: string[] }> {
  await loadOutlines()
  const { context } = job
  const place = (): HTMLDivElement => {
    const div = document.createElement('div')
    Object.assign(div.style, { width: `${context.width}px`, height: `${context.height}px` })
    document.body.replaceChildren(div)
    return div
  }
  const size = { width: context.width, height: context.height }
  const still = { ...compile(job.spec, job.answer, context), animation: false }
  const drawn = place()
  const vector = init(drawn, null, { renderer: 'svg', ...size })
  vector.setOption(still)
  const texts = [...drawn.querySelectorAll('text')].map((one) => one.textContent ?? '')
  vector.dispose()
  const chart = init(place(), null, { renderer: 'canvas', devicePixelRatio: 1, ...size })
  chart.setOption(still)
  const own = await pixelsOf(chart.getRenderedCanvas({ pixelRatio: 1 }), context)
  chart.dispose()
  const image = new Image()
  image.src = URL.createObjectURL(
    new Blob([svg.replace(/(<svg[^>]*>)/, `$1<style>${font}</style>`)], { type: 'image/svg+xml' }),
  )
  await image.decode()
  // The second face of the font comes a moment after the picture.
  await new Promise((done) => setTimeout(done, 30))
  return { ...apart(own, await pixelsOf(image, context), context), texts }
}

Object.assign(globalThis, { compare })
