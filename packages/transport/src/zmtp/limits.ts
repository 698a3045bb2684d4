// SPDX-License-Identifier: Apache-2.0

/** Limits for the peers of bound sockets; docs/operate/harden-a-master.md names the options of the master that set them. */
export interface DoorLimits {
  /** Total number of connections. */
  readonly connections: () => number
  /** Connections per address; for IPv6, per /64 network. */
  readonly connectionsPerAddress: number
  /** Connections without a proven session. */
  readonly unproven: number
  /** The same per address. */
  readonly unprovenPerAddress: number
  /** How long a connection may stay without a session, ms. */
  readonly unprovenMs: number
  /** Bytes that may be queued for one peer, not counting the largest frame among them. */
  readonly waitingBytes: number
  /** Memory for incomplete frames of all peers together; a peer that needs more has to wait. */
  readonly unfinishedBytes: number
}

/** Limits for tests and for programs that embed a socket. */
export const defaultLimits: DoorLimits = {
  connections: () => 100_000,
  connectionsPerAddress: 20_000,
  unproven: 2048,
  unprovenPerAddress: 1024,
  unprovenMs: 30_000,
  waitingBytes: 8 * 1024 * 1024,
  unfinishedBytes: 256 * 1024 * 1024,
}
