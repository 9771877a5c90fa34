import type { Answer, ChartSpec, Context } from '../src/index'

export const cases: { name: string; spec: ChartSpec; answer: Answer; context: Context }[]
