// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  isJid,
  type Jid,
  type Logger,
  makeOwnDirectory,
  pack,
  processStart,
  schema,
  systemCodeOf,
  unpack,
  writeFileAtomic,
} from '@halite/core'
import { type Job, loads } from '@halite/protocol'

const recordSchema = schema.record({
  master: schema.text(),
  pid: schema.integer(),
  /** When that process started; see `processStart`. */
  started: schema.text(64),
  /** Its place among those that wait for their turn: absent once it has begun. */
  place: schema.optional(schema.integer()),
  /** The process after this one answers it. */
  handedOver: schema.optional(schema.boolean),
  job: loads.jobSchema,
})

/** A job that a former process of this minion did not finish or, with a place, did not start. */
export interface AbandonedJob {
  readonly master: string
  readonly job: Job
  /** The process that ran it, and its start time. */
  readonly pid: number
  readonly started: string
  readonly place?: number | undefined
  readonly handedOver?: boolean | undefined
}

/** How a job is recorded. `pid` is that of the process that runs it, 0 while it waits. */
export interface JobRecord {
  readonly master: string
  readonly job: Job
  readonly pid: number
  readonly place?: number
  readonly handedOver?: boolean
}

/** One small file in `<cachedir>/proc` for each job that runs, from which the next process of this minion learns of it. */
export class JobRecords {
  readonly #directory: string
  /** Start of this process, of which most records are. */
  readonly #started = processStart(process.pid)

  constructor(cachedir: string) {
    this.#directory = join(cachedir, 'proc')
    makeOwnDirectory(this.#directory, { mode: 0o700 })
  }

  /** Records of a former process; `remove` deletes their files. Unreadable ones are logged and removed. */
  read(log: Logger): AbandonedJob[] {
    return readdirSync(this.#directory)
      .filter(isJid)
      .flatMap((jid) => {
        try {
          return [recordSchema(unpack(readFileSync(this.#fileOf(jid))), 'record')]
        } catch (error) {
          log.warning('record of a running job is not readable', { jid, error })
          this.remove(jid)
          return []
        }
      })
  }

  /**
   * Records a job of this process that has not started yet. The file is written in place: if a crash truncates it, nothing of
   * the job has happened. Throws the system's error, and leaves no file then.
   */
  create(record: JobRecord): void {
    const { jid } = record.job
    const bytes = this.#pack(record)
    try {
      writeFileSync(this.#fileOf(jid), bytes, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') {
        this.remove(jid)
        throw error
      }
      this.#write(jid, bytes)
    }
  }

  /** Replaces the record of a job. */
  replace(record: JobRecord): void {
    this.#write(record.job.jid, this.#pack(record))
  }

  /** Removes the record of a job; a missing one is no error. */
  remove(jid: Jid): void {
    try {
      unlinkSync(this.#fileOf(jid))
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error
    }
  }

  #pack({ pid, ...record }: JobRecord): Buffer {
    return pack({ ...record, pid, started: this.#startOf(pid) })
  }

  #startOf(pid: number): string {
    if (pid === process.pid) return this.#started
    return pid === 0 ? '' : processStart(pid)
  }

  #write(jid: Jid, bytes: Buffer): void {
    writeFileAtomic(this.#fileOf(jid), bytes, { mode: 0o600, durable: false })
  }

  /** A jid contains no separators, and the directory is private. */
  #fileOf(jid: Jid): string {
    return join(this.#directory, jid)
  }
}
