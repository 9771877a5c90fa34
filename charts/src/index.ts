// The door of the package. The drawing engine itself is in `@tablewright/charts/engine`, to be loaded lazily.

export { compile } from './compile'
export { formatTime, formatValue, numberFormat } from './format'
export {
  type CellFormat,
  type ColourScale,
  contrastOf,
  type DataBar,
  type Extents,
  type FormatRule,
  type Formats,
  formatsOf,
  type Highlight,
  type IconSet,
  type Icons,
  type Sign,
  type Stop,
  type TableFormat,
  type Test,
  type Tint,
} from './formats'
export { type Headings, headings } from './headings'
export {
  type Cursor,
  type CursorKey,
  type CursorModel,
  type CursorPoint,
  cursorModel,
  move,
  pointAt,
  start,
} from './keyboard'
export { type LegendItem, legendItems } from './legend'
export { loadOutlines, shareOnMap } from './outlines/index'
export { type MarkedNumber, numberAt, type Pick, pickAt, picksByClick, type Range, rangeAt } from './pick'
export { type MarkInfo, markNames, marks } from './registry'
export * from './spec'
export { suggest } from './suggest'
export { summarise } from './summary'
export { type TableTwin, tableTwin } from './table'
export { type Theme, themes } from './theme'
