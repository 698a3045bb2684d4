// SPDX-License-Identifier: Apache-2.0
import { type Clock, systemClock } from '@halite/core'
import type {
  BoundTransport,
  PublisherOptions,
  PublisherSocket,
  ServerOptions,
  ServerSocket,
} from '../sockets.ts'
import { type DoorLimits, defaultLimits } from './limits.ts'
import { bindPublisher } from './publisher.ts'
import { serveRouter } from './router.ts'
import { Sentry } from './sentry.ts'

/** What differs from `defaultLimits`, and the clock that deadlines go by. */
export interface DoorOptions {
  readonly limits?: Partial<DoorLimits>
  readonly clock?: Clock
}

/**
 * Bound ends of ZMTP sockets whose every connection is ours: what unproven, slow or greedy peers can consume is bounded, in
 * all sockets of one door together.
 */
export class Door implements BoundTransport {
  readonly name = 'zmtp'
  readonly #sentry: Sentry

  constructor({ limits = {}, clock = systemClock }: DoorOptions = {}) {
    this.#sentry = new Sentry({ ...defaultLimits, ...limits }, clock)
  }

  serve(options: ServerOptions): Promise<ServerSocket> {
    return serveRouter(this.#sentry, options)
  }

  publish(options: PublisherOptions): Promise<PublisherSocket> {
    return bindPublisher(this.#sentry, options)
  }

  /** How much is connected and held now. */
  snapshot(): Record<string, number> {
    return this.#sentry.snapshot()
  }

  /** Stops its timers, once its sockets are closed. */
  close(): void {
    this.#sentry.close()
  }
}
