// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  isMinionId,
  type MinionId,
  publicPemOf,
  rawPublicKey,
  safeJoin,
  systemCodeOf,
  writeFileAtomic,
} from '@halite/core'
import type { KeyState } from '@halite/loader'

/** The directories of the key tree, in the order `salt-key -L` shows them. */
export const keyStates: readonly KeyState[] = ['minions', 'minions_denied', 'minions_pre', 'minions_rejected']

/** A key as it lies on disk: PEM of Ed25519, or something else (an RSA key of Salt), which is kept and never trusted. */
export interface KeyFile {
  readonly raw: Buffer | undefined
}

/** One directory of the key tree, mirrored in memory and read again when it changed behind our back. */
export class KeyDirectory {
  readonly state: KeyState
  readonly #path: string
  readonly #keys = new Map<MinionId, KeyFile>()
  #stamp = ''
  #sorted: readonly MinionId[] | undefined

  constructor(pkiDir: string, state: KeyState) {
    this.state = state
    this.#path = join(pkiDir, state)
    mkdirSync(this.#path, { recursive: true, mode: 0o700 })
    this.refresh()
  }

  get size(): number {
    return this.#keys.size
  }

  /** Ids in order; sorted once for each change, as every job that is published asks. */
  ids(): readonly MinionId[] {
    this.#sorted ??= [...this.#keys.keys()].sort()
    return this.#sorted
  }

  get(id: MinionId): KeyFile | undefined {
    return this.#keys.get(id)
  }

  /** The PEM text of a key; undefined when its file vanished. */
  pem(id: MinionId): string | undefined {
    try {
      return readFileSync(safeJoin(this.#path, id), 'utf8')
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  add(id: MinionId, raw: Buffer): void {
    // Strangers fill these two, and say hello again: what a power failure loses there is back at once, and flushing each
    // file to the disk would let them hold up the loop.
    const durable = this.state !== 'minions_pre' && this.state !== 'minions_denied'
    writeFileAtomic(safeJoin(this.#path, id), publicPemOf(raw), { durable })
    this.#keys.set(id, { raw })
    this.#sorted = undefined
    this.#stamp = this.#stampNow()
  }

  /** Moves a key to another directory, as one rename. */
  moveTo(target: KeyDirectory, id: MinionId): void {
    const key = this.#keys.get(id)
    if (key === undefined) return
    renameSync(safeJoin(this.#path, id), safeJoin(target.#path, id))
    this.#keys.delete(id)
    target.#keys.set(id, key)
    this.#sorted = undefined
    target.#sorted = undefined
    this.#stamp = this.#stampNow()
    target.#stamp = target.#stampNow()
  }

  remove(id: MinionId): void {
    rmSync(safeJoin(this.#path, id), { force: true })
    this.#keys.delete(id)
    this.#sorted = undefined
    this.#stamp = this.#stampNow()
  }

  /** Whether the directory changed behind our back. */
  get isStale(): boolean {
    return this.#stampNow() !== this.#stamp
  }

  /** Reads the directory again when it changed; returns whether it did. */
  refresh(): boolean {
    const stamp = this.#stampNow()
    if (stamp === this.#stamp) return false
    this.#stamp = stamp
    const names = readdirSync(this.#path, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !/^\..*\.tmp$/.test(entry.name))
      .map((entry) => entry.name)
    this.#keys.clear()
    this.#sorted = undefined
    for (const name of names) if (isMinionId(name)) this.#keys.set(name, this.#read(name))
    return true
  }

  #read(id: MinionId): KeyFile {
    const path = safeJoin(this.#path, id)
    try {
      return { raw: rawPublicKey(readFileSync(path, 'utf8'), path) }
    } catch {
      // Not a key of ours: kept as it is, and it matches no minion.
      return { raw: undefined }
    }
  }

  #stampNow(): string {
    const { mtimeNs, ino } = statSync(this.#path, { bigint: true })
    return `${ino}:${mtimeNs}`
  }
}
