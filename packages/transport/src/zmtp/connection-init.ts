// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import type { Connection } from './connection.ts'
import type { Role } from './conversation.ts'
import type { EndReason } from './end-reason.ts'
import type { Sentry } from './sentry.ts'

/** Callbacks and limits of the port that owns a connection. */
export interface PortEvents {
  /** Both sides agreed on the protocol. */
  onReady(connection: Connection, socketType: string): void
  onPart(connection: Connection, body: Buffer, more: boolean): void
  onSubscription(connection: Connection, topic: Buffer, isWanted: boolean): void
  onEnd(connection: Connection, reason: EndReason): void
  /** Largest part accepted on a connection with a proven session. */
  readonly maxPartBytes: number
  /** Total bytes read from a connection before it proves a session, including its greeting. */
  readonly maxUnprovenBytes: number
}

/** What a connection consists of; its owner has checked that it is within the limits. */
export interface ConnectionInit {
  readonly socket: Socket
  readonly role: Role
  readonly sentry: Sentry
  readonly port: PortEvents
  readonly number: number
  readonly remote: string
  readonly network: string | undefined
}
