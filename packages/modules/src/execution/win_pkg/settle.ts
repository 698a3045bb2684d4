// SPDX-License-Identifier: Apache-2.0
import { setTimeout } from 'node:timers/promises'
import { equal } from '@halite/core'
import type { Look } from '@halite/winrepo'

/** How a list of software is watched. */
export interface Watch {
  /** Reads the list. */
  readonly look: () => Promise<Look>
  /** Whether it is as it should be. */
  readonly isDone: (now: Look) => boolean
  readonly before: Look
  readonly signal: AbortSignal
  readonly times?: WatchTimes
}

/** In milliseconds. */
export interface WatchTimes {
  /** Until it is given up that anything changes. */
  readonly deadlineMs: number
  /** Until a change that is not the one that was wanted is all there is. */
  readonly quietMs: number
  readonly pollMs: number
}

/** What the list was in the end, and how long it was watched. */
export interface Settled {
  readonly after: Look
  readonly waitedSeconds: number
}

const usualTimes: WatchTimes = { deadlineMs: 10_000, quietMs: 1500, pollMs: 100 }

/**
 * Reads the list of software until it is as it should be, or has changed otherwise and then stayed the same, or the deadline passes.
 * Uninstallers return before the registry tells of it.
 */
export async function settled({ look, isDone, before, signal, times = usualTimes }: Watch): Promise<Settled> {
  const start = performance.now()
  const elapsed = () => performance.now() - start
  let after = await look()
  let changedAt = 0
  for (;;) {
    const isQuiet = !equal(before, after) && elapsed() - changedAt >= times.quietMs
    if (isDone(after) || isQuiet || elapsed() >= times.deadlineMs) {
      return { after, waitedSeconds: Math.round(elapsed() / 1000) }
    }
    await setTimeout(times.pollMs, undefined, { signal })
    const now = await look()
    if (!equal(now, after)) changedAt = elapsed()
    after = now
  }
}
