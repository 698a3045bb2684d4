// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'
import type { BatchStatus } from '@halite/loader'
import type { BatchState } from '@halite/protocol'
import { Batch } from './batch.ts'
import type { BatchInit, BatchOrder } from './batch-order.ts'

/** The batches under way. One that the master did not live to end is not resumed: remaining minions are not run. */
export class Batches {
  readonly #init: BatchInit
  readonly #byJid = new Map<Jid, Batch>()
  readonly #underWay = new Set<Promise<void>>()

  constructor(init: BatchInit) {
    this.#init = init
  }

  /** Begins a batch whose job is stored; it goes on by itself. */
  begin(order: BatchOrder): void {
    const { jid } = order.load
    const batch = new Batch(this.#init, order)
    this.#byJid.set(jid, batch)
    const underWay = batch
      .run()
      .catch((error: unknown) => this.#init.log.error('batch ended early', { jid, error }))
      .finally(() => {
        this.#byJid.delete(jid)
        this.#underWay.delete(underWay)
      })
    this.#underWay.add(underWay)
  }

  /** Whether a batch has this job id and is under way. */
  has(jid: Jid): boolean {
    return this.#byJid.has(jid)
  }

  /** A minion returned to a job, of a batch or not. */
  returned(jid: Jid, id: MinionId, retcode: number): void {
    this.#byJid.get(jid)?.returned(id, retcode)
  }

  /** Keeps a batch from going on; false when it is not under way. */
  stop(jid: Jid, reason: string): boolean {
    const batch = this.#byJid.get(jid)
    batch?.stop(reason)
    return batch !== undefined
  }

  /** How far a batch is; undefined when it is not under way. */
  state(jid: Jid): BatchState | undefined {
    return this.#byJid.get(jid)?.state
  }

  /** How each batch stands that is under way, oldest first. */
  list(): BatchStatus[] {
    return [...this.#byJid.values()].map((batch) => batch.status)
  }

  /** Ends all batches; resolves when what became of them is stored. */
  async close(): Promise<void> {
    for (const batch of this.#byJid.values()) batch.close()
    await Promise.all(this.#underWay)
  }
}
