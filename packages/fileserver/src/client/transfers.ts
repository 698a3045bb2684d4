// SPDX-License-Identifier: Apache-2.0
import type { Transfer } from '@halite/core'

/** Whoever reports how far a transfer is. */
export interface Progress {
  readonly at: (done: number, total?: number) => void
  readonly end: () => void
}

/** The transfers under way, for those who want to see how far they are. */
export class Transfers {
  readonly #running = new Set<{ url: string; done: number; total?: number }>()

  list(): readonly Transfer[] {
    return [...this.#running].map((transfer) => ({ ...transfer }))
  }

  /** Begins one; its end has to be reported too. */
  begin(url: string, total?: number): Progress {
    const transfer: { url: string; done: number; total?: number } = { url, done: 0 }
    if (total !== undefined) transfer.total = total
    this.#running.add(transfer)
    return {
      at: (done, whole) => {
        transfer.done = done
        if (whole !== undefined) transfer.total = whole
      },
      end: () => void this.#running.delete(transfer),
    }
  }
}
