// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, lockDirectory, run, SaltError, silentLog } from '@halite/core'
import { collectVersions, keptVersions, removeVersion } from './collect.ts'
import { renameDurably, syncDirectory } from './durable-file.ts'
import type { FetchPlace, Progress, VersionFinder } from './finder.ts'
import { Layout } from './layout.ts'
import { looksComplete, readManifest, verifyFiles } from './manifest.ts'
import { completeVersions, repairCurrent } from './pointers.ts'
import { parseReleaseName, parseVersion, type ReleaseName, releaseName } from './release-name.ts'
import { beginTrial, forgive, type Health, readFailed, settleTrial } from './trial.ts'
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

/** How long a version may take to say which one it is. */
const selfTestMs = 30_000
/** Room beyond what the files take. */
const spareBytes = 16 * 2 ** 20

/**
 * A frozen application in its directory: Esky's object, in today's form. Everything that changes the directory holds its
 * lock; whatever a process that was killed has left is finished or cleared away by the next.
 */
export class FrozenApp {
  readonly layout: Layout
  readonly finder: VersionFinder | undefined
  readonly #log: Logger
  #lockDepth = 0
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
    onProgress({ status: 'searching' })
    const failed = new Set(readFailed(this.layout).map(({ version }) => version))
    const offered = await this.#finder().findVersions(this.#name)
    const newer = offered.filter(
      (version) => compareVersions(version, this.version) > 0 && !failed.has(this.#nameOf(version)),
    )
    const version = newestOf(newer)
    if (version !== undefined) onProgress({ status: 'found', version })
    return version
  }

  /**
   * Brings a version into the directory, whole and verified, beside those that are there; a version that is there already
   * is verified again. Resolves to its folder. Rejects with `UPDATE_INVALID`, `UPDATE_NOT_FOUND` and so on; nothing is left then.
   */
  async fetchVersion(version: string, options: InstallOptions = {}): Promise<string> {
    const name = this.#nameOf(parseVersion(version))
    return this.locked(async () => {
      const folder = this.layout.version(name)
      if (!(await isWhole(folder))) await this.#fetch(name, options)
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
      const judge = releaseName(this.#name)
      if (name === judge) return
      forgive(this.layout, name)
      const { needs = 'start', maxAttempts = 3, deadlineMs = 60_000, note = null } = options
      beginTrial(this.layout, { version: name, judge, needs, maxAttempts, deadlineMs, note })
      this.#log.info('a new version is on trial', { version: name, before: judge })
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
      this.#clearWork()
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
   * Runs `work` while no other process changes the directory; nested calls are fine. Rejects with `ALREADY_RUNNING`, naming
   * the process that does. A process that was killed holds nothing.
   */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    if (this.#lockDepth > 0) return work()
    const lock = lockDirectory(this.layout.root, 'update')
    this.#lockDepth += 1
    try {
      settleTrial(this.layout)
      this.reinitialize()
      return await work()
    } finally {
      this.#lockDepth -= 1
      lock.release()
    }
  }

  #finder(): VersionFinder {
    if (this.finder !== undefined) return this.finder
    throw new SaltError('UPDATE_NOT_FOUND', 'this application has no source of versions')
  }

  #nameOf(version: string): string {
    return releaseName({ ...this.#name, version })
  }

  /** The folder appears under its name as the last step, complete and on the disk. */
  async #fetch(name: string, { onProgress = () => undefined, signal }: InstallOptions): Promise<void> {
    this.#clearWork()
    const downloads = join(this.layout.work, 'downloads')
    const unpacked = join(this.layout.work, 'unpacked')
    for (const folder of [this.layout.work, downloads, unpacked]) mkdirSync(folder, { mode: 0o755 })
    try {
      const present = completeVersions(this.layout).map((one) => this.layout.version(one))
      this.#checkRoom()
      const place = { downloads, unpacked, present, onProgress: this.#noting(onProgress), signal }
      await this.#finder().fetchVersion(nameOf(name), place)
      await checkRelease(unpacked, nameOf(name))
      syncTree(unpacked)
      await this.#moveAway(name)
      renameDurably(unpacked, this.layout.version(name))
    } finally {
      this.#clearWork()
    }
  }

  /** That a shorter way did not work is no error, and worth knowing. */
  #noting(onProgress: NonNullable<InstallOptions['onProgress']>): FetchPlace['onProgress'] {
    return (progress) => {
      if (progress.status === 'retrying')
        this.#log.info('an update takes a longer way', { reason: progress.reason })
      onProgress(progress)
    }
  }

  /** A folder of that name that is not whole. */
  async #moveAway(name: string): Promise<void> {
    if (!existsSync(this.layout.version(name))) return
    if (!(await removeVersion(this.layout, name, this.#log)))
      throw new SaltError(
        'UPDATE_FAILED',
        `${this.layout.version(name)} is damaged, and something runs from it`,
      )
  }

  #checkRoom(): void {
    const { bavail, bsize } = statfsSync(this.layout.root)
    if (bavail * bsize < spareBytes)
      throw new SaltError('UPDATE_FAILED', `there is no room left below ${this.layout.root}`)
  }

  /** Also what processes that were killed had written beside their files. */
  #clearWork(): void {
    rmSync(this.layout.work, { recursive: true, force: true })
    for (const name of readdirSync(this.layout.root))
      if (isLeftover(join(this.layout.root, name))) rmSync(join(this.layout.root, name), { force: true })
  }
}

/** A file that was to be renamed or linked to its place; one that is new may be of a process that is about to. */
function isLeftover(path: string): boolean {
  if (/[\\/]\.[0-9a-f-]{36}\.tmp$/.test(path)) return true
  if (!/[\\/]\.update\.lock\.[0-9a-f]{12}$/.test(path)) return false
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > 10_000
}

function nameOf(name: string): ReleaseName {
  const parsed = parseReleaseName(name)
  if (parsed === undefined) throw new SaltError('UPDATE_INVALID', `${name} is not the name of a release`)
  return parsed
}

async function isWhole(folder: string): Promise<boolean> {
  if (!looksComplete(folder)) return false
  return verifyFiles(folder, readManifest(folder)).then(
    () => true,
    () => false,
  )
}

/** What a finder brought has to be what it was asked for, whatever it believes. */
async function checkRelease(folder: string, { app, version, platform }: ReleaseName): Promise<void> {
  const manifest = readManifest(folder)
  if (manifest.app !== app || manifest.version !== version || manifest.platform !== platform)
    throw new SaltError(
      'UPDATE_INVALID',
      `a release that was asked for as ${releaseName({ app, version, platform })} is ${releaseName(manifest)}`,
    )
  await verifyFiles(folder, manifest)
}

/** The new Node and the first program of the release have to start here before anything relies on them. */
async function selfTest(folder: string): Promise<void> {
  const { tools } = readManifest(folder)
  const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const entry = join(folder, 'lib', `${tools[0]}.js`)
  const failed = (why: string) =>
    new SaltError('UPDATE_FAILED', `the version in ${folder} does not start here: ${why}`)
  const { retcode, stderr } = await run([node, entry, '--version'], { timeoutMs: selfTestMs }).catch(
    (error: unknown) => {
      throw failed(String(error))
    },
  )
  if (retcode !== 0) throw failed(`exit code ${retcode}, ${stderr.toString('utf8').trim().slice(0, 500)}`)
}

/** Flushes the names of a tree whose files are flushed. */
function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) syncTree(join(folder, entry.name))
  }
  syncDirectory(folder)
}
