// SPDX-License-Identifier: Apache-2.0
import { type BigIntStats, type Dirent, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemCodeOf } from '@halite/core'

/** What a name in a directory stands for, before any link is followed. */
export type EntryKind = 'file' | 'dir' | 'link'

/** A name in a directory. */
export interface Entry {
  readonly name: string
  readonly kind: EntryKind
}

interface Listing {
  readonly stamp: string
  readonly entries: readonly Entry[]
}

/** A directory whose last change is younger may change again without its time being another one. */
const settledMs = 100
const goneCodes: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'EACCES',
])

/** What directories hold, read again only when a directory changed. What is neither file, directory nor link is left out. */
export class DirectoryCache {
  readonly #listings = new Map<string, Listing>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /**
   * What a directory holds, sorted: the same array as before when nothing changed. Undefined when it is gone, no directory, or
   * not ours to read. Throws the system's error.
   */
  entries(path: string): readonly Entry[] | undefined {
    try {
      const stats = statSync(path, { bigint: true })
      const stamp = stampOf(stats)
      const known = this.#listings.get(path)
      if (known?.stamp === stamp) return known.entries
      const found = readdirSync(path, { withFileTypes: true })
      const entries = found.flatMap((entry) => entryOf(path, entry)).sort(byName)
      if (this.#isSettled(stats)) this.#listings.set(path, { stamp, entries })
      else this.#listings.delete(path)
      return entries
    } catch (error) {
      this.#listings.delete(path)
      if (goneCodes.has(systemCodeOf(error))) return undefined
      throw error
    }
  }

  /** Forgets a directory. */
  forget(path: string): void {
    this.#listings.delete(path)
  }

  #isSettled({ ctimeMs }: BigIntStats): boolean {
    return this.#now() - Number(ctimeMs) > settledMs
  }
}

function stampOf({ dev, ino, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${mtimeNs}:${ctimeNs}`
}

/** Node gives a name that is no UTF-8 with replacement characters: no path leads to it, so nobody could fetch it. */
function entryOf(directory: string, entry: Dirent): readonly Entry[] {
  const { name } = entry
  if (name.includes('\ufffd') && !existsSync(join(directory, name))) return []
  if (entry.isFile()) return [{ name, kind: 'file' }]
  if (entry.isDirectory()) return [{ name, kind: 'dir' }]
  return entry.isSymbolicLink() ? [{ name, kind: 'link' }] : []
}

function byName(left: Entry, right: Entry): number {
  return left.name < right.name ? -1 : 1
}
