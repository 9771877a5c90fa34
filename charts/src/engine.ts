// ECharts with what our charts use, for the browser. Load it lazily: it is the heavy part.

import {
  BarChart,
  CustomChart,
  LineChart,
  PieChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
  SunburstChart,
} from 'echarts/charts'
import { GraphicComponent, GridComponent, RadarComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([
  BarChart,
  CustomChart,
  LineChart,
  PieChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
  SunburstChart,
  GraphicComponent,
  GridComponent,
  RadarComponent,
  TooltipComponent,
  CanvasRenderer,
])

export type { EChartsType } from 'echarts/core'
export { init }
