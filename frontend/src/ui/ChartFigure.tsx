'use client'

import {
  type Answer as ChartAnswer,
  type ChartSpec as ChartsSpec,
  type Context,
  type Cursor,
  type CursorKey,
  compile,
  cursorModel,
  headings,
  type LegendItem,
  legendItems,
  loadOutlines,
  type MarkedNumber,
  move,
  NotDrawable,
  numberAt,
  type Pick,
  pickAt,
  picksByClick,
  pointAt,
  type Range,
  rangeAt,
  start,
  summarise,
  tableTwin,
} from '@tablewright/charts'
import type { EChartsType } from '@tablewright/charts/engine'
import {
  type KeyboardEvent,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Answer, ChartSpec } from '@/api/types'
import type { Action } from './ActionMenu'
import { readerLocale } from './chartContext'
import styles from './figure.module.css'
import { useBrush } from './useBrush'
import { useTone } from './useTone'

const Choices = lazy(() => import('./Choices'))

const cursorKeys: ReadonlySet<string> = new Set([
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
])

export type DrawnSpec = ChartSpec | ChartsSpec

export interface ChartProps {
  spec: DrawnSpec
  answer: Answer
  height?: number
  /** Less high where the room around it ends sooner. */
  fits?: boolean
  /** Its width, where the page knows it before it is drawn. */
  width?: number
  /** Replaces the chart's own title. */
  title?: string
  /** The page shows the title itself; it still names the figure. */
  titleHidden?: boolean
  hasTwin?: boolean
  /** For previews of paper, which is always light. */
  tone?: 'light' | 'dark'
  /** A mark was clicked, or Enter pressed on it: what it stands for. */
  onPick?: (picks: Pick[]) => void
  /** A range was drawn along the axis, by pointer or with Shift and the arrow keys: what stands in it. */
  onRange?: (range: Range) => void
  /** Somebody wants to know what a mark's number is. */
  onNumber?: (number: MarkedNumber) => void
  /** What else stands in the menu of a mark. */
  moreOf?: (picks: Pick[]) => readonly Action[]
  /** What else can be done with a mark; a click opens a menu of it. */
  actionsAt?: (number: MarkedNumber) => readonly Action[]
}

/**
 * A chart for every reader: named and summarised in words, walked point by point with the keyboard, with a legend
 * of real buttons and the same figures as a table.
 */
