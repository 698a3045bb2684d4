// SPDX-License-Identifier: Apache-2.0
import type { Watched } from './watched.ts'

/** Connections that may wait for room at a time. */
const maxWaitingForRoom = 1000

/** The memory for frames that arrive in pieces, of all connections of a door: given out in the order in which it is asked for. */
export class FrameRoom {
  readonly #limitBytes: number
  readonly #waiting = new Set<Watched>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** Memory that is reserved. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many connections wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Reserves memory; a connection that has to wait resumes when there is room, and asks again. */
  reserve(connection: Watched, bytes: number): 'yes' | 'wait' | 'no' {
    const waiting = this.#waiting
    const isItsTurn = waiting.size === 0 || waiting.values().next().value === connection
    const isFree = this.#bytes === 0 || this.#bytes + bytes <= this.#limitBytes
    if (isItsTurn && isFree) {
      this.#bytes += bytes
      if (waiting.delete(connection)) this.#wakeNext()
      return 'yes'
    }
    if (waiting.size >= maxWaitingForRoom && !waiting.has(connection)) return 'no'
    waiting.add(connection)
    return 'wait'
  }

  /** Releases reserved memory. */
  release(bytes: number): void {
    this.#bytes -= bytes
    this.#wakeNext()
  }

  /** Drops a connection that ended from those that wait; what it has reserved it releases itself. */
  forget(connection: Watched): void {
    if (this.#waiting.delete(connection)) this.#wakeNext()
  }

  #wakeNext(): void {
    const [next] = this.#waiting
    if (next) setImmediate(() => next.goOn('room'))
  }
}
