import { cartesian } from '../cartesian'
import type { Element, Frame } from '../frame'
import type { Plan } from '../plan'

/** Bars and lines over one axis, on two scales where asked for. A Pareto chart is one of them. */
export function combo(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: plan.series.map((one) => {
      const shared = {
        name: one.name,
        silent: !frame.live,
        yAxisIndex: one.side === 'right' ? 1 : 0,
        itemStyle: { color: one.color },
        data: one.values,
        emphasis: frame.live ? { focus: 'series' } : { disabled: true },
      }
      if (one.as === 'bar')
        return { ...shared, type: 'bar', barMaxWidth: 64, barCategoryGap: '34%', barGap: '8%' }
      return {
        ...shared,
        type: 'line',
        z: 4,
        connectNulls: false,
        symbol: one.symbol,
        symbolSize: plan.slots.length <= 24 ? 6 : 3,
        showSymbol: true,
        showAllSymbol: true,
        lineStyle: { color: one.color, width: 2.25, type: one.dash },
        ...(one.as === 'area' ? { areaStyle: { color: one.color, opacity: 0.16 } } : {}),
      }
    }),
  }
}
