// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Jid, type MinionId, schema, systemClock, unpack } from '@halite/core'
import { loads, type PublishReply, type WireEvent } from '@halite/protocol'
import type { MasterConnection } from './master-connection.ts'

/** What one minion returned. */
export interface MinionReturn {
  readonly type: 'return'
  readonly id: MinionId
  readonly ret: unknown
  readonly retcode: number
  readonly success: boolean
  /** The outputter the function asks for. */
  readonly out: string | undefined
}

/** A minion that was asked and did not return, and why. */
export interface MissingReturn {
  readonly type: 'missing'
  readonly id: MinionId
  /** `Not connected` or `No response`, as Salt puts it. */
  readonly status: 'Not connected' | 'No response'
  /** In words: what the master knows of it. */
  readonly reason: string
}

/** What becomes of one minion of a job: each has exactly one of these in the end. */
export type Answer = MinionReturn | MissingReturn

export interface JobRunOptions {
  readonly connection: MasterConnection
  readonly reply: PublishReply & { readonly jid: Jid }
  /** Events that came before the run was made; those of other jobs are passed over. */
  readonly early?: readonly WireEvent[]
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  readonly clock?: Clock
  /** Asks the given minions whether the job runs; resolves to those where it does. */
  readonly findJob: (jid: Jid, ids: readonly MinionId[]) => Promise<ReadonlySet<string>>
}

/** How often a master that went away is tried. */
const comeBackMs = 300

const { boolean, integer, listOf, minionId, optional, record, text } = schema

const storedSchema = listOf(
  record({
    id: minionId,
    return: schema.binary(loads.maxReturnBytes),
    retcode: integer(-(2 ** 31), 2 ** 32),
    success: boolean,
    out: optional(text(64)),
  }),
  1_000_000,
)

/** A published job, seen from the caller's side: its answers as they come, and in the end who did not answer and why. */
export class JobRun implements AsyncIterable<Answer> {
  readonly jid: Jid
  /** Minions the target selected. */
  readonly minions: readonly MinionId[]
  /** Ids a list target names that the master does not know. */
  readonly unknown: readonly string[]
  readonly #options: JobRunOptions
  readonly #clock: Clock
  readonly #waiting: Set<MinionId>
  readonly #arrived: MinionReturn[] = []
  readonly #stops: readonly (() => void)[]
  #closed = false
  #wake: () => void = () => undefined

