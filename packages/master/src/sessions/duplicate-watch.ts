// SPDX-License-Identifier: Apache-2.0
import type { Clock, Logger, MinionId } from '@halite/core'
import type { EventBus } from '../events.ts'
import type { Connection, Connections } from './connections.ts'

export interface DuplicateWatchInit {
  readonly clock: Clock
  readonly log: Logger
  readonly connections: Connections
  readonly events: EventBus
  /** Asks the peer of a session whether it lives; one that does not answer loses it. */
  readonly doubt: (connection: Connection) => void
}

/** How long the older daemon has to show that it lives beside the newer one. */
const showWithinMs = 4000

/**
 * Notices two daemons that run under one id: a cloned machine, or a stolen key. A minion that was restarted leaves a session
 * behind for some seconds, so the older one is asked first whether it lives.
 */
export class DuplicateWatch {
  readonly #init: DuplicateWatchInit
  /** Ids with a new daemon beside an older one, and when the older one was asked. Monotonic ms. */
  readonly #suspects = new Map<MinionId, number>()

  constructor(init: DuplicateWatchInit) {
    this.#init = init
  }

  /** A daemon session opened. */
  opened(connection: Connection): void {
    const { id } = connection.session.peer
    const others = [...this.#init.connections.of(id)].filter((each) => each !== connection)
    if (others.length === 0) return
    this.#suspects.set(id, this.#init.clock.monotonicMs())
    for (const other of others) if (other.doubtedUntilMs === undefined) this.#init.doubt(other)
  }

  /** Called every second. */
  tick(): void {
    const nowMs = this.#init.clock.monotonicMs()
    for (const [id, askedMs] of this.#suspects) {
      const living = [...this.#init.connections.of(id)].filter(({ session }) => session.lastSeenMs >= askedMs)
      if (living.length > 1) this.#report(id)
      if (living.length > 1 || nowMs - askedMs > showWithinMs) this.#suspects.delete(id)
    }
  }

  #report(id: MinionId): void {
    const { connections, log, events } = this.#init
    const addresses = connections.addresses(id)
    if (!connections.noteDuplicate(id)) return
    log.warning('several daemons run under one id: a cloned machine, or a stolen key', { id, addresses })
    events.fire(`salt/minion/${id}/duplicate`, { id, addresses, sessions: addresses.length })
  }
}
