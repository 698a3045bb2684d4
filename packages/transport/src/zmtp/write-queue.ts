// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import { freeBytes } from '@halite/core'

/** Buffers written together are concatenated up to this size; larger ones are written separately. */
const joinedBytes = 16_384

/** What is to be sent on a socket: in order, that of one turn in one write, within a limit for a peer that reads slowly. */
export class WriteQueue {
  readonly #socket: Socket
  #pending: Buffer[] = []
  /** Those of them whose memory is freed once they are sent. */
  readonly #own = new Set<Buffer>()
  #pendingBytes = 0
  #largestWaiting = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Whether nothing waits for the next flush. */
  get isEmpty(): boolean {
    return this.#pending.length === 0
  }

  /** Bytes that were not handed to the system yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength + this.#pendingBytes
  }

  /** Queues bytes; false, and they are dropped, if more than `limit` wait beside the largest buffer. */
  add(bytes: Buffer, limit: number): boolean {
    const waiting = this.waitingBytes
    if (waiting === 0) this.#largestWaiting = 0
    if (waiting - this.#largestWaiting > limit) return false
    if (bytes.length > this.#largestWaiting) this.#largestWaiting = bytes.length
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    return true
  }

  /** Queued bytes that are all of an array buffer, to be freed as soon as they are sent. Small ones are left alone. */
  own(bytes: Buffer): void {
    if (bytes.length > joinedBytes) this.#own.add(bytes)
  }

  /** Writes the queue to the socket. */
  flush(): void {
    const pending = this.#pending
    const bytes = this.#pendingBytes
    this.#pending = []
    this.#pendingBytes = 0
    if (pending.length > 1 && bytes <= joinedBytes) this.#socket.write(Buffer.concat(pending, bytes))
    else {
      this.#socket.cork()
      for (const each of pending) this.#send(each)
      this.#socket.uncork()
    }
  }

  /** Drops the queue. */
  clear(): void {
    this.#pending = []
    this.#pendingBytes = 0
    this.#own.clear()
  }

  #send(bytes: Buffer): void {
    if (!this.#own.delete(bytes)) {
      this.#socket.write(bytes)
      return
    }
    this.#socket.write(bytes, (error) => {
      // Of a connection that was destroyed the system may still hold them.
      if (!error) freeBytes(bytes as Buffer<ArrayBuffer>)
    })
  }
}
