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
}

const { boolean, extensibleRecord, listOf, minionId, text } = schema

/** A published job, seen from the caller's side: its answers as they come, and in the end which minions did not answer and why. */
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
   * Asks the master on which minions the job still runs. Those of whom nothing is to be expected are no longer waited for.
   */
  async #inquire(): Promise<{ running: ReadonlySet<string>; silent: readonly MissingReturn[] }> {
    await this.#feed.fetchStored()
    const { waiting } = this.#feed
    const states = await this.#states([...waiting])
    const running = new Set(states.filter((state) => state.running).map(({ id }) => id))
    // Some may have returned while they were asked.
    if (states.some(({ id, acknowledged }) => acknowledged && !running.has(id)))
      await this.#feed.fetchStored()
    const silent = states
      .filter(({ id }) => waiting.has(id) && !running.has(id))
      .map(({ id, reason }): MissingReturn => ({ type: 'missing', id, status: 'No response', reason }))
    for (const { id } of silent) waiting.delete(id)
    return { running, silent }
  }

  async #states(ids: readonly string[]): Promise<ReturnType<typeof stateSchema>> {
    const { connection } = this.#options
    const { jid } = this
    // The master answers when the minions have, or when their time is up.
    const states = await connection.request('job_state', { jid, ids, ask: true }, answerMs(connection))
    return stateSchema(states, 'states')
  }
}

/** What the master needs beyond the time that minions have. */
const spareMs = 30_000

function answerMs({ options }: MasterConnection): number {
  return options.gather_job_timeout * 1000 + spareMs
}

const stateSchema = listOf(
  extensibleRecord({
    id: minionId,
    connected: boolean,
    acknowledged: boolean,
    running: boolean,
    reason: text(255),
  }),
  1_000_000,
)
