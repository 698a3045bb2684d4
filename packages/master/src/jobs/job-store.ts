// SPDX-License-Identifier: Apache-2.0
import {
  isSaltError,
  type Jid,
  type MinionId,
  makeOwnDirectory,
  messageOf,
  pack,
  SaltError,
  WaitingTogether,
} from '@halite/core'
import type { JobRange, ListedJob, SkippedMinion, StoredJob, StoredReturn } from '@halite/loader'
import type { Job, JobReturn } from '@halite/protocol'
import { open, type RootDatabase } from 'lmdb'
import { checkStoreFile } from './check-store-file.ts'
import { type CommitOptions, Commits } from './commits.ts'
import { type Retention, retain } from './job-retention.ts'
import { bytesOf, type JobTables } from './job-tables.ts'
import { type ReturnKey, ReturnWrite } from './return-write.ts'
import { decodeJob, decodePacked, decodeReturn, decodeTarget, type PackedReturn } from './stored-values.ts'

/** Below every jid. */
const firstKey = '0'
/** Sorts behind whatever a jid can go on with: digits, `_`. */
const afterJids = '~'

/** Most bytes of returns in one answer, unless a single one is larger. */
const maxPageBytes = 8 * 1024 * 1024
/** A return that is being saved. */
export interface SavedReturn {
  /** Whether it was given to the store for the first time, be it that its commit fails. */
  readonly isNew: boolean
  /** Resolves when it is committed; rejects with `STORE_FAILED`, and then it may be given again. */
  readonly committed: Promise<void>
}

/** Most returns remembered whose commit failed. */
const maxFailed = 100_000
const alreadyCommitted = Promise.resolve()

/**
 * The embedded store of jobs and their returns: one LMDB environment, no file per return. Writes of a few milliseconds
 * share a commit; a returned promise resolves when that commit is done, so what was acknowledged survives a crash.
 */
