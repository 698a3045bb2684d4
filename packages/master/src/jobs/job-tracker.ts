// SPDX-License-Identifier: Apache-2.0
import type { Clock, Jid, MinionId } from '@halite/core'
import { shownArguments } from '@halite/loader'
import type { Job } from '@halite/protocol'
import { PastQuestions } from './past-questions.ts'

/** A job some minions have not answered yet. */
export interface TrackedJob {
  /** Without its arguments once nobody is given the job any more. */
  load: Job
  /** The arguments as events of its returns show them; later they are read from the store. */
  shownArg: readonly unknown[] | undefined
  /** Whether it is kept in the job store; questions of the system about other jobs are not, nor what could not be written. */
  isStored: boolean
  /** Epoch and number it was published under; undefined when it went session by session. */
  published: { readonly epoch: string; readonly n: number } | undefined
  /** Nobody who reconnects later than this is given the job. Monotonic ms. */
  deadlineMs: number
  /** Neither acknowledged nor returned. */
  readonly silent: Set<MinionId>
  /** Acknowledged, not returned. */
  readonly running: Set<MinionId>
  /** Minions that run the job and said that they go away meanwhile, until when they are waited for. */
  readonly away: Map<MinionId, Absence>
  resentMs: number
  resends: number
}

/** How long a minion may be away, and when that is over; both monotonic ms. */
interface Absence {
  readonly lengthMs: number
  untilMs: number
}

const resendAfterMs = 1500
const maxResends = 3
/** How long a job with runners is remembered after its deadline. */
const forgetAfterMs = 24 * 3600 * 1000
const maxResendsPerTick = 500

/** Jobs under way: which minions have to return, and which are sent a job again because they are silent. */
export class JobTracker {
  readonly #clock: Clock
  readonly #keepsJobs: () => boolean
  readonly #jobs = new Map<Jid, TrackedJob>()
  readonly #questions = new PastQuestions()

  /** `keepsJobs`: whether jobs are kept in the store at all; default they are. */
  constructor(clock: Clock, keepsJobs: () => boolean = () => true) {
    this.#clock = clock
    this.#keepsJobs = keepsJobs
  }

  /** Begins to follow a job that `minions` were or will be given; those of a batch join the job of those before them. */
  add(load: Job, minions: Iterable<MinionId>, lifetimeMs: number): TrackedJob {
    const known = this.#jobs.get(load.jid)
    const job = known ?? this.#make(load, lifetimeMs)
    for (const id of minions) job.silent.add(id)
    if (!isStored(load)) this.#questions.add(load.jid, job.silent)
    if (known && known.shownArg === undefined) this.#restore(known, load)
    if (known) this.#prolong(known, lifetimeMs)
    else if (job.silent.size > 0) this.#jobs.set(load.jid, job)
    return job
  }

