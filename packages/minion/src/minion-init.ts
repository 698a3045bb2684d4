// SPDX-License-Identifier: Apache-2.0
import type { Clock, Logger, MinionId, MinionOptions } from '@halite/core'
import type { ExecutorFiles } from '@halite/executor'
import type { Manifest } from '@halite/loader'
import type { VerifySignature } from '@halite/protocol'
import type { Transport } from '@halite/transport'
import type { LinkState } from './master-link.ts'
import type { FileThreads } from './minion-files.ts'
import type { ResolveHost } from './resolve-host.ts'

/** What a minion is made of. */
export interface MinionInit {
  readonly id: MinionId
  readonly options: MinionOptions
  /** The built-in modules. */
  readonly manifest: Manifest
  /** What job executors are started from. */
  readonly files: ExecutorFiles & FileThreads
  readonly log?: Logger
  readonly clock?: Clock
  readonly transport?: Transport
  readonly resolve?: ResolveHost
  /** Checks the master's signature on publications; many minions of one process can share the work. */
  readonly verifier?: VerifySignature
  /** Spreads what a fleet would do at once; from 0 up to 1, default `Math.random`. */
  readonly random?: () => number
  /** Whether it is started again when it ends after `restart` resolved. */
  readonly isSupervised?: boolean
  readonly onState?: (master: string, state: LinkState) => void
}