export default function ChartFigure({
  spec,
  answer,
  height: wantedHeight = 340,
  fits = false,
  width: givenWidth = 0,
  title,
  titleHidden = false,
  hasTwin = true,
  tone: wantedTone,
  onPick,
  onRange,
  onNumber,
  moreOf,
  actionsAt,
}: ChartProps) {
  const ownTone = useTone()
  const tone = wantedTone ?? ownTone
  const id = useId()
  const [width, setWidth] = useState(givenWidth)
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY)
  const height = fits ? Math.min(wantedHeight, room) : wantedHeight
  const [switchedOff, setSwitchedOff] = useState<readonly string[]>([])
  const [asTable, setAsTable] = useState(false)

  // A chart that fits again stands in another element than the words that it did not.
  const known = useRef(givenWidth > 0)
  const host = useCallback((element: HTMLDivElement) => {
    const watch = new ResizeObserver(([entry]) => {
      setWidth(Math.floor(entry?.contentRect.width ?? 0))
      if (entry && entry.contentRect.height > 0)
        setRoom(Math.max(LEAST, Math.floor(entry.contentRect.height)))
    })
    watch.observe(element)
    // At once, so that charts that come together are drawn together and before the first frame.
    if (!known.current) setWidth(Math.floor(element.getBoundingClientRect().width))
    return () => watch.disconnect()
  }, [])

  // Outlines come only with the first map.
  const [outlined, setOutlined] = useState(false)
  useEffect(() => {
    if (spec.mark === 'map' && !outlined) void loadOutlines().then(() => setOutlined(true))
  }, [spec.mark, outlined])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a map is drawn anew when its outlines are there
  const drawing = useMemo(() => {
    const chart = spec as ChartsSpec
    const data = answer as unknown as ChartAnswer
    const context: Context = {
      target: 'screen',
      width: Math.max(width, 240),
      height,
      locale: readerLocale(),
      theme: tone,
      hidden: switchedOff,
      headings: false,
      reducedMotion:
        typeof window !== 'undefined' && window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    }
    try {
      return {
        option: width > 0 ? compile(chart, data, context) : null,
        words: headings(chart, data, context),
        summary: summarise(chart, data, context),
        legend: legendItems(chart, data, context),
        // Of many points, only once somebody walks them.
        points: once(() => cursorModel(chart, data, context)),
        context,
        chart,
        data,
        locale: context.locale,
        problem: null,
      }
    } catch (error) {
      if (error instanceof NotDrawable) return { problem: error.message }
      throw error
    }
  }, [spec, answer, width, height, tone, switchedOff, outlined])

  if (drawing.problem !== null) {
    return (
      <div ref={host} className={styles.unfit} style={{ minHeight: height }}>
        <p role="status">This chart no longer fits the answer: {drawing.problem}</p>
      </div>
    )
  }

  const { words, summary, legend, points } = drawing
  const name = title || words.title
  // What the page has for a title need not be said below it again.
  const below = words.subtitle === name ? '' : words.subtitle.replace(`${name} · `, '')
  return (
    <figure
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-summary`}
      className={fits ? `${styles.figure} ${styles.fitting}` : styles.figure}
    >
      <div className={styles.head}>
        <div className={styles.words}>
          <p id={`${id}-title`} className={titleHidden ? styles.hidden : styles.title}>
            {name}
          </p>
          {titleHidden && <Legend items={legend} hidden={switchedOff} onChange={setSwitchedOff} />}
          {below && <p className={styles.note}>{below}</p>}
        </div>
        {hasTwin && (
          <button
            type="button"
            className={styles.button}
            onClick={() => setAsTable(!asTable)}
            aria-pressed={asTable}
            aria-label={`Show as table: ${name}`}
          >
            Table
          </button>
        )}
      </div>
      <p id={`${id}-summary`} className={styles.hidden}>
        {summary}
      </p>
      {!titleHidden && <Legend items={legend} hidden={switchedOff} onChange={setSwitchedOff} />}
      {asTable && (
        <Twin label={name} height={height} twin={tableTwin(drawing.chart, drawing.data, drawing.locale)} />
      )}
      <div ref={host} className={styles.host} style={asTable ? { display: 'none' } : undefined}>
        {drawing.option && !asTable && (
          <Plot
            option={drawing.option}
            points={points}
            width={width}
            height={height}
            label={name}
            clickable={
              actionsAt !== undefined || (onPick !== undefined && picksByClick(drawing.chart, drawing.data))
            }
            onPick={
              actionsAt
                ? undefined
                : onPick &&
                  ((hit) => {
                    const picks = pickAt(drawing.chart, drawing.data, drawing.context, hit)
                    if (picks.length > 0) onPick(picks)
                  })
            }
            onNumber={
              onNumber &&
              ((hit) => {
                const number = numberAt(drawing.chart, drawing.data, drawing.context, hit)
                if (number) onNumber(number)
              })
            }
            actionsOf={
              onNumber &&
              ((hit) => {
                const number = numberAt(drawing.chart, drawing.data, drawing.context, hit)
                const picks =
                  onPick || moreOf ? pickAt(drawing.chart, drawing.data, drawing.context, hit) : []
                return [
                  ...(onPick && picks.length > 0
                    ? [
                        {
                          label: `Only ${picks.map((one) => one.label).join(', ')}`,
                          run: () => onPick(picks),
                        },
                      ]
                    : []),
                  ...(number
                    ? [
                        { label: 'What is this number?', run: () => onNumber(number) },
                        ...(actionsAt?.(number) ?? []),
                      ]
                    : []),
                  ...(picks.length > 0 ? (moreOf?.(picks) ?? []) : []),
                ]
              })
            }
            rangeOf={
              onRange && ((from, to) => rangeAt(drawing.chart, drawing.data, drawing.context, from, to))
            }
            onRange={onRange}
          />
        )}
        {(!drawing.option || asTable) && <div style={{ height }} />}
      </div>
      {words.source && <p className={`${styles.note} ${styles.source}`}>{words.source}</p>}
    </figure>
  )
}

/** No chart is drawn lower. */
const LEAST = 90

type Option = ReturnType<typeof compile>
type Engine = typeof import('@tablewright/charts/engine')

let engineThere: Engine | null = null

/** The drawing engine is the heavy part, so it comes with the first chart on a page; the next ones are drawn at once. */
function withEngine(draw: (engine: Engine) => void, onFailed: () => void): void {
  if (engineThere) draw(engineThere)
  else
    import('@tablewright/charts/engine').then((engine) => {
      engineThere = engine
      draw(engine)
    }, onFailed)
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

interface Hit {
  seriesIndex: number
  dataIndex: number
  data?: unknown
}

function Plot({
  option,
  points,
  width,
  height,
  label,
  clickable,
  onPick,
  onNumber,
  actionsOf,
  rangeOf,
  onRange,
}: {
  option: Option
  points: () => ReturnType<typeof cursorModel>
  width: number
  height: number
  label: string
  /** Whether a click on a mark does anything. */
  clickable: boolean
  /** What a click does; without it, it opens the menu of the mark. */
  onPick?: (hit: Hit) => void
  onNumber?: (hit: Hit) => void
  /** What can be done with a mark. */
  actionsOf?: (hit: Hit) => readonly Action[]
  /** What stands between two places of the axis. */
  rangeOf?: (from: number, to: number) => Range | null
  onRange?: (range: Range) => void
}) {
  const canvas = useRef<HTMLDivElement>(null)
  const engine = useRef<EChartsType | null>(null)
  const drawn = useRef<Option | null>(null)
  const [menu, setMenu] = useState<{ left: number; top: number; actions: readonly Action[] } | null>(null)
  const open = (hit: Hit, place: { left: number; top: number }) => {
    const actions = actionsOf?.(hit) ?? []
    if (actions.length > 0) setMenu({ ...place, actions })
  }
  const latest = useRef({ option, width, height, onPick, open, resume: () => {} })
  latest.current = { ...latest.current, option, width, height, onPick, open }
  const [cursor, setCursor] = useState<Cursor | null>(null)
  /** Where the cursor stands, or stood when the keyboard left or the chart was drawn anew, and its words. */
  const place = useRef<{ cursor: Cursor; spoken: string } | null>(null)
  const [said, setSaid] = useState('')
  const [failed, setFailed] = useState(false)
  /** Where a range begins that is being drawn with the keys: a place of the axis. */
  const [anchor, setAnchor] = useState<number | null>(null)
  const lying = isLying(option)
  const brush = useBrush({
    lying,
    wanted: rangeOf !== undefined && onRange !== undefined,
    onDrawn: (from, to) => {
      const finder = lying ? { yAxisIndex: 0 } : { xAxisIndex: 0 }
      const places = [from, to].map((at) => Number(engine.current?.convertFromPixel(finder, at)))
      const [start, end] = places
      if (start === undefined || end === undefined || places.some(Number.isNaN)) return
      const range = rangeOf?.(start, end)
      if (range) onRange?.(range)
    },
  })

  // Before the frame in which its tile appears.
  useLayoutEffect(() => {
    const element = canvas.current
    let gone = false
    withEngine(
      ({ init }) => {
        if (gone || !element) return
        const { option, width, height } = latest.current
        const chart = init(element, null, { renderer: 'canvas', width, height })
        chart.setOption(option)
        drawn.current = option
        chart.on('click', (event) => {
          const { seriesIndex, dataIndex, data } = event as unknown as Hit
          const hit = { seriesIndex, dataIndex, data }
          const { onPick, open } = latest.current
          const native = event.event?.event as unknown as PointerEvent &
            Partial<TouchEvent> & { zrByTouch?: boolean }
          // A finger has no other button, so that it is asked what is meant.
          if (onPick && !native?.zrByTouch && native?.pointerType !== 'touch') onPick(hit)
          else {
            // The browser's own click would follow, and close what has just opened.
            native?.preventDefault?.()
            open(hit, placeOf(element, native))
          }
        })
        chart.on('contextmenu', (event) => {
          const { seriesIndex, dataIndex, data } = event as unknown as Hit
          const native = event.event?.event as unknown as MouseEvent
          native?.preventDefault?.()
          latest.current.open({ seriesIndex, dataIndex, data }, placeOf(element, native))
        })
        engine.current = chart
      },
      () => !gone && setFailed(true),
    )
    return () => {
      gone = true
      engine.current?.dispose()
      engine.current = null
    }
  }, [])

  useEffect(() => {
    const chart = engine.current
    if (!chart || drawn.current === option) return
    chart.resize({ width, height })
    chart.setOption(option, { notMerge: true })
    drawn.current = option
    setCursor(null)
    setSaid('')
    if (canvas.current?.parentElement === document.activeElement) latest.current.resume()
  }, [option, width, height])

  const show = (next: Cursor | null) => {
    const chart = engine.current
    chart?.dispatchAction({ type: 'downplay' })
    const point = next && pointAt(points(), next)
    place.current = next && point ? { cursor: next, spoken: point.spoken } : null
    setCursor(next)
    if (!point) {
      chart?.dispatchAction({ type: 'hideTip' })
      setSaid('')
      return
    }
    const at = { seriesIndex: point.seriesIndex, dataIndex: point.dataIndex }
    chart?.dispatchAction({ type: 'highlight', ...at })
    chart?.dispatchAction({ type: 'showTip', ...at })
    setSaid(point.spoken)
  }

  /** Back to the mark where the keyboard was, if it is still the same. */
  const resume = () => {
    const kept = place.current
    const point = kept && pointAt(points(), kept.cursor)
    if (!kept || point?.spoken !== kept.spoken) return setAnchor(null)
    show(kept.cursor)
    if (anchor !== null) tellRange(anchor, point.at)
  }
  latest.current.resume = resume

  /** What is told of a range is what Enter keeps. */
  const tellRange = (from: number, to: number) => {
    const range = rangeOf?.(from, to)
    if (range) setSaid(`From ${range.label}. Enter keeps it.`)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && cursor) {
      event.preventDefault()
      event.stopPropagation()
      show(null)
    } else if (event.key === 'Enter' && cursor && anchor !== null) {
      const point = pointAt(points(), cursor)
      event.preventDefault()
      const range = point ? rangeOf?.(anchor, point.at) : null
      setAnchor(null)
      if (range) onRange?.(range)
    } else if (cursor && (event.key === 'Enter' || event.key === 'i' || asksForMenu(event))) {
      const point = pointAt(points(), cursor)
      if (!point || (!onPick && !actionsOf)) return
      event.preventDefault()
      const hit = { ...point, data: { at: point.from } }
      if (event.key === 'i') onNumber?.(hit)
      else if (event.key === 'Enter' && onPick) onPick(hit)
      else open(hit, placeOf(canvas.current))
    } else if (cursorKeys.has(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      const next = cursor ? move(points(), cursor, event.key as CursorKey) : start(points())
      const point = next && pointAt(points(), next)
      const begun =
        event.shiftKey && rangeOf ? (anchor ?? (cursor && pointAt(points(), cursor)?.at) ?? null) : null
      setAnchor(begun)
      show(next)
      if (begun !== null && point) tellRange(begun, point.at)
    }
  }

  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its marks are walked with the keyboard
      tabIndex={0}
      role="application"
      aria-roledescription="chart"
      aria-label={`${label}. Use the arrow keys to walk the points.${onNumber ? ' The key i tells what a number is.' : ''}`}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setAnchor(null)
        if (cursor && !menu) {
          const kept = place.current
          show(null)
          place.current = kept
        }
      }}
      onFocus={(event) => {
        if (!cursor && event.currentTarget.matches(':focus-visible')) resume()
      }}
      onContextMenu={(event) => {
        // The key for menus has opened that of the mark.
        if (cursor) event.preventDefault()
      }}
      {...brush.handlers}
      className={styles.plot}
      style={{ height }}
    >
      <div
        ref={canvas}
        aria-hidden="true"
        className={clickable ? undefined : styles.still}
        style={{ height, width: '100%' }}
      />
      {menu && (
        <Suspense>
          <Choices
            open
            onClose={() => setMenu(null)}
            anchorReference="anchorPosition"
            anchorPosition={{ left: menu.left, top: menu.top }}
            slotProps={{ list: { 'aria-label': 'Actions for the mark' } }}
            actions={menu.actions}
          />
        </Suspense>
      )}
      {brush.drawn && (
        <div
          aria-hidden
          className={styles.brush}
          style={
            lying
              ? { left: 0, right: 0, top: brush.drawn.from, height: brush.drawn.to - brush.drawn.from }
              : { top: 0, bottom: 0, left: brush.drawn.from, width: brush.drawn.to - brush.drawn.from }
          }
        />
      )}
      <div role="status" aria-live="polite" className={styles.hidden}>
        {said}
      </div>
      {failed && (
        <p role="alert" className={styles.failed}>
          The drawing part could not be loaded. The table shows the same figures.
        </p>
      )}
    </div>
  )
}

const asksForMenu = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)

/** Where a menu opens: under the pointer, or on the chart. */
function placeOf(
  element: Element | null,
  event?: Partial<MouseEvent> & Partial<TouchEvent>,
): { left: number; top: number } {
  const at = event?.changedTouches?.[0] ?? event
  if (at?.clientX && at.clientY) return { left: at.clientX, top: at.clientY }
  const box = element?.getBoundingClientRect()
  return { left: (box?.left ?? 0) + (box?.width ?? 0) / 3, top: (box?.top ?? 0) + (box?.height ?? 0) / 3 }
}

function Legend({
  items,
  hidden,
  onChange,
}: {
  items: readonly LegendItem[]
  hidden: readonly string[]
  onChange: (hidden: readonly string[]) => void
}) {
  if (items.length === 0) return null
  const toggle = (item: LegendItem) => {
    const rest = hidden.filter((name) => !item.series.includes(name))
    onChange(item.hidden ? rest : [...rest, ...item.series])
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: no field of a form
    <div role="group" aria-label="Series" className={styles.legend}>
      {items.map((item) => (
        <button
          key={item.series.join('\u0000')}
          type="button"
          className={styles.button}
          aria-pressed={!item.hidden}
          onClick={() => toggle(item)}
        >
          <Swatch item={item} />
          <span>{item.name}</span>
        </button>
      ))}
    </div>
  )
}

const dashes = { solid: undefined, dashed: '5 3', dotted: '1.5 2.5' } as const

function Swatch({ item }: { item: LegendItem }) {
  const paint = { fill: item.color, opacity: item.hidden ? 0.35 : 1 }
  const shapes: Record<LegendItem['shape'], React.ReactNode> = {
    line: (
      <path
        d="M1 6h14"
        stroke={item.color}
        strokeWidth="2.5"
        strokeDasharray={dashes[item.dash]}
        opacity={paint.opacity}
      />
    ),
    square: <rect x="3" y="1" width="10" height="10" rx="2" {...paint} />,
    rect: <rect x="3.5" y="1.5" width="9" height="9" {...paint} />,
    circle: <circle cx="8" cy="6" r="5" {...paint} />,
    triangle: <path d="M8 1l5.5 10h-11z" {...paint} />,
    diamond: <path d="M8 .5 13.5 6 8 11.5 2.5 6z" {...paint} />,
  }
  return (
    <svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true" style={{ flex: 'none' }}>
      {shapes[item.shape]}
    </svg>
  )
}

const MOST_ROWS = 500

function Twin({
  twin,
  label,
  height,
}: {
  twin: ReturnType<typeof tableTwin>
  label: string
  height: number
}) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
      tabIndex={0}
      aria-label={`Figures of ${label}`}
      className={styles.twin}
      style={{ maxHeight: height, minHeight: Math.min(height, 120) }}
    >
      <table>
        <thead>
          <tr>
            {twin.columns.map((column) => (
              <th key={column.key} scope="col" style={{ textAlign: column.align }}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {twin.rows.slice(0, MOST_ROWS).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={twin.columns[at]?.key} style={{ textAlign: twin.columns[at]?.align }}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {twin.rows.length > MOST_ROWS && (
        <p className={styles.note}>
          The first {MOST_ROWS} of {twin.rows.length} rows. Download the table for all of them.
        </p>
      )}
    </section>
  )
}

/** Whether the places stand one below the other. */
const isLying = (option: Option): boolean =>
  (option as { yAxis?: { type?: string } }).yAxis?.type === 'category'
