// SPDX-License-Identifier: Apache-2.0
import { type ClientSocket, type SubscriberSocket, zeromqTransport } from '@halite/transport'
import { Inbox } from './inbox.ts'

/** Whoever can reach the master's request socket: sends any bytes as a frame and sees what comes back. */
export class RawPeer implements AsyncDisposable {
  readonly #socket: ClientSocket
  readonly #inbox = new Inbox()

  constructor(address: string) {
    this.#socket = zeromqTransport.connect({ address, onFrame: (frame) => this.#inbox.put(frame) })
  }

  send(frame: Buffer): void {
    this.#socket.send(frame)
  }

  /** The next frame, in the order they came; undefined when none comes within `timeoutMs`. */
  next(timeoutMs: number): Promise<Buffer | undefined> {
    return this.#inbox.next(timeoutMs)
  }

  async close(): Promise<void> {
    await this.#socket.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** Whoever can reach the master's publish socket: asks for any topic and sees what is sent under it. */
export class RawSubscriber implements AsyncDisposable {
  readonly #socket: SubscriberSocket
  readonly #inbox = new Inbox()

  constructor(address: string) {
    this.#socket = zeromqTransport.subscribe({ address, onFrame: (frame) => this.#inbox.put(frame) })
  }

  subscribe(topic: Buffer): void {
    this.#socket.subscribe(topic)
  }

  /** The next frame, without its topic; undefined when none comes within `timeoutMs`. */
  next(timeoutMs: number): Promise<Buffer | undefined> {
    return this.#inbox.next(timeoutMs)
  }

  async close(): Promise<void> {
    await this.#socket.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
