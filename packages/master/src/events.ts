// SPDX-License-Identifier: Apache-2.0
import { type Clock, type DataMap, systemClock, type Timers, withEntry } from '@halite/core'
import { jobPrefix, type WireEvent } from '@halite/protocol'

/** Where events go. Must not throw. */
export type Listener = (events: readonly WireEvent[]) => void

/** Events one listener may have waiting; what comes above is dropped and counted. */
const maxWaiting = 100_000
/**
 * A spell of events; what comes within one above this number is delivered together, at its end. Where so many came, the spell that
 * follows without a pause is one delivery.
 */
const spellMs = 5
const maxAtOnce = 32

type BusClock = Clock & Timers

class Subscriber {
  readonly prefixes = new Set<string>()
  readonly #listener: Listener
  readonly #clock: BusClock
  #waiting: WireEvent[] = []
  #spellEndMs = 0
  /** Delivered in this spell. */
  #delivered = 0
  /** Whether all of this spell are delivered at its end. */
  #isWave = false

  constructor(listener: Listener, clock: BusClock) {
    this.#listener = listener
    this.#clock = clock
  }

  /**
   * Collects the events of one turn of the loop into one delivery, and when many come, those of a spell: a delivery costs
   * as much as many events, a single answer shall not wait. False when there are too many.
   */
  add(event: WireEvent): boolean {
    if (this.#waiting.length >= maxWaiting) return false
    if (this.#waiting.length === 0) this.#schedule()
    this.#waiting.push(event)
    return true
  }

  #schedule(): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs >= this.#spellEndMs) {
      this.#isWave = this.#delivered >= maxAtOnce && nowMs - this.#spellEndMs < spellMs
      this.#spellEndMs = nowMs + spellMs
      this.#delivered = 0
    }
    if (!this.#isWave && this.#delivered < maxAtOnce) setImmediate(() => this.#flush())
    else this.#clock.after(this.#spellEndMs - nowMs, () => this.#flush())
  }

  #flush(): void {
    const events = this.#waiting
    this.#waiting = []
    this.#delivered += events.length
    // Whoever left since has nothing delivered any more.
    if (this.prefixes.size > 0) this.#listener(events)
  }
}

/**
 * The master's event bus: tag → everybody whose prefix it begins with. Firing costs one look-up for the tags of jobs and a
 * scan of the few other prefixes; a slow listener loses events of its own and never holds up another. Whoever listens
 * under several prefixes gets each event once, in the order of firing.
 */
export class EventBus {
  readonly #byPrefix = new Map<string, Set<Subscriber>>()
  readonly #byOwner = new Map<object, Subscriber>()
  /** Prefixes that are not exactly one job's. */
  readonly #broad = new Set<string>()
  readonly #clock: BusClock
  #dropped = 0
  #stampMs = 0
  #stamp = ''
  #second = 0
  /** Date and time of that second, in ISO form. */
  #secondText = ''

  constructor(clock: BusClock = systemClock) {
    this.#clock = clock
  }

  /** How many listen, and how many events were dropped because one of them did not keep up. */
  get counters(): { readonly subscribers: number; readonly dropped: number } {
    return { subscribers: this.#byOwner.size, dropped: this.#dropped }
  }

  /** Fires an event; `_stamp` is added to its data, in UTC and ISO form. */
  fire(tag: string, data: DataMap): void {
    this.fireWith(tag, () => data)
  }

  /** As `fire`; the data is made only when somebody listens. */
  fireWith(tag: string, data: () => DataMap): void {
    const subscribers = this.#subscribersOf(tag)
    if (subscribers.size === 0) return
    const event = { tag, data: withEntry(data(), '_stamp', this.#now()) }
    for (const subscriber of subscribers) if (!subscriber.add(event)) this.#dropped += 1
  }

  /**
   * Delivers events whose tag begins with `prefix` until `unsubscribe`, or `forget` of the owner: a session, or any other
   * object. All prefixes of one owner share its first listener.
   */
  subscribe(owner: object, prefix: string, listener: Listener): void {
    const subscriber = this.#byOwner.get(owner) ?? new Subscriber(listener, this.#clock)
    this.#byOwner.set(owner, subscriber)
    subscriber.prefixes.add(prefix)
    this.#byPrefix.set(prefix, (this.#byPrefix.get(prefix) ?? new Set()).add(subscriber))
    if (jobPrefix(prefix) !== prefix) this.#broad.add(prefix)
  }

  /** Ends a subscription of `owner`; one that is not there is no error. */
  unsubscribe(owner: object, prefix: string): void {
    const subscriber = this.#byOwner.get(owner)
    if (!subscriber?.prefixes.delete(prefix)) return
    if (subscriber.prefixes.size === 0) this.#byOwner.delete(owner)
    const same = this.#byPrefix.get(prefix)
    same?.delete(subscriber)
    if (same?.size !== 0) return
    this.#byPrefix.delete(prefix)
    this.#broad.delete(prefix)
  }

  /** The owner is gone: nothing is delivered to it any more. */
  forget(owner: object): void {
    for (const prefix of [...(this.#byOwner.get(owner)?.prefixes ?? [])]) this.unsubscribe(owner, prefix)
  }

  /** Made once for all events of a millisecond. */
  #now(): string {
    const nowMs = this.#clock.wallMs()
    if (nowMs === this.#stampMs) return this.#stamp
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) this.#secondText = new Date(nowMs).toISOString().slice(0, 19)
    this.#second = second
    this.#stampMs = nowMs
    this.#stamp = `${this.#secondText}.${String(Math.floor(nowMs) - second * 1000).padStart(3, '0')}`
    return this.#stamp
  }

  #subscribersOf(tag: string): ReadonlySet<Subscriber> {
    const job = jobPrefix(tag)
    const narrow = job === undefined ? undefined : this.#byPrefix.get(job)
    if (this.#broad.size === 0) return narrow ?? nobody
    const broad = [...this.#broad].filter((prefix) => tag.startsWith(prefix))
    if (broad.length === 0) return narrow ?? nobody
    const found = new Set(narrow)
    for (const prefix of broad) for (const one of this.#byPrefix.get(prefix) ?? []) found.add(one)
    return found
  }
}

const nobody: ReadonlySet<Subscriber> = new Set()
