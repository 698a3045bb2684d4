// SPDX-License-Identifier: Apache-2.0
import { fnmatch } from '@halite/targeting'
import { EventFeed, type EventOptions, type SaltEvent } from './event-feed.ts'
import { type ConnectionOptions, MasterConnection } from './master-connection.ts'

/**
 * The events of the master, for programs on its host. The master holds nothing back for those who are not there: what is
 * fired while the session is lost is not heard. Close it when done.
 */
export class EventClient implements AsyncDisposable {
  readonly connection: MasterConnection
  readonly #feeds = new Set<EventFeed>()

  constructor(options: ConnectionOptions = {}) {
    this.connection = new MasterConnection(options)
  }

  /**
   * Events whose tag begins with `tagPrefix`, in the order they were fired; returns come with their value. It listens from
   * now on, whether it is iterated over yet or not; `await feed.ready` to know that what is fired next will be heard.
   */
  events(tagPrefix = '', options: EventOptions = {}): EventFeed {
    const feed: EventFeed = new EventFeed({ connection: this.connection, prefix: tagPrefix }, options, () =>
      this.#feeds.delete(feed),
    )
    this.#feeds.add(feed)
    return feed
  }

  /** Events whose tag matches a shell pattern; it listens from when it is iterated over. */
  async *matching(pattern: string, options: EventOptions = {}): AsyncGenerator<SaltEvent> {
    const [prefix] = pattern.split(/[*?[]/, 1)
    for await (const event of this.events(prefix, options)) if (fnmatch(event.tag, pattern)) yield event
  }

  /**
   * Fires an event; resolves when it is on the bus. Rejects with `REQUEST_DENIED` for tags of the master itself (`salt/…`,
   * `minion/…`), and as every request of `LocalClient`.
   */
  async fire(tag: string, data: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.connection.request('fire_event', { tag, data })
  }

  /** Ends every iteration and the session. */
  async close(): Promise<void> {
    for (const feed of [...this.#feeds]) feed.close()
    await this.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
