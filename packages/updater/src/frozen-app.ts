// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import { distrustOf, type Logger, lockDirectory, SaltError, silentLog } from '@halite/core'
import { collectVersions, keptVersions, removeVersion } from './collect.ts'
import type { FetchPlace, Progress, VersionFinder } from './finder.ts'
import { Layout } from './layout.ts'
import { completeVersions, repairCurrent } from './pointers.ts'
import { parseReleaseName, parseVersion, type ReleaseName, releaseName } from './release-name.ts'
import { selfTest } from './self-test.ts'
import { clearWork, isWhole, stageVersion } from './staging.ts'
import { beginTrial, forgive, type Health, readFailed, readTrial, rollBack, settleTrial } from './trial.ts'
import { compareVersions, newestOf } from './version-order.ts'

export interface FrozenAppInit {
  /** The directory with the start files, `current` and `versions`. */
  readonly root: string
  /** Where newer versions come from. */
  readonly finder?: VersionFinder | undefined
  readonly log?: Logger
}

export interface InstallOptions {
  /** What the new version has to reach. Default `start`. */
  readonly needs?: Health
  /** How many starts it may take. Default 3. */
  readonly maxAttempts?: number
  /** How long one start may take until it is healthy. Default 60 s. */
  readonly deadlineMs?: number
  /** What the program wants to find in the verdict. */
  readonly note?: unknown
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

/**
 * A frozen application in its directory: Esky's object, in today's form. Everything that changes the directory holds its
 * lock; whatever a process that was killed has left is finished or cleared away by the next.
 */
export class FrozenApp {
  readonly layout: Layout
  readonly finder: VersionFinder | undefined
  readonly #log: Logger
  /** Set in what runs within `locked`, and in nothing that runs beside it. */
  readonly #holding = new AsyncLocalStorage<true>()
  #name: ReleaseName

  /** Throws `UPDATE_INVALID` when the directory holds no complete version. */
  constructor({ root, finder, log = silentLog }: FrozenAppInit) {
    this.layout = new Layout(root)
    this.finder = finder
    this.#log = log
    this.#name = nameOf(repairCurrent(this.layout))
  }

  /** The version that starts. */
  get version(): string {
    return this.#name.version
  }

  /** The complete versions in the directory, oldest first. */
  get versions(): readonly string[] {
    return completeVersions(this.layout).map((name) => nameOf(name).version)
  }

  /** Looks again which version starts; repairs a pointer that is damaged. */
  reinitialize(): void {
    this.#name = nameOf(repairCurrent(this.layout))
  }

