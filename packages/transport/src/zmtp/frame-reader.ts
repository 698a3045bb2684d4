// SPDX-License-Identifier: Apache-2.0
import type { Fault } from './fault.ts'
import { commandFlag, longFlag, moreFlag } from './frames.ts'

const knownFlags = moreFlag | longFlag | commandFlag
const shortHeadBytes = 2
const longHeadBytes = 9

/** Takes the frames of one connection. */
export interface FrameHandler {
  /** A whole frame. `body` is a view of what was read, or a buffer of its own when it came in pieces. */
  onFrame(flags: number, body: Buffer): void
  /** Largest body taken of a frame with these flags. */
  limit(flags: number): number
  /** Counts a frame that is about to be read, with its head; false when it is more than its sender may send. */
  admits(bytes: number): boolean
  /** Asks for memory to collect a body that comes in pieces; false to read no further for now. Released by `onFrame`. */
  reserve(bytes: number): boolean
}

/**
 * Cuts the bytes of a connection into frames, in whatever pieces they come. A frame that lies whole in what was read is not
 * copied; no memory is taken for a body that is over its limit, or that there is no room for.
 */
export class FrameReader {
  /** What ended the reading; nothing is read after it. */
  fault: Fault | undefined
  readonly #handler: FrameHandler
  #stopped = false
  /** A head that came in pieces. */
  #head: number[] | undefined
  /** A body whose head was read and that is not whole: its flags, bytes still missing at `#body`'s end. */
  #flags = 0
  #size = -1
  #body: Buffer | undefined
  #filled = 0

  constructor(handler: FrameHandler) {
    this.#handler = handler
  }

  /** Whether a frame has begun and is not whole. */
  get isInside(): boolean {
    return this.#size >= 0 || this.#head !== undefined
  }

  /** Memory held for the frame that is not whole. */
  get heldBytes(): number {
    return this.#body?.length ?? 0
  }

  /** Called from `onFrame`: what follows is left unread. */
  stop(): void {
    this.#stopped = true
  }

  /** Reads on; gives how many bytes of `chunk` were taken. Less than all when it was stopped, had no room, or at a fault. */
  read(chunk: Buffer): number {
    this.#stopped = false
    let at = 0
    // Nothing new: it may be that there is room now.
    if (chunk.length === 0 && this.#size > 0 && this.#body === undefined) return this.#readBody(chunk, 0)
    while (at < chunk.length && !this.#stopped && this.fault === undefined) {
      at = this.#size < 0 ? this.#readHead(chunk, at) : this.#readBody(chunk, at)
    }
    return at
  }

  #readHead(chunk: Buffer, at: number): number {
    if (this.#head === undefined && this.#isHeadWhole(chunk, at)) {
      const flags = chunk[at] ?? 0
      const size = (flags & longFlag) === 0 ? (chunk[at + 1] ?? 0) : longSize(chunk, at + 1)
      const end = at + headBytes(flags)
      return this.#begin(flags, size) && size <= chunk.length - end
        ? this.#whole(chunk, end)
        : this.#readBody(chunk, end)
    }
    return this.#collectHead(chunk, at)
  }

  #isHeadWhole(chunk: Buffer, at: number): boolean {
    return chunk.length - at >= headBytes(chunk[at] ?? 0)
  }

  /** A byte at a time: heads are rarely cut. */
  #collectHead(chunk: Buffer, at: number): number {
    const head = [...(this.#head ?? []), chunk[at] ?? 0]
    this.#head = head
    const [flags = 0] = head
    if (head.length < headBytes(flags)) return at + 1
    this.#head = undefined
    const size = (flags & longFlag) === 0 ? (head[1] ?? 0) : longSize(Buffer.from(head), 1)
    if (this.#begin(flags, size) && size === 0) return this.#whole(chunk, at + 1)
    return at + 1
  }

  /** Takes a head; false at a fault. */
  #begin(flags: number, size: number): boolean {
    if ((flags & ~knownFlags) !== 0) this.fault = 'frame_malformed'
    else if ((flags & commandFlag) !== 0 && (flags & moreFlag) !== 0) this.fault = 'frame_malformed'
    else if (size > this.#handler.limit(flags)) this.fault = 'frame_too_large'
    else if (!this.#handler.admits(size + headBytes(flags))) this.fault = 'too_many_bytes_unproven'
    if (this.fault !== undefined) return false
    this.#flags = flags
    this.#size = size
    return true
  }

  #readBody(chunk: Buffer, at: number): number {
    if (this.fault !== undefined) return at
    if (this.#body === undefined) {
      if (this.#size <= chunk.length - at) return this.#whole(chunk, at)
      if (!this.#handler.reserve(this.#size)) {
        this.#stopped = true
        return at
      }
      // Not from the pool: a few bytes of each of many connections would each retain a block of it.
      this.#body = Buffer.allocUnsafeSlow(this.#size)
      this.#filled = 0
    }
    const copied = chunk.copy(
      this.#body,
      this.#filled,
      at,
      Math.min(chunk.length, at + this.#size - this.#filled),
    )
    this.#filled += copied
    if (this.#filled === this.#size) this.#deliver(this.#body)
    return at + copied
  }

  #whole(chunk: Buffer, at: number): number {
    const end = at + this.#size
    this.#deliver(chunk.subarray(at, end))
    return end
  }

  #deliver(body: Buffer): void {
    this.#size = -1
    this.#body = undefined
    this.#handler.onFrame(this.#flags, body)
  }
}

function headBytes(flags: number): number {
  return (flags & longFlag) === 0 ? shortHeadBytes : longHeadBytes
}

/** A size of eight bytes; what no number holds exactly is infinite. */
function longSize(bytes: Buffer, at: number): number {
  const size = bytes.readUInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
  return Number.isSafeInteger(size) ? size : Number.POSITIVE_INFINITY
}
