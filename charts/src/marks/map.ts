import { gridOf } from '../cartesian'
import { numberFormat } from '../format'
import { type Element, type Frame, SMALL } from '../frame'
import { outlineOf, type Region } from '../outlines/index'
import type { Plan } from '../plan'
import { drawSteps, inkOn, stepsOf } from '../steps'
import { widthOf } from '../text'
import type { Api, Shape } from './custom'

type Box = [left: number, top: number, right: number, bottom: number]
type Point = [number, number]

/** A ring as points. */
function pointsOf(ring: readonly number[]): Point[] {
  const points: Point[] = []
  let [x, y] = [0, 0]
  for (let index = 0; index < ring.length; index += 2) {
    x += ring[index] ?? 0
    y += ring[index + 1] ?? 0
    points.push([x, y])
  }
  return points
}

const boxOf = (points: readonly Point[]): Box =>
  points.reduce<Box>(
    ([left, top, right, bottom], [x, y]) => [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x),
      Math.max(bottom, y),
    ],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )

/** The largest piece of a region: what the map is cut to, so that France is in Europe. */
function mainland(region: Region): Box {
  const boxes = region.rings.map((ring) => boxOf(pointsOf(ring)))
  const size = ([left, top, right, bottom]: Box): number => (right - left) * (bottom - top)
  return boxes.reduce((most, one) => (size(one) > size(most) ? one : most), boxes[0] as Box)
}

/** Countries or states in steps of colour; those without a value stay grey. The map is cut to where values are. */
export function map(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const one = plan.series[0]
  const outline = plan.map && outlineOf(plan.map.name)
  if (!one || !outline || !plan.map) return {}
  const { regions, name } = plan.map
  const steps = stepsOf(plan, frame)
  drawSteps(plan, frame, steps)
  const area = { left: box.left, top: box.top, right: box.right, bottom: box.bottom }
  const view = viewOf(
    outline.regions,
    regions.map((index) => outline.regions[index] as Region),
    name === 'world',
  )
  const [wide, high] = [area.right - area.left, area.bottom - area.top]
  const scale = Math.min(wide / (view[2] - view[0]), high / (view[3] - view[1]))
  const x0 = (area.left + area.right) / 2 - ((view[0] + view[2]) / 2) * scale
  const y0 = (area.top + area.bottom) / 2 - ((view[1] + view[3]) / 2) * scale
  const pathOf = (region: Region): string => {
    const rings = region.rings.map((ring) =>
      pointsOf(ring).map(([x, y]): Point => [x0 + x * scale, y0 + y * scale]),
    )
    const [left, top, right, bottom] = boxOf(rings.flat())
    if (right < area.left || left > area.right || bottom < area.top || top > area.bottom) return ''
    return rings
      .map(
        (ring) =>
          `M${thinned(ring)
            .map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`)
            .join('L')}Z`,
      )
      .join('')
  }
  const valued = new Set(regions)
  const others = outline.regions.map((region, index) => (valued.has(index) ? '' : pathOf(region))).join('')
  const write = numberFormat(one.format, context.locale, 'label', 0)
  return {
    grid: gridOf(area, context.width, context.height),
    // Positions are ours; axes are there only because the series wants some.
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    series: [
      {
        type: 'custom',
        name: one.name,
        silent: !frame.live,
        clip: true,
        encode: { x: -1, y: -1 },
        // The ground comes last, and below: the numbers of the others stay those of the slots.
        data: [...one.values.map((value, slot) => [slot, value]), [-1, 0]],
        renderItem: (_: unknown, api: Api): Shape | null => {
          const slot = api.value(0)
          if (slot < 0) {
            const style = { fill: theme.grid, stroke: theme.ground, lineWidth: 0.6 }
            return { type: 'path', z2: -1, silent: true, shape: { pathData: others }, style }
          }
          const value = one.values[slot] ?? null
          const region = outline.regions[regions[slot] ?? -1]
          const pathData = region ? pathOf(region) : ''
          if (!region || !pathData) return null
          const fill = value === null ? theme.grid : steps.colorOf(value)
          const style = { fill, stroke: theme.ground, lineWidth: 0.75 }
          const shape: Shape = { type: 'path', shape: { pathData }, style }
          const text = value === null ? '' : write(value)
          const [x = 0, y = 0] = region.at
          const half = (widthOf(text, SMALL) / 2 + 2) / scale
          const corners = [-1, 1].flatMap((side): Point[] => [
            [x + side * half, y - 6 / scale],
            [x + side * half, y + 6 / scale],
          ])
          const rings = region.rings.map(pointsOf)
          if (!text || !corners.every((corner) => rings.some((ring) => isInside(corner, ring)))) return shape
          const label: Shape = {
            type: 'text',
            style: {
              text,
              x: x0 + x * scale,
              y: y0 + y * scale,
              textAlign: 'center',
              textVerticalAlign: 'middle',
              fontSize: SMALL,
              fontFamily: frame.font,
              fill: inkOn(fill, frame),
            },
          }
          return { type: 'group', children: [shape, label] }
        },
        emphasis: frame.live ? {} : { disabled: true },
      },
    ],
  }
}

/** Without points that no eye tells from the one before. */
const thinned = (ring: readonly Point[]): Point[] =>
  ring.reduce<Point[]>((kept, point) => {
    const last = kept.at(-1)
    if (!last || Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) >= 0.8) kept.push(point)
    return kept
  }, [])

/** Does a ring go around a point? */
const isInside = ([x, y]: Point, ring: readonly Point[]): boolean =>
  ring.reduce((inside, [x1, y1], index) => {
    const [x2, y2] = ring[(index + 1) % ring.length] as Point
    return y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) ? !inside : inside
  }, false)

/** What of the outlines is shown: all of them, or the part of the world where the values are. */
function viewOf(all: readonly Region[], valued: readonly Region[], cuts: boolean): Box {
  const whole = boxOf(all.flatMap((region) => region.rings.flatMap(pointsOf)))
  const seen = boxOf(
    valued.flatMap((region) => {
      const [left, top, right, bottom] = mainland(region)
      return [[left, top] as Point, [right, bottom] as Point]
    }),
  )
  const width = seen[2] - seen[0]
  if (!cuts || !(width < 0.45 * (whole[2] - whole[0]))) return whole
  const margin = Math.max(12, width * 0.08)
  return [seen[0] - margin, seen[1] - margin, seen[2] + margin, seen[3] + margin]
}