  /**
   * The newest version on offer that is newer than this one and did not fail here before; undefined when there is none.
   * Rejects with what the finder rejects with.
   */
  async findUpdate(onProgress: InstallOptions['onProgress'] = () => undefined): Promise<string | undefined> {
    return this.locked(async () => {
      onProgress({ status: 'searching' })
      const failed = new Set(readFailed(this.layout).map(({ version }) => version))
      const offered = await this.#finder().findVersions(this.#name)
      const newer = offered.filter(
        (version) => compareVersions(version, this.version) > 0 && !failed.has(this.#nameOf(version)),
      )
      const version = newestOf(newer)
      if (version !== undefined) onProgress({ status: 'found', version })
      return version
    })
  }

  /**
   * Brings a version into the directory, whole and verified, beside those that are there; a version that is there already
   * is verified again. Resolves to its folder. Rejects with `UPDATE_INVALID`, `UPDATE_NOT_FOUND` and so on; nothing is left then.
   */
  async fetchVersion(version: string, options: InstallOptions = {}): Promise<string> {
    const name = this.#nameOf(parseVersion(version))
    return this.locked(async () => {
      const folder = this.layout.version(name)
      if (!(await isWhole(folder))) await this.#fetch(nameOf(name), options)
      options.onProgress?.({ status: 'ready', path: folder })
      return folder
    })
  }

  /**
   * Switches to a version, on trial: fetched before unless it is there, started once to see that it can. What starts from
   * then on is the new one, until it is confirmed or left. Rejects with `UPDATE_FAILED`, and as `fetchVersion` does.
   */
  async installVersion(version: string, options: InstallOptions = {}): Promise<void> {
    await this.locked(async () => {
      const folder = await this.fetchVersion(version, options)
      options.onProgress?.({ status: 'installing' })
      await selfTest(folder)
      const name = this.#nameOf(version)
      if (name === releaseName(this.#name)) return
      // A version that has not proved itself judges no other: the one before it does.
      await this.leaveTrial(`${name} was asked for before it was ready`)
      const judge = releaseName(this.#name)
      if (name === judge) return
      forgive(this.layout, name)
      const { needs = 'start', maxAttempts = 3, deadlineMs = 60_000, note = null } = options
      beginTrial(this.layout, { version: name, judge, needs, maxAttempts, deadlineMs, note })
      this.#log.info('a new version is on trial', { version: name, before: judge })
      this.reinitialize()
    })
  }

  /** Rolls back a version on trial without counting it as failed. Does nothing if no version is on trial. */
  async leaveTrial(reason: string): Promise<void> {
    await this.locked(async () => {
      const trial = readTrial(this.layout)
      if (trial === undefined) return
      rollBack(this.layout, reason)
      forgive(this.layout, trial.version)
      this.reinitialize()
    })
  }

  /** Removes a version. Rejects with `UPDATE_FAILED` when it runs, starts, or is the way back. */
  async uninstallVersion(version: string): Promise<void> {
    const name = this.#nameOf(parseVersion(version))
    await this.locked(async () => {
      if (!existsSync(this.layout.version(name))) return
      if (keptVersions(this.layout).has(name) || !(await removeVersion(this.layout, name, this.#log)))
        throw new SaltError(
          'UPDATE_FAILED',
          `${name} cannot be removed: it is needed, or something runs from it`,
        )
    })
  }

  /** Removes what nothing needs. Resolves to whether nothing is left to do. */
  async cleanup(): Promise<boolean> {
    return this.locked(async () => {
      clearWork(this.layout)
      return collectVersions(this.layout, this.#log)
    })
  }

  /** Finds, fetches, installs and cleans up. Resolves to the version it switched to; undefined when there was none. */
  async autoUpdate(options: InstallOptions = {}): Promise<string | undefined> {
    return this.locked(async () => {
      const version = await this.findUpdate(options.onProgress)
      if (version !== undefined) await this.installVersion(version, options)
      options.onProgress?.({ status: 'cleaning up' })
      await this.cleanup()
      options.onProgress?.({ status: 'done' })
      return version
    })
  }

  /**
   * Runs `work` while nobody else changes the directory; calls nested in it are fine. Rejects with `ALREADY_RUNNING`, naming
   * the process that does. A process that was killed holds nothing.
   */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    if (this.#holding.getStore()) return work()
    this.#checkOwner()
    const lock = lockDirectory(this.layout.root, 'update', 'Try again when that update has ended.')
    try {
      settleTrial(this.layout)
      this.reinitialize()
      return await this.#holding.run(true, work)
    } finally {
      lock.release()
    }
  }

  /** Whoever else may change what starts needs no update for that. */
  #checkOwner(): void {
    for (const path of [this.layout.root, this.layout.versions, this.layout.trust]) {
      const distrust = distrustOf(path)
      if (distrust === undefined) continue
      throw new SaltError('UPDATE_FAILED', `${path} is not safe: ${distrust.path} ${distrust.why}`, {
        hint: 'Give the directory of the release to the user it runs as, and take the right to write from all others.',
      })
    }
  }

  #finder(): VersionFinder {
    if (this.finder !== undefined) return this.finder
    throw new SaltError('UPDATE_NOT_FOUND', 'this application has no source of versions')
  }

  #nameOf(version: string): string {
    return releaseName({ ...this.#name, version })
  }

  async #fetch(
    release: ReleaseName,
    { onProgress = () => undefined, signal }: InstallOptions,
  ): Promise<void> {
    const staged = { layout: this.layout, finder: this.#finder(), release, log: this.#log }
    await stageVersion({ ...staged, onProgress: this.#noting(onProgress), signal })
  }

  /** That a shorter way did not work is no error, and worth knowing. */
  #noting(onProgress: NonNullable<InstallOptions['onProgress']>): FetchPlace['onProgress'] {
    return (progress) => {
      if (progress.status === 'retrying')
        this.#log.info('an update takes a longer way', { reason: progress.reason })
      onProgress(progress)
    }
  }
}

function nameOf(name: string): ReleaseName {
  const parsed = parseReleaseName(name)
  if (parsed === undefined) throw new SaltError('UPDATE_INVALID', `${name} is not the name of a release`)
  return parsed
}
