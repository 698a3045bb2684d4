// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type Clock, isSaltError, makeOwnDirectory, messageOf, SaltError, systemClock } from '@halite/core'
import { BlobStore } from '../git/blob-store.ts'
import { GitMirror } from '../git/git-mirror.ts'
import { wantedTree } from '../git/wanted-tree.ts'
import type { GitPillarOptions } from './git-pillar-options.ts'
import {
  environmentFor,
  followsMinion,
  type GitPillarRemote,
  gitPillarRemotes,
  refFor,
  type WantedEnvironment,
} from './git-pillar-remote.ts'
import { KeptTrees } from './kept-trees.ts'
import { MissingRefs } from './missing-refs.ts'

/** What pillar is made from, and where it is kept. */
export interface GitPillarInit {
  readonly options: GitPillarOptions
  /** What stands below `git` in `ext_pillar`. */
  readonly remotes: readonly unknown[]
  /** `<cachedir>/git_pillar`: readable by its owner alone. */
  readonly directory: string
  readonly clock?: Clock
  /** How long a minion waits for a remote that was never fetched; default 20 s. */
  readonly firstFetchMs?: number
}

/** A remote with its copy on this machine. */
export interface GitPillarPart {
  readonly config: GitPillarRemote
  readonly mirror: GitMirror
}

/** A directory of pillar files. */
export interface GitPillarCheckout {
  readonly directory: string
  /** The environment that it belongs to. */
  readonly saltenv: string
  /** It has a `mountpoint`: its files can be included, and its top file does not count. */
  readonly isMounted: boolean
}

/** What there is for a minion, and which remotes are missing. */
export interface GitPillarCheckouts {
  readonly checkouts: readonly GitPillarCheckout[]
  readonly problems: readonly string[]
}

/** Most trees below a `root` that are remembered. */
const maxRoots = 1000
const defaultFirstFetchMs = 20_000

/** Pillar files from git: `ext_pillar: - git`. Reads copies on this machine; `update` fetches. */
export class GitPillar {
  readonly parts: readonly GitPillarPart[]
  readonly #trees: KeptTrees
  readonly #blobs: BlobStore
  readonly #clock: Clock
  readonly #firstFetchMs: number
  readonly #retryMs: number
  /** Tree and `root` → the tree there. */
  readonly #roots = new Map<string, string>()
  /** Remotes that were never fetched: why, and when it was tried last. */
  readonly #failures = new Map<GitMirror, { readonly reason: string; readonly atMs: number }>()

  readonly #missing: ReadonlyMap<GitMirror, MissingRefs>
  /** Fetches for missing refs under way. */
  readonly #fetching = new Map<GitMirror, Promise<boolean>>()

