// SPDX-License-Identifier: Apache-2.0
import { descendantsOf, isJid, type Jid, jobEnd, killTree, type Logger, processStart } from '@halite/core'
import { plainWords, type RunningJob } from '@halite/loader'
import type { Job } from '@halite/protocol'
import { type AbandonedJob, JobRecords } from './job-records.ts'

/** A job that runs, with the way to end it. */
interface Running {
  readonly master: string
  readonly job: Job
  pid: number
  /** Its place in the queue, while it waits. */
  place?: number | undefined
  readonly abort: AbortController
  /** Its file is not written yet: it has just begun, and may be over at once. */
  unnoted?: NodeJS.Timeout | undefined
  /** The process after this one answers it. */
  handedOver?: boolean
}

/** What ends within this time, ms, and changes nothing, needs no file. */
const briefMs = 20

const ending: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGQUIT'])

function isEnding(signal: NodeJS.Signals): boolean {
  return ending.has(signal)
}

/** Node opens its debugger at SIGUSR1: that one is for the programs of the job alone. */
function signalTree(pid: number, signal: NodeJS.Signals): void {
  if (signal !== 'SIGUSR1') killTree(pid, signal)
  else for (const descendant of descendantsOf(pid)) killTree(descendant, signal)
}

/** The jobs that run now: in memory for `saltutil.running`, one small file each in `<cachedir>/proc` for the next process. */
export class RunningJobs {
  readonly #records: JobRecords
  readonly #jobs = new Map<Jid, Running>()
  #nextPlace = 1

  constructor(cachedir: string) {
    this.#records = new JobRecords(cachedir)
  }

  /** What a former process left behind; its files are removed by `end`. */
  abandoned(log: Logger): AbandonedJob[] {
    return this.#records.read(log)
  }

  /** Whether the next process will know of a job that runs. */
  isNoted(jid: Jid): boolean {
    const running = this.#jobs.get(jid)
    return running !== undefined && running.unnoted === undefined
  }

  /** Whether a job waits for its turn. */
  isWaiting(jid: Jid): boolean {
    return this.#jobs.get(jid)?.place !== undefined
  }

  /** Whether this job is running. */
  has(jid: Jid): boolean {
    return this.#jobs.has(jid)
  }

  get size(): number {
    return this.#jobs.size
  }

  /** Ends what is left of a job of a former process: an executor in a busy loop outlives a minion that was killed. */
  endLeftover({ pid, started }: AbandonedJob): void {
    const isThere = pid !== process.pid && started !== '' && processStart(pid) === started
    if (isThere) killTree(pid, 'SIGKILL')
  }

  /**
   * Notes a job before anything of it happens; returns what `signal` and `abortAll` abort. The file is written in place: one that is cut off by a crash is of a job of
   * which nothing happened.
   */
  begin(master: string, job: Job): AbortController {
    const abort = new AbortController()
    this.#records.create({ master, job, pid: process.pid })
    this.#jobs.set(job.jid, { master, job, pid: process.pid, abort })
    return abort
  }

  /**
   * The same for a job of functions that change nothing: only what is still under way after a moment is noted, since the
   * file costs more than most of them. One that was cut off before may run again.
   */
  beginBrief(master: string, job: Job, onUnnoted: (error: unknown) => void): AbortController {
    const abort = new AbortController()
    const note = () => {
      running.unnoted = undefined
      try {
        this.#records.create({ master, job, pid: process.pid })
      } catch (error) {
        onUnnoted(error)
      }
    }
    const running: Running = { master, job, pid: process.pid, abort, unnoted: setTimeout(note, briefMs) }
    this.#jobs.set(job.jid, running)
    return abort
  }

  /** The job waits for its turn, behind all that wait already, across restarts. */
  waits(jid: Jid, place: number = this.#nextPlace): void {
    const running = this.#jobs.get(jid)
    if (running === undefined) return
    cancelNote(running)
    running.pid = 0
    running.place = place
    this.#nextPlace = Math.max(this.#nextPlace, place + 1)
    const { master, job } = running
    this.#records.replace({ master, job, pid: 0, place })
  }

  /** Leaves a job to the next process of this minion: until that one has answered, it counts as running. */
  handOver(jid: Jid): boolean {
    const running = this.#jobs.get(jid)
    if (running === undefined) return false
    cancelNote(running)
    running.handedOver = true
    const { master, job, pid } = running
    this.#records.replace({ master, job, pid, handedOver: true })
    return true
  }

  /** Whether this job continues in the next process of the daemon. */
  isHandedOver(jid: Jid): boolean {
    return this.#jobs.get(jid)?.handedOver === true
  }

  /** The master that an unanswered job came from, and the job. */
  handedOver(jid: string): { readonly master: string; readonly job: Job } | undefined {
    const running = isJid(jid) ? this.#jobs.get(jid) : undefined
    return running?.handedOver === true ? running : undefined
  }

  /** How many jobs this process has to see to their end. */
  get ownSize(): number {
    return [...this.#jobs.values()].filter(({ handedOver }) => handedOver !== true).length
  }

  /** The job got a process of its own. */
  moved(jid: Jid, pid: number): void {
    const running = this.#jobs.get(jid)
    if (running === undefined) return
    cancelNote(running)
    running.pid = pid
    running.place = undefined
    const { master, job } = running
    this.#records.replace({ master, job, pid })
  }

  /** Removes a job that ended, and its record on disk. */
  end(jid: Jid): void {
    const running = this.#jobs.get(jid)
    this.#jobs.delete(jid)
    if (running === undefined || !cancelNote(running)) this.#records.remove(jid)
  }

  /** The running jobs, as `saltutil.running` returns them. */
  list(): RunningJob[] {
    return [...this.#jobs.values()].map(({ job, pid, place }) => ({
      jid: job.jid,
      fun: typeof job.fun === 'string' ? job.fun : job.fun.join(','),
      arg: job.arg.map(plainWords),
      tgt: job.tgt,
      tgt_type: job.tgt_type,
      ret: job.ret,
      user: job.user,
      pid,
      ...(place === undefined ? {} : { queued: true, queue_type: 'job_queue' }),
    }))
  }

  /**
   * Ends a job when the signal is one that ends programs: its `finally` blocks run before its process tree is killed, and a
   * second signal to a job that ends reaches the tree itself, as every other signal does. The text is Salt's; empty when no
   * such job runs.
   */
  signal(jid: string, signal: NodeJS.Signals, number: number): string {
    const running = isJid(jid) ? this.#jobs.get(jid) : undefined
    if (running === undefined) return ''
    const { abort, pid } = running
    if (isEnding(signal) && !abort.signal.aborted) {
      const asked = signal === 'SIGKILL' ? signal : 'SIGTERM'
      abort.abort(jobEnd(`the job was ended by ${signal} before it returned`, asked))
    } else if (pid !== process.pid && pid !== 0) signalTree(pid, signal)
    return `Signal ${number} sent to job ${jid} at pid ${running.pid}`
  }

  /** Ends every job, as a kill does; for the stop of the daemon. */
  abortAll(): void {
    const reason = jobEnd('the job was ended with its minion before it returned', 'SIGKILL')
    for (const { abort } of this.#jobs.values()) abort.abort(reason)
  }
}

/** False when there was nothing to cancel: it is noted, or could not be. */
function cancelNote(running: Running): boolean {
  if (running.unnoted === undefined) return false
  clearTimeout(running.unnoted)
  running.unnoted = undefined
  return true
}
