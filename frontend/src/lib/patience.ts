// Being refused for a moment is no failure: what was refused is asked again when the server says.

import { comeBack, isAbort } from './problem'
import { pause } from './timing'

/** How often something is asked again before its refusal is shown. */
export const MOST_RETURNS = 5

/** A little later than the server says, so that not all who were refused come at the same moment. */
export const returnIn = (milliseconds: number): number => milliseconds * (1 + Math.random() / 2)

type Reply = { problem?: unknown }

/**
 * Ask for several things at once, until each has its answer. Those that are refused for now, alone or all together, are
 * asked again together. Throws what keeps the request itself from being answered.
 */
export async function patiently<R extends Reply>(
  keys: readonly string[],
  ask: (keys: readonly string[], onReply: (key: string, reply: R) => void) => Promise<void>,
  onReply: (key: string, reply: R) => void,
  signal: AbortSignal,
): Promise<void> {
  let left = [...keys]
  for (let returns = 0; left.length > 0; returns += 1) {
    const mayReturn = returns < MOST_RETURNS
    const waiting = new Set(left)
    const refused: string[] = []
    let wait = 0
    try {
      await ask(left, (key, reply) => {
        waiting.delete(key)
        const again = mayReturn && reply.problem ? comeBack(reply.problem) : null
        if (again === null) return onReply(key, reply)
        refused.push(key)
        wait = Math.max(wait, again)
      })
    } catch (error) {
      const again = mayReturn && !isAbort(error) ? comeBack(error) : null
      if (again === null) throw error
      refused.push(...waiting)
      wait = Math.max(wait, again)
    }
    left = refused
    if (left.length > 0) await pause(returnIn(wait), signal)
  }
}
