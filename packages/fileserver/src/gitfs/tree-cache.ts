// SPDX-License-Identifier: Apache-2.0
import type { GitMirror } from '../git/git-mirror.ts'
import type { GitTree } from '../git/git-tree.ts'

/** Entries of all trees that are kept. */
const maxEntries = 500_000

/** Trees by their object id: each is read once, for all revisions and remotes that hold it. The latest ones are kept. */
export class TreeCache {
  readonly #trees = new Map<string, Promise<GitTree>>()
  readonly #sizes = new Map<string, number>()

  /** Rejects with `GIT_FAILED`. */
  get(mirror: GitMirror, id: string): Promise<GitTree> {
    const known = this.#trees.get(id)
    if (known !== undefined) {
      this.#trees.delete(id)
      this.#trees.set(id, known)
      return known
    }
    const reading = mirror.tree(id)
    this.#trees.set(id, reading)
    reading.then(
      (tree) => this.#keep(id, tree.size),
      () => this.#trees.delete(id),
    )
    return reading
  }

  clear(): void {
    this.#trees.clear()
    this.#sizes.clear()
  }

  #keep(id: string, size: number): void {
    this.#sizes.set(id, size + 1)
    let sum = [...this.#sizes.values()].reduce((total, each) => total + each, 0)
    for (const oldest of this.#trees.keys()) {
      if (sum <= maxEntries || oldest === id) return
      sum -= this.#sizes.get(oldest) ?? 0
      this.#sizes.delete(oldest)
      this.#trees.delete(oldest)
    }
  }
}
