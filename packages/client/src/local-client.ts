// SPDX-License-Identifier: Apache-2.0
import { type Jid, type MinionId, parseJid, SaltError } from '@halite/core'
import { loads, type PublishReply, type WireEvent } from '@halite/protocol'
import type { TargetType } from '@halite/targeting'
import { type Answer, JobRun, type JobRunOptions } from './job-run.ts'
import { type ConnectionOptions, MasterConnection } from './master-connection.ts'

export interface CommandOptions {
  /** Keyword arguments. */
  readonly kwarg?: Readonly<Record<string, unknown>>
  readonly tgtType?: TargetType
  readonly delimiter?: string
  /** Seconds to wait for minions of which nothing is heard; default: the option `timeout`. */
  readonly timeout?: number
  /** Returners, comma separated. */
  readonly ret?: string
  /** The jid to use; default: one the master makes. */
  readonly jid?: string
  /** Ends the waiting, not the job. */
  readonly signal?: AbortSignal
}

/** One minion's return with what comes beside the value. */
export interface FullReturn {
  readonly ret: unknown
  readonly retcode: number
  readonly success: boolean
  readonly jid: string
  readonly out?: string
}

type Fun = string | readonly string[]
type Tgt = string | readonly string[]

interface Call {
  readonly tgt: Tgt
  readonly fun: Fun
  readonly arg: readonly unknown[]
}

type FollowOptions = Pick<JobRunOptions, 'timeoutMs' | 'findJob' | 'signal'>

/**
 * Runs functions on minions, from a program on the master's host. Every method rejects with `MASTER_UNREACHABLE`,
 * `CLIENT_NOT_ALLOWED` or `TARGET_INVALID`; a target that matches nobody is an empty result, never an error.
 * Close it when done.
 */
export class LocalClient implements AsyncDisposable {
  readonly connection: MasterConnection

  constructor(options: ConnectionOptions = {}) {
    this.connection = new MasterConnection(options)
  }

  /**
   * Runs a function and waits: id → return, or id → full return. Minions that do not answer are absent from the map.
   */
  cmd(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[],
    options: CommandOptions & { fullReturn: true },
  ): Promise<Record<string, FullReturn>>
  cmd(
    tgt: Tgt,
    fun: Fun,
    arg?: readonly unknown[],
    options?: CommandOptions & { fullReturn?: false },
  ): Promise<Record<string, unknown>>
  async cmd(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions & { fullReturn?: boolean } = {},
  ): Promise<Record<string, unknown>> {
    const returns: Record<string, unknown> = {}
    for await (const answer of this.cmdIter(tgt, fun, arg, options)) {
      if (answer.type !== 'return') continue
      const { id, ret, retcode, success, out, jid } = answer
      returns[id] = options.fullReturn
        ? { ret, retcode, success, jid, ...(out === undefined ? {} : { out }) }
        : ret
    }
    return returns
  }

  /** Publishes a job and returns its jid, or undefined when nobody matched. */
  async cmdAsync(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions = {},
  ): Promise<string | undefined> {
    return (await this.#publish({ tgt, fun, arg }, options, { listen: false })).jid
  }

  /** Runs a function and yields each answer as it comes; those who do not answer come with the reason. */
  async *cmdIter(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions = {},
  ): AsyncGenerator<Answer & { readonly jid: string }> {
    const run = await this.run(tgt, fun, arg, options)
    if (run === undefined) return
    for await (const answer of run) yield { ...answer, jid: run.jid }
  }

  /** Publishes a job and follows it. Undefined when nobody matched. */
  async run(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions = {},
  ): Promise<JobRun | undefined> {
    const { timeout } = this.connection.options
    return this.#follow({ tgt, fun, arg }, options, {
      timeoutMs: (options.timeout ?? timeout) * 1000,
      findJob: (jid, ids) => this.#findJob(jid, ids),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  }

  /** The ids a target selects, without sending anything. */
  async preview(tgt: Tgt, options: CommandOptions = {}): Promise<readonly MinionId[]> {
    return (await this.#publish({ tgt, fun: 'test.ping', arg: [] }, options, { preview: true })).minions
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #publish(
    call: Call,
    options: CommandOptions,
    how: { listen?: boolean; preview?: boolean },
  ): Promise<PublishReply> {
    const { kwarg = {}, tgtType = 'glob', delimiter, timeout, ret, jid } = options
    const keywords = Object.keys(kwarg).length === 0 ? [] : [{ ...kwarg, __kwarg__: true }]
    const load = {
      fun: call.fun,
      arg: [...call.arg, ...keywords],
      tgt: call.tgt,
      tgt_type: tgtType,
      ...how,
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(ret === undefined ? {} : { ret }),
      ...(jid === undefined ? {} : { jid: parseJid(jid) }),
    }
    return loads.publishReplySchema(await this.connection.request('publish', load), 'publish')
  }

  /** Publishes and follows. The first events may be here before the answer is: they are kept for the run. */
  async #follow(call: Call, options: CommandOptions, how: FollowOptions): Promise<JobRun | undefined> {
    const early: WireEvent[] = []
    const stop = this.connection.listen((event) => early.push(event))
    try {
      const reply = await this.#publish(call, options, { listen: true })
      const { jid } = reply
      if (jid === undefined) return undefined
      return new JobRun({ connection: this.connection, reply: { ...reply, jid }, early, ...how })
    } finally {
      stop()
    }
  }

  /** Those of `ids` on which the job runs, asked of the minions themselves. */
  async #findJob(jid: Jid, ids: readonly MinionId[]): Promise<ReadonlySet<string>> {
    const running = new Set<string>()
    const run = await this.#follow(
      { tgt: ids, fun: 'saltutil.find_job', arg: [jid] },
      { tgtType: 'list' },
      {
        timeoutMs: this.connection.options.gather_job_timeout * 1000,
        findJob: () => Promise.resolve(new Set()),
      },
    )
    if (run === undefined) return running
    for await (const answer of run) {
      if (answer.type === 'return' && isRunning(answer.ret)) running.add(answer.id)
    }
    return running
  }
}

function isRunning(ret: unknown): boolean {
  return typeof ret === 'object' && ret !== null && 'jid' in ret
}

/** Functions of the master itself: `runner` ones report, `wheel` ones act on the master. */
class MasterFunctions implements AsyncDisposable {
  readonly connection: MasterConnection
  readonly #request: 'runner' | 'wheel'

  constructor(request: 'runner' | 'wheel', options: ConnectionOptions) {
    this.#request = request
    this.connection = new MasterConnection(options)
  }

  /** Runs one function; resolves to its return. Rejects with the master's error: `FUNCTION_UNKNOWN`, `ARGUMENTS_INVALID`, … */
  cmd(
    fun: string,
    arg: readonly unknown[] = [],
    kwarg: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    if (!fun.includes('.'))
      return Promise.reject(new SaltError('FUNCTION_UNKNOWN', `'${fun}' is not available.`))
    return this.connection.request(this.#request, { fun, arg, kwarg })
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** `salt-run` for programs: `runner.cmd('jobs.list_jobs')`. */
export class RunnerClient extends MasterFunctions {
  constructor(options: ConnectionOptions = {}) {
    super('runner', options)
  }
}

/** The wheel for programs: `wheel.cmd('key.list_all')`. */
export class WheelClient extends MasterFunctions {
  constructor(options: ConnectionOptions = {}) {
    super('wheel', options)
  }
}
