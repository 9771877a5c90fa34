import { barLabels } from '../cartesian'
import { numberFormat } from '../format'
import { type Element, type Frame, SMALL, textAt } from '../frame'
import type { Plan } from '../plan'
import { shorten } from '../text'
import { words } from '../words'
import type { Shape } from './custom'

/** Stages as centred bars whose length is the value, joined by their slopes; beside each its share of the first. */
export function funnel(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const one = plan.series[0]
  const say = words(context.locale)
  const labels = barLabels(plan, context.locale)
  const percent = numberFormat({ kind: 'percent', digits: 1 }, context.locale)
  const most = (one?.values ?? []).reduce<number>((large, value) => Math.max(large, value ?? 0), 0)
  const first = one?.values[0] ?? 0
  const left = box.left + Math.min(180, (box.right - box.left) * 0.28)
  const right = box.right - Math.min(150, (box.right - box.left) * 0.28)
  const middle = (left + right) / 2
  const band = (box.bottom - box.top) / Math.max(1, plan.slots.length)
  const height = Math.min(46, band * 0.68)
  const half = (slot: number): number => (((one?.values[slot] ?? 0) / (most || 1)) * (right - left)) / 2
  for (const [slot, { label }] of plan.slots.entries()) {
    const y = box.top + band * slot + height / 2
    const name = shorten(label, left - box.left - 10, SMALL + 1)
    frame.elements.push(
      textAt(frame, name, left - 10, y, { size: SMALL + 1, color: theme.ink, align: 'right', middle: true }),
    )
    const share = slot > 0 && first ? ` · ${say.ofFirst(percent((one?.values[slot] ?? 0) / first))}` : ''
    const value = shorten(`${labels[slot] ?? ''}${share}`, box.right - right - 10, SMALL)
    frame.elements.push(textAt(frame, value, right + 10, y, { size: SMALL, color: theme.ink, middle: true }))
  }
  return {
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    grid: { left: 0, top: 0, right: 0, bottom: 0, show: false },
    series: one
      ? [
          {
            type: 'custom',
            name: one.name,
            silent: !frame.live,
            encode: { x: -1, y: -1 },
            data: one.values.map((value, slot) => [slot, value]),
            renderItem: (item: { dataIndex: number }): Shape => {
              const slot = item.dataIndex
              const top = box.top + band * slot
              const [own, next] = [half(slot), half(slot + 1)]
              const children: Shape[] = [
                {
                  type: 'rect',
                  shape: { x: middle - own, y: top, width: Math.max(1, 2 * own), height },
                  style: { fill: theme.series[0] },
                },
              ]
              if (slot < plan.slots.length - 1) {
                children.push({
                  type: 'polygon',
                  shape: {
                    points: [
                      [middle - own, top + height],
                      [middle + own, top + height],
                      [middle + next, top + band],
                      [middle - next, top + band],
                    ],
                  },
                  style: { fill: theme.series[0], opacity: 0.22 },
                })
              }
              return { type: 'group', children }
            },
            emphasis: frame.live ? {} : { disabled: true },
          },
        ]
      : [],
  }
}
