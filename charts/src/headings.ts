// Title, subtitle with notes, and source as text, for pages that set them as HTML.

import { headingsOf } from './frame'
import { type Panels, panelsOf } from './panels'
import type { Plan } from './plan'
import type { Answer, ChartSpec, Context } from './spec'
import { findingOf } from './summary'

export interface Headings {
  /** The author's, or what the chart shows: "North is largest with 1,204". */
  title: string
  /** What is measured, the author's subtitle, and what the chart has to say about itself, such as "40 of 312 bars shown". */
  subtitle: string
  source: string
}

/** Longer findings are told below the title. */
const LONGEST = 110

/** The plan under the title that says what it shows, with what is measured below; the author's title stays. */
export function entitled(panels: Panels, context: Context): Plan {
  const { whole } = panels
  // A figure says itself what it shows.
  if (whole.titled || whole.mark === 'figure' || whole.mark === 'gauge') return whole
  const finding = findingOf(panels, context)
  if (!finding) return whole
  const below = finding.length > LONGEST ? finding : whole.title
  return {
    ...whole,
    title: finding.length > LONGEST ? whole.title : finding,
    subtitle: [below, whole.subtitle].filter(Boolean).join(' · '),
  }
}

export const headings = (spec: ChartSpec, answer: Answer, context: Context): Headings =>
  headingsOf(entitled(panelsOf(spec, answer, context), context))
