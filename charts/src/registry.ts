// The marks, each said once: its name, its picture, what it needs, and how it stands. Everything that asks "which
// marks are there" asks here: the spec's type, the plan, the web's chooser, the guide.

export interface MarkInfo {
  /** In the words of a chooser. German names are in `words`. */
  label: string
  /** An icon of 20 × 20, as the path of an SVG, drawn with a stroke. */
  icon: string
  /** What the answer needs. */
  needs: string
  /** What it is good for. */
  use: string
  /** What stands along its axis; `own` goes by the column: dates, numbers or names. */
  axis: 'category' | 'bins' | 'own'
  /** Names keep the answer's order, unless sorting by value is asked for. */
  asAsked?: boolean
  /** Periods without a row keep their room. */
  keepsPeriods?: boolean
  /** Its series are named in the picture itself, so it needs no legend. */
  unnamed?: boolean
  /** It shows size by length, so its value axis holds zero. */
  fromZero?: boolean
  /** It stands on axes with one value a place: it can have panels, goal lines and annotations. */
  onAxes?: boolean
  /** Each series is told at once where the mouse stands along the axis. */
  across?: boolean
}

const registry = {
  bar: {
    label: 'Bar chart',
    icon: 'M3 17V9M8 17V4M13 17v-6M18 17V7',
    needs: 'a group; one or more measures; a second group as colour',
    use: 'comparing sizes; lies down when names are long',
    axis: 'category',
    keepsPeriods: true,
    fromZero: true,
    onAxes: true,
    across: true,
  },
  line: {
    label: 'Line chart',
    icon: 'M2.5 14 8 8l4 4 6-8',
    needs: 'a date with a grain, or numbers',
    use: 'change over time',
    axis: 'own',
    asAsked: true,
    onAxes: true,
    across: true,
  },
  area: {
    label: 'Area chart',
    icon: 'M2.5 16.5v-3L8 7l4 4 6-6v11.500z',
    needs: 'a date with a grain, or numbers',
    use: 'change over time, and what it is made of',
    axis: 'own',
    asAsked: true,
    fromZero: true,
    onAxes: true,
    across: true,
  },
  pie: {
    label: 'Pie chart',
    icon: 'M10 2.500a7.500 7.500 0 1 0 7.500 7.500H10z',
    needs: 'one group of up to six parts, no negative values',
    use: 'shares of a whole',
    axis: 'category',
    unnamed: true,
  },
  scatter: {
    label: 'Scatter plot',
    icon: 'M4 14h.01M7 10h.01M10 12h.01M12 6h.01M15 8h.01M17 4h.01',
    needs: 'two measures, or rows of two numbers; a third measure is the area of the bubbles',
    use: 'how two things go together',
    axis: 'own',
    onAxes: true,
  },
  histogram: {
    label: 'Histogram',
    icon: 'M3 17v-3h3.500v3M6.500 17V8H10v9M10 17V5h3.500v12M13.500 17v-6H17v6',
    needs: 'a number in bins, counted',
    use: 'how values spread; with a normal, log-normal or exponential curve',
    axis: 'bins',
    fromZero: true,
    onAxes: true,
  },
  density: {
    label: 'Density plot',
    icon: 'M2 16.500c4 0 4-11 7-11s2.500 6 4.500 6 1.500 5 4.500 5M2 17.500h16',
    needs: 'a number, in bins or each value, counted; a group as colour',
    use: 'the shape of a spread, without the edges of bins',
    axis: 'own',
    fromZero: true,
    onAxes: true,
    across: true,
  },
  violin: {
    label: 'Violin plot',
    icon: 'M6 2.500c0 4-3 5-3 8s2.500 3 3 7c.5-4 3-4 3-7s-3-4-3-8zM14 4c0 3-2.500 3-2.500 6s2 4 2.500 7c.5-3 2.500-4 2.500-7S14 7 14 4z',
    needs: 'a number, in bins or each value, counted; a group as colour',
    use: 'spreads side by side, with their shapes',
    axis: 'own',
    onAxes: true,
    unnamed: true,
  },
  ecdf: {
    label: 'Cumulative distribution',
    icon: 'M2.500 17h3v-4h3V8h3V5h3V3h3',
    needs: 'a number, in bins or each value, counted; a group as colour',
    use: 'what share of the values lies below',
    axis: 'own',
    onAxes: true,
    across: true,
  },
  qq: {
    label: 'Q-Q plot',
    icon: 'M3 17 17 3M4 15h.01M7 13.500h.01M10 10h.01M13 7.500h.01M16 3.500h.01',
    needs: 'a number, in bins or each value, counted; a group as colour',
    use: 'whether values are normally distributed',
    axis: 'own',
    onAxes: true,
  },
  heatmap: {
    label: 'Heat map',
    icon: 'M3 3h4v4H3zM8 3h4v4H8zM13 3h4v4h-4zM3 8h4v4H3zM13 8h4v4h-4zM8 13h4v4H8z',
    needs: 'two groups',
    use: 'where much and little meet',
    axis: 'category',
    keepsPeriods: true,
    unnamed: true,
  },
  correlation: {
    label: 'Correlation matrix',
    icon: 'M3 3h4v4H3zM3 8h4v4H3zM8 8h4v4H8zM3 13h4v4H3zM8 13h4v4H8zM13 13h4v4h-4z',
    needs: 'correlations of three to eight numbers, and no group',
    use: 'which numbers go together',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
  calendar: {
    label: 'Calendar',
    icon: 'M3 4.500h14v12H3zM3 8h14M7 3v3M13 3v3M6 11h.01M10 11h.01M14 11h.01M6 14h.01',
    needs: 'a date by day',
    use: 'weekdays, seasons, gaps',
    axis: 'own',
    unnamed: true,
  },
  map: {
    label: 'Map',
    icon: 'M2.500 5.500 7.500 3.500l5 2 5-2v11l-5 2-5-2-5 2zM7.500 3.500v11M12.500 5.500v11',
    needs: 'a group of countries or states of the USA, by name or code',
    use: 'where on earth',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
  waterfall: {
    label: 'Waterfall chart',
    icon: 'M3 17v-5h3v5M7 12V8h3v4M11 8V5h3v5h-3M15 17v-7h3v7',
    needs: 'one group of up to thirty steps, one measure, negative too',
    use: 'what adds up to a total',
    axis: 'category',
    asAsked: true,
    unnamed: true,
    fromZero: true,
  },
  funnel: {
    label: 'Funnel',
    icon: 'M3 4h14l-4.500 5.500H7.500zM7.500 11h5l-1.500 5h-2z',
    needs: 'up to thirty stages, no negative values',
    use: 'what is left from stage to stage',
    axis: 'category',
    unnamed: true,
  },
  treemap: {
    label: 'Tree map',
    icon: 'M3 3h14v14H3zM11 3v14M3 11h8M11 8h6M14 8v9',
    needs: 'one group, or one within another; no negative values',
    use: 'many parts of a whole',
    axis: 'category',
    unnamed: true,
  },
  sunburst: {
    label: 'Sunburst',
    icon: 'M10 2.500a7.500 7.500 0 1 0 .01 0zM10 6.500a3.500 3.500 0 1 0 .01 0zM10 2.500v4M3 12l3.500-1M15.500 15l-3-2.500',
    needs: 'one group, or one within another; no negative values',
    use: 'many parts of a whole, in rings',
    axis: 'category',
    unnamed: true,
  },
  sankey: {
    label: 'Sankey diagram',
    icon: 'M3 3v6M3 12v5M17 3v4M17 10v7M3 5c7 0 7-1 14-1M3 8c7 0 7 5 14 5M3 14c7 0 7 1 14 1',
    needs: 'two groups, no negative values',
    use: 'what flows from where to where',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
  radar: {
    label: 'Radar chart',
    icon: 'M10 2.500 17.500 8l-3 8.500h-9l-3-8.500zM10 6l4 3-2 5H8L5.500 9z',
    needs: 'three to twelve groups, measures on one scale',
    use: 'profiles side by side',
    axis: 'category',
    asAsked: true,
  },
  parallel: {
    label: 'Parallel coordinates',
    icon: 'M4 3v14M10 3v14M16 3v14M4 6l6 7 6-5M4 13l6-5 6 6',
    needs: 'one group and two to eight measures, each on a scale of its own',
    use: 'profiles over measures of different size',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
  box: {
    label: 'Box plot',
    icon: 'M5 3v3M5 14v3M3 6h4v8H3zM3 10h4M14 5v2M14 12v3M12 7h4v5h-4zM12 9h4',
    needs: 'five measures: lowest, first quartile, median, third quartile, highest',
    use: 'spreads side by side',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
  candlestick: {
    label: 'Candlestick chart',
    icon: 'M5 3v3M5 13v4M3.500 6h3v7h-3zM10 2v4M10 11v3M8.500 6h3v5h-3zM15 6v3M15 14v3M13.500 9h3v5h-3z',
    needs: 'a date and four measures: first, highest, lowest, last',
    use: 'prices',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
  combo: {
    label: 'Bars and lines',
    icon: 'M4 17v-5M9 17V9M14 17v-7M3 8l5-4 4 3 5-4',
    needs: 'a group or date, two measures or more; one of another size gets a scale of its own',
    use: 'two things at once',
    axis: 'category',
    asAsked: true,
    keepsPeriods: true,
    across: true,
  },
  pareto: {
    label: 'Pareto chart',
    icon: 'M4 17V7M9 17v-6M14 17v-3M3 9c3-4 7-5.500 14-6',
    needs: 'one group, one measure, no negative values',
    use: 'how few make most of it',
    axis: 'category',
    unnamed: true,
    fromZero: true,
    across: true,
  },
  figure: {
    label: 'Figure',
    icon: 'M4 5h3v7M4 12h6M3 16.500l4-1.500 4 1 6-3M12 5h4v3.500h-4V12h4',
    needs: 'one measure, best over a date',
    use: 'the latest value against the one before',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
  gauge: {
    label: 'Gauge',
    icon: 'M3 14a7 7 0 0 1 14 0M10 14l3-4',
    needs: 'one measure and a goal',
    use: 'how far it is',
    axis: 'category',
    asAsked: true,
    unnamed: true,
  },
} satisfies Record<string, MarkInfo>

export type Mark = keyof typeof registry

/** All marks by their names, in the order in which a chooser shows them. */
export const marks: Readonly<Record<Mark, MarkInfo>> = registry
export const markNames = Object.keys(registry) as readonly Mark[]
