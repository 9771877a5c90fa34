// Colours. The categorical set follows Okabe and Ito's order of hues, with lightness moved until every mark has
// 3:1 against its ground and neighbours stay apart for people with protanopia, deuteranopia and tritanopia
// (tests/theme.test.ts measures both). Dark has its own set: an inversion would lose the order of weight.

export interface Theme {
  ground: string
  series: readonly string[]
  /** What is beyond the palette. */
  other: string
  ink: string
  muted: string
  grid: string
  axis: string
}

export const themes: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    ground: '#ffffff',
    series: ['#0072B2', '#D67C00', '#008F62', '#C2699A', '#3A9AD4', '#A63D00', '#513893'],
    other: '#8A919C',
    ink: '#1B2430',
    muted: '#5A6675',
    grid: '#E7EAEE',
    axis: '#8892A0',
  },
  dark: {
    ground: '#14171C',
    series: ['#4DA8E8', '#F2B134', '#20CC9B', '#E08FC0', '#A5D8FA', '#F0733C', '#9B8AFB'],
    other: '#7C8592',
    ink: '#E8ECF1',
    muted: '#A3AEBC',
    grid: '#2A3038',
    axis: '#6E7987',
  },
}

/** More series than these share one grey. */
export const COLOURS = 7
