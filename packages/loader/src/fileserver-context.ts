// SPDX-License-Identifier: Apache-2.0
import type { Late } from './late.ts'

/** What of an environment is listed. */
export type ServedKind = 'files' | 'dirs' | 'empty_dirs'

/** Which backends: a name, names with commas between, or a list; with `-` in front of each, all but these. Default all. */
export type BackendChoice = string | readonly string[] | undefined

/** What an action did, and what it could not do: a line for each. */
export interface ActionReport {
  readonly done: readonly string[]
  readonly errors: readonly string[]
}

/** The file server of a running master. */
export interface FileserverContext {
  /** Environments by backend, in the order they are searched. */
  envs(backends: BackendChoice): Late<Readonly<Record<string, readonly string[]>>>
  /** Paths, sorted. Rejects with `SALTENV_INVALID`. */
  list(saltenv: string, kind: ServedKind, backends: BackendChoice): Late<readonly string[]>
  /** Path of a link → what it points at. */
  symlinks(saltenv: string, backends: BackendChoice): Late<Readonly<Record<string, string>>>
  /**
   * Updates now; resolves when that is over, to a line for each failure. `remotes` are URLs or names of remotes of git; default
   * all.
   */
  update(backends: BackendChoice, remotes: readonly string[] | undefined): Late<readonly string[]>
  /** Removes what was fetched of other places. */
  clearCache(backends: BackendChoice): Late<ActionReport>
  /** Holds off updates of remotes whose URL matches a shell pattern; default all. */
  lock(backends: BackendChoice, remote: string | undefined): Late<ActionReport>
  /** Ends that, and removes locks that were left over. */
  clearLock(backends: BackendChoice, remote: string | undefined): Late<ActionReport>
  /** Forgets lists of environments; returns by backend of which there were some. */
  clearLists(
    saltenvs: readonly string[] | undefined,
    backends: BackendChoice,
  ): Late<Readonly<Record<string, readonly string[]>>>
}
