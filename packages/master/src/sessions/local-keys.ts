// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { localKeyFile, writeFileAtomic } from '@halite/core'

const userPattern = /^[A-Za-z0-9_][A-Za-z0-9_.@$-]{0,63}$/

/** The keys of local users, in the cachedir of a master: made at each start of the master, removed when it stops. */
export class LocalKeys {
  readonly #cachedir: string
  readonly #keys = new Map<string, Buffer>()

  constructor(cachedir: string, users: readonly string[]) {
    this.#cachedir = cachedir
    for (const user of users) if (userPattern.test(user)) this.#create(user)
  }

  /** The key of a user; undefined for one who may not connect. */
  get(user: string): Buffer | undefined {
    return this.#keys.get(user)
  }

  /** Removes the files and forgets the keys. */
  remove(): void {
    for (const user of this.#keys.keys()) rmSync(localKeyFile(this.#cachedir, user), { force: true })
    this.#keys.clear()
  }

  #create(user: string): void {
    const key = randomBytes(32)
    writeFileAtomic(localKeyFile(this.#cachedir, user), `${key.toString('base64')}\n`, { mode: 0o400 })
    this.#keys.set(user, key)
  }
}
