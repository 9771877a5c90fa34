// The values that come in: the chart spec and the answer, exactly as the API sends them, and where the picture goes.

import type { Mark } from './registry'

export type { Mark }
export type Grain = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute'
export type Scalar = boolean | number | string | null

export interface Format {
  kind?: 'auto' | 'number' | 'percent' | 'currency'
  digits?: number | null
  /** A currency code for currency, otherwise a suffix such as `kg`. */
  unit?: string | null
}

export interface Channel {
  field: string
  title?: string | null
  format?: Format
  /** In a combined chart: how this measure is drawn; the first as bars, the others as lines, unless it says so. */
  mark?: 'bar' | 'line' | 'area' | null
  /** In a combined chart: the axis on which this measure stands. */
  axis?: 'left' | 'right' | null
  /** Of x or the first y, in lines and points: equal steps are equal factors. */
  scale?: 'linear' | 'log'
  /** How sure this measure is, drawn around it. */
  error?: ErrorRange | null
}

/** What lies around a value: the value ± `field`, or from `field` to `high`, measures of the answer. */
export interface ErrorRange {
  field: string
  high?: string | null
  /** A measure that counts the values: `field` is their standard deviation, and the range the mean's confidence interval. */
  count?: string | null
  level?: number
  draw?: 'bars' | 'band'
}

/** The straight line by least squares, with the confidence band of its mean. */
export interface Trend {
  kind?: 'linear'
  /** The level of the band, such as 0.95; null draws none. */
  band?: number | null
}

/** Words at a place: a value of x, and of y where it points to one. */
export interface Annotation {
  x: Scalar
  y?: number | null
  text: string
}

export type Fit = 'normal' | 'lognormal' | 'exponential'

/** A line at a value of the first measure, or with `to` a band between two. */
export interface Reference {
  value: number
  to?: number | null
  label?: string | null
}

export interface Words {
  title?: string | null
  subtitle?: string | null
  source?: string | null
  alt?: string | null
}

export interface ChartSpec {
  v?: 1
  mark: Mark
  x: Channel
  y: readonly Channel[]
  color?: Channel | null
  /** Scattered points become bubbles whose area shows this measure. */
  size?: Channel | null
  stack?: 'none' | 'zero' | 'percent'
  horizontal?: boolean | null
  /** `auto` sorts bars by value unless they have an order of their own; `answer` keeps the answer's order. */
  order?: 'auto' | 'value' | 'answer'
  /** Goals, limits and the like. The first is the goal of a gauge. */
  references?: readonly Reference[]
  annotations?: readonly Annotation[]
  /** Of lines and scattered points. */
  trend?: Trend | null
  /** The distribution whose curve goes over a histogram, by maximum likelihood. */
  fit?: Fit | null
  /** A panel for each value of this dimension, on shared axes. */
  facet?: Channel | null
  /** From this place of x on, what a line shows is forecast. */
  forecast_from?: Scalar
  /** Of a map; `auto` takes the outlines that know most of the values. */
  outline?: 'auto' | 'world' | 'us'
  text?: Words
  legend?: 'auto' | 'none'
}

export type ColumnType =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'text'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'instant'
  | 'nested'

export interface AnswerColumn {
  key: string
  label: string
  type: ColumnType | (string & {})
  role: 'dimension' | 'measure' | 'column'
  grain?: Grain | null
  /** What the numbers count: a currency's code, kg … */
  unit?: string | null
  /** `percent` or `currency`, where that is agreed. */
  format?: string | null
  /** The names of the two columns that a correlation is of. */
  of?: readonly string[]
}

export interface Answer {
  columns: readonly AnswerColumn[]
  data: Readonly<Record<string, readonly Scalar[]>>
  row_count: number
  total_count?: number | null
  truncated: boolean
  version_id: string
  /** The versions of all datasets that were read, by dataset. */
  versions?: Readonly<Record<string, string>>
  bin_width?: Readonly<Record<string, number>>
  /** For each row of a pivot: over which dimensions it is a total (d0 is 1, d1 is 2, d2 is 4 …); 0 is no total. */
  level?: readonly number[]
  /** For each row: in which dimensions it is the rest beyond a top. */
  other?: readonly number[]
  engine?: string
}

export interface Context {
  target: 'screen' | 'pdf' | 'mail'
  width: number
  height: number
  locale: string
  theme: 'light' | 'dark'
  reducedMotion?: boolean
  /** Names of series that the reader has switched off in the legend. */
  hidden?: readonly string[]
  /** Draw title, notes and source into the picture. By default on paper and in mail, not on screen. */
  headings?: boolean
}

/** A spec or an answer that cannot be drawn: says what is missing. */
export class NotDrawable extends Error {
  override name = 'NotDrawable'
}
