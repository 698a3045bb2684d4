// SPDX-License-Identifier: Apache-2.0
import type { PeerAddress } from '../sockets.ts'
import type { Counters } from './counters.ts'
import type { SessionTable } from './session-table.ts'

/** What a server gives the admission: a way to answer, and the table to put provisional sessions into. */
export interface Reception {
  readonly sessions: SessionTable
  readonly counters: Counters
  send(address: PeerAddress, frame: Buffer): void
}

/** Decides on clear frames: who gets a provisional session. One for minions, one for local clients. */
export interface Admission {
  admit(frame: Buffer, from: PeerAddress, reception: Reception): void
}
