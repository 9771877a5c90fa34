// A spec and an answer become an ECharts option.

import type { EChartsOption } from 'echarts'
import { drawsHeadings, type Element, type Frame, frameOf, SMALL, textAt } from './frame'
import { entitled } from './headings'
import { area } from './marks/area'
import { bar } from './marks/bar'
import { box } from './marks/box'
import { calendar } from './marks/calendar'
import { candlestick } from './marks/candlestick'
import { combo } from './marks/combo'
import { curve } from './marks/density'
import { figure } from './marks/figure'
import { funnel } from './marks/funnel'
import { gauge } from './marks/gauge'
import { heatmap } from './marks/heatmap'
import { histogram } from './marks/histogram'
import { line } from './marks/line'
import { map } from './marks/map'
import { parallel } from './marks/parallel'
import { pie } from './marks/pie'
import { radar } from './marks/radar'
import { sankey } from './marks/sankey'
import { scatter } from './marks/scatter'
import { sunburst } from './marks/sunburst'
import { treemap } from './marks/treemap'
import { violin } from './marks/violin'
import { waterfall } from './marks/waterfall'
import { layout, type Panel, panelAt, panelsOf } from './panels'
import type { Plan } from './plan'
import { type Mark, marks } from './registry'
import type { Answer, ChartSpec, Context } from './spec'
import { spokenHit } from './spoken'
import { harmless, unstyled } from './text'
import { words } from './words'

const drawings: Readonly<Record<Mark, (plan: Plan, frame: Frame) => Element>> = {
  bar,
  line,
  area,
  pie,
  scatter,
  histogram,
  density: curve,
  ecdf: curve,
  qq: scatter,
  violin,
  correlation: heatmap,
  map,
  parallel,
  heatmap,
  calendar,
  waterfall,
  funnel,
  treemap,
  sunburst,
  sankey,
  radar,
  box,
  candlestick,
  combo,
  pareto: combo,
  figure,
  gauge,
}

/** The picture as data for ECharts. It holds functions of ours; nothing of the user's is ever more than text. */
export function compile(spec: ChartSpec, answer: Answer, context: Context): EChartsOption {
  const drawn = panelsOf(spec, answer, context)
  const { whole, panels, field } = drawn
  const frame = frameOf(drawsHeadings(context) ? entitled(drawn, context) : whole, context)
  const still = context.target !== 'screen' || context.reducedMotion === true
  const empty = panels.every((one) => isEmpty(one.plan))
  const body = empty
    ? nothing(frame)
    : field === null
      ? drawings[whole.mark](whole, frame)
      : together(panels, frame)
  const option: Element = {
    animation: !still,
    animationDuration: 250,
    animationDurationUpdate: 200,
    useUTC: true,
    // A dark picture on paper or in mail brings its ground; otherwise the page shows through.
    backgroundColor:
      context.theme === 'dark' && context.target !== 'screen' ? frame.theme.ground : 'transparent',
    textStyle: { fontFamily: frame.font, color: frame.theme.ink },
    ...body,
    graphic: { elements: frame.elements },
    aria: { enabled: false },
    ...(frame.live ? { tooltip: tooltip(panels, frame) } : {}),
  }
  return option as EChartsOption
}

/** Panels side by side, each with its own axes. */
function together(panels: readonly Panel[], frame: Frame): Element {
  const boxes = layout(panels.length, frame.box)
  const drawn = panels.map((panel, index) =>
    drawings[panel.plan.mark](panel.plan, { ...frame, box: boxes[index] as Frame['box'] }),
  )
  return {
    grid: drawn.map((one) => one.grid),
    xAxis: drawn.map((one, gridIndex) => ({ ...(one.xAxis as Element), gridIndex })),
    yAxis: drawn.map((one, gridIndex) => ({ ...(one.yAxis as Element), gridIndex })),
    series: drawn.flatMap((one, index) =>
      (one.series as Element[]).map((series) => ({
        ...series,
        xAxisIndex: index,
        yAxisIndex: index,
        ...(series.stack ? { stack: `${series.stack}${index}` } : {}),
      })),
    ),
  }
}

function isEmpty(decided: Plan): boolean {
  return (
    decided.slots.length === 0 || decided.series.every((one) => one.values.every((value) => value === null))
  )
}

function nothing(frame: Frame): Element {
  const { box, context, theme } = frame
  const x = (box.left + box.right) / 2
  const y = (box.top + box.bottom) / 2
  frame.elements.push(
    textAt(frame, words(context.locale).noData, x, y, {
      size: 14,
      color: theme.muted,
      align: 'center',
      middle: true,
    }),
  )
  return {}
}

interface Hit {
  seriesIndex: number
  dataIndex: number
  data?: unknown
}

/** Drawn as text on the canvas: HTML never comes into it. */
function tooltip(panels: readonly Panel[], frame: Frame): Element {
  const { theme } = frame
  const decided = panels[0]?.plan as Plan
  const axis = marks[decided.mark].across === true
  const many = panels.reduce((sum, one) => sum + one.plan.series.length, 0) > 12
  return {
    trigger: axis && !many ? 'axis' : 'item',
    renderMode: 'richText',
    confine: true,
    transitionDuration: 0,
    backgroundColor: theme.ground,
    borderColor: theme.grid,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: theme.ink, fontSize: SMALL + 1, fontFamily: frame.font, lineHeight: 18 },
    axisPointer: {
      type: marks[decided.mark].axis === 'own' ? 'line' : 'shadow',
      // Behind the marks.
      z: 1,
      lineStyle: { color: theme.axis },
      shadowStyle: { color: theme.grid, opacity: 0.5 },
      label: { show: false },
    },
    formatter: (hits: Hit | Hit[]) => {
      const list = Array.isArray(hits) ? hits : [hits]
      const lines = list.flatMap((hit, index) => {
        const panel = panelAt(panels, hit.seriesIndex)
        if (!panel) return []
        const seriesIndex = hit.seriesIndex - panel.offset
        const points = spokenHit(panel.plan, { ...hit, seriesIndex }, frame.context.locale)
        const values = points.map((point) => (point.name ? `${point.name}: ${point.value}` : point.value))
        const place = points[0]?.place
        const where = panel.name ? `${panel.name}, ${place}` : place
        return index === 0 && place !== undefined ? [where as string, ...values] : values
      })
      return unstyled(lines.map(harmless).join('\n'))
    },
  }
}
