// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Jid, systemClock, type Timers } from '@halite/core'
import { type BatchState, loads, type PublishReply, type Skipped, type WireEvent } from '@halite/protocol'
import type { Answer, MissingReturn } from './answer.ts'
import type { MasterConnection } from './master-connection.ts'
import { ReturnFeed } from './return-feed.ts'

/** Minions that a batch begins with now. */
export interface BatchGroup {
  readonly type: 'run'
  /** Sorted. */
  readonly minions: readonly string[]
}

/** What a batch tells as it goes. */
export type BatchAnswer = Answer | BatchGroup

export interface BatchRunOptions {
  readonly connection: MasterConnection
  readonly reply: PublishReply & { readonly jid: Jid }
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock & Timers
  /** How far it was when it was found, for a batch of somebody else that is only watched: leaving does not stop it. */
  readonly state?: BatchState
}

/** Events can be lost under load: after so long without any, the master is asked how far the batch is. */
const silenceMs = 10_000

interface Done {
  readonly type: 'done'
}

/**
 * A batch, seen from the caller's side. It goes on in the master whether it is watched or not; whoever leaves the loop
 * over it before its end (`break`, an error, the signal) keeps it from going on to further minions, as leaving Salt's does.
 */
export class BatchRun implements AsyncIterable<BatchAnswer> {
  readonly jid: Jid
  /** Minions the target selected. */
  readonly minions: readonly string[]
  /** Ids a list target names that the master does not know. */
  readonly unknown: readonly string[]
  readonly #options: BatchRunOptions
  readonly #clock: Clock & Timers
  readonly #feed: ReturnFeed<BatchGroup | MissingReturn | Done>
  #isOver = false
  #shallAsk: boolean

  /** The master must push the job's events to this session already. */
  constructor(options: BatchRunOptions) {
    const { reply, connection, clock = systemClock, signal, state } = options
    this.#options = options
    this.#clock = clock
    this.#shallAsk = state !== undefined
    this.jid = reply.jid
    this.minions = reply.minions
    this.unknown = reply.unknown
    this.#feed = new ReturnFeed({
      connection,
      jid: reply.jid,
      waiting: reply.minions,
      clock,
      signal,
      itemOf: (event) => itemOf(event),
      onResumed: () => {
        this.#shallAsk = true
      },
    })
  }

  /**
   * Yields each group as it begins, each return once, and each minion that will not return, with the reason. Ends with the
   * batch, or when the signal aborts. Rejects with `MASTER_UNREACHABLE` when the master stays away.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<BatchAnswer> {
    try {
      while (!this.#isOver && !this.#options.signal?.aborted) {
        if (this.#shallAsk) yield* this.#ask()
        for (const item of this.#feed.drain()) {
          if (item.type === 'done') this.#isOver = true
          else if (item.type !== 'missing') yield item
          else if (this.#feed.waiting.delete(item.id)) yield item
        }
        if (!this.#isOver) await this.#silence()
      }
      if (this.#isOver) yield* this.#rest()
    } finally {
      if (!this.#isOver && this.#options.state === undefined) await this.stop().catch(() => undefined)
      this.#feed.close()
    }
  }

  /** Begins nothing more; minions that run the job still answer. Resolves to false when the batch was over. */
  async stop(): Promise<boolean> {
    return (await this.#options.connection.request('batch_stop', { jid: this.jid })) === true
  }

  /** Waits for something to happen, and for the silence after which it is better to ask. */
  async #silence(): Promise<void> {
    if (!this.#feed.isEmpty || this.#shallAsk) return
    const startMs = this.#clock.monotonicMs()
    await this.#feed.change(silenceMs)
    if (this.#feed.isEmpty && this.#clock.monotonicMs() - startMs >= silenceMs) this.#shallAsk = true
  }

  /** Asks the master how far the batch is, and what is stored of it. */
  async *#ask(): AsyncGenerator<MissingReturn> {
    this.#shallAsk = false
    const { connection } = this.#options
    const reply = await connection.request('follow', { jid: this.jid })
    const { batch } = reply === null ? { batch: undefined } : loads.followReplySchema(reply, 'follow')
    await this.#feed.fetchStored()
    for (const skipped of batch?.missing ?? []) {
      if (this.#feed.waiting.delete(skipped.id)) yield { type: 'missing', ...skipped }
    }
    if (batch?.over !== false) this.#isOver = true
  }

  /** What came with the end and was not yielded yet, and the minions that are left. */
  async *#rest(): AsyncGenerator<BatchAnswer> {
    if (this.#feed.waiting.size > 0) await this.#feed.fetchStored()
    for (const item of this.#feed.drain()) if (item.type === 'return') yield item
    for (const id of [...this.#feed.waiting]) {
      this.#feed.waiting.delete(id)
      yield { type: 'missing', id, status: 'No response', reason: 'the batch ended with the master' }
    }
  }
}

/** An event of the batch, decoded. */
function itemOf({ tag, data }: WireEvent): BatchGroup | MissingReturn | Done | undefined {
  const what = /^salt\/job\/[^/]+\/batch\/(\w+)$/.exec(tag)?.[1]
  if (what === 'done') return { type: 'done' }
  if (what === 'run') return { type: 'run', minions: loads.batchRunSchema(data, tag).minions }
  return what === 'missing' ? missing(loads.skippedSchema(data, tag)) : undefined
}

function missing({ id, status, reason }: Skipped): MissingReturn {
  return { type: 'missing', id, status, reason }
}
