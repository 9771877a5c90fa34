import { type Element, type Frame, SMALL } from '../frame'
import type { Plan } from '../plan'
import { inkOn } from '../steps'
import { shorten } from '../text'
import { nodesOf } from '../tree'

/** Rings: the groups inside, their parts outside. */
export function sunburst(plan: Plan, frame: Frame): Element {
  const { box, theme } = frame
  const width = box.right - box.left
  const height = box.bottom - box.top
  const radius = Math.max(30, Math.min(width, height) / 2 - 4)
  const rings = plan.series.length > 1 ? 2 : 1
  const ring = (radius * 0.78) / rings
  const inked = (nodes: Record<string, unknown>[]): Record<string, unknown>[] =>
    nodes.map((node) => {
      const children = node.children as Record<string, unknown>[] | undefined
      return {
        ...node,
        label: { color: inkOn((node.itemStyle as { color: string }).color, frame) },
        ...(children ? { children: inked(children) } : {}),
      }
    })
  return {
    series: [
      {
        type: 'sunburst',
        silent: !frame.live,
        center: [box.left + width / 2, box.top + height / 2],
        radius: [radius * 0.22, radius],
        nodeClick: false,
        sort: undefined,
        itemStyle: { borderColor: theme.ground, borderWidth: 1.5 },
        label: {
          fontSize: SMALL,
          fontFamily: frame.font,
          minAngle: 9,
          overflow: 'none',
          formatter: (node: { name: string }) => shorten(node.name, ring - 10, SMALL),
        },
        data: inked(nodesOf(plan, theme)),
        emphasis: frame.live ? { focus: 'ancestor' } : { disabled: true },
      },
    ],
  }
}
