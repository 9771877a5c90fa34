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
import { init, setPlatformAPI, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { measureText } from './text'

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

// ECharts takes the height of a line from the width of a wide letter, which fonts without it give as they like: words
// then stood a quarter of a line too high. Widths come from the table from which everything was laid out.
setPlatformAPI({ measureText: measureText as never })

export type { EChartsType } from 'echarts/core'
export { init }
