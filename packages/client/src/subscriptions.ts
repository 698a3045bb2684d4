// SPDX-License-Identifier: Apache-2.0
import { jobPrefix, type WireEvent } from '@halite/protocol'

/** Hears the events below one prefix. Must not throw. */
export interface EventSink {
  onEvent(event: WireEvent): void
  /** The session was lost and there is another one: what was fired in between was not heard. */
  onResumed?(): void
}

/** Events kept for jobs whose answer to `publish` is still under way. */
const maxUnclaimed = 100_000

/** Which listeners of a program hear which events. A job's own prefix is found at once, so that many runs cost nothing. */
export class Subscriptions {
  readonly #byPrefix = new Map<string, Set<EventSink>>()
  /** Prefixes that are not exactly one job's. */
  readonly #broad = new Set<string>()
  #unclaimed: WireEvent[] = []
  #holding = 0

  get prefixes(): string[] {
    return [...this.#byPrefix.keys()]
  }

  /** Begins to deliver; events of the prefix that were held come first. */
  add(prefix: string, sink: EventSink): void {
    this.#byPrefix.set(prefix, (this.#byPrefix.get(prefix) ?? new Set()).add(sink))
    if (jobPrefix(prefix) !== prefix) {
      this.#broad.add(prefix)
      return
    }
    for (const event of this.#unclaimed) if (event.tag.startsWith(prefix)) sink.onEvent(event)
    this.#unclaimed = this.#unclaimed.filter(({ tag }) => !tag.startsWith(prefix))
  }

  /** Ends delivery to a sink; true when nobody hears this prefix any more. */
  remove(prefix: string, sink: EventSink): boolean {
    const sinks = this.#byPrefix.get(prefix)
    if (!sinks?.delete(sink) || sinks.size > 0) return false
    this.#byPrefix.delete(prefix)
    this.#broad.delete(prefix)
    return true
  }

  /**
   * Keeps events of jobs that nobody follows yet, since a job's first event may come before the answer that names its
   * jid is read. The function that is returned ends this.
   */
  hold(): () => void {
    this.#holding += 1
    return () => {
      this.#holding -= 1
      if (this.#holding === 0) this.#unclaimed = []
    }
  }

  /** Hands out events in the order they came. */
  take(events: readonly WireEvent[]): void {
    for (const event of events) {
      const job = jobPrefix(event.tag)
      const followers = job === undefined ? undefined : this.#byPrefix.get(job)
      if (job !== undefined && followers === undefined) this.#keep(event)
      if (this.#broad.size === 0) {
        for (const sink of [...(followers ?? [])]) sink.onEvent(event)
        continue
      }
      const broad = [...this.#broad].filter((prefix) => event.tag.startsWith(prefix))
      const sinks = broad.flatMap((prefix) => [...(this.#byPrefix.get(prefix) ?? [])])
      for (const sink of new Set([...(followers ?? []), ...sinks])) sink.onEvent(event)
    }
  }

  /** Tells every listener that there is another session. */
  resumed(): void {
    for (const sinks of [...this.#byPrefix.values()]) for (const sink of [...sinks]) sink.onResumed?.()
  }

  #keep(event: WireEvent): void {
    if (this.#holding > 0 && this.#unclaimed.length < maxUnclaimed) this.#unclaimed.push(event)
  }
}
