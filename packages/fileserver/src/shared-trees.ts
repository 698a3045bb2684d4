// SPDX-License-Identifier: Apache-2.0
import type { Saltenv } from '@halite/core'
import type { FileSource, HashedFile } from './file-source.ts'

type Tree = readonly HashedFile[]

/** Which part of which environment, and which page of it is wanted, from 0. */
export interface WantedTree {
  readonly saltenv: Saltenv
  readonly prefix: string
  readonly page: number
}

const maxKnown = 16

/**
 * Trees that are listed once for all who ask at a time, and stay the same object for as long as nothing in them changed: who holds
 * one learns that from it. Whoever asks for the first page gets the tree as it is now; further pages are of that tree.
 */
export class SharedTrees {
  readonly #source: FileSource
  readonly #known = new Map<string, Tree>()
  readonly #running = new Map<string, Promise<Tree>>()

  constructor(source: FileSource) {
    this.#source = source
  }

  /** Rejects as `FileSource.tree`. */
  of({ saltenv, prefix, page }: WantedTree): Promise<Tree> {
    const key = `${saltenv}/${prefix}`
    const known = this.#known.get(key)
    if (page > 0 && known !== undefined) return Promise.resolve(known)
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const listed = this.#source
      .tree(saltenv, { prefix })
      .then((tree) => this.#keep(key, tree))
      .finally(() => this.#running.delete(key))
    this.#running.set(key, listed)
    return listed
  }

  #keep(key: string, tree: Tree): Tree {
    const known = this.#known.get(key)
    const kept = known !== undefined && isSame(known, tree) ? known : tree
    this.#known.delete(key)
    this.#known.set(key, kept)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxKnown) break
      this.#known.delete(oldest)
    }
    return kept
  }
}

function isSame(left: Tree, right: Tree): boolean {
  return left.length === right.length && left.every((file, index) => isSameFile(file, right[index]))
}

function isSameFile(file: HashedFile, other: HashedFile | undefined): boolean {
  return file.path === other?.path && file.version === other.version && file.hsum === other.hsum
}
