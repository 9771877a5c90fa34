import { barLabels } from '../cartesian'
import { numberFormat } from '../format'
import { type Element, type Frame, SMALL } from '../frame'
import type { Plan } from '../plan'
import { shorten, widthOf } from '../text'
import { COLOURS, themes } from '../theme'

/** A ring of at most six parts, each with its name, value and share beside it. */
export function pie(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const one = plan.series[0]
  const total = (one?.values ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const labels = barLabels(plan, context.locale)
  const percent = numberFormat({ kind: 'percent', digits: 1 }, context.locale)
  const width = box.right - box.left
  const height = box.bottom - box.top
  const radius = Math.max(24, Math.min(height / 2 - 28, width / 2 - (width < 420 ? 84 : 120)))
  const room = Math.max(40, width / 2 - radius - 28)
  const colors = (themes[context.theme] ?? themes.light).series
  return {
    series: one
      ? [
          {
            type: 'pie',
            name: one.name,
            silent: !frame.live,
            center: [box.left + width / 2, box.top + height / 2],
            radius: [radius * 0.58, radius],
            startAngle: beginning(one.values, total),
            clockwise: true,
            percentPrecision: 1,
            avoidLabelOverlap: true,
            itemStyle: { borderColor: theme.ground, borderWidth: 2, borderRadius: 2 },
            label: {
              show: true,
              color: theme.ink,
              fontSize: SMALL + 1,
              fontFamily: frame.font,
              lineHeight: 17,
              overflow: 'none',
              formatter: (part: { dataIndex: number }) => {
                const value = one.values[part.dataIndex] ?? 0
                const name = shorten(plan.slots[part.dataIndex]?.label ?? '', Math.min(room, 170), SMALL + 1)
                const share = percent(total ? value / total : 0)
                const both = `${labels[part.dataIndex] ?? ''} · ${share}`
                return `${name}\n${widthOf(both, SMALL + 1) <= room ? both : share}`
              },
            },
            labelLine: { length: 12, length2: 10, lineStyle: { color: theme.axis, width: 1 } },
            data: plan.slots.map((slot, index) => ({
              name: slot.label,
              value: one.values[index] ?? 0,
              itemStyle: { color: index < COLOURS ? colors[index] : theme.other },
            })),
            emphasis: frame.live ? { scaleSize: 4 } : { disabled: true },
          },
        ]
      : [],
  }
}

/** From the top; but several thin parts at the end lie to the left, where their labels have room below each other. */
function beginning(values: readonly (number | null)[], total: number): number {
  const thick = values.findLastIndex((value) => (value ?? 0) >= 0.04 * total)
  const thin = values.slice(thick + 1)
  if (thin.length < 3) return 90
  const share = thin.reduce<number>((sum, value) => sum + (value ?? 0), 0) / total
  return 180 - 180 * share
}
