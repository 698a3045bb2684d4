// SPDX-License-Identifier: Apache-2.0
import type { Clock, Logger } from '@halite/core'
import type { BoundTransport } from '../sockets.ts'
import type { Admission } from './admission.ts'
import type { HandlerTable } from './handlers.ts'
import type { Session } from './session.ts'
import type { EndReason } from './session-table.ts'
import type { Unsealing } from './unseal-thread.ts'
import type { WorkLimits } from './work-budget.ts'

export interface SessionServerOptions {
  readonly transport: BoundTransport
  readonly address: string
  readonly clock: Clock
  readonly log: Logger
  readonly admission: Admission
  readonly handlers: HandlerTable
  /** Most bytes that a connection may send before it proves a session; default the size of the largest clear frame. */
  readonly maxUnprovenBytes?: number
  /** Called when the first frame of a session was decrypted: it is established. */
  readonly onEstablished?: (session: Session) => void
  /** Called once when an established session ends. */
  readonly onEnded?: (session: Session, reason: EndReason) => void
  /** Limits of the work of one session; none by default. */
  readonly work?: WorkLimits
  /** Largest request in bytes, except for bulk handlers; default the size of the largest frame. */
  readonly maxRequestBytes?: number
  /** How long an acknowledgement that nobody waits for may be delayed, to be sent with another reply; default 1000. */
  readonly lateMs?: number
  /** Decrypts large frames on another thread; by default they are decrypted on the event loop. */
  readonly unsealing?: Unsealing
  readonly backlog?: number
  readonly ipv6?: boolean
}
