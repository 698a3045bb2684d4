// SPDX-License-Identifier: Apache-2.0
import { BoundedQueue } from '@halite/core'
import type { SocketCounters } from '../sockets.ts'

type Parts = Buffer | Buffer[]

/** Messages a socket may have waiting for its writer. */
export const queueLimit = 1_000_000

/** The one writer of a ZeroMQ socket: sends what is queued in order, one `send` at a time. */
export class Writer {
  readonly #queue: BoundedQueue<Parts>
  readonly #send: (parts: Parts) => Promise<void>
  readonly #counters: SocketCounters
  #running = false
  #closed = false
  #idle: Promise<void> = Promise.resolve()

  constructor(send: (parts: Parts) => Promise<void>, counters: SocketCounters, limit: number) {
    this.#send = send
    this.#counters = counters
    this.#queue = new BoundedQueue(limit)
  }

  write(parts: Parts): void {
    if (this.#closed || !this.#queue.push(parts)) {
      this.#counters.dropped += 1
      return
    }
    if (!this.#running) this.#idle = this.#drain()
  }

  /** Refuses further frames; resolves when those under way are handed over, or after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs)
    })
    await Promise.race([this.#idle, grace])
    clearTimeout(timer)
  }

  async #drain(): Promise<void> {
    this.#running = true
    for (let parts = this.#queue.shift(); parts !== undefined; parts = this.#queue.shift()) {
      try {
        await this.#send(parts)
      } catch {
        // The socket was closed under a frame, or its peer is gone: the frame is lost, as on any broken path.
        this.#counters.dropped += 1
      }
    }
    this.#running = false
  }
}
