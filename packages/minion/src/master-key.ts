// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  fingerprint,
  publicPemOf,
  rawPublicKey,
  SaltError,
  systemCodeOf,
  writeFileAtomic,
} from '@halite/core'
import type { Accept } from '@halite/protocol'
import { addressName, type MasterAddress } from './master-address.ts'

/** The file that pins a single master; beside several masters each has one that names its address. */
const pinName = 'minion_master_ed25519'
const pinNames = /^minion_master_ed25519(?:\..+)?\.pub$/

/** Where the key of each of these masters is pinned, in their order. */
export function pinPaths(pkiDir: string, masters: readonly MasterAddress[]): string[] {
  if (masters.length === 1) return [join(pkiDir, `${pinName}.pub`)]
  return masters.map((master) =>
    join(pkiDir, `${pinName}.${addressName(master).replace(/[^\w.-]/g, '_')}.pub`),
  )
}

/**
 * The identity of one master as this minion pinned it: trusted on first use, or by `master_finger`, and never exchanged for
 * another without a person removing the file. An identity is its key: a master that moved to another address, or to another
 * place in `master`, is still known, and no other can take a pin that is left over by pretending to be new.
 */
export class PinnedMaster {
  readonly #path: string
  readonly #finger: string
  readonly #others: readonly string[]

  /** `finger` is the option `master_finger`, empty = none; `others` are the files of the minion's other masters. */
  constructor(path: string, finger: string, others: readonly string[] = []) {
    this.#path = path
    this.#finger = finger.trim().toLowerCase()
    this.#others = others.filter((other) => other !== path)
  }

  /** The fingerprint of the key that is pinned; undefined before the first acceptance. */
  get fingerprint(): string | undefined {
    const key = keyIn(this.#path)
    return key && fingerprint(key)
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
    const pinned = keyIn(this.#path)
    if (pinned?.equals(raw) || this.#others.some((other) => keyIn(other)?.equals(raw))) return
    if (pinned !== undefined) throw changed(shown, this.#path, pinned)
    this.#pinFirst(raw, { shown, isAccepted: status === 'accepted' })
  }

  /** There is no pin for this master yet: it may be one whose pin has another name, or a new one. */
  #pinFirst(raw: Buffer, { shown, isAccepted }: { shown: string; isAccepted: boolean }): void {
    const left = this.#leftOver()
    const own = left.find(({ key }) => key.equals(raw))
    if (own !== undefined) {
      if (isAccepted) rename(own.path, this.#path)
      return
    }
    const withoutPin = 1 + this.#others.filter((other) => !existsSync(other)).length
    const [first] = left
    // As many masters may be new as are more than the pins that wait for theirs.
    if (first !== undefined && left.length >= withoutPin) throw changed(shown, first.path, first.key)
    if (isAccepted) writeFileAtomic(this.#path, publicPemOf(raw))
  }

  /** Pins of no master that the minion has: of another address, or by the place in the list, as they were named once. */
  #leftOver(): { readonly path: string; readonly key: Buffer }[] {
    const directory = dirname(this.#path)
    const names = existsSync(directory) ? readdirSync(directory).filter((name) => pinNames.test(name)) : []
    return names.sort().flatMap((name) => {
      const path = join(directory, name)
      const key = path === this.#path || this.#others.includes(path) ? undefined : keyIn(path)
      return key === undefined ? [] : [{ path, key }]
    })
  }
}

/** Fingerprints of all masters that this minion has pinned. */
export function pinnedFingerprints(pkiDir: string): ReadonlySet<string> {
  const names = existsSync(pkiDir) ? readdirSync(pkiDir).filter((name) => pinNames.test(name)) : []
  const keys = names.map((name) => keyIn(join(pkiDir, name)))
  return new Set(keys.flatMap((key) => (key === undefined ? [] : [fingerprint(key)])))
}

function keyIn(path: string): Buffer | undefined {
  return existsSync(path) ? rawPublicKey(readFileSync(path, 'utf8'), path) : undefined
}

/** `salt-call` may have renamed it at the same time. */
function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  }
}

function changed(shown: string, path: string, pinned: Buffer): SaltError {
  return new SaltError(
    'MASTER_KEY_CHANGED',
    `the master shows another key (${shown}) than the one pinned in ${path} (${fingerprint(pinned)})`,
    {
      hint: `If the master was reinstalled, remove ${path}: the minion tries again by itself. Else somebody stands between.`,
    },
  )
}