  /** The next minions of a batch begin after the time of those before them. */
  #restore(job: TrackedJob, load: Job): void {
    job.load = load
    job.shownArg = shownArguments(load.arg)
  }

  #prolong(job: TrackedJob, lifetimeMs: number): void {
    job.resentMs = this.#clock.monotonicMs()
    job.resends = 0
    job.deadlineMs = job.resentMs + lifetimeMs
  }

  #make(load: Job, lifetimeMs: number): TrackedJob {
    const nowMs = this.#clock.monotonicMs()
    return {
      load,
      shownArg: shownArguments(load.arg),
      isStored: isStored(load) && this.#keepsJobs(),
      published: undefined,
      deadlineMs: nowMs + lifetimeMs,
      silent: new Set(),
      running: new Set(),
      away: new Map(),
      resentMs: nowMs,
      resends: 0,
    }
  }

  /** A job that is tracked; undefined once it is forgotten. */
  get(jid: Jid): TrackedJob | undefined {
    return this.#jobs.get(jid)
  }

  /** Whether it is a question of the system itself that this minion was asked lately, answered or not. */
  wasAsked(jid: Jid, id: MinionId): boolean {
    return this.#questions.has(jid, id)
  }

  /** The job could not be recorded: its returns are not kept either. */
  disown(jid: Jid): void {
    const job = this.#jobs.get(jid)
    if (job) job.isStored = false
  }

  /** The minion has the job. Returns the job when it is news. */
  started(jid: Jid, id: MinionId): Job | undefined {
    const job = this.#jobs.get(jid)
    if (!job?.silent.delete(id)) return undefined
    job.running.add(id)
    return job.load
  }

  /** The minion returned; or nothing is expected of it any more, and it is not given the job again. */
  returned(jid: Jid, id: MinionId): void {
    const job = this.#jobs.get(jid)
    if (job === undefined) return
    job.silent.delete(id)
    job.running.delete(id)
    job.away.delete(id)
    if (job.silent.size === 0 && job.running.size === 0) this.#jobs.delete(jid)
  }

  /** The minion goes on with the job after a restart, which takes `lengthMs` at most once it does not answer. */
  leaves(jid: Jid, id: MinionId, lengthMs: number): void {
    const job = this.#jobs.get(jid)
    if (job === undefined || !(job.silent.has(id) || job.running.has(id))) return
    job.silent.delete(id)
    job.running.add(id)
    job.away.set(id, { lengthMs, untilMs: this.#clock.monotonicMs() + lengthMs })
  }

  /** The minion said that it runs the job: the time that it may be away begins again. */
  isThere(jid: Jid, id: MinionId): void {
    const absence = this.#jobs.get(jid)?.away.get(id)
    if (absence !== undefined) absence.untilMs = this.#clock.monotonicMs() + absence.lengthMs
  }

  /** How long a minion that restarts with this job may be away in all, ms, and whether that is over; undefined for others. */
  absence(jid: Jid, id: MinionId): { readonly lengthMs: number; readonly isOver: boolean } | undefined {
    const absence = this.#jobs.get(jid)?.away.get(id)
    if (absence === undefined) return undefined
    return { lengthMs: absence.lengthMs, isOver: absence.untilMs <= this.#clock.monotonicMs() }
  }

  /** Jobs this minion was given and may have lost with its last session. */
  unheardBy(id: MinionId): Job[] {
    const nowMs = this.#clock.monotonicMs()
    return [...this.#jobs.values()]
      .filter((job) => job.deadlineMs > nowMs && job.silent.has(id))
      .map((job) => job.load)
  }

  /** Jobs published in `epoch` after number `n` that this minion should have got. */
  missedBy(id: MinionId, epoch: string, n: number): Job[] {
    const nowMs = this.#clock.monotonicMs()
    const missed = (job: TrackedJob) => job.published?.epoch === epoch && job.published.n > n
    return [...this.#jobs.values()]
      .filter((job) => missed(job) && job.deadlineMs > nowMs && job.silent.has(id))
      .map((job) => job.load)
  }

  /** Jobs with minions that acknowledged and have not returned. */
  active(): TrackedJob[] {
    return [...this.#jobs.values()].filter((job) => job.running.size > 0)
  }

  /** What is due to be given again, and to whom; also forgets what is long over. Called every second or so. */
  due(): { load: Job; id: MinionId }[] {
    const nowMs = this.#clock.monotonicMs()
    const due: { load: Job; id: MinionId }[] = []
    for (const [jid, job] of this.#jobs) {
      if (nowMs > job.deadlineMs) forgetArguments(job)
      if (this.#isOver(job, nowMs)) this.#jobs.delete(jid)
      else if (isDue(job, nowMs)) {
        job.resentMs = nowMs
        job.resends += 1
        for (const id of job.silent) due.push({ load: job.load, id })
      }
      if (due.length >= maxResendsPerTick) return due
    }
    return due
  }

  #isOver(job: TrackedJob, nowMs: number): boolean {
    const over = nowMs > job.deadlineMs && job.running.size === 0
    return over || nowMs > job.deadlineMs + forgetAfterMs
  }
}

/** Whoever acknowledged a job and never returns would hold its arguments in memory for a day. */
function forgetArguments(job: TrackedJob): void {
  if (job.shownArg === undefined) return
  job.load = { ...job.load, arg: [] }
  job.shownArg = undefined
}

/** What clients ask by themselves while they wait would only clutter the list of jobs. */
export function isStored({ fun }: Job): boolean {
  return fun !== 'saltutil.find_job'
}

function isDue(job: TrackedJob, nowMs: number): boolean {
  const waitMs = resendAfterMs * 2 ** job.resends
  return (
    job.resends < maxResends &&
    nowMs < job.deadlineMs &&
    nowMs - job.resentMs >= waitMs &&
    job.silent.size > 0
  )
}
