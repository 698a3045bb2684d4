// SPDX-License-Identifier: Apache-2.0
import type { DataMap, Logger, MinionId, MinionOptions } from '@halite/core'
import type { ExecutorFiles } from '@halite/executor'
import type { FunctionResult, Manifest, PillarWishes } from '@halite/loader'
import type { Transport } from '@halite/transport'
import type { FileThreads } from './minion-files.ts'

/** A request for the pillar of a minion with these grains; `pillarenv` limits it to one environment. */
export interface LocalPillarRequest extends PillarWishes {
  readonly id: MinionId
  readonly grains: Readonly<Record<string, unknown>>
  readonly pillarenv?: string | undefined
}

export interface CallerInit {
  readonly id: MinionId
  readonly options: MinionOptions
  readonly manifest: Manifest
  /** How to start processes that read custom modules. */
  readonly files: ExecutorFiles & FileThreads
  readonly log?: Logger
  readonly transport?: Transport
  /** Whether to run without a master: nothing is requested from it or reported to it. */
  readonly local: boolean
  /** Whether the return of a function is reported to the master; default yes. */
  readonly tellMaster?: boolean
  /** Compiles the pillar if there is no master; without it the pillar is empty then. */
  readonly localPillar?: (request: LocalPillarRequest) => Promise<DataMap>
  /** Called with the progress that a function reports; functions of `state` report each state with `state_events`. */
  readonly onProgress?: (data: unknown) => void
  /** The calling user, a field of the job. */
  readonly user: string
}

/** The result of one function and its call: the fields that `salt-call --metadata` prints. */
export interface CallResult extends FunctionResult {
  readonly id: MinionId
  readonly jid: string
  readonly fun: string
  readonly fun_args: readonly unknown[]
}
