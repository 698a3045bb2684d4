// SPDX-License-Identifier: Apache-2.0
import type { Jid } from '@halite/core'
import type { Late } from './late.ts'
import type { SkippedMinion } from './orchestration.ts'

/** A job as it is listed: what was asked. */
export interface ListedJob {
  readonly jid: Jid
  readonly fun: string | readonly string[]
  readonly arg: readonly unknown[]
  readonly tgt: unknown
  readonly tgt_type: string
  readonly user: string
  /** What the caller noted on it. */
  readonly metadata?: unknown
}

/** A job as it is stored: also of whom it was asked. */
export interface StoredJob extends ListedJob {
  readonly minions: readonly string[]
  /** Of a batch only. */
  readonly batch?: {
    /** Minions that were skipped or did not return, and why; absent until the batch is over. */
    readonly missing?: readonly SkippedMinion[]
  }
}

/** A return as it is stored, with the value unpacked. */
export interface StoredReturn {
  readonly id: string
  readonly return: unknown
  readonly retcode: number
  readonly success: boolean
  readonly out?: string
}

/** Which jobs, and in what order. `from` and `to` are jids or the first digits of some; both ends belong to the range. */
export interface JobRange {
  /** Made then or later; default all. */
  readonly from?: string | undefined
  /** Made then or earlier; default all. */
  readonly to?: string | undefined
  /** Default oldest first. */
  readonly newestFirst?: boolean
}

/** How a batch stands that is under way. */
export interface BatchStatus extends Omit<ListedJob, 'arg' | 'metadata'> {
  /** Minions it is for. */
  readonly total: number
  /** How many have returned. */
  readonly completed: number
  /** Minions that have the job now. */
  readonly active: readonly string[]
  /** Whose turn has not come. */
  readonly pending: number
  /** How many returned with a code that is not 0, or did not return. */
  readonly failed: number
  readonly batch_size: number
  /** Nothing more is begun, and why. */
  readonly halted: boolean
  readonly halted_reason: string
  /** When it last got on, by the wall clock. */
  readonly progressWallMs: number
}

/** What the master remembers of jobs. */
export interface JobsContext {
  load(jid: Jid): Late<StoredJob | undefined>
  /** By id. */
  returns(jid: Jid): Late<readonly StoredReturn[]>
  /** Reads jobs as they are taken, and no return. May be left early, and taken from over several turns of the loop. */
  list(range?: JobRange): Iterable<ListedJob> | AsyncIterable<ListedJob>
  /** Jobs with connected minions that acknowledged and have not returned. */
  active(): Late<
    readonly {
      readonly job: StoredJob
      readonly running: readonly string[]
      readonly returned: readonly string[]
    }[]
  >
  /** Keeps a batch that is under way from going on to further minions. False when no such batch is under way. */
  stopBatch(jid: Jid, reason: string): Late<boolean>
  /** The batches under way, oldest first. */
  batches(): Late<readonly BatchStatus[]>
  /** Kills a job on these minions. Resolves once they are notified, not once it has ended. */
  kill(jid: Jid, ids: readonly string[]): Promise<void>
  /** The runners that run now. */
  runs(): Late<readonly RunningRun[]>
  /** Ends a runner. False when it does not run. */
  stopRun(jid: Jid, reason: string): Late<boolean>
}

/** A runner that runs. */
export interface RunningRun {
  readonly jid: Jid
  readonly fun: string
  readonly user: string
  readonly pid: number
}
