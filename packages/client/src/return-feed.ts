// SPDX-License-Identifier: Apache-2.0
import type { Jid, Timers } from '@halite/core'
import type { WireEvent } from '@halite/protocol'
import { type MinionReturn, minionReturn, packedReturns, returnOfEvent } from './answer.ts'
import type { MasterConnection } from './master-connection.ts'

export interface ReturnFeedOptions<T> {
  readonly connection: MasterConnection
  readonly jid: Jid
  /** Whose returns are wanted. */
  readonly waiting: Iterable<string>
  readonly clock: Timers
  readonly signal: AbortSignal | undefined
  /** Turns another event of the job into an item of the feed; undefined passes it over. */
  readonly itemOf?: (event: WireEvent) => T | undefined
  /** There is another session with the master, after one was lost. */
  readonly onResumed?: () => void
}

/** What happens to one job, in order, while it is listened to: each return of those waited for once. */
export class ReturnFeed<T = never> {
  /** Minions that have not returned. */
  readonly waiting: Set<string>
  readonly #options: ReturnFeedOptions<T>
  readonly #arrived: (MinionReturn | T)[] = []
  readonly #stop: () => void
  #wake: () => void = () => undefined

  /** The master must push the job's events to this session already: `publish` and `follow` make it do so. */
  constructor(options: ReturnFeedOptions<T>) {
    const { connection, jid, waiting, onResumed } = options
    this.#options = options
    this.waiting = new Set(waiting)
    this.#stop = connection.listen(`salt/job/${jid}/`, {
      onEvent: (event) => this.#take(event),
      onResumed: () => {
        onResumed?.()
        this.#wake()
      },
    })
  }

  get isEmpty(): boolean {
    return this.#arrived.length === 0
  }

  /** Takes out what is here. */
  *drain(): Generator<MinionReturn | T> {
    for (let next = this.#arrived.shift(); next !== undefined; next = this.#arrived.shift()) yield next
  }

  /** Resolves when something arrived, when there is another session, after `ms`, or when the signal aborts. */
  change(ms: number): Promise<void> {
    const { signal, clock } = this.#options
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        cancel()
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const cancel = clock.after(ms, end)
      signal?.addEventListener('abort', end, { once: true })
      this.#wake = end
    })
  }

  /** Takes over what the master has stored of the job. Rejects as requests do. */
  async fetchStored(): Promise<void> {
    const { connection, jid } = this.#options
    for await (const page of storedReturns(connection, jid)) for (const ret of page) this.#arrive(ret)
  }

  /** Stops listening. */
  close(): void {
    this.#stop()
  }

  #take(event: WireEvent): void {
    const { jid, itemOf } = this.#options
    if (event.tag.startsWith(`salt/job/${jid}/ret/`)) {
      this.#arrive(returnOfEvent(event.data))
      return
    }
    const item = itemOf?.(event)
    if (item === undefined) return
    this.#arrived.push(item)
    this.#wake()
  }

  #arrive(packed: Parameters<typeof minionReturn>[0]): void {
    if (!this.waiting.delete(packed.id)) return
    this.#arrived.push(minionReturn(packed))
    this.#wake()
  }
}

/** All stored returns of a job, packed, a page at a time. Rejects as requests do. */
export async function* storedReturns(
  connection: MasterConnection,
  jid: Jid,
): AsyncGenerator<ReturnType<typeof packedReturns>> {
  for (let after: string | undefined; ; ) {
    const load = { jid, ...(after === undefined ? {} : { after }) }
    const page = packedReturns(await connection.request('job_returns', load), 'returns')
    if (page.length === 0) return
    yield page
    after = page.at(-1)?.id
  }
}
