// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'

/** How many minions of past questions are remembered in all. */
const maxMinions = 100_000

/**
 * Who was asked by questions of the system itself, which no store keeps. Whoever answers when the question is over, or again
 * because the acknowledgement was lost, has done nothing wrong. Bounded: the oldest are forgotten.
 */
export class PastQuestions {
  readonly #asked = new Map<Jid, Set<MinionId>>()
  #size = 0

  /** Notes that these minions were asked. */
  add(jid: Jid, ids: Iterable<MinionId>): void {
    const asked = this.#asked.get(jid) ?? new Set()
    this.#size -= asked.size
    for (const id of ids) asked.add(id)
    this.#size += asked.size
    this.#asked.set(jid, asked)
    for (const [oldest, { size }] of this.#asked) {
      if (this.#size <= maxMinions || oldest === jid) return
      this.#asked.delete(oldest)
      this.#size -= size
    }
  }

  /** Whether this minion was asked, as far as that is remembered. */
  has(jid: Jid, id: MinionId): boolean {
    return this.#asked.get(jid)?.has(id) === true
  }
}
