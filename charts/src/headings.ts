// Title, subtitle with notes, and source as text, for pages that set them as HTML.

import { headingsOf } from './frame'
import { panelsOf } from './panels'
import type { Answer, ChartSpec, Context } from './spec'
import { findingOf } from './summary'

export interface Headings {
  title: string
  /** The author's subtitle and whatever the chart has to say about itself, such as "40 of 312 bars shown". */
  subtitle: string
  source: string
  /** What the chart shows, in a sentence without its end; empty where there is nothing to say. */
  finding: string
}

export function headings(spec: ChartSpec, answer: Answer, context: Context): Headings {
  const panels = panelsOf(spec, answer, context)
  return { ...headingsOf(panels.whole), finding: findingOf(panels, context) }
}
