// What our own shapes need of ECharts' custom series.

export interface Api {
  value(dimension: number): number
  coord(point: [number, number]): [number, number]
  size(span: [number, number]): [number, number]
}

export interface Shape {
  type: string
  silent?: boolean
  z2?: number
  shape?: Record<string, unknown>
  style?: Record<string, unknown>
  children?: Shape[]
}
