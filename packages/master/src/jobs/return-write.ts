// SPDX-License-Identifier: Apache-2.0
import { pack } from '@halite/core'
import type { JobReturn } from '@halite/protocol'
import type { Write } from './commits.ts'
import type { JobTables } from './job-tables.ts'

/** A jid and the id of a minion. */
export type ReturnKey = [string, string]

const nothing = Buffer.alloc(0)

/** A return on its way into the store: packed at once, and held no longer than until it is handed over. */
export class ReturnWrite implements Write {
  readonly #returns: JobTables['returns']
  readonly #key: ReturnKey
  #packed: Buffer

  constructor(
    returns: JobTables['returns'],
    key: ReturnKey,
    { return: value, retcode, success, out }: JobReturn,
  ) {
    this.#returns = returns
    this.#key = key
    this.#packed = pack({ return: value, retcode, success, out })
  }

  put(): Promise<unknown> {
    const packed = this.#packed
    this.#packed = nothing
    return this.#returns.put(this.#key, packed)
  }

  isVisible(): boolean {
    return this.#returns.doesExist(this.#key)
  }
}