  constructor(options: JobRunOptions) {
    const { reply, connection, clock = systemClock } = options
    this.#options = options
    this.#clock = clock
    this.jid = reply.jid
    this.minions = reply.minions
    this.unknown = reply.unknown
    const absent = new Set(reply.absent.map(({ id }) => id))
    this.#waiting = new Set(reply.minions.filter((id) => !absent.has(id)))
    this.#stops = [
      connection.listen((event) => this.#take(event)),
      connection.onLost(() => void this.#comeBack()),
    ]
    for (const event of options.early ?? []) this.#take(event)
  }

  /**
   * Yields each return once, as it arrives, and each minion that will not return, with the reason, once that is known.
   * Ends when nobody is left to wait for.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Answer> {
    try {
      for (let isRunning = true; isRunning && !this.#isSettled; ) {
        yield* this.#arriving(this.#clock.monotonicMs() + this.#options.timeoutMs)
        if (this.#isSettled || this.#options.signal?.aborted) break
        const { running, silent } = await this.#inquire()
        yield* this.#drain()
        yield* silent
        isRunning = running.size > 0
      }
      yield* this.#drain()
      for (const { id, reason } of this.#options.reply.absent) {
        yield { type: 'missing', id, status: 'Not connected', reason }
      }
    } finally {
      this.close()
    }
  }

  /** Stops listening; the job itself goes on. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const stop of this.#stops) stop()
    this.#options.connection
      .request('unsubscribe', { prefix: this.#prefix })
      // The session is gone, and the subscription with it.
      .catch(() => undefined)
  }

  get #prefix(): string {
    return `salt/job/${this.jid}/`
  }

  /** The master went away: listens again when it is back, and takes what it stored meanwhile. */
  async #comeBack(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#options.connection.request('subscribe', { prefix: this.#prefix })
        await this.#fetchStored()
        return
      } catch {
        // Not back yet; the caller's timeout bounds how long this is tried.
        await this.#clock.sleep(comeBackMs)
      }
    }
  }

  /** Whether everything that was waited for has come, and has been handed over. */
  get #isSettled(): boolean {
    return this.#waiting.size === 0 && this.#arrived.length === 0
  }

  async *#arriving(untilMs: number): AsyncGenerator<MinionReturn> {
    for (;;) {
      yield* this.#drain()
      const leftMs = untilMs - this.#clock.monotonicMs()
      // Something may have come while the last answer was handed over.
      if (this.#arrived.length > 0) continue
      if (this.#isSettled || leftMs <= 0 || this.#options.signal?.aborted) return
      await this.#nextArrival(leftMs)
    }
  }

  *#drain(): Generator<MinionReturn> {
    for (let next = this.#arrived.shift(); next !== undefined; next = this.#arrived.shift()) yield next
  }

  /** Resolves at the next arrival, or after `ms`. */
  async #nextArrival(ms: number): Promise<void> {
    const stop = new AbortController()
    const abort = () => stop.abort()
    this.#options.signal?.addEventListener('abort', abort, { once: true })
    this.#wake = abort
    try {
      await this.#clock.sleep(ms, stop.signal)
    } catch (error) {
      if (!stop.signal.aborted) throw error
    } finally {
      this.#options.signal?.removeEventListener('abort', abort)
    }
  }

  #take({ tag, data }: WireEvent): void {
    if (!tag.startsWith(`${this.#prefix}ret/`) || !schema.isPlainObject(data)) return
    const { id, return: value, retcode, success, out } = data
    this.#arrive(storedSchema([{ id, return: value, retcode, success, out }], 'return'))
  }

  #arrive(returns: ReturnType<typeof storedSchema>): void {
    for (const { id, return: packed, retcode, success, out } of returns) {
      if (!this.#waiting.delete(id)) continue
      const ret = unpack(packed, { maxBytes: loads.maxReturnBytes, maxDepth: 512 })
      this.#arrived.push({ type: 'return', id, ret, retcode, success, out })
    }
    this.#wake()
  }

  async #fetchStored(): Promise<void> {
    const stored = await this.#options.connection.request('job_returns', { jid: this.jid })
    this.#arrive(storedSchema(stored, 'returns'))
  }

  /**
   * Asks the master who acknowledged the job, and those minions whether it still runs. Those of whom nothing is to be
   * expected are no longer waited for.
   */
  async #inquire(): Promise<{ running: ReadonlySet<string>; silent: readonly MissingReturn[] }> {
    const { connection, findJob } = this.#options
    await this.#fetchStored()
    const ids = [...this.#waiting]
    const states = stateSchema(await connection.request('job_state', { jid: this.jid, ids }), 'states')
    const acknowledged = states
      .filter(({ acknowledged: yes, connected }) => yes && connected)
      .map(({ id }) => id)
    const running = acknowledged.length === 0 ? new Set<string>() : await findJob(this.jid, acknowledged)
    if (running.size < acknowledged.length) await this.#fetchStored()
    const silent = states
      .filter(({ id }) => this.#waiting.has(id) && !running.has(id))
      .map(({ id, reason }): MissingReturn => ({ type: 'missing', id, status: 'No response', reason }))
    for (const { id } of silent) this.#waiting.delete(id)
    return { running, silent }
  }
}

const stateSchema = listOf(
  record({ id: minionId, connected: boolean, acknowledged: boolean, reason: text(255) }),
  1_000_000,
)
