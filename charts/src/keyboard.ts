// The keyboard cursor as a pure model: which points there are, where a key leads, what is said there.

import { panelsOf } from './panels'
import { isPoints } from './plan'
import type { Answer, ChartSpec, Context } from './spec'
import { shownAt, slotsOf, valueText } from './spoken'

export interface CursorPoint {
  /** For ECharts' `showTip` and `highlight` actions. */
  seriesIndex: number
  dataIndex: number
  /** "North: 1,204", with the series' name when there are several. */
  spoken: string
  /** Where along the axis it stands; up and down keep it. */
  at: number
  /** Series and slot of the plan. */
  from: [series: number, slot: number]
}

export interface CursorModel {
  series: { name: string; points: CursorPoint[] }[]
}

export interface Cursor {
  series: number
  point: number
}

export type CursorKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

export function cursorModel(spec: ChartSpec, answer: Answer, context: Context): CursorModel {
  const { panels } = panelsOf(spec, answer, context)
  return {
    series: panels.flatMap(({ plan: decided, name: panel, offset }) =>
      decided.series.map((one, seriesIndex) => {
        const points: CursorPoint[] = []
        const around = [panel, decided.series.length > 1 ? one.name : '']
        for (const [dataIndex, slot] of slotsOf(decided, one).entries()) {
          if (slot < 0) continue
          const shown = shownAt(decided, seriesIndex, dataIndex, slot)
          points.push({
            dataIndex: shown.dataIndex,
            seriesIndex: shown.seriesIndex + offset,
            from: [seriesIndex + offset, slot],
            at: decided.axis === 'category' ? slot : (decided.slots[slot]?.at ?? slot),
            // Of a hundred thousand points, only those are put into words that somebody walks to.
            get spoken() {
              const place = [around[0], decided.writes.slot(slot), around[1]].filter(Boolean).join(', ')
              return `${place}: ${valueText(decided, one, slot, context.locale)}`
            },
          })
        }
        // Scattered points are walked from left to right, whatever order the rows have.
        if (isPoints(decided.mark)) points.sort((a, b) => a.at - b.at || a.dataIndex - b.dataIndex)
        return { name: [panel, one.name].filter(Boolean).join(', '), points }
      }),
    ),
  }
}

/** The first point, or null when there is none. */
export function start(model: CursorModel): Cursor | null {
  const series = model.series.findIndex((one) => one.points.length > 0)
  return series < 0 ? null : { series, point: 0 }
}

export function pointAt(model: CursorModel, cursor: Cursor): CursorPoint | null {
  return model.series[cursor.series]?.points[cursor.point] ?? null
}

/** Left and right walk the points, up and down the series at the nearest place, Home and End go to the ends. */
export function move(model: CursorModel, cursor: Cursor, key: CursorKey): Cursor {
  const points = model.series[cursor.series]?.points ?? []
  const last = Math.max(0, points.length - 1)
  switch (key) {
    case 'ArrowLeft':
      return { ...cursor, point: Math.max(0, cursor.point - 1) }
    case 'ArrowRight':
      return { ...cursor, point: Math.min(last, cursor.point + 1) }
    case 'Home':
      return { ...cursor, point: 0 }
    case 'End':
      return { ...cursor, point: last }
    case 'ArrowUp':
      return across(model, cursor, -1)
    case 'ArrowDown':
      return across(model, cursor, 1)
  }
}

function across(model: CursorModel, cursor: Cursor, step: 1 | -1): Cursor {
  const at = pointAt(model, cursor)?.at ?? 0
  for (let series = cursor.series + step; model.series[series]; series += step) {
    const points = model.series[series]?.points ?? []
    if (points.length === 0) continue
    let nearest = 0
    for (const [index, point] of points.entries()) {
      if (Math.abs(point.at - at) < Math.abs((points[nearest]?.at ?? 0) - at)) nearest = index
    }
    return { series, point: nearest }
  }
  return cursor
}
