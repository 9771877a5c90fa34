import { numberFormat } from '../format'
import { type Box, type Element, type Frame, SMALL, textAt } from '../frame'
import type { Plan } from '../plan'
import { inkOn } from '../steps'
import { shorten, widthOf } from '../text'
import { squarify, treeOf } from '../tree'
import type { Shape } from './custom'

const HEAD = 18

/** Rectangles whose area is the value; with a split, grouped under the names of the groups. Numbers are never cut. */
export function treemap(plan: Plan, frame: Frame): Element {
  const { context, theme } = frame
  const grouped = plan.series.length > 1
  const largest = plan.series
    .flatMap((each) => each.values)
    .reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0)
  const places = new Map<string, Box>()
  const tree = treeOf(plan, theme)
  const branches = tree.filter((branch) => branch.leaves.length > 0).sort((a, b) => b.value - a.value)
  const outer = squarify(
    branches.map((branch) => branch.value),
    frame.box,
  )
  for (const [index, branch] of branches.entries()) {
    const box = { ...(outer[index] as Box) }
    if (grouped) {
      box.right -= 3
      box.bottom -= 3
      const name = shorten(branch.name, box.right - box.left - 4, SMALL)
      if (box.bottom - box.top > HEAD * 2 && widthOf(name, SMALL) <= box.right - box.left) {
        frame.elements.push(
          textAt(frame, name, box.left + 1, box.top + 2, { size: SMALL, color: theme.ink, bold: true }),
        )
        box.top += HEAD
      }
    }
    const inner = squarify(
      branch.leaves.map((leaf) => leaf.value),
      box,
    )
    for (const [at, leaf] of branch.leaves.entries()) places.set(leaf.at.join(','), inner[at] as Box)
  }
  const colors = new Map(
    tree.flatMap((branch) => branch.leaves.map((leaf) => [leaf.at.join(','), leaf.color])),
  )
  return {
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    grid: { left: 0, top: 0, right: 0, bottom: 0, show: false },
    series: plan.series.map((one, series) => {
      const write = numberFormat(one.format, context.locale, 'label', largest)
      return {
        type: 'custom',
        name: one.name,
        silent: !frame.live,
        encode: { x: -1, y: -1 },
        data: one.values.map((value, slot) => [slot, value]),
        renderItem: (item: { dataIndex: number }): Shape | null => {
          const key = `${series},${item.dataIndex}`
          const place = places.get(key)
          if (!place) return null
          const color = colors.get(key) ?? theme.other
          const width = place.right - place.left - 1.5
          const height = place.bottom - place.top - 1.5
          if (width <= 0 || height <= 0) return null
          const children: Shape[] = [
            { type: 'rect', shape: { x: place.left, y: place.top, width, height }, style: { fill: color } },
          ]
          const lines = [plan.slots[item.dataIndex]?.label ?? '', write(one.values[item.dataIndex] ?? 0)]
          const name = shorten(lines[0] ?? '', width - 10, SMALL)
          const shown = [
            ...(width > 34 && height > 20 ? [name] : []),
            ...(height > 36 && widthOf(lines[1] ?? '', SMALL) <= width - 10 ? [lines[1] ?? ''] : []),
          ]
          for (const [line, text] of shown.entries()) {
            children.push({
              type: 'text',
              style: {
                text,
                x: place.left + 6,
                y: place.top + 5 + line * 15,
                fontSize: SMALL,
                fontFamily: frame.font,
                fill: inkOn(color, frame),
              },
            })
          }
          return { type: 'group', children }
        },
        emphasis: frame.live ? {} : { disabled: true },
      }
    }),
  }
}
