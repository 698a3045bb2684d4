// SPDX-License-Identifier: Apache-2.0
import { statfs } from 'node:fs/promises'
import {
  type Clock,
  type Jid,
  type Logger,
  type MasterOptions,
  type MinionId,
  messageOf,
  pack,
  SaltError,
} from '@halite/core'
import type { CallReturn, Job } from '@halite/protocol'
import { Counters } from '@halite/transport'
import { returnOverheadBytes } from './job-shares.ts'

/** What the record of calls works with. */
export interface CallQuotaInit {
  readonly options: Pick<
    MasterOptions,
    'job_cache' | 'cachedir' | 'keep_call_bytes' | 'keep_jobs_bytes' | 'keep_jobs_free_bytes'
  >
  readonly clock: Clock
  readonly log: Logger
  /** Bytes that jobs and returns take. */
  readonly storeBytes: () => number
  /** A jid of this master that no job has. */
  readonly nextJid: () => Jid
}

const hourMs = 3_600_000
/** How often the space on the disk is looked at. */
const lookEveryMs = 5000
/** Calls of which the jid they got is remembered, should their minion not have heard that they are kept. */
const maxRemembered = 10_000

interface Spent {
  bytes: number
  atMs: number
}

/**
 * Calls that minions make on themselves and have the master keep: nobody asked for them, so they have the least right to its
 * disk. Each minion has a number of bytes an hour, all are refused while space is short, and each gets a jid of the master's
 * clock: its date is that of its arrival, whatever the minion says.
 */
export class CallQuota {
  readonly #init: CallQuotaInit
  readonly #counters = new Counters()
  readonly #spent = new Map<MinionId, Spent>()
  /** Minion and its own jid → the jid it got. */
  readonly #jids = new Map<string, Jid>()
  #isDiskFull = false
  #lookedMs = Number.NEGATIVE_INFINITY

  constructor(init: CallQuotaInit) {
    this.#init = init
  }

  /** Whether jobs are kept at all. */
  get keepsJobs(): boolean {
    return this.#init.options.job_cache
  }

  /** What was kept and refused. */
  snapshot(): Record<string, number> {
    return this.#counters.snapshot()
  }

  /**
   * The job that a call is kept as, and whether it is one that came before. Throws `QUOTA_EXCEEDED`, and then nothing of it
   * is to be kept.
   */
  admit(id: MinionId, { jid: own, fun, fun_args, return: value }: CallReturn): Job {
    const name = `${id} ${own}`
    const known = this.#jids.get(name)
    if (known === undefined) this.#charge(id, value.length + returnOverheadBytes)
    const jid = known ?? this.#init.nextJid()
    this.#remember(name, jid)
    return { jid, fun, arg: keptArguments(fun_args), tgt: id, tgt_type: 'glob', ret: '', user: 'salt-call' }
  }

  /** Looks at the disk from time to time. Called every second. */
  tick(): void {
    const nowMs = this.#init.clock.monotonicMs()
    if (nowMs - this.#lookedMs < lookEveryMs) return
    this.#lookedMs = nowMs
    for (const [id, { atMs }] of this.#spent) if (nowMs - atMs > hourMs) this.#spent.delete(id)
    void this.#look()
  }

  async #look(): Promise<void> {
    const { options, log } = this.#init
    try {
      const { bavail, bsize } = await statfs(options.cachedir)
      this.#isDiskFull = bavail * bsize < options.keep_jobs_free_bytes
    } catch (error) {
      log.debug('free space is not known', { path: options.cachedir, reason: messageOf(error) })
    }
  }

  #charge(id: MinionId, bytes: number): void {
    const { options, clock, storeBytes } = this.#init
    const { keep_call_bytes: hourly, keep_jobs_bytes: most } = options
    if (this.#isDiskFull || (most > 0 && storeBytes() > most)) {
      this.#counters.add('refused_for_space')
      throw new SaltError('QUOTA_EXCEEDED', 'the master keeps no calls while space for jobs is short')
    }
    const nowMs = clock.monotonicMs()
    const { bytes: before, atMs } = this.#spent.get(id) ?? { bytes: 0, atMs: nowMs }
    const left = Math.max(0, before - ((nowMs - atMs) / hourMs) * hourly)
    if (hourly > 0 && left + bytes > hourly) {
      this.#counters.add('refused_over_quota')
      throw new SaltError('QUOTA_EXCEEDED', `the calls of ${id} take more than ${hourly} bytes an hour`)
    }
    this.#spent.set(id, { bytes: left + bytes, atMs: nowMs })
    this.#counters.add('kept')
    this.#counters.add('kept_bytes', bytes)
  }

  #remember(name: string, jid: Jid): void {
    this.#jids.delete(name)
    this.#jids.set(name, jid)
    if (this.#jids.size > maxRemembered) this.#jids.delete(this.#jids.keys().next().value as string)
  }
}

function keptArguments(arg: unknown[]): unknown[] {
  const { length } = pack(arg)
  return length > returnOverheadBytes ? [`(${length} bytes of arguments)`] : arg
}
