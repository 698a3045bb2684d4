// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Jid, mapOf, messageOf } from '@halite/core'
import {
  failedResult,
  journalPath,
  lostRunReturn,
  type PackedResult,
  packResult,
  readJournal,
  removeJournal,
} from '@halite/executor'
import { type Job, type JobReturn, loads } from '@halite/protocol'
import { compileTarget, isTargetType, type Nodegroups } from '@halite/targeting'
import { JobDispatcher, type JobDispatcherInit } from './job-dispatcher.ts'
import type { AbandonedJob } from './job-records.ts'
import type { ReturnJournal } from './return-journal.ts'
import { SeenJobs } from './seen-jobs.ts'

/** How the runner reaches the master that a job came from. */
export interface JobSource {
  /** The fingerprint of the master. */
  readonly master: string
  /** Notifies the master that the job runs. */
  started(jid: Jid): void
  /** This return is in the journal for this master. */
  returnReady(ret: JobReturn): void
}

export interface JobRunnerInit extends JobDispatcherInit {
  /** Every return is in here before the master receives it. Like `pool` it stays its owner's to close. */
  readonly journal: ReturnJournal
}

/** A job that takes longer than this is acknowledged on its own; a quicker one by its return. */
const momentMs = 300

/** From the load of a job to a return in the journal: is it for me, was it seen, run it where it belongs. */
export class JobRunner {
  readonly #init: JobRunnerInit
  readonly #dispatcher: JobDispatcher
  readonly #seen: SeenJobs
  readonly #underWay = new Set<Promise<void>>()
  /** Left waiting by a former process. */
  readonly #kept: AbandonedJob[] = []
  #isDraining = false

  constructor(init: JobRunnerInit) {
    this.#init = init
    this.#dispatcher = new JobDispatcher(init)
    this.#seen = new SeenJobs(init.options)
  }

  /**
   * Reports jobs that a former process of this minion began: they did not end, and they are not run again. Those that it had
   * not begun wait again, in their order; `resume` begins them.
   */
  reportAbandoned(): void {
    const { running, journal, log } = this.#init
    const left = running.abandoned(log)
    this.#kept.push(...left.filter(({ place }) => place !== undefined).sort(byPlace))
    for (const { master, job, place } of this.#kept) {
      this.#seen.add(job.jid)
      running.begin(master, job)
      running.waits(job.jid, place)
    }
    for (const abandoned of left.filter(({ place }) => place === undefined)) {
      const { master, job } = abandoned
      if (abandoned.handedOver === true) {
        this.#seen.add(job.jid)
        running.begin(master, job)
        running.handOver(job.jid)
        continue
      }
      running.endLeftover(abandoned)
      this.#seen.add(job.jid)
      if (!journal.has(job.jid)) this.#journalise(master, returnOf(job, this.#abandonedResult(job.jid)))
      running.end(job.jid)
    }
    for (const { ret } of journal.pending()) this.#seen.add(ret.jid)
  }

  /** Of a run of states it is known what ran; of other jobs nothing. */
  #abandonedResult(jid: Jid): PackedResult {
    const path = journalPath(this.#init.options.cachedir, jid)
    const left = readJournal(path)
    removeJournal(path)
    const why = 'the minion was stopped while it ran this'
    if (left === undefined)
      return failedResult(`ERROR: ${why} job; what the job had done by then is not known`)
    const states = lostRunReturn({ ...left, reason: `${why} state` })
    const result = { return: mapOf([...states]), retcode: 2, success: false, out: 'highstate' }
    return packResult(result, loads.returnLimits)
  }

  /** Begins the jobs that a former process left waiting for their turn, for the masters that `sourceOf` knows. */
  resume(sourceOf: (master: string) => JobSource | undefined): void {
    const { running, log } = this.#init
    for (const { master, job } of this.#kept.splice(0)) {
      const source = sourceOf(master)
      if (source !== undefined) this.#begin(job, source)
      else {
        log.warning('job dropped: this minion has no such master any more', { jid: job.jid, master })
        running.end(job.jid)
      }
    }
  }

  /** Begins no further job: those that wait for their turn stay on disk, new ones are left for the next process. */
  drain(): void {
    this.#isDraining = true
    this.#init.queue.close()
  }

  /** Answers a job that a former process left to this one. */
  answer(jid: string, result: PackedResult, sourceOf: (master: string) => JobSource): void {
    const { running, journal } = this.#init
    const left = running.handedOver(jid)
    if (left === undefined) return
    const ret = returnOf(left.job, result)
    if (!journal.has(left.job.jid)) this.#journalise(left.master, ret)
    running.end(left.job.jid)
    sourceOf(left.master).returnReady(ret)
  }

