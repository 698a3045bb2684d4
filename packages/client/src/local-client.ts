// SPDX-License-Identifier: Apache-2.0
import { parseJid, shuffled } from '@halite/core'
import { loads, type PublishReply } from '@halite/protocol'
import { type Answer, type FullReturn, fullReturn, minionReturn, type NoReturn } from './answer.ts'
import { BatchRun } from './batch-run.ts'
import type {
  BatchOptions,
  CommandOptions,
  Fun,
  PublishOptions,
  ReturnShape,
  SubsetOptions,
  TargetOptions,
  Tgt,
} from './command-options.ts'
import { JobRun } from './job-run.ts'
import { type ConnectionOptions, MasterConnection } from './master-connection.ts'
import { batchLoad, type Call, publishLoad } from './publish-load.ts'
import { storedReturns } from './return-feed.ts'
import { returnsOf } from './returns-of.ts'
import { hasFunctions } from './subset.ts'

/** What became of an answer, and in which job. */
export type JobAnswer = Answer & { readonly jid: string }

/** How long to wait for the returns of a job that was published before. */
export type FollowOptions = Pick<CommandOptions, 'timeout' | 'signal'>

/**
 * Runs functions on minions, from a program on the master's host. Every method that asks the master rejects with
 * `MASTER_UNREACHABLE`, `CLIENT_NOT_ALLOWED`, `REQUEST_DENIED`, `REQUEST_TIMEOUT` or `SESSION_LOST`, and those that take
 * a target with `TARGET_INVALID`; a target that matches nobody is an empty result, never an error. A function that fails
 * is a return with a code that is not 0. Close it when done.
 */
export class LocalClient implements AsyncDisposable {
  readonly connection: MasterConnection

  constructor(options: ConnectionOptions = {}) {
    this.connection = new MasterConnection(options)
  }

