// SPDX-License-Identifier: Apache-2.0
import type { Entry } from './ledger.ts'

/** Why reading is paused: it waits for memory for its frame, for its turn, or for its last frame to be decoded. */
export type Hold = 'room' | 'turn' | 'decoding'

/** A connection as those see it who watch over the deadlines and totals of a door. */
export interface Watched extends Entry {
  readonly isEnded: boolean
  /** Whether reading is paused; the deadline of its frame is then suspended. */
  readonly isHeld: boolean
  /** Memory occupied by an incomplete frame. */
  readonly heldBytes: number
  /** Bytes queued for sending. */
  readonly waitingBytes: number
  /** The window in which its commands were counted last, and their number. */
  window: number
  commands: number
  /** Pauses reading until `goOn` is called for the same reason. */
  hold(reason: Hold): void
  /** Resumes reading, unless it is paused for another reason too. */
  goOn(reason: Hold): void
  /** Writes what is queued to the socket. */
  flush(): void
}