  /** Receives a load as it came from a master. One that is malformed or not for this minion is dropped. */
  receive(load: unknown, source: JobSource): void {
    try {
      const job = loads.jobSchema(load, 'job')
      if (this.#isDraining || !this.#isForMe(job)) return
      if (this.#seen.add(job.jid)) this.#begin(job, source)
      else source.started(job.jid)
    } catch (error) {
      this.#init.log.warning('job dropped', { reason: messageOf(error) })
    }
  }

  /** Resolves when no job runs any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  #isForMe({ tgt, tgt_type, delimiter, nodegroups }: Job): boolean {
    if (tgt_type === 'glob' && (tgt === '*' || tgt === this.#init.id)) return true
    if (!isTargetType(tgt_type)) return false
    const { id, grains, pillar } = this.#init
    const target = compileTarget({
      tgt,
      tgtType: tgt_type,
      delimiter,
      nodegroups: nodegroups as Nodegroups | undefined,
    })
    const verdict = target.evaluate({ id, grains: grains(), pillar: pillar() })
    if (verdict === 'maybe')
      this.#init.log.warning('target takes too many steps and counts as not matched', { tgt })
    return verdict === 'yes'
  }

  #begin(job: Job, source: JobSource): void {
    const { running, log } = this.#init
    log.info('job begins', { jid: job.jid, fun: job.fun, user: job.user })
    if (job.start_event) source.started(job.jid)
    const acknowledge = job.start_event ? undefined : setTimeout(() => source.started(job.jid), momentMs)
    const work = this.#noteAndRun(job, source)
      .catch((error: unknown) => {
        // It waited for its turn, and still does.
        if (this.#init.queue.isClosed && running.isWaiting(job.jid)) return undefined
        if (isSaltError(error, 'JOB_ABORTED')) return failedResult(`ERROR: ${error.message}`)
        return failedResult(`ERROR: the job could not be run: ${messageOf(error)}`)
      })
      .then((result) => {
        clearTimeout(acknowledge)
        if (result === undefined || running.isHandedOver(job.jid)) return
        this.#answer(source, returnOf(job, result))
        running.end(job.jid)
      })
      .catch((error: unknown) => {
        log.error('a job that ended stays noted as running', { jid: job.jid, reason: messageOf(error) })
      })
      .finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  /** A job that cannot be noted is not run: after a crash nobody could say what had become of it. */
  async #noteAndRun(job: Job, source: JobSource): Promise<PackedResult> {
    const isBrief = this.#dispatcher.runsHere(job)
    let abort: AbortController
    try {
      abort = isBrief ? this.#beginBrief(source.master, job) : this.#init.running.begin(source.master, job)
    } catch (error) {
      return failedResult(`ERROR: the job was not run, as it cannot be noted on disk: ${messageOf(error)}`)
    }
    return this.#dispatcher.run(job, abort)
  }

  #beginBrief(master: string, job: Job): AbortController {
    const { running, log } = this.#init
    return running.beginBrief(master, job, (error) =>
      log.warning('a job that runs cannot be noted', { jid: job.jid, reason: messageOf(error) }),
    )
  }

  /**
   * The return of a job that is noted is in the journal before the master has it, so that a crash never makes it an abandoned
   * one. One that is not noted changed nothing and began a moment ago: its caller need not wait for the disk as well.
   */
  #answer(source: JobSource, ret: JobReturn): void {
    const isNoted = this.#init.running.isNoted(ret.jid)
    if (!isNoted) source.returnReady(ret)
    this.#journalise(source.master, ret)
    if (isNoted) source.returnReady(ret)
  }

  /** What a job did is done: a return that cannot be put on disk is sent all the same, from memory. */
  #journalise(master: string, ret: JobReturn): void {
    try {
      this.#init.journal.add(master, ret)
    } catch (error) {
      this.#init.log.error('a return is kept in memory only', { jid: ret.jid, reason: messageOf(error) })
    }
  }
}

function byPlace(a: AbandonedJob, b: AbandonedJob): number {
  return (a.place ?? 0) - (b.place ?? 0)
}

function returnOf({ jid }: Job, { return: value, retcode, success, out }: PackedResult): JobReturn {
  return { jid, return: value, retcode, success, ...(out === undefined ? {} : { out }) }
}
