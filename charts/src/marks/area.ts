import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import { thinning } from '../limits'
import { type Plan, shares } from '../plan'
import { hasSymbols, pointsOf } from './line'
import { dataOf } from './scatter'

/** Areas from zero: light under a line, or filled bands of a stack. A missing value adds nothing to a stack. */
export function area(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const stacked = plan.stack !== 'none'
  const parts =
    plan.stack === 'percent' ? shares(plan.series, plan.slots.length) : plan.series.map((one) => one.values)
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: plan.series.map((one, index) => {
      const values = (parts[index] ?? []).map((value) => (stacked ? (value ?? 0) : value))
      return {
        type: 'line',
        name: one.name,
        silent: !frame.live,
        ...(stacked ? { stack: 'all', stackStrategy: 'samesign' } : {}),
        ...dataOf(pointsOf(plan, one, values, false)),
        connectNulls: false,
        showSymbol: hasSymbols(plan, values),
        showAllSymbol: true,
        symbolSize: 5,
        ...thinning(values),
        lineStyle: stacked
          ? { color: frame.theme.ground, width: 1 }
          : { color: one.color, width: 2.25, type: one.dash, cap: 'round', join: 'round' },
        areaStyle: { color: one.color, opacity: stacked ? 1 : 0.16 },
        itemStyle: { color: one.color },
        emphasis: frame.live ? { focus: plan.series.length > 1 ? 'series' : 'none' } : { disabled: true },
      }
    }),
  }
}
