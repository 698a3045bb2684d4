// SPDX-License-Identifier: Apache-2.0
import type { GitTree, TreeFile } from '../git/git-tree.ts'
import type { IsIgnored } from '../ignore.ts'

/** What an environment shows of a tree: below a mountpoint, without what is ignored. Lists are made once and sorted. */
export class ShownTree {
  readonly #tree: GitTree
  readonly #prefix: string
  readonly #isIgnored: IsIgnored | undefined
  #files: readonly string[] | undefined
  #dirs: readonly string[] | undefined
  #links: Readonly<Record<string, string>> | undefined

  constructor(tree: GitTree, mountpoint: string, isIgnored: IsIgnored | undefined) {
    this.#tree = tree
    this.#prefix = mountpoint === '' ? '' : `${mountpoint}/`
    this.#isIgnored = isIgnored
  }

  get files(): readonly string[] {
    this.#files ??= this.#listed(this.#tree.paths)
    return this.#files
  }

  get dirs(): readonly string[] {
    this.#dirs ??= [...parentsOf(this.#prefix), ...this.#listed(this.#tree.dirs)]
    return this.#dirs
  }

  get links(): Readonly<Record<string, string>> {
    this.#links ??= Object.fromEntries(
      Object.entries(this.#tree.links)
        .map(([path, target]) => [this.#prefix + path, target] as const)
        .filter(([path]) => !this.#isIgnored?.(path)),
    )
    return this.#links
  }

  find(path: string): TreeFile | undefined {
    if (!path.startsWith(this.#prefix) || this.#isIgnored?.(path)) return undefined
    return this.#tree.find(path.slice(this.#prefix.length))
  }

  #listed(paths: readonly string[]): readonly string[] {
    if (this.#prefix === '' && this.#isIgnored === undefined) return paths
    return paths.map((path) => this.#prefix + path).filter((path) => !this.#isIgnored?.(path))
  }
}

/** `a/b/` → `a`, `a/b`. */
function parentsOf(prefix: string): readonly string[] {
  const parts = prefix.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
