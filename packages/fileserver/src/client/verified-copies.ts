// SPDX-License-Identifier: Apache-2.0
import { type BigIntStats, lstatSync } from 'node:fs'
import { type FileHash, systemCodeOf } from '@halite/core'
import type { HashType } from '../hash-file.ts'
import type { Hasher } from './hasher.ts'

interface Verified {
  /** Of the file as it was when it was hashed. */
  readonly mark: string
  readonly hash_type: string
  readonly hsum: string
}

const maxKnown = 200_000
const absentCodes: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

/**
 * Which copies have the content they should have. A copy is hashed once; as long as its size, its times and the file itself are
 * as they were then, that stands.
 */
export class VerifiedCopies {
  readonly #hasher: Hasher
  readonly #known = new Map<string, Verified>()

  constructor(hasher: Hasher) {
    this.#hasher = hasher
  }

  /** Whether a plain file with this content lies at `path`. Rejects with the system's error when it cannot be read. */
  async isCopy(path: string, hash: FileHash): Promise<boolean> {
    const seen = this.see(path, hash)
    if (seen !== undefined) return seen
    const mark = markAt(path)
    if (mark === undefined) return false
    const hsum = await this.#hasher.hashFile(path, hash.hash_type as HashType)
    this.#keep(path, { mark, hash_type: hash.hash_type, hsum })
    return hsum === hash.hsum
  }

  /** The same as far as it is known without reading the file; undefined when it has to be hashed. */
  see(path: string, { hash_type, hsum }: FileHash): boolean | undefined {
    const mark = markAt(path)
    if (mark === undefined) return false
    const known = this.#known.get(path)
    if (known?.mark !== mark || known.hash_type !== hash_type) return undefined
    return known.hsum === hsum
  }

  /** A file that was hashed on its way was put at `path`. */
  add(path: string, { hash_type, hsum }: FileHash): void {
    const mark = markAt(path)
    if (mark !== undefined) this.#keep(path, { mark, hash_type, hsum })
  }

  #keep(path: string, verified: Verified): void {
    if (this.#known.size >= maxKnown) this.#known.clear()
    this.#known.set(path, verified)
  }
}

/** Undefined for what is no plain file: a link in the cache is nobody's copy. */
function markAt(path: string): string | undefined {
  try {
    const stats = lstatSync(path, { bigint: true })
    return stats.isFile() ? markOf(stats) : undefined
  } catch (error) {
    if (absentCodes.has(systemCodeOf(error))) return undefined
    throw error
  }
}

function markOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join('.')
}
