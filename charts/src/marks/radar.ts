import { numberFormat } from '../format'
import { type Element, type Frame, SMALL } from '../frame'
import type { Plan } from '../plan'
import { nice, ticksOf } from '../scale'
import { shorten } from '../text'

/** A polygon for each series over axes that share one scale from zero. */
export function radar(plan: Plan, frame: Frame): Element {
  const { box, context, theme } = frame
  const width = box.right - box.left
  const height = box.bottom - box.top
  const most = plan.series
    .flatMap((one) => one.values)
    .reduce<number>((large, value) => Math.max(large, value ?? 0), 0)
  const scale = nice(0, most, 4)
  const write = numberFormat(plan.series[0]?.format, context.locale, 'axis', scale.max)
  const room = Math.max(40, width / 2 - Math.min(height / 2 - 24, width / 2 - 60) - 12)
  return {
    radar: {
      center: [box.left + width / 2, box.top + height / 2 + 4],
      radius: Math.max(24, Math.min(height / 2 - 24, width / 2 - 60)),
      shape: 'polygon',
      splitNumber: ticksOf(scale).length - 1,
      axisName: { color: theme.ink, fontSize: SMALL, fontFamily: frame.font, lineHeight: 14 },
      axisNameGap: 8,
      splitLine: { lineStyle: { color: theme.grid } },
      splitArea: { show: false },
      axisLine: { lineStyle: { color: theme.grid } },
      indicator: plan.slots.map((slot, index) => ({
        name: shorten(slot.label, room, SMALL),
        min: 0,
        max: scale.max,
        axisLabel: {
          show: index === 0,
          color: theme.muted,
          fontSize: SMALL - 1,
          fontFamily: frame.font,
          formatter: write,
        },
      })),
    },
    series: plan.series.map((one) => ({
      type: 'radar',
      name: one.name,
      silent: !frame.live,
      symbol: one.symbol,
      symbolSize: 5,
      lineStyle: { color: one.color, width: 2, type: one.dash },
      itemStyle: { color: one.color },
      areaStyle: { color: one.color, opacity: plan.series.length > 3 ? 0.04 : 0.1 },
      data: [{ name: one.name, value: one.values.map((value) => value ?? 0) }],
      emphasis: frame.live ? { focus: 'series' } : { disabled: true },
    })),
  }
}
