// SPDX-License-Identifier: Apache-2.0

/** What peers of bound sockets may have; the options of the master that set them are named in docs/operate/harden-a-master.md. */
export interface DoorLimits {
  /** Connections in all. */
  readonly connections: () => number
  /** Connections of one address; of IPv6 of one network of 64 bits. */
  readonly connectionsPerAddress: number
  /** Connections that prove no session. */
  readonly strangers: number
  /** The same of one address. */
  readonly strangersPerAddress: number
  /** How long a connection may stay without a session, ms. */
  readonly strangerMs: number
  /** Bytes that may wait towards one peer, beside the largest frame among them. */
  readonly waitingBytes: number
  /** Memory for frames that are not whole, of all peers together; who needs more waits. */
  readonly unfinishedBytes: number
}

/** Limits that suit tests and programs which embed a socket. */
export const defaultLimits: DoorLimits = {
  connections: () => 100_000,
  connectionsPerAddress: 20_000,
  strangers: 2048,
  strangersPerAddress: 1024,
  strangerMs: 30_000,
  waitingBytes: 8 * 1024 * 1024,
  unfinishedBytes: 256 * 1024 * 1024,
}
