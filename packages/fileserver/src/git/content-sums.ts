// SPDX-License-Identifier: Apache-2.0
import { type HashType, startHash } from '../hash-file.ts'

/** The hash that minions compare, and git's own, of one content. */
export class ContentSums {
  readonly #oid: string
  readonly #own
  readonly #git

  constructor(oid: string, size: number, hashType: HashType) {
    this.#oid = oid
    this.#own = startHash(hashType)
    this.#git = startHash(oid.length === 64 ? 'sha256' : 'sha1')
    this.#git.update(`blob ${size}\0`)
  }

  /** Takes the next bytes. */
  add(bytes: Uint8Array): void {
    this.#own.update(bytes)
    this.#git.update(bytes)
  }

  /** Whether the content is that of its object id; to be asked once, at its end. */
  isRight(): boolean {
    return this.#git.digest('hex') === this.#oid
  }

  /** The hash that minions compare, in hex; to be asked once, at the end. */
  hsum(): string {
    return this.#own.digest('hex')
  }
}
