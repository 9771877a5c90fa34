// Parts within wholes: series are the branches, slots the leaves. Drawn as a tree map or a sunburst.

import type { Box } from './frame'
import type { Plan } from './plan'
import { COLOURS, type Theme, themes } from './theme'

export interface Leaf {
  name: string
  value: number
  color: string
  /** Where it comes from in the plan. */
  at: [series: number, slot: number]
}

export interface Branch {
  name: string
  value: number
  color: string
  leaves: Leaf[]
}

/** The branches with their leaves; one branch without a name when nothing splits the leaves. */
export function treeOf(plan: Plan, theme: Theme): Branch[] {
  const single = plan.series.length === 1
  return plan.series.map((one, series) => {
    const leaves = one.values.flatMap((value, slot): Leaf[] => {
      if (value === null || value <= 0) return []
      const color = single ? (slot < COLOURS ? theme.series[slot] : theme.other) : one.color
      return [{ name: plan.slots[slot]?.label ?? '', value, color: color ?? theme.other, at: [series, slot] }]
    })
    const value = leaves.reduce((sum, leaf) => sum + leaf.value, 0)
    return {
      name: single ? '' : one.name,
      value,
      color: one.color,
      leaves: leaves.sort((a, b) => b.value - a.value),
    }
  })
}

/** The leaves in the order in which ECharts numbers the nodes of a tree, the root being number 0. */
export function leafNumbers(plan: Plan): Map<string, number> {
  const numbers = new Map<string, number>()
  let next = 1
  const single = plan.series.length === 1
  for (const branch of treeOf(plan, themes.light)) {
    if (branch.leaves.length === 0) continue
    if (!single) next += 1
    for (const leaf of branch.leaves) {
      numbers.set(leaf.at.join(','), next)
      next += 1
    }
  }
  return numbers
}

export function nodesOf(plan: Plan, theme: Theme): Record<string, unknown>[] {
  const leaf = (one: Leaf): Record<string, unknown> => ({
    name: one.name,
    value: one.value,
    at: one.at,
    itemStyle: { color: one.color },
  })
  const branches = treeOf(plan, theme).filter((branch) => branch.leaves.length > 0)
  if (plan.series.length === 1) return (branches[0]?.leaves ?? []).map(leaf)
  return branches.map((branch) => ({
    name: branch.name,
    value: branch.value,
    itemStyle: { color: branch.color },
    children: branch.leaves.map(leaf),
  }))
}

/**
 * Rectangles as square as can be whose areas are the values, the largest at the top left (Bruls, Huizing and van Wijk:
 * Squarified Treemaps, 2000). Values are above 0 and come largest first.
 */
export function squarify(values: readonly number[], box: Box): Box[] {
  const places: Box[] = []
  const rest = { ...box }
  let left = values.reduce((sum, value) => sum + value, 0)
  let start = 0
  while (start < values.length) {
    const [width, height] = [rest.right - rest.left, rest.bottom - rest.top]
    const scale = (width * height) / (left || 1)
    const side = Math.max(1e-9, Math.min(width, height))
    let end = start
    let sum = 0
    let worst = Number.POSITIVE_INFINITY
    while (end < values.length) {
      const more = sum + (values[end] ?? 0)
      const thick = (more * scale) / side
      const ratio = Math.max(
        ...[values[start] ?? 0, values[end] ?? 0].map((value) => {
          const long = (value * scale) / (thick || 1e-9)
          return Math.max(long / thick, thick / long)
        }),
      )
      if (ratio > worst) break
      worst = ratio
      sum = more
      end += 1
    }
    const thick = (sum * scale) / side
    let along = width < height ? rest.left : rest.top
    for (; start < end; start += 1) {
      const long = sum > 0 ? ((values[start] ?? 0) / sum) * side : 0
      places.push(
        width < height
          ? { left: along, top: rest.top, right: along + long, bottom: rest.top + thick }
          : { left: rest.left, top: along, right: rest.left + thick, bottom: along + long },
      )
      along += long
    }
    if (width < height) rest.top += thick
    else rest.left += thick
    left -= sum
  }
  return places
}
