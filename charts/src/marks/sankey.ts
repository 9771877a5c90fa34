import { type Element, type Frame, SMALL } from '../frame'
import type { Plan } from '../plan'
import { shorten, widthOf } from '../text'
import { COLOURS } from '../theme'

/** Flows from the values of x on the left to those of colour on the right; a band is as thick as its value. */
export function sankey(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const from = plan.slots.map((slot, index) => ({
    // The same word may stand on both sides: ids keep them apart.
    name: `from:${index}`,
    depth: 0,
    itemStyle: { color: index < COLOURS ? theme.series[index] : theme.other },
    label: { formatter: () => shorten(slot.label, side, SMALL), position: 'left' },
  }))
  const to = plan.series.map((one, index) => ({
    name: `to:${index}`,
    depth: 1,
    itemStyle: { color: theme.other },
    label: { formatter: () => shorten(one.name, side, SMALL), position: 'right' },
  }))
  const side = Math.min(
    (box.right - box.left) * 0.28,
    Math.max(
      ...[...plan.slots.map((s) => s.label), ...plan.series.map((s) => s.name)].map((t) => widthOf(t, SMALL)),
    ),
  )
  return {
    series: [
      {
        type: 'sankey',
        silent: !frame.live,
        left: box.left + side + 8,
        top: box.top + 4,
        right: context.width - box.right + side + 8,
        bottom: context.height - box.bottom + 4,
        nodeWidth: 12,
        nodeGap: Math.max(3, Math.min(10, 160 / Math.max(1, from.length, to.length))),
        draggable: false,
        layoutIterations: 32,
        label: { color: theme.ink, fontSize: SMALL, fontFamily: frame.font, distance: 6 },
        lineStyle: { color: 'source', opacity: 0.35, curveness: 0.5 },
        data: [...from, ...to].filter((node) => touched(plan, node.name)),
        links: plan.series.flatMap((one, series) =>
          one.values.flatMap((value, slot) =>
            value !== null && value > 0
              ? [{ source: `from:${slot}`, target: `to:${series}`, value, at: [series, slot] }]
              : [],
          ),
        ),
        emphasis: frame.live ? { focus: 'adjacency' } : { disabled: true },
      },
    ],
  }
}

function touched(plan: Plan, name: string): boolean {
  const [side, index] = name.split(':') as [string, string]
  return side === 'from'
    ? plan.series.some((one) => (one.values[Number(index)] ?? 0) > 0)
    : (plan.series[Number(index)]?.values ?? []).some((value) => (value ?? 0) > 0)
}
