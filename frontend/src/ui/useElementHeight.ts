'use client'

import { type RefObject, useEffect, useState } from 'react'

/** The height that is left in the window below an element, so that a table fills the page without a second bar. */
export function useRestOfWindow(element: RefObject<HTMLElement | null>, least = 320, below = 48): number {
  const [height, setHeight] = useState(520)
  useEffect(() => {
    const measure = () => {
      const top = element.current ? element.current.getBoundingClientRect().top + window.scrollY : 0
      const narrow = window.innerWidth < 900
      setHeight(Math.max(least, window.innerHeight - (narrow ? 200 : Math.min(top, 360)) - below))
    }
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [element, least, below])
  return height
}
