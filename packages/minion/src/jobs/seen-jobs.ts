// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionOptions } from '@halite/core'

/** A master with work for everybody publishes this many within the time in which it may send one again. */
const fewest = 1000

/** The jobs that were begun lately: a job may come more than once, and begins once. */
export class SeenJobs {
  readonly #jids = new Set<Jid>()
  readonly #most: number

  constructor({ minion_jid_queue_hwm: most }: Pick<MinionOptions, 'minion_jid_queue_hwm'>) {
    this.#most = Math.max(most, fewest)
  }

  /** Remembers a job, in the place of the oldest when there are too many. False when it is known already. */
  add(jid: Jid): boolean {
    if (this.#jids.has(jid)) return false
    this.#jids.add(jid)
    if (this.#jids.size > this.#most) this.#jids.delete(this.#jids.values().next().value as Jid)
    return true
  }
}
