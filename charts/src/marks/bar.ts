import { barLabels, cartesian } from '../cartesian'
import { type Element, type Frame, SMALL } from '../frame'
import { type Plan, shares } from '../plan'

/** Bars from zero: side by side, stacked, or as shares; standing or lying. */
export function bar(plan: Plan, frame: Frame): Element {
  const plot = cartesian(plan, frame)
  const values =
    plan.stack === 'percent' ? shares(plan.series, plan.slots.length) : plan.series.map((one) => one.values)
  const labels = plot.labelled ? barLabels(plan, frame.context.locale) : []
  const many = plan.slots.length > 60
  const stacked = plan.stack !== 'none'
  const side = plot.horizontal ? plot.box.bottom - plot.box.top : plot.box.right - plot.box.left
  const thickness = side / Math.max(1, plan.slots.length * (stacked ? 1 : plan.series.length))
  const radius = stacked || thickness < 8 ? 0 : thickness < 16 ? 1.5 : 3
  const round = (value: number | null): number[] => {
    const [a, b] = (value ?? 0) < 0 ? [0, radius] : [radius, 0]
    return plot.horizontal ? [b, a, a, b] : [a, a, b, b]
  }
  const place = (value: number | null): string =>
    plot.horizontal ? ((value ?? 0) < 0 ? 'left' : 'right') : (value ?? 0) < 0 ? 'bottom' : 'top'
  return {
    grid: plot.grid,
    xAxis: plot.xAxis,
    yAxis: plot.yAxis,
    series: plan.series.map((one, index) => ({
      type: 'bar',
      name: one.name,
      silent: !frame.live,
      ...(stacked ? { stack: 'all' } : {}),
      barMaxWidth: plot.horizontal ? 30 : 64,
      barCategoryGap: many ? '12%' : plan.series.length > 1 && !stacked ? '24%' : '34%',
      barGap: '8%',
      itemStyle: {
        color: one.color,
        ...(stacked && !many
          ? { borderColor: frame.theme.ground, borderWidth: thickness < 16 ? 0.5 : 1 }
          : {}),
      },
      data: (values[index] ?? []).map((value, slot) => ({
        value,
        itemStyle: { borderRadius: round(value) },
        ...(plot.labelled
          ? {
              label: {
                show: value !== null,
                position: place(value),
                distance: 5,
                color: frame.theme.ink,
                fontSize: SMALL,
                fontFamily: frame.font,
                formatter: () => labels[slot] ?? '',
              },
            }
          : {}),
      })),
      emphasis: frame.live ? { focus: plan.series.length > 1 ? 'series' : 'none' } : { disabled: true },
    })),
  }
}
