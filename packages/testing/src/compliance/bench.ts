// SPDX-License-Identifier: Apache-2.0
import type { Transport } from '@halite/transport'

/** Long enough for a frame to cross loopback; what has not come by then was not sent. */
export const quietMs = 200

/** What is closed after a test. */
export interface Closable {
  close(): Promise<void>
}

/** The transport that is tested, at an address of its own; what is opened is closed after the test. */
export interface Bench {
  transport(): Transport
  address(): string
  keep<T extends Closable>(socket: T): T
}
