// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Jid, schema, systemClock, type Timers } from '@halite/core'
import type { PublishReply } from '@halite/protocol'
import type { Answer, MinionReturn, MissingReturn } from './answer.ts'
import type { MasterConnection } from './master-connection.ts'
import { ReturnFeed } from './return-feed.ts'

export interface JobRunOptions {
  readonly connection: MasterConnection
  readonly reply: PublishReply & { readonly jid: Jid }
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock & Timers
  /** The job was published before: what is stored of it comes first. */
  readonly isOld?: boolean
  /** Asks the given minions whether the job runs; resolves to those where it does. */
  readonly findJob: (jid: Jid, ids: readonly string[]) => Promise<ReadonlySet<string>>
}

const { boolean, listOf, minionId, record, text } = schema

/** A published job, seen from the caller's side: its answers as they come, and in the end who did not answer and why. */
export class JobRun implements AsyncIterable<Answer> {
  readonly jid: Jid
  /** Minions the target selected. */
  readonly minions: readonly string[]
  /** Ids a list target names that the master does not know. */
  readonly unknown: readonly string[]
  /** What whoever published the job has to know, such as that it runs and is not kept. */
  readonly warning: string | undefined
  readonly #options: JobRunOptions
  readonly #clock: Clock & Timers
  readonly #feed: ReturnFeed
  #missedSome: boolean

  /** The master must push the job's events to this session already. */
  constructor(options: JobRunOptions) {
    const { reply, connection, clock = systemClock, signal, isOld = false } = options
    this.#options = options
    this.#clock = clock
    this.#missedSome = isOld
    this.jid = reply.jid
    this.minions = reply.minions
    this.unknown = reply.unknown
    this.warning = reply.warning
    const absent = new Set(reply.absent.map(({ id }) => id))
    this.#feed = new ReturnFeed({
      connection,
      jid: reply.jid,
      waiting: reply.minions.filter((id) => !absent.has(id)),
      clock,
      signal,
      onResumed: () => {
        this.#missedSome = true
      },
    })
  }

  /**
   * Yields each return once, as it arrives, and each minion that will not return, with the reason, once that is known.
   * Ends when nobody is left to wait for, or when the signal aborts. Rejects with `MASTER_UNREACHABLE` when the master
   * is away at the end of the timeout.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Answer> {
    try {
      for (let isRunning = true; isRunning && !this.#isSettled; ) {
        yield* this.#arriving(this.#clock.monotonicMs() + this.#options.timeoutMs)
        if (this.#isSettled || this.#options.signal?.aborted) break
        const { running, silent } = await this.#inquire()
        yield* this.#feed.drain()
        yield* silent
        isRunning = running.size > 0
      }
      yield* this.#feed.drain()
      for (const { id, reason } of this.#options.reply.absent) {
        yield { type: 'missing', id, status: 'Not connected', reason }
      }
    } finally {
      this.close()
    }
  }

  /** Stops listening; the job itself goes on. */
  close(): void {
    this.#feed.close()
  }

  /** Whether everything that was waited for has come, and has been handed over. */
  get #isSettled(): boolean {
    return this.#feed.waiting.size === 0 && this.#feed.isEmpty
  }

  async *#arriving(untilMs: number): AsyncGenerator<MinionReturn> {
    for (;;) {
      if (this.#missedSome) await this.#catchUp()
      yield* this.#feed.drain()
      const leftMs = untilMs - this.#clock.monotonicMs()
      // Something may have come while the last answer was handed over.
      if (!this.#feed.isEmpty) continue
      if (this.#isSettled || leftMs <= 0 || this.#options.signal?.aborted) return
      await this.#feed.change(leftMs)
    }
  }

  /** Takes what was stored while nothing was heard. The master may be gone again: the timeout bounds how long. */
  async #catchUp(): Promise<void> {
    this.#missedSome = false
    await this.#feed.fetchStored().catch(() => undefined)
  }

  /**
   * Asks the master who acknowledged the job, and those minions whether it still runs. Those of whom nothing is to be
   * expected are no longer waited for.
   */
  async #inquire(): Promise<{ running: ReadonlySet<string>; silent: readonly MissingReturn[] }> {
    const { findJob } = this.#options
    await this.#feed.fetchStored()
    const { waiting } = this.#feed
    const states = await this.#states([...waiting])
    const acknowledged = states
      .filter(({ acknowledged: yes, connected }) => yes && connected)
      .map(({ id }) => id)
    const running = acknowledged.length === 0 ? new Set<string>() : await findJob(this.jid, acknowledged)
    if (running.size < acknowledged.length) await this.#feed.fetchStored()
    const left = states.filter(({ id }) => waiting.has(id) && !running.has(id))
    // Asking takes a while, in which more becomes known of those who did not answer.
    const isOld = acknowledged.length > 0 && left.length > 0
    const silent = (isOld ? await this.#states(left.map(({ id }) => id)) : left).map(
      ({ id, reason }): MissingReturn => ({ type: 'missing', id, status: 'No response', reason }),
    )
    for (const { id } of silent) waiting.delete(id)
    return { running, silent }
  }

  async #states(ids: readonly string[]): Promise<ReturnType<typeof stateSchema>> {
    const { connection } = this.#options
    return stateSchema(await connection.request('job_state', { jid: this.jid, ids }), 'states')
  }
}

const stateSchema = listOf(
  record({ id: minionId, connected: boolean, acknowledged: boolean, reason: text(255) }),
  1_000_000,
)
