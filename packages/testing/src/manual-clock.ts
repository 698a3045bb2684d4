// SPDX-License-Identifier: Apache-2.0
import type { Clock, Timers } from '@halite/core'

interface Sleeper {
  readonly wakeMs: number
  readonly wake: () => void
}

/** A clock that stands still until it is told to go on; whoever sleeps wakes when it has passed that time. */
export class ManualClock implements Clock, Timers {
  readonly #sleepers = new Set<Sleeper>()
  #monotonicMs: number
  #wallMs: number

  /** `wallMs` is the time of day it begins with; its monotonic time is another number on purpose. */
  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = wallMs
    this.#monotonicMs = 1_000_000
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  wallMs(): number {
    return this.#wallMs
  }

  /** How many sleep. */
  get sleeping(): number {
    return this.#sleepers.size
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { wakeMs: this.#monotonicMs + ms, wake: resolve }
      this.#sleepers.add(sleeper)
      const abort = () => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      if (signal?.aborted) abort()
      else signal?.addEventListener('abort', abort, { once: true })
    })
  }

  after(ms: number, run: () => void): () => void {
    const sleeper: Sleeper = { wakeMs: this.#monotonicMs + ms, wake: run }
    this.#sleepers.add(sleeper)
    return () => this.#sleepers.delete(sleeper)
  }

  /** Lets time pass, for both readings. */
  advance(ms: number): void {
    this.#monotonicMs += ms
    this.#wallMs += ms
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.wakeMs > this.#monotonicMs) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  /** Sets the time of day alone, as an administrator or a resumed machine does. */
  jumpWall(ms: number): void {
    this.#wallMs += ms
  }
}
