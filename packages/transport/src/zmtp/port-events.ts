// SPDX-License-Identifier: Apache-2.0
import type { EndReason } from './end-reason.ts'

/** Callbacks and limits of the port that owns connections of the type `C`. */
export interface PortEvents<C> {
  /** Both sides agreed on the protocol. */
  onReady(connection: C, socketType: string): void
  onPart(connection: C, body: Buffer, more: boolean): void
  onSubscription(connection: C, topic: Buffer, isWanted: boolean): void
  onEnd(connection: C, reason: EndReason): void
  /** Largest part accepted on a connection with a proven session. */
  readonly maxPartBytes: number
  /** Total bytes read from a connection before it proves a session, including its greeting. */
  readonly maxUnprovenBytes: number
}
