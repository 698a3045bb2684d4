// SPDX-License-Identifier: Apache-2.0
import { type Jid, jobEnd, type Limit, type Logger, parseMinionId, settledBy, unpack } from '@halite/core'
import {
  type ExecutorFiles,
  ExecutorPool,
  type MasterCalls,
  masterAsks,
  memoryLimit,
  type PackedResult,
  receivedError,
} from '@halite/executor'
import type { RunningRun } from '@halite/loader'
import { loads } from '@halite/protocol'
import type { EventBus } from '../events.ts'

/** What runners are run with. */
export interface RunsInit {
  readonly files: ExecutorFiles
  readonly options: Readonly<Record<string, unknown>>
  readonly calls: MasterCalls
  readonly events: EventBus
  readonly log: Logger
  /** Whether an executor is always ready. */
  readonly keepsSpare: boolean
}

/** A runner that is to be run. */
export interface Run {
  readonly jid: Jid
  readonly fun: string
  readonly arg: readonly unknown[]
  readonly user: string
  /** The session that waits for it: when it ends, so does the run. */
  readonly owner: object | undefined
}

interface UnderWay extends Run {
  readonly controller: AbortController
  /** Resolves when it is over. */
  readonly done: Promise<void>
  pid: number
}

/** How long an executor without a runner is kept: people call one runner after the other. */
const spareMs = 300_000
/** Runners are half of the machine's memory at most, as jobs of a minion are. */
const memoryOption = -1

/** The runners that the master runs, each in an executor of its own: however long one takes, it never delays the master. */
export class Runs {
  readonly #init: RunsInit
  readonly #pool: ExecutorPool
  readonly #underWay = new Map<Jid, UnderWay>()
  #isClosed = false

  constructor(init: RunsInit) {
    this.#init = init
    this.#pool = new ExecutorPool({
      files: init.files,
      id: parseMinionId('master'),
      facts: () => ({ options: init.options, grains: {}, pillar: {}, site: [] }),
      returnLimits: loads.returnLimits,
      asks: masterAsks(init.calls),
      log: init.log,
      memoryLimit: () => memoryLimit(memoryOption),
      spareMs: init.keepsSpare ? Number.POSITIVE_INFINITY : spareMs,
    })
  }

  /** Starts the executor for the first runner, if one is to be kept. */
  warm(): void {
    if (this.#init.keepsSpare) this.#pool.warm()
  }

  /** Resolves to what the runner returns; rejects with what it throws, or with `JOB_ABORTED` when its process ended. */
  async run(run: Run): Promise<unknown> {
    const { jid, fun, arg, user } = run
    if (this.#isClosed) throw jobEnd('the master stops, and begins no runner', 'SIGKILL')
    const controller = new AbortController()
    let over: () => void = () => undefined
    const done = new Promise<void>((resolve) => {
      over = resolve
    })
    const underWay: UnderWay = { ...run, controller, done, pid: process.pid }
    this.#underWay.set(jid, underWay)
    try {
      const result = await this.#pool.run({
        message: { type: 'run', kind: 'runners', jid, fun, arg, user, tgt: '', tgtType: 'glob', ret: '' },
        signal: controller.signal,
        onStart: (pid) => {
          underWay.pid = pid
        },
        asks: {
          progress: ([data]) => this.#init.events.fire(`salt/run/${jid}/progress`, { jid, fun, user, data }),
        },
      })
      return returnedBy(result)
    } finally {
      this.#underWay.delete(jid)
      over()
    }
  }

  /** What runs now. */
  list(): readonly RunningRun[] {
    return [...this.#underWay.values()].map(({ jid, fun, user, pid }) => ({ jid, fun, user, pid }))
  }

  /** Ends a runner; false when it does not run. A second call ends it at once. */
  stop(jid: Jid, reason: string): boolean {
    const run = this.#underWay.get(jid)
    run?.controller.abort(jobEnd(`the runner was ended ${reason} before it returned`, 'SIGKILL'))
    return run !== undefined
  }

  /** The session is gone, and with it whoever waited for its runners. */
  ownerGone(owner: object): void {
    for (const run of this.#underWay.values())
      if (run.owner === owner) this.stop(run.jid, 'with the program that waited for it')
  }

  /** Options changed. */
  refresh(): void {
    this.#pool.refresh('options')
  }

  /** Begins no further runner, waits for those that run up to a limit, then ends them, and all executors. */
  async close({ ms, hurry = new AbortController().signal }: Limit): Promise<void> {
    this.#isClosed = true
    const kill = () => void this.#pool.close()
    hurry.addEventListener('abort', kill, { once: true })
    await settledBy(this.#idle(), { ms, hurry })
    for (const jid of this.#underWay.keys()) this.stop(jid, 'with the master')
    if (hurry.aborted) kill()
    await this.#idle()
    await this.#pool.close()
  }

  async #idle(): Promise<void> {
    await Promise.all([...this.#underWay.values()].map(({ done }) => done))
  }
}

function returnedBy({ return: packed, success, error }: PackedResult): unknown {
  if (error !== undefined) throw receivedError(error)
  const value = unpack(packed, loads.returnLimits)
  if (success) return value
  throw jobEnd(String(value).replace(/^ERROR: /, ''), 'SIGKILL')
}
