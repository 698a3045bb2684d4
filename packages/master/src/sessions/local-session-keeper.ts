// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@halite/core'
import type { SessionServer } from '@halite/transport'

/** How long a client may be silent before it is asked whether it is there. */
const askAfterMs = 30_000
/** How long before its session ends. One that lives after all makes another. */
const endAfterMs = 90_000

/** Ends sessions of programs that died without a goodbye, so that they do not pile up. */
export class LocalSessionKeeper {
  readonly #clock: Clock
  readonly #locals: SessionServer
  #askedMs = 0

  constructor(clock: Clock, locals: SessionServer) {
    this.#clock = clock
    this.#locals = locals
  }

  /** Called every second. */
  tick(): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#askedMs < askAfterMs / 2) return
    this.#askedMs = nowMs
    for (const session of [...this.#locals.sessions.established()]) {
      const silentMs = nowMs - session.lastSeenMs
      if (silentMs > endAfterMs) this.#locals.sessions.end(session, 'lost')
      else if (silentMs > askAfterMs) this.#locals.push(session, 'ping', {})
    }
  }
}
