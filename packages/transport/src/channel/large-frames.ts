// SPDX-License-Identifier: Apache-2.0
import type { PeerAddress, ServerSocket } from '../sockets.ts'
import type { Counters } from './counters.ts'

/** Frames above this size are opened on another thread and decoded in slices. */
export const largeFrameBytes = 256 * 1024
/** Longest stretch for which decoding one holds the loop up. */
export const decodeSliceMs = 4

/** A frame that waits for its turn. */
export interface LargeFrame {
  readonly from: PeerAddress
  /** Must not reject. */
  readonly work: () => Promise<void>
  /** Called once: it was worked on, or its connection ended before. */
  readonly onOver: () => void
}

/**
 * Where large frames wait: one is worked on at a time, in the order in which they came. The connection of each is not read
 * until its frame is done, so that requests of a session stay in order and a connection has one frame here.
 */
export class LargeFrames {
  #waiting: LargeFrame[] = []
  #isBusy = false
  readonly #counters: Counters

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** Frames that wait, with the one that is worked on. */
  get size(): number {
    return this.#waiting.length + (this.#isBusy ? 1 : 0)
  }

  /** Works on it in its turn, unless its connection ended before. */
  add(socket: ServerSocket, frame: LargeFrame): void {
    socket.hold(frame.from)
    // A peer that repeatedly comes with a large frame and leaves must leave nothing here.
    this.#waiting = this.#waiting.filter((one) => socket.isOpen(one.from) || this.#drop(one))
    this.#waiting.push(frame)
    if (!this.#isBusy) void this.#workOff(socket)
  }

  async #workOff(socket: ServerSocket): Promise<void> {
    this.#isBusy = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!socket.isOpen(next.from)) {
        this.#drop(next)
        continue
      }
      await next.work()
      next.onOver()
      socket.resume(next.from)
    }
    this.#isBusy = false
  }

  #drop(frame: LargeFrame): false {
    this.#counters.add('large_frames_dropped')
    frame.onOver()
    return false
  }
}
