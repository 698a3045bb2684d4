// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  type Jid,
  type Logger,
  type MinionId,
  type MinionOptions,
  messageOf,
} from '@halite/core'
import {
  type ExecutorJob,
  type ExecutorPool,
  journalPath,
  type PackedResult,
  packResult,
  type RunMessage,
  readJournal,
  removeJournal,
} from '@halite/executor'
import {
  type ContextInput,
  createContext,
  type DaemonServices,
  type Registry,
  runFunction,
} from '@halite/loader'
import { type Job, loads } from '@halite/protocol'
import type { JobQueue } from './job-queue.ts'
import type { RunningJobs } from './running-jobs.ts'

export interface JobDispatcherInit {
  readonly id: MinionId
  readonly options: MinionOptions
  /** These three are read for each job, so that a refresh shows in the next one. */
  readonly registry: () => Registry
  readonly grains: () => Readonly<Record<string, unknown>>
  readonly pillar: () => DataMap
  /** Looks for changed site modules; awaited before a job that one of them may answer to. */
  readonly refreshModules: () => Promise<void>
  readonly log: Logger
  /** What the daemon provides to functions. */
  readonly services: DaemonServices
  /** Runs the functions that are not inline. */
  readonly pool: ExecutorPool
  /** Where they wait for their turn. */
  readonly queue: JobQueue
  readonly running: RunningJobs
}

/** Runs jobs where they belong: inline functions in the daemon, all others in an executor when their turn has come. */
export class JobDispatcher {
  readonly #init: JobDispatcherInit
  /** What the contexts of all jobs in the daemon have in common: more than each of them has of its own. */
  readonly #lasting: Omit<ContextInput, 'registry' | 'grains' | 'pillar'>

  constructor(init: JobDispatcherInit) {
    this.#init = init
    const { services, id, options, log } = init
    this.#lasting = { ...services, inDaemon: true, id, options, log }
  }

  /** Whether it is a job of inline functions, which change nothing; site modules that were not looked for may answer instead. */
  runsHere(job: Job): boolean {
    return functionsOf(job).every((fun) => this.#init.registry().isInline(fun))
  }

  /** Resolves to what the job returned. Rejects with `JOB_ABORTED` when `abort` ended it before it began. */
  async run(job: Job, abort: AbortController): Promise<PackedResult> {
    const functions = functionsOf(job)
    if (!functions.every((fun) => this.#init.registry().isBuiltIn(fun))) await this.#init.refreshModules()
    const registry = this.#init.registry()
    if (functions.every((fun) => registry.isInline(fun))) return this.#runHere(job, abort, registry)
    const { signal } = abort
    const onStart = (pid: number) => this.#noteMove(job.jid, () => this.#init.running.moved(job.jid, pid))
    const { queue } = this.#init
    return queue.add(() => this.#runApart({ message: messageOfJob(job), signal, onStart }), {
      signal,
      onWait: () => this.#noteMove(job.jid, () => this.#init.running.waits(job.jid)),
    })
  }

  /**
   * Runs a job in an executor. A run of states whose process was lost under one of its states goes on behind that state in
   * another one: each time at least one state more is done, so it ends.
   */
  async #runApart(job: ExecutorJob): Promise<PackedResult> {
    const { pool, options, log } = this.#init
    const { jid } = job.message
    const journal = journalPath(options.cachedir, jid)
    const blocked = {
      ms: limitMs(options.state_blocked_max),
      // Whatever else computes for so long may: a person can end it.
      applies: () => (readJournal(journal)?.open.length ?? 0) > 0,
    }
    let result = await pool.run({ ...job, blocked })
    let done = -1
    for (;;) {
      const left = result.lost === undefined || job.signal.aborted ? undefined : readJournal(journal)
      if (left === undefined || left.open.length === 0 || left.results.size <= done) break
      done = left.results.size
      log.warning('a run of states goes on behind the state that ended its process', {
        jid,
        reason: result.lost,
      })
      result = await pool.run({ ...job, blocked, message: { ...job.message, resumes: result.lost } })
    }
    removeJournal(journal)
    return result
  }

  /** The job goes on all the same: a crash leaves its process alone, or reports a job that had not begun. */
  #noteMove(jid: Jid, note: () => void): void {
    try {
      note()
    } catch (error) {
      this.#init.log.warning('the process or place of a job cannot be noted', {
        jid,
        reason: messageOf(error),
      })
    }
  }

  async #runHere(job: Job, abort: AbortController, registry: Registry): Promise<PackedResult> {
    const { grains, pillar } = this.#init
    const { jid, user, tgt, tgt_type: tgtType, arg, ret, fun } = job
    const name = typeof fun === 'string' ? fun : fun.join(',')
    const facts = {
      registry,
      grains: grains(),
      pillar: pillar(),
      // Node makes the signal when it is first looked at, and few of these functions look.
      get signal() {
        return abort.signal
      },
      job: { jid, user, tgt, tgtType, arg, ret, fun: name },
    }
    const context = createContext(Object.setPrototypeOf(facts, this.#lasting))
    return packResult(await runFunction(registry, context, { fun, arg }), loads.returnLimits)
  }
}

/** Of an option in seconds, where 0 stands for no limit. */
function limitMs(seconds: number): number {
  return seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY
}

function functionsOf({ fun }: Job): readonly string[] {
  return typeof fun === 'string' ? [fun] : fun
}

function messageOfJob(job: Job): RunMessage {
  const { jid, fun, arg, user, tgt, tgt_type, ret } = job
  return { type: 'run', kind: 'execution', jid, fun, arg, user, tgt, tgtType: tgt_type, ret }
}
