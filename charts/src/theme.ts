// Colours. The categorical set follows Okabe and Ito's order of hues, with lightness moved until every mark has
// 3:1 against its ground and neighbours stay apart for people with protanopia, deuteranopia and tritanopia
// (tests/theme.test.ts measures both). Dark has its own set: an inversion would lose the order of weight.

export interface Theme {
  ground: string
  series: readonly string[]
  /** What is beyond the palette. */
  other: string
  /** Steps from little to much; the first still stands out from the ground. */
  steps: readonly string[]
  /** Steps from far below to far above, with the middle in between. */
  around: readonly string[]
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
    steps: ['#DCE9F5', '#B5D1EA', '#86B5DC', '#5596CB', '#2C77B4', '#0D5896', '#083A6B'],
    around: ['#9A4300', '#D6822F', '#F2C596', '#EDEDED', '#A9CBE8', '#4C93CC', '#0B5394'],
    ink: '#1B2430',
    muted: '#5A6675',
    grid: '#E7EAEE',
    axis: '#8892A0',
  },
  dark: {
    ground: '#14171C',
    series: ['#4DA8E8', '#F2B134', '#20CC9B', '#E08FC0', '#A5D8FA', '#F0733C', '#9B8AFB'],
    other: '#7C8592',
    steps: ['#1E3247', '#23486B', '#2A608F', '#3A7DB6', '#5B9CD3', '#8CBDE6', '#C6E0F5'],
    around: ['#FFB066', '#C97A2B', '#7A4A1C', '#3A4048', '#27527A', '#3F8BC4', '#9CD0F7'],
    ink: '#E8ECF1',
    muted: '#A3AEBC',
    grid: '#2A3038',
    axis: '#6E7987',
  },
}

/** More series than these share one grey. */
export const COLOURS = 7
