// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  type Jid,
  jobEnd,
  type Limit,
  type Logger,
  type MasterOptions,
  parseMinionId,
  SaltError,
  schema,
  settledBy,
  show,
  unpack,
} from '@halite/core'
import {
  type ExecutorFiles,
  ExecutorPool,
  leftoversFolder,
  type MasterCalls,
  masterAsks,
  memoryLimit,
  orchestrationAsks,
  type PackedResult,
  receivedError,
  removeLeftovers,
} from '@halite/executor'
import { SiteModules } from '@halite/executor/site'
import { type Manifest, type OrchestrationCalls, Registry, type RunningRun } from '@halite/loader'
import { loads } from '@halite/protocol'
import type { EventBus } from '../events.ts'

/** Whose orchestration it is, and when it is over. */
export interface OrchestrationOwner {
  readonly user: string
  readonly owner: object
  readonly signal: AbortSignal
}

/** What runners are run with. */
export interface RunsInit {
  readonly files: ExecutorFiles
  /** The built-in modules. */
  readonly manifest: Manifest
  readonly options: MasterOptions
  readonly calls: MasterCalls
  /** What one that orchestrates asks, for as long as it runs. */
  readonly orchestration: (owner: OrchestrationOwner) => OrchestrationCalls
  readonly events: EventBus
  readonly log: Logger
  /** Whether an executor is always ready. */
  readonly keepsSpare: boolean
}

/** A function of the master that is to be run: a runner, a wheel function of the site, or a module of `master_tops`. */
export interface Run {
  readonly kind: 'runners' | 'wheel' | 'tops'
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

/** What the master is called where a minion has its id. */
const masterName = parseMinionId('master')
/** How long an executor without a runner is kept: people call one runner after the other. */
const spareMs = 300_000
/** Runners are half of the machine's memory at most, as jobs of a minion are. */
const memoryOption = -1

/** The runners that the master runs, each in an executor of its own: however long one takes, it never delays the master. */
export class Runs {
  readonly #init: RunsInit
  readonly #pool: ExecutorPool
  readonly #site: SiteModules
  #registry: Registry | undefined
  readonly #underWay = new Map<Jid, UnderWay>()
  #isClosed = false

  constructor(init: RunsInit) {
    this.#init = init
    const { files, options, log } = init
    this.#site = new SiteModules({ id: masterName, options, files, log: log.child({ part: 'modules' }) })
    this.#pool = new ExecutorPool({
      files,
      id: masterName,
      facts: () => ({ options, grains: {}, pillar: {}, site: this.#site.modules }),
      returnLimits: loads.returnLimits,
      asks: masterAsks(init.calls),
      log,
      leftovers: this.#leftovers,
      memoryLimit: () => memoryLimit(memoryOption),
      spareMs: init.keepsSpare ? Number.POSITIVE_INFINITY : spareMs,
    })
  }

  /** The modules of the master, built in and of the site; changed ones are looked for. Nothing of the site runs by it. */
  async modules(): Promise<Registry> {
    const hasChanged = await this.#site.refresh()
    if (hasChanged) this.#pool.refresh('site')
    if (hasChanged || this.#registry === undefined) this.#registry = this.#makeRegistry()
    return this.#registry
  }

  /** Removes what executors of a former master have left behind. */
  async removeLeftovers(): Promise<void> {
    await removeLeftovers({ directory: this.#leftovers, log: this.#init.log })
  }

  /** Starts the executor for the first runner, if one is to be kept. */
  warm(): void {
    if (this.#init.keepsSpare) this.#pool.warm()
  }

  /** Resolves to what the runner returns; rejects with what it throws, or with `JOB_ABORTED` when its process ended. */
  async run(run: Run): Promise<unknown> {
    const { kind, jid, fun, arg, user } = run
    if (this.#isClosed) throw jobEnd('the master stops, and begins no runner', 'SIGKILL')
    const controller = new AbortController()
    let over: () => void = () => undefined
    const done = new Promise<void>((resolve) => {
      over = resolve
    })
    const underWay: UnderWay = { ...run, controller, done, pid: process.pid }
    this.#underWay.set(jid, underWay)
    const ended = new AbortController()
    try {
      const result = await this.#pool.run({
        message: { type: 'run', kind, jid, fun, arg, user, tgt: '', tgtType: 'glob', ret: '' },
        signal: controller.signal,
        onStart: (pid) => {
          underWay.pid = pid
        },
        asks: {
          ...orchestrationAsks(this.#init.orchestration({ user, owner: underWay, signal: ended.signal })),
          progress: ([data]) => this.#init.events.fire(`salt/run/${jid}/progress`, { jid, fun, user, data }),
          fireEvent: ([tag, data]) => this.#init.events.fire(runnerTag(tag), schema.dataMap(data, 'data')),
        },
      })
      return returnedBy(result)
    } finally {
      this.#underWay.delete(jid)
      ended.abort()
      this.ownerGone(underWay)
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
    this.#registry = undefined
  }

  /** Begins no further runner, waits for those that run up to a limit, then ends them, and all executors. */
  async close({ ms, hurry = new AbortController().signal }: Limit): Promise<void> {
    this.#isClosed = true
    this.#site.close()
    const kill = () => void this.#pool.close()
    hurry.addEventListener('abort', kill, { once: true })
    await settledBy(this.#idle(), { ms, hurry })
    for (const jid of this.#underWay.keys()) this.stop(jid, 'with the master')
    if (hurry.aborted) kill()
    await this.#idle()
    await this.#pool.close()
  }

  get #leftovers(): string {
    return join(this.#init.options.cachedir, leftoversFolder)
  }

  #makeRegistry(): Registry {
    const { manifest, options, log } = this.#init
    return new Registry([...this.#site.standIns(), manifest], { options, log, inDaemon: true })
  }

  async #idle(): Promise<void> {
    await Promise.all([...this.#underWay.values()].map(({ done }) => done))
  }
}

/** The tags that runners may fire; none of them passes for something that the master or a minion says. */
function runnerTag(tag: unknown): string {
  if (typeof tag === 'string' && /^salt\/update\/[\w/.@:+-]{1,512}$/.test(tag)) return tag
  throw new SaltError('VALUE_MALFORMED', `a runner cannot fire events with the tag ${show(tag)}`, {
    hint: 'Tags of runners begin with salt/update/, and have letters, digits and / _ . @ : + - behind it.',
  })
}

function returnedBy({ return: packed, success, error }: PackedResult): unknown {
  if (error !== undefined) throw receivedError(error)
  const value = unpack(packed, loads.returnLimits)
  if (success) return value
  throw jobEnd(String(value).replace(/^ERROR: /, ''), 'SIGKILL')
}
