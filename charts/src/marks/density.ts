import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import type { Plan } from '../plan'

/** Curves over numbers: densities with a light ground, cumulative shares in steps where single values are known. */
export function curve(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const filled = plan.mark === 'density' && plan.series.length <= 4
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: plan.series.map((one) => ({
      type: 'line',
      name: one.name,
      silent: !frame.live,
      data: one.values.map((value, slot) => ({ value: [plan.slots[slot]?.at ?? 0, value] })),
      connectNulls: false,
      showSymbol: false,
      ...(plan.mark === 'ecdf' && !plan.curved ? { step: 'end' } : {}),
      lineStyle: {
        color: one.color,
        width: one.rest ? 1.25 : 2.25,
        type: one.dash,
        cap: 'round',
        join: 'round',
      },
      itemStyle: { color: one.color },
      ...(filled ? { areaStyle: { color: one.color, opacity: 0.14 } } : {}),
      emphasis: frame.live ? { focus: plan.series.length > 1 ? 'series' : 'none' } : { disabled: true },
    })),
  }
}