  /** Throws `CONFIG_INVALID` for remotes that cannot be right. */
  constructor({ options, remotes, directory, clock = systemClock, firstFetchMs }: GitPillarInit) {
    this.#clock = clock
    this.#firstFetchMs = firstFetchMs ?? defaultFirstFetchMs
    this.#retryMs = options.git_pillar_update_interval * 1000
    const configured = gitPillarRemotes(remotes, options)
    makeOwnDirectory(directory, { mode: 0o700 })
    this.#blobs = new BlobStore({ directory: join(directory, 'blobs'), hashType: 'sha256' })
    this.#trees = new KeptTrees({ directory: join(directory, 'trees'), blobs: this.#blobs, clock })
    const mirrors = new Map<string, GitMirror>()
    this.parts = configured.map((config) => {
      const mirror = new GitMirror({
        remote: config.remote,
        directory,
        isLockGlobal: options.git_pillar_global_lock,
        lockTimeoutMs: 0,
      })
      const shared = mirrors.get(mirror.directory) ?? mirror
      mirrors.set(shared.directory, shared)
      return { config, mirror: shared }
    })
    const refs = { clock, retryMs: this.#retryMs }
    this.#missing = new Map([...mirrors.values()].map((mirror) => [mirror, new MissingRefs(refs)]))
  }

  /**
   * The directories for a minion, in the order of the remotes. A remote that was never fetched is fetched first, and one that
   * lacks the branch is fetched again. Never rejects for what is wrong with a remote: that stands in `problems`.
   */
  async checkouts(wanted: WantedEnvironment, signal?: AbortSignal): Promise<GitPillarCheckouts> {
    const results = await Promise.all(this.parts.map((part) => this.#checkout(part, wanted, signal)))
    return {
      checkouts: results.filter((result) => typeof result === 'object'),
      problems: results.filter((result) => typeof result === 'string'),
    }
  }

  /** Fetches what is new of a remote. Resolves to whether anything changed; rejects with `GIT_FAILED`. */
  async update({ mirror }: GitPillarPart, signal?: AbortSignal): Promise<boolean> {
    const isChanged = await mirror.update(signal)
    this.#failures.delete(mirror)
    if (isChanged) {
      await this.#trees.prune()
      await this.#blobs.prune()
    }
    return isChanged
  }

  /** A directory, a problem, or nothing where a minion asks for a branch that the remote does not have. */
  async #checkout(
    part: GitPillarPart,
    wanted: WantedEnvironment,
    signal: AbortSignal | undefined,
  ): Promise<GitPillarCheckout | string | undefined> {
    const { config, mirror } = part
    try {
      await this.#ready(part, signal)
      const tree = await this.#treeOf(part, refFor(config, wanted), signal)
      const { mountpoint } = config
      return {
        directory: await this.#trees.directoryOf({ mirror, tree: await this.#below(part, tree), mountpoint }),
        saltenv: environmentFor(config, wanted),
        isMounted: mountpoint !== '',
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (isSaltError(error) && error.data?.['isMissing'] === true && followsMinion(config)) return undefined
      return messageOf(error)
    }
  }

  /** A branch that was made since the last fetch is fetched at once, for all who want it together. */
  async #treeOf(part: GitPillarPart, ref: string, signal: AbortSignal | undefined): Promise<string> {
    const { config, mirror } = part
    try {
      return await wantedTree(mirror, { ref, fallback: '', role: 'git_pillar' })
    } catch (error) {
      if (!isSaltError(error) || error.data?.['isMissing'] !== true) throw error
      await this.#fetchFor(part, ref, signal)
      return wantedTree(mirror, { ref, fallback: config.fallback, role: 'git_pillar' })
    }
  }

  /** Whoever wants something that is being fetched for waits for that fetch; one that fails leaves what there was. */
  async #fetchFor(part: GitPillarPart, ref: string, signal: AbortSignal | undefined): Promise<void> {
    const { mirror } = part
    const missing = this.#missing.get(mirror)
    if (missing?.claim(ref)) {
      const fetching = this.update(part).finally(() => this.#fetching.delete(mirror))
      // It may outlive whoever waits for it.
      fetching.catch(() => undefined)
      this.#fetching.set(mirror, fetching)
    }
    const fetching = this.#fetching.get(mirror)
    if (fetching === undefined) return
    await Promise.race([fetching, this.#patience(mirror.remote.id, signal)]).catch(() => undefined)
    signal?.throwIfAborted()
  }

  async #ready(part: GitPillarPart, signal: AbortSignal | undefined): Promise<void> {
    const { mirror } = part
    await mirror.open()
    if (mirror.refs.size > 0) return
    const failure = this.#failures.get(mirror)
    if (failure !== undefined && this.#clock.monotonicMs() - failure.atMs < this.#retryMs) {
      throw new SaltError('GIT_FAILED', failure.reason)
    }
    try {
      await Promise.race([this.update(part), this.#patience(mirror.remote.id, signal)])
    } catch (error) {
      this.#failures.set(mirror, { reason: messageOf(error), atMs: this.#clock.monotonicMs() })
      throw error
    }
  }

  /** The fetch itself goes on: whoever asks later finds what it brought. */
  async #patience(id: string, signal: AbortSignal | undefined): Promise<never> {
    await this.#clock.sleep(this.#firstFetchMs, signal)
    throw new SaltError('GIT_FAILED', `${id} was not fetched within ${this.#firstFetchMs / 1000} s`)
  }

  async #below({ config: { remote, root }, mirror }: GitPillarPart, tree: string): Promise<string> {
    if (root === '') return tree
    const key = `${tree}\0${root}`
    const known = this.#roots.get(key)
    if (known !== undefined) return known
    const found = await mirror.subtree(tree, root)
    if (found === undefined) {
      throw new SaltError('GIT_FAILED', `${remote.id} has no directory ${JSON.stringify(root)}`)
    }
    if (this.#roots.size >= maxRoots) this.#roots.clear()
    this.#roots.set(key, found)
    return found
  }
}
