// SPDX-License-Identifier: Apache-2.0
import { type Decoder, SaltError, show } from '@halite/core'
import type { LocalPeer, MinionPeer, Session } from './session.ts'

/** Who may call a handler: established minions, or local clients that proved a user's key. */
export type AuthClass = 'minion' | 'local'

/** A session with a peer of type `P`. */
export type SessionOf<P> = Session & { readonly peer: P }

/** One entry of the fixed table of requests. Identity is in the session, never in the load. */
export interface Handler {
  readonly auth: AuthClass
  readonly run: (session: Session, load: unknown) => unknown
  /** Whether nobody waits for the answer `true` to this session: then it may come late, together with others. */
  readonly isPatient?: (session: Session) => boolean
  /** Its load may be as large as a frame; that of others has the limit of events. */
  readonly isBulk?: boolean
  /** A request of it was refused for its size; what was known before is not true any more. */
  readonly onOversize?: (session: Session) => void
  /** A session may have one of it under way at a time; another one is `BUSY`. */
  readonly isAlone?: boolean
  /** How often a session may ask; oftener is `BUSY`. */
  readonly often?: { readonly most: number; readonly everyMs: number }
}

/** Request name → handler. A Map, so that no inherited name can ever be found in it. */
export type HandlerTable = ReadonlyMap<string, Handler>

/** A handler for minions: `load` has passed `decode`. What it returns, or resolves to, is the reply; a `SharedAnswer` gives it later. */
export function minionHandler<T>(
  decode: Decoder<T>,
  run: (session: SessionOf<MinionPeer>, load: T) => unknown,
): Handler {
  return {
    auth: 'minion',
    run: (session, load) => run(session as SessionOf<MinionPeer>, decode(load, 'load')),
  }
}

/** The same for what a daemon sends and keeps until it is acknowledged. A call has somebody waiting. */
export function patientHandler<T>(
  decode: Decoder<T>,
  run: (session: SessionOf<MinionPeer>, load: T) => unknown,
): Handler {
  const isPatient = ({ peer }: Session) => peer.type === 'minion' && peer.role === 'daemon'
  return { ...minionHandler(decode, run), isPatient }
}

/** A handler for local clients. */
export function localHandler<T>(
  decode: Decoder<T>,
  run: (session: SessionOf<LocalPeer>, load: T) => unknown,
): Handler {
  return { auth: 'local', run: (session, load) => run(session as SessionOf<LocalPeer>, decode(load, 'load')) }
}

/** The handler `name` when the peer of `session` may call it. Throws `REQUEST_UNKNOWN` or `REQUEST_DENIED`. */
export function findHandler(table: HandlerTable, session: Session, name: string): Handler {
  const handler = table.get(name)
  if (handler === undefined) throw new SaltError('REQUEST_UNKNOWN', `there is no request ${show(name)}`)
  if (handler.auth !== session.peer.type) {
    throw new SaltError('REQUEST_DENIED', `a ${session.peer.type} session may not request ${show(name)}`)
  }
  return handler
}
