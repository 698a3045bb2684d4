// SPDX-License-Identifier: Apache-2.0
import { systemClock, type Timers } from '@halite/core'

/** How long the master may go on pushing what nobody here hears any more. */
const gatherMs = 100
const maxGathered = 64

/**
 * Subscriptions that have ended, which the master is notified of in groups: jobs come and go by the thousand, nothing is
 * pushed of one that is over, and each message costs two processes their sleep.
 */
export class EndedSubscriptions {
  readonly #tell: (prefix: string) => void
  readonly #timers: Timers
  readonly #prefixes = new Set<string>()
  #cancel: () => void = () => undefined

  /** `tell` ends one subscription with the master; it must not throw. */
  constructor(tell: (prefix: string) => void, timers: Timers = systemClock) {
    this.#tell = tell
    this.#timers = timers
  }

  add(prefix: string): void {
    if (this.#prefixes.size === 0) this.#cancel = this.#timers.after(gatherMs, () => this.#tellAll())
    this.#prefixes.add(prefix)
    if (this.#prefixes.size >= maxGathered) this.#tellAll()
  }

  /** Somebody listens again: the master is not notified that this one has ended. */
  revive(prefix: string): void {
    if (this.#prefixes.delete(prefix) && this.#prefixes.size === 0) this.#cancel()
  }

  /** The session is gone, and its subscriptions with it. */
  clear(): void {
    this.#cancel()
    this.#prefixes.clear()
  }

  #tellAll(): void {
    const prefixes = [...this.#prefixes]
    this.clear()
    for (const prefix of prefixes) this.#tell(prefix)
  }
}
