// SPDX-License-Identifier: Apache-2.0
import { mkdir, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, systemCodeOf } from '@halite/core'
import type { BlobStore } from '../git/blob-store.ts'
import { exportTree } from '../git/export-tree.ts'
import type { GitMirror } from '../git/git-mirror.ts'
import { hashBytes } from '../hash-file.ts'
import { namesIn } from '../names-in.ts'

/** Where trees are kept. */
export interface KeptTreesOptions {
  readonly directory: string
  readonly blobs: BlobStore
  readonly clock: Clock
}

/** A tree of a mirror, and where it lies in its directory. */
export interface KeptTree {
  readonly mirror: GitMirror
  readonly tree: string
  /** `` for the top. */
  readonly mountpoint: string
}

const hourMs = 3_600_000
/** How long a directory is kept that nobody uses. */
const unusedMs = 24 * hourMs

/** Trees of git as directories that never change: each is named by what is in it. */
export class KeptTrees {
  readonly #options: KeptTreesOptions
  readonly #making = new Map<string, Promise<void>>()
  /** When this process last noted on disk that a directory is used. */
  readonly #notedMs = new Map<string, number>()

  constructor(options: KeptTreesOptions) {
    this.#options = options
  }

  /** The directory with the tree at its mountpoint. Rejects with `GIT_FAILED`, and the system's error. */
  async directoryOf(kept: KeptTree): Promise<string> {
    const directory = join(this.#options.directory, nameOf(kept))
    const isNoted = this.#options.clock.monotonicMs() - (this.#notedMs.get(directory) ?? -hourMs) < hourMs
    if (isNoted) return directory
    const making = this.#making.get(directory) ?? this.#make(directory, kept)
    this.#making.set(directory, making)
    try {
      await making
    } finally {
      this.#making.delete(directory)
    }
    this.#notedMs.set(directory, this.#options.clock.monotonicMs())
    return directory
  }

  /** Removes what nobody used for a day. */
  async prune(): Promise<void> {
    const { directory, clock } = this.#options
    for (const name of await namesIn(directory)) {
      const path = join(directory, name)
      const { mtimeMs } = await stat(path)
      if (clock.wallMs() - mtimeMs < unusedMs) continue
      this.#notedMs.delete(path)
      await rm(path, { recursive: true, force: true })
    }
  }

  async #make(directory: string, { mirror, tree, mountpoint }: KeptTree): Promise<void> {
    const place = join(directory, mountpoint)
    if (!(await isThere(place))) {
      await mkdir(dirname(place), { recursive: true, mode: 0o700 })
      await exportTree({ mirror, blobs: this.#options.blobs, tree, directory: place, whatIsThere: 'kept' })
    }
    const now = new Date(this.#options.clock.wallMs())
    await utimes(directory, now, now)
  }
}

function nameOf({ tree, mountpoint }: KeptTree): string {
  return mountpoint === '' ? tree : `${tree}-${hashBytes(Buffer.from(mountpoint), 'sha256').slice(0, 16)}`
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false
    throw error
  }
}
