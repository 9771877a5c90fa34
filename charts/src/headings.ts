// Title, subtitle with notes, and source as text, for pages that set them as HTML.

import { headingsOf } from './frame'
import { panelsOf } from './panels'
import type { Answer, ChartSpec, Context } from './spec'

export interface Headings {
  title: string
  /** The author's subtitle and whatever the chart has to say about itself, such as "40 of 312 bars shown". */
  subtitle: string
  source: string
}

export function headings(spec: ChartSpec, answer: Answer, context: Context): Headings {
  return headingsOf(panelsOf(spec, answer, context).whole)
}