export class JobStore {
  readonly #tables: JobTables
  readonly #commits: Commits
  /** Jobs whose commit is under way. */
  readonly #savingJobs = new Map<Jid, StoredJob>()
  /** Returns whose commit is under way, by jid and minion. */
  readonly #savingReturns = new Map<string, Promise<void>>()
  /** Forgets them with their commit, and knows as told already those whose commit failed. */
  readonly #saving = new WaitingTogether<string>({
    onResolved: (name) => this.#settled(name, { isSaved: true }),
    onRejected: (name) => this.#settled(name, { isSaved: false }),
  })
  /** Returns that were new once and whose commit failed. */
  readonly #failedReturns = new Set<string>()

  private constructor(root: RootDatabase<Buffer, string>, options: CommitOptions) {
    this.#commits = new Commits(root, options)
    this.#tables = {
      root,
      jobs: root.openDB({ name: 'jobs', encoding: 'binary' }),
      targets: root.openDB({ name: 'targets', encoding: 'binary' }),
      returns: root.openDB({ name: 'returns', encoding: 'binary' }),
    }
  }

  /** Opens or makes the store in `directory`. Throws `STORE_FAILED` or `DIRECTORY_UNSAFE`. */
  static open(directory: string, options: CommitOptions = {}): JobStore {
    try {
      makeOwnDirectory(directory, { mode: 0o700 })
      checkStoreFile(directory)
      return new JobStore(open({ path: directory, encoding: 'binary', maxDbs: 4 }), options)
    } catch (cause) {
      if (isSaltError(cause)) throw cause
      throw new SaltError('STORE_FAILED', `job store ${directory} cannot be opened: ${messageOf(cause)}`, {
        cause,
      })
    }
  }

  /** Saves what was asked; resolves when it is committed. `load` knows the job at once. Rejects with `STORE_FAILED`. */
  async saveJob(job: Job, minions: readonly MinionId[], { isBatch = false } = {}): Promise<void> {
    const { jid, fun, arg, tgt, tgt_type, user, metadata } = job
    const { jobs, targets } = this.#tables
    const noted = { jid, fun, arg, tgt, tgt_type, user, ...(metadata === undefined ? {} : { metadata }) }
    const target = { minions, ...(isBatch ? { batch: {} } : {}) }
    this.#savingJobs.set(jid, { ...noted, ...target } as StoredJob)
    const [packedJob, packedTarget] = [pack(noted), pack(target)]
    const put = () => Promise.all([jobs.put(jid, packedJob), targets.put(jid, packedTarget)])
    try {
      await this.#commits.add({ put, isVisible: () => targets.doesExist(jid) }, { isUrgent: true })
    } finally {
      this.#savingJobs.delete(jid)
    }
  }

  /** Notes with a job which minions of its batch did not return. A job that is not here any more stays away. Rejects with `STORE_FAILED`. */
  async saveMissing(jid: Jid, missing: readonly SkippedMinion[]): Promise<void> {
    const job = this.load(jid)
    if (job === undefined) return
    const { targets } = this.#tables
    const packed = pack({ minions: job.minions, batch: { missing } })
    const put = () => targets.put(jid, packed)
    await this.#commits.add(
      { put, isVisible: () => targets.get(jid)?.equals(packed) ?? false },
      { isUrgent: true },
    )
  }

  /**
   * Saves a return once: of those that come again while it is being saved, or later, none is new. The commit may wait some
   * milliseconds for others, unless it is `urgent`. Of one that is known to be the `first` the store is not asked whether it has it.
   */
  saveReturn(id: MinionId, ret: JobReturn, { first = false, urgent = false } = {}): SavedReturn {
    const name = `${ret.jid} ${id}`
    const underWay = this.#savingReturns.get(name)
    if (underWay) return { isNew: false, committed: underWay }
    const key: ReturnKey = [ret.jid, id]
    if (!first && this.#tables.returns.doesExist(key)) return { isNew: false, committed: alreadyCommitted }
    const isNew = !this.#failedReturns.has(name)
    const write = new ReturnWrite(this.#tables.returns, key, ret)
    const committed = this.#commits.add(write, { isUrgent: urgent })
    this.#savingReturns.set(name, committed)
    this.#saving.add(committed, name)
    return { isNew, committed }
  }

  /** Whether a return is being saved, or could not be: it is no news then. */
  isTold(jid: Jid, id: MinionId): boolean {
    const name = `${jid} ${id}`
    return this.#savingReturns.has(name) || this.#failedReturns.has(name)
  }

  /** Resolves when all that was given to the store until now can be read from it; what failed cannot. */
  settled(): Promise<void> {
    return this.#commits.settled()
  }

  /** The job with this id, including one whose write is pending; undefined if there is none. */
  load(jid: Jid): StoredJob | undefined {
    const saving = this.#savingJobs.get(jid)
    if (saving !== undefined) return saving
    const { jobs, targets } = this.#tables
    const [job, target] = [jobs.get(jid), targets.get(jid)]
    if (job === undefined || target === undefined) return undefined
    return { ...decodeJob(job), ...decodeTarget(target) }
  }

  /** Whether a return of this minion is stored. */
  hasReturn(jid: Jid, id: string): boolean {
    return this.#tables.returns.doesExist([jid, id])
  }

  /** One return of a job. */
  packedReturn(jid: Jid, id: MinionId): PackedReturn | undefined {
    const value = this.#tables.returns.get([jid, id])
    return value && { id, ...decodePacked(value) }
  }

  /** Ids that returned, without reading what they returned. */
  returnedIds(jid: Jid): string[] {
    return [...this.#tables.returns.getKeys({ start: [jid, ''], end: [`${jid}\0`, ''] })].map(([, id]) => id)
  }

  /** All returns of a job, by id, values unpacked. */
  returns(jid: Jid): StoredReturn[] {
    const found = this.#tables.returns.getRange({ start: [jid, ''], end: [`${jid}\0`, ''] })
    return [...found].map(({ key: [, id], value }) => ({ id, ...decodeReturn(value) }))
  }

  /** The returns of a job by id, behind the id `after`: as many as one answer takes, and at least one if there is one. */
  packedReturns(jid: Jid, after?: string): PackedReturn[] {
    const start = after === undefined ? '' : `${after}\0`
    const page: PackedReturn[] = []
    let bytes = 0
    for (const { key, value } of this.#tables.returns.getRange({
      start: [jid, start],
      end: [`${jid}\0`, ''],
    })) {
      bytes += value.length
      if (page.length > 0 && bytes > maxPageBytes) break
      page.push({ id: key[1], ...decodePacked(value) })
    }
    return page
  }

  /** Jobs of a range; each is read when it is taken. */
  *list({ from = firstKey, to = '', newestFirst = false }: JobRange = {}): Generator<ListedJob> {
    const last = `${to}${afterJids}`
    const found = newestFirst
      ? this.#tables.jobs.getRange({ start: last, end: from, reverse: true, inclusiveEnd: true })
      : this.#tables.jobs.getRange({ start: from, end: last })
    for (const { value } of found) yield decodeJob(value)
  }

  /** Bytes that jobs and returns take. The file may be larger: pages that became free are used again. */
  get bytes(): number {
    return bytesOf(this.#tables)
  }

  /** Drops what may not stay, oldest jobs first; resolves to how many jobs. Never holds the loop for long. */
  retain(retention: Retention): Promise<number> {
    return retain(this.#tables, retention)
  }

  /** Resolves when everything is committed, flushed and closed. */
  async close(): Promise<void> {
    await this.#commits.close()
    await this.#tables.root.committed
    await this.#tables.root.close()
  }

  #settled(name: string, { isSaved }: { readonly isSaved: boolean }): void {
    this.#savingReturns.delete(name)
    if (isSaved) this.#failedReturns.delete(name)
    else if (this.#failedReturns.size < maxFailed) this.#failedReturns.add(name)
  }
}
