// SPDX-License-Identifier: Apache-2.0
import { answerPing, decodeCommand, decodeReady } from './commands.ts'
import { type FrameHandler, FrameReader } from './frame-reader.ts'
import { commandFlag, moreFlag } from './frames.ts'
import { greetingBytes, greetingFault } from './greeting.ts'

const maxCommandBytes = 1024

export interface PeerReaderInit {
  /** Largest frame taken. */
  readonly maxBytes: number
  readonly onReady: () => void
  /** A frame may be a view of the chunk that was read. */
  readonly onFrame: (frame: Buffer) => void
  readonly onMalformed: () => void
  readonly write: (bytes: Buffer) => void
}

/** What a ROUTER says on one connection: its greeting, READY, then messages of one part and commands. */
export class PeerReader implements FrameHandler {
  readonly #init: PeerReaderInit
  readonly #frames = new FrameReader(this)
  #greeting = Buffer.alloc(0)
  #isReady = false
  #isBroken = false
  /** Inside a message of several parts. */
  #isInParts = false

  constructor(init: PeerReaderInit) {
    this.#init = init
  }

  /** Whether the peer does not keep to the protocol: nothing is read any more. */
  get isBroken(): boolean {
    return this.#isBroken || this.#frames.fault !== undefined
  }

  read(chunk: Buffer): void {
    if (this.isBroken) return
    const rest = this.#greeting.length < greetingBytes ? this.#readGreeting(chunk) : chunk
    if (rest.length > 0) this.#frames.read(rest)
  }

  limit(flags: number): number {
    return (flags & commandFlag) === 0 && this.#isReady ? this.#init.maxBytes : maxCommandBytes
  }

  admits(): boolean {
    return true
  }

  reserve(): boolean {
    return true
  }

  onFrame(flags: number, body: Buffer): void {
    if ((flags & commandFlag) !== 0) this.#onCommand(body)
    else if (this.#isReady) this.#onPart(body, (flags & moreFlag) !== 0)
    else this.#break()
  }

  /** What follows the greeting. */
  #readGreeting(chunk: Buffer): Buffer {
    const missing = greetingBytes - this.#greeting.length
    this.#greeting = Buffer.concat([this.#greeting, chunk.subarray(0, missing)])
    if (greetingFault(this.#greeting, this.#greeting.length) !== undefined) this.#break()
    return this.#isBroken ? Buffer.alloc(0) : chunk.subarray(missing)
  }

  #onPart(body: Buffer, hasMore: boolean): void {
    const isWhole = !this.#isInParts && !hasMore
    if (!hasMore && !isWhole) this.#init.onMalformed()
    this.#isInParts = hasMore
    if (isWhole) this.#init.onFrame(body)
  }

  #onCommand(body: Buffer): void {
    const command = decodeCommand(body)
    if (command?.name === 'READY' && !this.#isReady) this.#onReady(command.data)
    else if (command?.name === 'PING') this.#onPing(command.data)
    else if (command?.name !== 'PONG') this.#break()
  }

  #onReady(data: Buffer): void {
    if (decodeReady(data)?.socketType !== 'ROUTER') {
      this.#break()
      return
    }
    this.#isReady = true
    this.#init.onReady()
  }

  #onPing(data: Buffer): void {
    const answer = answerPing(data)
    if (answer === undefined) this.#break()
    else this.#init.write(answer.pong)
  }

  #break(): void {
    this.#isBroken = true
    this.#frames.stop()
  }
}
