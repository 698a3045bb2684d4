// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { fingerprint, publicPemOf, rawPublicKey, SaltError, writeFileAtomic } from '@halite/core'
import type { Accept } from '@halite/protocol'

/**
 * The master's identity as this minion pinned it: trusted on first use, or by `master_finger`, and never exchanged for
 * another without a person removing the file.
 */
export class PinnedMaster {
  readonly #path: string
  readonly #finger: string

  /** `finger` is the option `master_finger`; empty = none. */
  constructor(path: string, finger: string) {
    this.#path = path
    this.#finger = finger.trim().toLowerCase()
  }

  /**
   * Checks a key the master proved to own, and pins it when it has accepted us.
   * Throws `MASTER_FINGER_MISMATCH` or `MASTER_KEY_CHANGED`.
   */
  check(raw: Buffer, status: Accept['status']): void {
    const shown = fingerprint(raw)
    if (this.#finger !== '' && shown !== this.#finger) {
      throw new SaltError(
        'MASTER_FINGER_MISMATCH',
        `the master has fingerprint ${shown}, master_finger is ${this.#finger}`,
        {
          hint: 'Compare with `salt-key -F master` on the master; correct master_finger, or find out who answers there.',
        },
      )
    }
    const pinned = existsSync(this.#path)
      ? rawPublicKey(readFileSync(this.#path, 'utf8'), this.#path)
      : undefined
    if (pinned === undefined) {
      if (status === 'accepted') writeFileAtomic(this.#path, publicPemOf(raw))
      return
    }
    if (pinned.equals(raw)) return
    throw new SaltError(
      'MASTER_KEY_CHANGED',
      `the master shows another key (${shown}) than the one pinned in ${this.#path} (${fingerprint(pinned)})`,
      {
        hint: `If the master was installed anew, remove ${this.#path}: the minion tries again by itself. Else somebody stands between.`,
      },
    )
  }
}
