import { useRef } from 'react'

/** Whether this was ever so: what opens late is loaded with its first opening, and stays for its closing. */
export function useEver(now: boolean): boolean {
  const ever = useRef(false)
  if (now) ever.current = true
  return ever.current
}
