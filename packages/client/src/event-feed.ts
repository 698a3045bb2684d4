// SPDX-License-Identifier: Apache-2.0
import { BoundedQueue, isMap, textKeyed } from '@halite/core'
import type { WireEvent } from '@halite/protocol'
import { unpackReturn } from './answer.ts'
import type { MasterConnection } from './master-connection.ts'

/** One event of the master's bus. */
export interface SaltEvent {
  readonly tag: string
  /** What was fired, with `_stamp`: when, in UTC and ISO form. */
  readonly data: Readonly<Record<string, unknown>>
}

export interface EventOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal
  /** Most events that wait to be taken; what comes above is dropped and counted. Default 10,000. */
  readonly limit?: number
}

/** Events as they come, to be iterated over once. It ends when the loop over it is left, at the signal, and at `close`. */
export class EventFeed implements AsyncIterable<SaltEvent> {
  /** Resolves once the master pushes events; rejects as requests do, and so does the iteration then. */
  readonly ready: Promise<void>
  readonly #queue: BoundedQueue<WireEvent>
  readonly #signal: AbortSignal | undefined
  readonly #onClosed: () => void
  #stop: () => void = () => undefined
  #wake: () => void = () => undefined
  #closed = false

  /** Begins to listen at once. `onClosed` is called when it has ended. */
  constructor(
    { connection, prefix }: { readonly connection: MasterConnection; readonly prefix: string },
    { signal, limit = 10_000 }: EventOptions,
    onClosed: () => void,
  ) {
    this.#queue = new BoundedQueue(limit)
    this.#signal = signal
    this.#onClosed = onClosed
    this.ready = this.#listen(connection, prefix)
    // Who iterates hears of it.
    this.ready.catch(() => undefined)
  }

  /** Events that were dropped because they were not taken in time. */
  get dropped(): number {
    return this.#queue.dropped
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SaltEvent> {
    const wake = () => this.#wake()
    this.#signal?.addEventListener('abort', wake, { once: true })
    try {
      await this.ready
      for (;;) {
        const event = this.#queue.shift()
        if (event !== undefined) yield readable(event)
        else if (this.#closed || this.#signal?.aborted) return
        else await this.#change()
      }
    } finally {
      this.#signal?.removeEventListener('abort', wake)
      this.close()
    }
  }

  /** Stops listening. Events that wait are still given out. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#stop()
    this.#wake()
    this.#onClosed()
  }

  async #listen(connection: MasterConnection, prefix: string): Promise<void> {
    const onEvent = (event: WireEvent) => {
      if (this.#queue.push(event)) this.#wake()
    }
    const stop = await connection.subscribe(prefix, { onEvent })
    if (this.#closed) stop()
    else this.#stop = stop
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

/** An event with the value of a return unpacked; done when it is taken, so that what nobody takes costs nothing. */
function readable({ tag, data }: WireEvent): SaltEvent {
  if (!isMap(data)) return { tag, data: { data } }
  const named = textKeyed(data)
  const { return: packed } = named
  const isReturn = packed instanceof Uint8Array && /^salt\/job\/[^/]+\/ret\//.test(tag)
  return { tag, data: isReturn ? { ...named, return: unpackReturn(packed) } : named }
}
