// SPDX-License-Identifier: Apache-2.0
import type { Clock, Logger, MasterOptions, Timers } from '@halite/core'
import type { ExecutorFiles } from '@halite/executor'
import type { Manifest } from '@halite/loader'
import type { BoundTransport } from '@halite/transport'

/** What a master is made of. */
export interface MasterInit {
  readonly options: MasterOptions
  /** The modules of the master: runners and wheel. */
  readonly manifest: Manifest
  /** What executors are started from; default the compiled packages. */
  readonly files?: ExecutorFiles & {
    /** The entry of threads that read what is served. */
    readonly fileReader?: string | URL
    /** The entry of the thread that opens large frames. */
    readonly unsealing?: string | URL
    /** The entry of threads that compile pillar. */
    readonly pillarWorker?: string | URL
  }
  /** Keep an executor ready, so that the first runner does not wait for one; it takes some 12 MiB (PSS). Default no. */
  readonly keepsExecutor?: boolean
  readonly log?: Logger
  readonly clock?: Clock & Timers
  /** What the sockets are bound by; by default doors of their own, with the limits of the options. */
  readonly transport?: BoundTransport
  /** Seconds between heartbeats; default 15. */
  readonly heartbeatSeconds?: number
}
