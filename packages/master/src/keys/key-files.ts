// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  createFile,
  escapedName,
  isMinionId,
  type MinionId,
  makeOwnDirectory,
  publicPemOf,
  safeJoin,
  systemCodeOf,
  writeFileAtomic,
} from '@halite/core'
import type { KeyState } from '@halite/loader'
import { type HeldKey, isMisnamed, isSameKey, type KeyFile, rawOrNone } from './key-file.ts'

/** The directories of the key tree, in the order `salt-key -L` shows them. */
export const keyStates: readonly KeyState[] = ['minions', 'minions_denied', 'minions_pre', 'minions_rejected']

/** Clocks of file systems stand still for some milliseconds: what is younger may change again and look the same. */
const settledAfterMs = 1000

/** One directory of the key tree, mirrored in memory and read again when it changed behind our back. */
export class KeyDirectory {
  readonly state: KeyState
  readonly path: string
  #keys: Map<MinionId, HeldKey> = new Map()
  #stamp = ''
  #mayHideChange = false
  #sorted: readonly MinionId[] | undefined
  /** Files whose names are no ids, which no minion is admitted under: as they are written → as they are. */
  #misnamed: ReadonlyMap<string, string> = new Map()

  constructor(pkiDir: string, state: KeyState) {
    this.state = state
    this.path = join(pkiDir, state)
    makeOwnDirectory(this.path, { mode: 0o700 })
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

  /** The key of a minion; undefined when it has none here. */
  get(id: MinionId): KeyFile | undefined {
    return this.#keys.get(id)
  }

  /** Every name for people, in order: ids, and the names of files that are no ids, escaped. */
  names(): readonly string[] {
    return this.#misnamed.size === 0 ? this.ids() : [...this.ids(), ...this.#misnamed.keys()].sort()
  }

  /** The name in `names` that this text is: an id, the name of a file, or such a name escaped. */
  nameOf(text: string): string | undefined {
    if (this.#keys.has(text as MinionId) || this.#misnamed.has(text)) return text
    const written = escapedName(text)
    return this.#misnamed.get(written) === text ? written : undefined
  }

  /** The PEM text of a key; undefined when its file vanished or holds no key. */
  pem(name: string): string | undefined {
    const path = this.#pathOf(name)
    try {
      return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : undefined
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /**
   * Files the key of a minion that sent a hello. It is not flushed to disk: if it is lost, the same decision is made when the
   * minion comes back, and flushing the keys of thousands of minions would block the event loop for as many milliseconds.
   */
  add(id: MinionId, raw: Buffer): void {
    const pem = publicPemOf(raw)
    const created = this.#keys.has(id) ? undefined : this.#create(id, pem)
    if (created === undefined) writeFileAtomic(safeJoin(this.path, id), pem, { durable: false })
    this.#hold(id, raw, created)
    this.#noteOwnChange()
  }

  /** Undefined if somebody else has put a file there. A crash may leave an empty one, which is no key: see `isLost`. */
  #create(id: MinionId, pem: string): Stats | undefined {
    try {
      return createFile(join(this.path, id), pem)
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') return undefined
      throw error
    }
  }

  /** Moves a key to another directory, as one rename. */
  moveTo(target: KeyDirectory, id: MinionId): void {
    const key = this.#keys.get(id)
    if (key === undefined) return
    renameSync(safeJoin(this.path, id), safeJoin(target.path, id))
    this.#keys.delete(id)
    target.#hold(id, key.raw)
    this.#noteOwnChange()
    target.#noteOwnChange()
  }

  /** Removes the file of a name in `names`; one that is not there is no error. */
  remove(name: string): void {
    rmSync(this.#pathOf(name), { force: true })
    this.#keys.delete(name as MinionId)
    this.#misnamed = new Map([...this.#misnamed].filter(([written]) => written !== name))
    this.#noteOwnChange()
  }

  /** Has the next `refresh` look at every file when a change of somebody else may lie in the same moment as the last one. */
  distrust(): void {
    if (this.#mayHideChange) this.#stamp = ''
  }

  /**
   * Takes over what changed on disk; a file is read only when it is another one than before. Returns the keys that stood
   * here before, undefined when nothing changed. When it throws, nothing was taken over.
   */
  refresh(): ReadonlyMap<MinionId, KeyFile> | undefined {
    const { stamp, isSettled } = this.#statNow()
    if (stamp === this.#stamp) return undefined
    const before = this.#keys
    const now = new Map<MinionId, HeldKey>()
    const misnamed = new Map<string, string>()
    for (const name of readdirSync(this.path)) {
      const key = isMinionId(name) ? this.#look(name) : undefined
      if (key) now.set(name as MinionId, key)
      else if (isMisnamed(name) && this.#isFile(name)) misnamed.set(escapedName(name), name)
    }
    this.#misnamed = misnamed
    this.#stamp = stamp
    this.#mayHideChange = !isSettled
    this.#keys = now
    if (now.size === before.size && [...now].every(([id, key]) => isSameKey(before.get(id), key)))
      return undefined
    this.#sorted = undefined
    return before
  }

  #pathOf(name: string): string {
    const misnamed = this.#misnamed.get(name)
    // Read from this very directory, so it is one name and no path.
    return misnamed === undefined ? safeJoin(this.path, name) : join(this.path, misnamed)
  }

  /** The key in this file; undefined for a directory, and for a file that vanished or that a power failure emptied. */
  #look(id: MinionId): HeldKey | undefined {
    const stats = lstatSync(join(this.path, id), { throwIfNoEntry: false })
    if (stats === undefined || stats.isDirectory()) return undefined
    const { ino, size, ctimeMs } = stats
    const held = this.#keys.get(id)
    if (held?.mark?.ino === ino && held.mark.size === size && held.mark.ctimeMs === ctimeMs) return held
    const mark = ctimeMs < Date.now() - settledAfterMs ? { ino, size, ctimeMs } : undefined
    if (!stats.isFile()) return { raw: undefined, mark }
    const text = this.#textOf(id)
    if (text === undefined || (this.state !== 'minions_rejected' && isLost.test(text))) return undefined
    return { raw: rawOrNone(text), mark }
  }

  /** Undefined for a file that vanished, no key for one that may not be read. Throws when too many files are open. */
  #textOf(id: MinionId): string | undefined {
    try {
      return readFileSync(safeJoin(this.path, id), 'utf8')
    } catch (error) {
      const code = systemCodeOf(error)
      if (code === 'ENOENT') return undefined
      // Not for lack of descriptors is anybody's key taken away.
      if (code === 'EMFILE' || code === 'ENFILE') throw error
      return 'not readable'
    }
  }

  #isFile(name: string): boolean {
    return lstatSync(join(this.path, name), { throwIfNoEntry: false })?.isDirectory() === false
  }

  #hold(
    id: MinionId,
    raw: Buffer | undefined,
    stats = lstatSync(join(this.path, id), { throwIfNoEntry: false }),
  ): void {
    const mark = stats && { ino: stats.ino, size: stats.size, ctimeMs: stats.ctimeMs }
    this.#keys.set(id, { raw, mark })
  }

  #noteOwnChange(): void {
    this.#sorted = undefined
    this.#mayHideChange = true
    this.#stamp = this.#statNow().stamp
  }

  #statNow(): { readonly stamp: string; readonly isSettled: boolean } {
    const { mtimeNs, ino } = statSync(this.path, { bigint: true })
    return {
      stamp: `${ino}:${mtimeNs}`,
      isSettled: mtimeNs / 1_000_000n < BigInt(Date.now() - settledAfterMs),
    }
  }
}

/** What is left of a file whose name reached the disk and whose contents did not. */
const isLost = /^\0*$/
