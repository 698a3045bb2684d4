// SPDX-License-Identifier: Apache-2.0
import type { Logger, OrphanGuard } from '@halite/core'
import type { FactBook } from './facts.ts'
import type { SetupMessage } from './messages.ts'
import type { ReturnLimits } from './result.ts'

/** How long an aborted job may go on, by what its programs received. */
export interface Graces {
  /** It was killed: time for `finally` blocks. */
  readonly killMs: number
  /** It was asked to end: time for its programs as well. */
  readonly termMs: number
  /** Until the executor has to say that it aborts the job: one that is blocked runs no `finally` block. */
  readonly answerMs: number
}

/** What people who kill a job expect: seconds for cleaning up, longer for programs that were only asked to end. */
export const defaultGraces: Graces = { killMs: 5000, termMs: 30_000, answerMs: 1000 }

/** What an executor is given by its pool. */
export interface ExecutorSettings {
  readonly id: SetupMessage['id']
  readonly returnLimits: ReturnLimits
  readonly facts: FactBook
  readonly log: Logger
  readonly orphans: OrphanGuard
  /** Bytes: a job that makes the process larger is ended. */
  readonly memoryLimit: number
  /** Milliseconds: a job that computes so long without a turn for messages is ended. Default: none is. */
  readonly blockedLimitMs?: number
  /** What it runs, in messages; default `job`. */
  readonly work?: string
  readonly graces: Graces
  /** Removes what the process left behind when it ended. Never rejects. */
  readonly clear: (pid: number) => Promise<void>
}

/** When a job counts as one that loops. */
export interface BlockedLimit {
  /** Milliseconds: a job that computes so long without a turn for messages is ended; infinity for no limit. */
  readonly ms: number
  /** Asked then: false lets it go on. Default: it is ended. */
  readonly applies?: () => boolean
}
