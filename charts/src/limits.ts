// How much a chart shows before it says that there is more, or draws in another way.

export const MOST_BARS = 40
export const MOST_SERIES = 40
export const MOST_PARTS = 6
export const MOST_TILES = 60
export const MOST_AXES = 12
export const MOST_ROWS = 30
export const MOST_COLUMNS = 60
export const MOST_LINES = 500
export const MANY_POINTS = 3000

/**
 * How a line of many points is thinned: to the smallest and the largest of each pixel. That would lose them behind a
 * gap, so that a line with gaps is thinned to the points that stand out most.
 */
export const thinning = (values: readonly (number | null)[]): { sampling?: 'minmax' | 'lttb' } =>
  values.length > MANY_POINTS ? { sampling: values.includes(null) ? 'lttb' : 'minmax' } : {}
