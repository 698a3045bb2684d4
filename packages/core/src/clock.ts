// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'

/** Time as the product sees it. Expiry uses `monotonicMs`; `wallMs` is for people and for skew. */
export interface Clock {
  monotonicMs(): number
  wallMs(): number
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. Does not keep the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The cheap way to wait: thousands of waits a second end before their time. */
export interface Timers {
  /** Calls `run` after `ms`, unless the function it returns is called first. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void
}

/** The machine's clock. */
export const systemClock: Clock & Timers = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal, ref: false } : { ref: false })
  },
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}
