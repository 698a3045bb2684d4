// SPDX-License-Identifier: Apache-2.0
import type { WireEvent } from '@halite/protocol'
import type { Session } from '@halite/transport'

/** Where an event goes when its prefix matches. Must not throw. */
export type Listener = (events: readonly WireEvent[]) => void

/** Events one listener may have waiting; what comes above is dropped and counted. */
const maxWaiting = 100_000
const jobTag = /^salt\/job\/[^/]+\//

class Subscription {
  readonly prefix: string
  readonly #listener: Listener
  #waiting: WireEvent[] = []
  dropped = 0

  constructor(prefix: string, listener: Listener) {
    this.prefix = prefix
    this.#listener = listener
  }

  /** Collects the events of one turn of the loop into one delivery. */
  add(event: WireEvent): void {
    if (this.#waiting.length >= maxWaiting) {
      this.dropped += 1
      return
    }
    if (this.#waiting.length === 0) setImmediate(() => this.#flush())
    this.#waiting.push(event)
  }

  #flush(): void {
    const events = this.#waiting
    this.#waiting = []
    this.#listener(events)
  }
}

/**
 * The master's event bus: tag → everybody whose prefix it begins with. Firing costs one look-up for the tags of jobs and a
 * scan of the few other prefixes; a slow listener loses events of its own and never holds up another.
 */
export class EventBus {
  readonly #byPrefix = new Map<string, Set<Subscription>>()
  readonly #bySession = new Map<Session, Set<Subscription>>()
  /** Prefixes that are not exactly one job's. */
  readonly #broad = new Set<string>()

  /** Fires an event; `_stamp` is added to its data, in UTC and ISO form. */
  fire(tag: string, data: Readonly<Record<string, unknown>>): void {
    const job = jobTag.exec(tag)?.[0]
    const narrow = job === undefined ? undefined : this.#byPrefix.get(job)
    const broad = [...this.#broad].filter((prefix) => tag.startsWith(prefix))
    if (narrow === undefined && broad.length === 0) return
    const event = { tag, data: { ...data, _stamp: new Date().toISOString().slice(0, -1) } }
    for (const subscription of narrow ?? []) subscription.add(event)
    for (const prefix of broad)
      for (const subscription of this.#byPrefix.get(prefix) ?? []) subscription.add(event)
  }

  /** Delivers events whose tag begins with `prefix` until `unsubscribe`, or until the session ends. */
  subscribe(session: Session, prefix: string, listener: Listener): void {
    const subscription = new Subscription(prefix, listener)
    this.#byPrefix.set(prefix, (this.#byPrefix.get(prefix) ?? new Set()).add(subscription))
    this.#bySession.set(session, (this.#bySession.get(session) ?? new Set()).add(subscription))
    if (jobTag.exec(prefix)?.[0] !== prefix) this.#broad.add(prefix)
  }

  unsubscribe(session: Session, prefix: string): void {
    for (const subscription of this.#bySession.get(session) ?? []) {
      if (subscription.prefix === prefix) this.#remove(session, subscription)
    }
  }

  /** The session ended: nothing is delivered to it any more. */
  forget(session: Session): void {
    for (const subscription of this.#bySession.get(session) ?? []) this.#remove(session, subscription)
  }

  #remove(session: Session, subscription: Subscription): void {
    const own = this.#bySession.get(session)
    own?.delete(subscription)
    if (own?.size === 0) this.#bySession.delete(session)
    const same = this.#byPrefix.get(subscription.prefix)
    same?.delete(subscription)
    if (same?.size === 0) {
      this.#byPrefix.delete(subscription.prefix)
      this.#broad.delete(subscription.prefix)
    }
  }
}
