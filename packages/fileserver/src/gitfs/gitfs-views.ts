// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, type SaltError, type Saltenv } from '@halite/core'
import type { GitMirror } from '../git/git-mirror.ts'
import type { GitRefs } from '../git/git-refs.ts'
import type { GitTree } from '../git/git-tree.ts'
import type { IsIgnored } from '../ignore.ts'
import { environmentsOf, type GitfsRemote, refNamesOf, type Shown, shownIn } from './gitfs-remote.ts'
import { ShownTree } from './shown-tree.ts'
import { TreeCache } from './tree-cache.ts'

/** A remote with its copy. */
export interface GitfsPart {
  readonly config: GitfsRemote
  readonly mirror: GitMirror
}

/** What an environment shows of a remote now. */
export interface GitfsView {
  readonly mirror: GitMirror
  readonly shown: ShownTree
  /** When it was committed, in seconds since 1970. */
  readonly time: number
}

interface Revision {
  readonly tree: string
  readonly time: number
}

interface Resolved {
  readonly refs: GitRefs
  readonly found: Promise<Revision | undefined>
}

const maxResolved = 1000

/** Which trees environments show; kept until the refs of a remote change. */
export class GitfsViews {
  readonly #log: Logger
  readonly #isIgnored: IsIgnored | undefined
  readonly #trees = new TreeCache()
  /** Trees of commits and directories, by remote and name. */
  readonly #resolved = new Map<string, Resolved>()
  readonly #environments = new Map<
    GitfsRemote,
    { readonly refs: GitRefs; readonly names: readonly Saltenv[] }
  >()
  readonly #shown = new WeakMap<GitTree, Map<string, ShownTree>>()
  /** What was said of a remote last, so that it is said once. */
  readonly #reported = new Map<GitfsRemote, string>()

  constructor(log: Logger, isIgnored: IsIgnored | undefined) {
    this.#log = log
    this.#isIgnored = isIgnored
  }

  /** The environments that branches and tags of a remote make, sorted. */
  environmentsOf({ config, mirror }: GitfsPart): readonly Saltenv[] {
    const known = this.#environments.get(config)
    if (known?.refs === mirror.refs) return known.names
    const names = environmentsOf(config, mirror.refs)
    this.#environments.set(config, { refs: mirror.refs, names })
    return names
  }

  /** What an environment shows of a remote. A copy that cannot be read is reported, and holds up no other. */
  async view(part: GitfsPart, saltenv: Saltenv): Promise<GitfsView | undefined> {
    const { config, mirror } = part
    const shown = shownIn(config, saltenv)
    if (shown === undefined) return undefined
    try {
      const revision = await this.#revision(part, saltenv, shown)
      if (revision === undefined) return undefined
      const tree = await this.#trees.get(mirror, revision.tree)
      return { mirror, shown: this.#shownTree(tree, shown.mountpoint), time: revision.time }
    } catch (error) {
      if (!isSaltError(error, 'GIT_FAILED')) throw error
      this.#report(config, error)
      return undefined
    }
  }

  /** Forgets all that was looked up. */
  clear(): void {
    this.#trees.clear()
    this.#resolved.clear()
  }

  #shownTree(tree: GitTree, mountpoint: string): ShownTree {
    const byMountpoint = this.#shown.get(tree) ?? new Map<string, ShownTree>()
    this.#shown.set(tree, byMountpoint)
    const shown = byMountpoint.get(mountpoint) ?? new ShownTree(tree, mountpoint, this.#isIgnored)
    byMountpoint.set(mountpoint, shown)
    return shown
  }

  async #revision(part: GitfsPart, saltenv: Saltenv, shown: Shown): Promise<Revision | undefined> {
    const { allSaltenvs, fallback, refTypes } = part.config
    const isKnown = allSaltenvs !== undefined || this.environmentsOf(part).includes(saltenv)
    const isCommit = refTypes.includes('sha') && /^[0-9a-f]{7,64}$/.test(shown.ref)
    const refs = isKnown || isCommit ? [shown.ref] : []
    for (const ref of fallback === undefined ? refs : [...refs, fallback]) {
      const revision = await this.#resolve(part, ref, shown.root)
      if (revision !== undefined) return revision
    }
    return undefined
  }

  /** The tree of a branch, tag or commit, or of a directory of it. */
  #resolve(part: GitfsPart, ref: string, root: string): Promise<Revision | undefined> {
    const { refs, directory } = part.mirror
    const named = refNamesOf(part.config, ref).flatMap((name) => refs.get(name) ?? [])[0]
    if (named !== undefined && root === '') return Promise.resolve(named)
    const key = `${directory}\0${named?.commit ?? ref}\0${root}`
    const known = this.#resolved.get(key)
    if (known?.refs === refs) return known.found
    const found = this.#lookUp(part, named ?? ref, root)
    this.#resolved.delete(key)
    this.#resolved.set(key, { refs, found })
    found.catch(() => this.#resolved.delete(key))
    for (const oldest of this.#resolved.keys()) {
      if (this.#resolved.size <= maxResolved) break
      this.#resolved.delete(oldest)
    }
    return found
  }

  async #lookUp(
    { config, mirror }: GitfsPart,
    ref: string | Revision,
    root: string,
  ): Promise<Revision | undefined> {
    const isCommit = config.refTypes.includes('sha')
    const revision = typeof ref !== 'string' ? ref : isCommit ? await mirror.commit(ref) : undefined
    if (revision === undefined) return undefined
    const tree = await mirror.subtree(revision.tree, root)
    return tree === undefined ? undefined : { tree, time: revision.time }
  }

  #report(config: GitfsRemote, error: SaltError): void {
    if (this.#reported.get(config) === error.message) return
    this.#reported.set(config, error.message)
    this.#log.error('a git remote cannot be read', { remote: config.remote.id, reason: error.message })
  }
}
