// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs'
import { type Jid, jidTimeMs, type MinionId, messageOf, pack, SaltError, schema, unpack } from '@halite/core'
import type { JobRange, StoredJob, StoredReturn } from '@halite/loader'
import type { Job, JobReturn } from '@halite/protocol'
import { type Database, open, type RootDatabase } from 'lmdb'

const { anything, binary, boolean, either, integer, jobId, listOf, optional, record, text } = schema

const jobSchema = record({
  jid: jobId,
  fun: either(text(), listOf(text())),
  arg: listOf(anything),
  tgt: anything,
  tgt_type: text(),
  user: text(),
  minions: listOf(text()),
})

const returnSchema = record({
  return: binary(Number.MAX_SAFE_INTEGER),
  retcode: integer(-(2 ** 31), 2 ** 32),
  success: boolean,
  out: optional(text()),
})

/** Below every jid. */
const firstKey = '0'
/** Sorts behind whatever a jid can go on with: digits, `_`. */
const afterJids = '~'

const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 512 }

/**
 * The embedded store of jobs and their returns: one LMDB environment, no file per return. Writes of one turn of the loop
 * share a commit; a returned promise resolves when that commit is done, so what was acknowledged survives a crash.
 */
export class JobStore {
  readonly #root: RootDatabase<Buffer, string>
  readonly #jobs: Database<Buffer, string>
  readonly #returns: Database<Buffer, [string, string]>
  readonly #committing = new Map<string, Promise<boolean>>()

  private constructor(root: RootDatabase<Buffer, string>) {
    this.#root = root
    this.#jobs = root.openDB({ name: 'jobs', encoding: 'binary' })
    this.#returns = root.openDB({ name: 'returns', encoding: 'binary' })
  }

  /** Opens or makes the store in `directory`. Throws `STORE_FAILED`. */
  static open(directory: string): JobStore {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      return new JobStore(open({ path: directory, encoding: 'binary', maxDbs: 4 }))
    } catch (cause) {
      throw new SaltError('STORE_FAILED', `job store ${directory} cannot be opened: ${messageOf(cause)}`, {
        cause,
      })
    }
  }

  /** Saves what was asked; resolves when it is committed. */
  async saveJob(job: Job, minions: readonly MinionId[]): Promise<void> {
    const { jid, fun, arg, tgt, tgt_type, user } = job
    await this.#jobs.put(jid, pack({ jid, fun, arg, tgt, tgt_type, user, minions }))
  }

  /** Saves a return once; resolves when it is committed, to whether it was new. */
  saveReturn(id: MinionId, ret: JobReturn): Promise<boolean> {
    const name = `${ret.jid} ${id}`
    const underWay = this.#committing.get(name)
    if (underWay) return underWay.then(() => false)
    const key: [string, string] = [ret.jid, id]
    if (this.#returns.doesExist(key)) return Promise.resolve(false)
    const { return: value, retcode, success, out } = ret
    const commit = this.#returns
      .put(key, pack({ return: value, retcode, success, out }))
      .then(() => true)
      .finally(() => this.#committing.delete(name))
    this.#committing.set(name, commit)
    return commit
  }

  load(jid: Jid): StoredJob | undefined {
    const bytes = this.#jobs.get(jid)
    return bytes === undefined ? undefined : decodeJob(bytes)
  }

  hasReturn(jid: Jid, id: string): boolean {
    return this.#returns.doesExist([jid, id])
  }

  /** Ids that returned, without reading what they returned. */
  returnedIds(jid: Jid): string[] {
    return [...this.#returns.getKeys({ start: [jid, ''], end: [`${jid}\0`, ''] })].map(([, id]) => id)
  }

  /** All returns of a job, by id, values unpacked. */
  returns(jid: Jid): StoredReturn[] {
    const found = this.#returns.getRange({ start: [jid, ''], end: [`${jid}\0`, ''] })
    return [...found].map(({ key: [, id], value }) => ({ id, ...decodeReturn(value) }))
  }

  /** The returns of a job as they lie in the store: packed values, for those who only pass them on. */
  packedReturns(
    jid: Jid,
  ): { id: string; return: Uint8Array; retcode: number; success: boolean; out?: string }[] {
    const found = this.#returns.getRange({ start: [jid, ''], end: [`${jid}\0`, ''] })
    return [...found].map(({ key: [, id], value }) => ({
      id,
      ...returnSchema(unpack(value, noLimits), 'return'),
    }))
  }

  /** Jobs of a range; each is read when it is taken. */
  *list({ from = firstKey, to = '', newestFirst = false }: JobRange = {}): Generator<StoredJob> {
    const last = `${to}${afterJids}`
    const found = newestFirst
      ? this.#jobs.getRange({ start: last, end: from, reverse: true, inclusiveEnd: true })
      : this.#jobs.getRange({ start: from, end: last })
    for (const { value } of found) yield decodeJob(value)
  }

  /** Forgets jobs that were made before `wallMs`; resolves to how many. */
  async expire(wallMs: number): Promise<number> {
    const old = [...this.#jobs.getKeys({ limit: 10_000 })].filter((jid) => jidTimeMs(jid as Jid) < wallMs)
    for (const jid of old) {
      for (const key of this.#returns.getKeys({ start: [jid, ''], end: [`${jid}\0`, ''] }))
        void this.#returns.remove(key)
      void this.#jobs.remove(jid)
    }
    await this.#root.committed
    return old.length
  }

  async close(): Promise<void> {
    await this.#root.committed
    await this.#root.close()
  }
}

function decodeJob(bytes: Buffer): StoredJob {
  return jobSchema(unpack(bytes, noLimits), 'job') as StoredJob
}

function decodeReturn(bytes: Buffer): Omit<StoredReturn, 'id'> {
  const stored = returnSchema(unpack(bytes, noLimits), 'return')
  return { ...stored, return: unpack(stored.return, noLimits) }
}
