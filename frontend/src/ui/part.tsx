'use client'

import { type ComponentType, useEffect, useState } from 'react'

/** Whether this is the page that was opened: Next runs the modules of pages as well that it fetches ahead. */
export const isOpened = (path: string): boolean =>
  typeof window !== 'undefined' && window.location.pathname === path

/**
 * A part of a page whose code comes beside the page's own; `Room` stands in its place meanwhile. `prepare` has it
 * brought before it is shown. Without Suspense, because React shows what was waited for only 300 ms after the last
 * room was shown.
 */
export function part<P extends object>(load: () => Promise<ComponentType<P>>, Room: ComponentType<P>) {
  let there: ComponentType<P> | null = null
  const bring = () =>
    load().then((shown) => {
      there = shown
      return shown
    })
  // What cannot be brought now is tried again, and told, where it is shown.
  const prepare = (): void => {
    bring().catch(() => undefined)
  }

  function Part(props: P) {
    const [Shown, setShown] = useState<ComponentType<P> | null>(() => there)
    const [problem, setProblem] = useState<unknown>(null)
    useEffect(() => {
      if (Shown) return
      let wanted = true
      bring().then(
        (shown) => {
          if (wanted) setShown(() => shown)
        },
        (error: unknown) => {
          if (wanted) setProblem(error)
        },
      )
      return () => {
        wanted = false
      }
    }, [Shown])
    if (problem) throw problem
    return Shown ? <Shown {...props} /> : <Room {...props} />
  }

  return { Part, prepare }
}
