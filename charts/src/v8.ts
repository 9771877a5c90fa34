// The entry for engines without a browser: JSON in, SVG out. Runs alike in Node and in Python's V8.

import {
  BarChart,
  CustomChart,
  LineChart,
  PieChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
  SunburstChart,
} from 'echarts/charts'
import { GraphicComponent, GridComponent, RadarComponent } from 'echarts/components'
import { init, setPlatformAPI, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { compile } from './compile'
import { type CellFormat, formatsOf, type TableFormat } from './formats'
import { headings } from './headings'
import { provideOutline } from './outlines/index'
import us from './outlines/us.json'
import world from './outlines/world.json'
import { type Answer, type ChartSpec, type Context, NotDrawable } from './spec'
import { summarise } from './summary'
import { measureText } from './text'

use([
  BarChart,
  CustomChart,
  LineChart,
  PieChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
  SunburstChart,
  GraphicComponent,
  GridComponent,
  RadarComponent,
  SVGRenderer,
])
provideOutline('world', world)
provideOutline('us', us)
// Before the first chart: ECharts caches widths.
setPlatformAPI({ measureText: measureText as never })

// In an engine of our own, `__proto__` is a key like any other: nothing that is drawn can reach a prototype.
Reflect.deleteProperty(Object.prototype, '__proto__')

interface TableJob {
  answer: Answer
  format: TableFormat
  theme?: 'light' | 'dark'
}

interface Job {
  spec: ChartSpec
  answer: Answer
  context: Context
}

/** A name for ids that is the same for the same job and another for another: several charts share one page. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return `c${(hash >>> 0).toString(16).padStart(8, '0')}`
}

/** Hover rules and classes are for browsers; print tools stumble over them. Text nodes hold no quotes, so stay as they are. */
function tidy(svg: string, name: string): string {
  return (
    svg
      .replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, '')
      .replace(/ (?:class|ecmeta_\w+|style)="(?:zr\d|position:)[^"]*"/g, '')
      .replace(/ ecmeta_\w+="[^"]*"/g, '')
      .replace(/(="(?:url\(#)?)zr\d+-/g, `$1${name}-`)
      .replace(/ pointer-events="visible"/g, '')
      // Boxes for the mouse, drawn with nothing.
      .replace(/<(path|rect) (?![^>]*stroke=)[^>]*fill="none"[^>]*><\/\1>\n?/g, '')
  )
}

function draw(text: string): { svg: string; summary: string; subtitle: string } {
  const { spec, answer, context } = JSON.parse(text) as Job
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: context.width, height: context.height })
  try {
    chart.setOption(compile(spec, answer, context))
    return {
      svg: tidy(chart.renderToSVGString(), fingerprint(text)),
      summary: summarise(spec, answer, context),
      subtitle: headings(spec, answer, context).subtitle,
    }
  } finally {
    chart.dispose()
  }
}

/** JSON of `{spec, answer, context}` to JSON of `{svg, summary, subtitle}`, or of `{problem}` when the values cannot be drawn. */
function renderChart(text: string): string {
  try {
    return JSON.stringify(draw(text))
  } catch (error) {
    if (error instanceof NotDrawable) return JSON.stringify({ problem: error.message })
    throw error
  }
}

/** JSON of `{answer, format, theme}` to JSON of `{styles, cells}`: for each painted column, the style of each row. */
function formatTable(text: string): string {
  const { answer, format, theme } = JSON.parse(text) as TableJob
  const formats = formatsOf(answer, format, { theme: theme ?? 'light' })
  const styles: CellFormat[] = []
  const known = new Map<string, number>()
  const cells = Object.fromEntries(
    [...formats.columns].map((key) => [
      key,
      Array.from({ length: answer.row_count }, (_, row) => {
        const cell = formats.cell(row, key)
        if (cell === undefined) return null
        const name = JSON.stringify(cell)
        const at = known.get(name) ?? styles.push(cell) - 1
        known.set(name, at)
        return at
      }),
    ]),
  )
  return JSON.stringify({ styles, cells })
}

Object.assign(globalThis, { renderChart, formatTable })