  /**
   * Runs a function and waits: id → return, or id → full return. A minion that does not answer is absent from the map, unless
   * `showTimeout` asks for the reason in the place of its return.
   */
  cmd(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] | undefined,
    options: CommandOptions & { fullReturn: true; showTimeout?: false },
  ): Promise<Record<string, FullReturn>>
  cmd(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] | undefined,
    options: CommandOptions & { fullReturn: true; showTimeout: boolean },
  ): Promise<Record<string, FullReturn | NoReturn>>
  cmd(
    tgt: Tgt,
    fun: Fun,
    arg?: readonly unknown[],
    options?: CommandOptions & ReturnShape,
  ): Promise<Record<string, unknown>>
  async cmd(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions & ReturnShape = {},
  ): Promise<Record<string, unknown>> {
    return returnsOf(await this.run(tgt, fun, arg, options), options)
  }

  /** Publishes a job and returns its jid, or undefined when nobody matched. */
  async cmdAsync(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: PublishOptions & Partial<BatchOptions> = {},
  ): Promise<string | undefined> {
    return (await this.#publish({ tgt, fun, arg }, options)).jid
  }

  /** Publishes a job: its jid, undefined when nobody matched, whom it is for, and what there is to warn of. */
  async runJob(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: PublishOptions & Partial<BatchOptions> = {},
  ): Promise<{ jid: string | undefined; minions: readonly string[]; warning?: string }> {
    const { jid, minions, warning } = await this.#publish({ tgt, fun, arg }, options)
    return { jid, minions, ...(warning === undefined ? {} : { warning }) }
  }

  /** Runs a function and yields each answer as it comes; those who do not answer come with the reason. */
  async *cmdIter(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions = {},
  ): AsyncGenerator<JobAnswer> {
    const run = await this.run(tgt, fun, arg, options)
    if (run === undefined) return
    for await (const answer of run) yield { ...answer, jid: run.jid }
  }

  /**
   * Runs a function on a few minions at a time, and yields each answer as it comes. Whoever leaves the loop early stops
   * the batch; a program that dies does not. Rejects with `USAGE` for a size that cannot be read.
   */
  async *cmdBatch(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: BatchOptions = { batch: '10%' },
  ): AsyncGenerator<JobAnswer> {
    const run = await this.runBatch(tgt, fun, arg, options)
    if (run === undefined) return
    for await (const answer of run) if (answer.type !== 'run') yield { ...answer, jid: run.jid }
  }

  /** Runs a function on some minions of the target, chosen at random among those that have it, and waits as `cmd`. */
  async cmdSubset(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions & SubsetOptions & ReturnShape = {},
  ): Promise<Record<string, unknown>> {
    const ids = await this.chooseSubset(tgt, fun, options)
    return this.cmd(ids, fun, arg, { ...options, tgtType: 'list' })
  }

  /** Ids of some minions of the target, at random among those that have the function. */
  async chooseSubset(tgt: Tgt, fun: Fun, options: SubsetOptions = {}): Promise<string[]> {
    const { subset = 3, ...how } = options
    const names = typeof fun === 'string' ? [fun] : fun
    const modules = new Set(names.map((name) => name.slice(0, Math.max(0, name.indexOf('.')))))
    const known = await this.cmd(tgt, 'sys.list_functions', [...modules], how)
    return shuffled(Object.keys(known).filter((id) => hasFunctions(known[id], names))).slice(0, subset)
  }

  /** Publishes a job and follows it. Undefined when nobody matched. */
  run(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: CommandOptions = {},
  ): Promise<JobRun | undefined> {
    return this.#follow({ tgt, fun, arg }, options)
  }

  /** Publishes a job that goes round in groups, and follows it. Undefined when nobody matched. */
  async runBatch(
    tgt: Tgt,
    fun: Fun,
    arg: readonly unknown[] = [],
    options: BatchOptions = { batch: '10%' },
  ): Promise<BatchRun | undefined> {
    const { connection } = this
    const load = { ...publishLoad({ tgt, fun, arg }, options), ...batchLoad(options), listen: true }
    return connection.requestJob('publish', load, (answer) => {
      const { jid, ...reply } = publishReply(answer, options)
      const { signal } = options
      return jid === undefined ? undefined : new BatchRun({ connection, reply: { ...reply, jid }, signal })
    })
  }

  /** Follows a job that was published before, a batch or not. Undefined when the master knows no such job. */
  follow(jid: string, options: FollowOptions = {}): Promise<JobRun | BatchRun | undefined> {
    const { connection } = this
    const { signal } = options
    const parsed = parseJid(jid)
    return connection.requestJob('follow', { jid: parsed }, (answer) => {
      if (answer === null) return undefined
      const { minions, batch: state } = loads.followReplySchema(answer, 'follow')
      const reply = { jid: parsed, minions, absent: [], unknown: [] }
      if (state !== undefined) return new BatchRun({ connection, reply, signal, state })
      return new JobRun({
        connection,
        reply,
        signal,
        isOld: true,
        timeoutMs: this.#timeoutMs(options),
      })
    })
  }

  /** What is stored of a job: id → full return. Waits for nobody; empty when the master knows no such job. */
  async getCacheReturns(jid: string): Promise<Record<string, FullReturn>> {
    const returns: Record<string, FullReturn> = {}
    for await (const page of storedReturns(this.connection, parseJid(jid))) {
      for (const packed of page) returns[packed.id] = fullReturn(minionReturn(packed), jid)
    }
    return returns
  }

  /** Waits for the returns of a job that was published before: id → full return. Empty when there is no such job. */
  async getFullReturns(jid: string, options: FollowOptions = {}): Promise<Record<string, FullReturn>> {
    return returnsOf(await this.follow(jid, options), { fullReturn: true })
  }

  /** The ids a target selects, without sending anything. */
  async preview(tgt: Tgt, options: TargetOptions = {}): Promise<readonly string[]> {
    const { tgtType: tgt_type = 'glob', delimiter } = options
    const load = { tgt, tgt_type, ...(delimiter === undefined ? {} : { delimiter }) }
    return loads.previewReplySchema(await this.connection.request('preview', load), 'preview').minions
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #timeoutMs({ timeout }: { readonly timeout?: number | undefined }): number {
    return (timeout ?? this.connection.options.timeout) * 1000
  }

  async #publish(call: Call, options: PublishOptions & Partial<BatchOptions>): Promise<PublishReply> {
    const load = { ...publishLoad(call, options), ...batchLoad(options) }
    return publishReply(await this.connection.request('publish', load), options)
  }

  #follow(call: Call, options: CommandOptions): Promise<JobRun | undefined> {
    const { connection } = this
    const load = { ...publishLoad(call, options), listen: true }
    return connection.requestJob('publish', load, (answer) => {
      const { jid, ...reply } = publishReply(answer, options)
      if (jid === undefined) return undefined
      const { signal } = options
      const timeoutMs = this.#timeoutMs(options)
      return new JobRun({ connection, reply: { ...reply, jid }, timeoutMs, signal })
    })
  }
}

function publishReply(answer: unknown, { onUndecided }: PublishOptions): PublishReply {
  const reply = loads.publishReplySchema(answer, 'publish')
  if (reply.undecided !== undefined) onUndecided?.(reply.undecided)
  return reply
}
