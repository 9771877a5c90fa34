import { type PointerEvent, useRef, useState } from 'react'

/** A movement of fewer pixels is a click. */
const LEAST = 8

interface Drawn {
  from: number
  to: number
}

/** A range drawn over a picture with the pointer: while it is drawn, and told once when it is let go. */
export function useBrush({
  lying,
  wanted,
  onDrawn,
}: {
  /** Down the picture and not along it. */
  lying: boolean
  wanted: boolean
  onDrawn: (from: number, to: number) => void
}) {
  const start = useRef<number | null>(null)
  const [drawn, setDrawn] = useState<Drawn | null>(null)
  const placeOf = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect()
    const at = lying ? event.clientY - box.top : event.clientX - box.left
    return Math.max(0, Math.min(lying ? box.height : box.width, at))
  }
  const give = () => {
    start.current = null
    setDrawn(null)
  }
  if (!wanted) return { drawn: null, handlers: {} }
  return {
    drawn,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        // A finger scrolls the page.
        if (event.button === 0 && event.pointerType === 'mouse') start.current = placeOf(event)
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (start.current === null) return
        const at = placeOf(event)
        if (drawn === null && Math.abs(at - start.current) < LEAST) return
        if (drawn === null) event.currentTarget.setPointerCapture(event.pointerId)
        setDrawn({ from: Math.min(at, start.current), to: Math.max(at, start.current) })
      },
      onPointerUp: () => {
        if (drawn) onDrawn(drawn.from, drawn.to)
        give()
      },
      onPointerCancel: give,
    },
  }
}
