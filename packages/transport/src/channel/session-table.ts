// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@halite/core'
import type { Session } from './session.ts'

/** Sessions one minion id may have at a time. */
export const maxSessionsPerId = 8
const maxProvisional = 4096
const provisionalMs = 15_000

/** Why a session ended. */
export type EndReason = 'replaced' | 'overflow' | 'revoked' | 'closed' | 'lost'

/**
 * Every session of one server socket. A provisional one is only looked up by its id; establishing it is what replaces an
 * older session of the same peer.
 */
export class SessionTable {
  readonly #clock: Clock
  readonly #onEnd: (session: Session, reason: EndReason) => void
  readonly #byKey = new Map<string, Session>()
  readonly #provisional = new Map<string, Session>()
  readonly #byPeer = new Map<string, Session>()
  readonly #byOwner = new Map<string, Set<Session>>()

  constructor(clock: Clock, onEnd: (session: Session, reason: EndReason) => void) {
    this.#clock = clock
    this.#onEnd = onEnd
  }

  /** Number of sessions on which nothing was decrypted yet. */
  get provisionalCount(): number {
    return this.#provisional.size
  }

  /** The session with this id, as in frames (latin1); provisional ones included. */
  get(key: string): Session | undefined {
    return this.#byKey.get(key)
  }

  /** All established sessions. */
  established(): IterableIterator<Session> {
    return this.#byPeer.values()
  }

  /** The established sessions of a minion id or a local user. */
  of(owner: string): ReadonlySet<Session> {
    return this.#byOwner.get(owner) ?? new Set()
  }

  /** Keeps a session that nothing was received on yet; old ones make room. */
  addProvisional(session: Session): void {
    this.#expireProvisional()
    this.#byKey.set(session.key, session)
    this.#provisional.set(session.key, session)
  }

  /** The first sealed frame opened: from now on the session counts, unless its id has too many and it ends at once. */
  establish(session: Session): void {
    session.established = true
    this.#provisional.delete(session.key)
    const older = this.#byPeer.get(session.peer.name)
    if (older) this.end(older, 'replaced')
    this.#byPeer.set(session.peer.name, session)
    const owner = ownerOf(session)
    const siblings = this.#byOwner.get(owner) ?? new Set()
    this.#byOwner.set(owner, siblings.add(session))
    if (session.peer.type === 'minion' && siblings.size > maxSessionsPerId)
      this.end(leastNeeded(siblings, { newest: session, nowMs: this.#clock.monotonicMs() }), 'overflow')
  }

  /** Forgets a session; nothing sealed under it opens any more. */
  end(session: Session, reason: EndReason): void {
    if (!this.#byKey.delete(session.key)) return
    this.#provisional.delete(session.key)
    if (!session.established) return
    if (this.#byPeer.get(session.peer.name) === session) this.#byPeer.delete(session.peer.name)
    const owner = ownerOf(session)
    const siblings = this.#byOwner.get(owner)
    siblings?.delete(session)
    if (siblings?.size === 0) this.#byOwner.delete(owner)
    this.#onEnd(session, reason)
  }

  /** Ends every session of a minion id or user, provisional ones included. */
  endAllOf(owner: string, reason: EndReason): void {
    for (const session of [...this.of(owner)]) this.end(session, reason)
    for (const session of [...this.#provisional.values()])
      if (ownerOf(session) === owner) this.end(session, reason)
  }

  #expireProvisional(): void {
    const now = this.#clock.monotonicMs()
    for (const session of this.#provisional.values()) {
      const expired = now - session.createdMs > provisionalMs
      if (!expired && this.#provisional.size < maxProvisional) return
      this.end(session, 'lost')
    }
  }
}

function ownerOf(session: Session): string {
  return session.peer.type === 'minion' ? session.peer.id : session.peer.user
}

/** A session not heard of for longer is most likely that of a process that died: a living one answers heartbeats. */
const quietMs = 20_000

/**
 * Who makes room. `salt-call` never displaces the daemon, and nobody who has the key displaces a daemon that lives: with
 * nothing else to end, the newest session goes.
 */
function leastNeeded(
  sessions: ReadonlySet<Session>,
  { newest, nowMs }: { readonly newest: Session; readonly nowMs: number },
): Session {
  const calls = [...sessions].filter(({ peer }) => peer.type === 'minion' && peer.role === 'call')
  if (calls.length > 0) return leastRecent(calls)
  const quietest = leastRecent([...sessions])
  return nowMs - quietest.lastSeenMs > quietMs ? quietest : newest
}

function leastRecent(sessions: readonly Session[]): Session {
  return sessions.reduce((oldest, each) => (each.lastSeenMs < oldest.lastSeenMs ? each : oldest))
}
