import { useMemo, useRef } from 'react'

/**
 * The same functions throughout, each of which does what it was given to do last: for parts that are drawn anew only
 * when what they show is another.
 */
export function useSteady<T extends object>(now: T): T {
  const latest = useRef(now)
  latest.current = now
  const names = Object.entries(now)
    .flatMap(([name, does]) => (does ? [name] : []))
    .join()
  return useMemo(() => {
    const call =
      (name: string) =>
      (...given: unknown[]) =>
        (latest.current as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given)
    return Object.fromEntries(names.split(',').map((name) => [name, call(name)])) as T
  }, [names])
}
