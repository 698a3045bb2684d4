// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import type { Saltenv } from '@halite/core'
import { DirectoryCache } from './directory-cache.ts'
import { type TreeLists, TreeWalk, type WalkOptions } from './tree-walk.ts'

interface Known {
  readonly walk: TreeWalk
  readonly lists: TreeLists
  readonly revision: string
}

/** Environments kept at most: with `__env__` anybody could name ever more of them. */
const maxKnown = 32

/** What environments hold: walked once, then only looked at for changes. */
export class TreeLister {
  readonly #options: (saltenv: Saltenv) => Omit<WalkOptions, 'cache'>
  readonly #cache = new DirectoryCache()
  readonly #known = new Map<Saltenv, Known>()

  constructor(options: (saltenv: Saltenv) => Omit<WalkOptions, 'cache'>) {
    this.#options = options
  }

  /** What an environment holds, and a revision that is another one when that changed. */
  lists(saltenv: Saltenv): Omit<Known, 'walk'> {
    const known = this.#known.get(saltenv)
    if (known?.walk.isUnchanged()) return known
    const walk = new TreeWalk({ ...this.#options(saltenv), cache: this.#cache })
    const lists = walk.run()
    const made = { walk, lists, revision: randomUUID() }
    this.#known.delete(saltenv)
    this.#known.set(saltenv, made)
    if (this.#known.size > maxKnown) this.#forgetOldest()
    return made
  }

  /** Forgets what was found of these environments, or of all; returns which there were. */
  forget(saltenvs?: readonly Saltenv[]): Saltenv[] {
    const forgotten = [...this.#known.keys()].filter((saltenv) => saltenvs?.includes(saltenv) ?? true)
    for (const saltenv of forgotten) this.#drop(saltenv)
    return forgotten.sort()
  }

  #forgetOldest(): void {
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#drop(oldest)
  }

  #drop(saltenv: Saltenv): void {
    this.#known.get(saltenv)?.walk.forget()
    this.#known.delete(saltenv)
  }
}
