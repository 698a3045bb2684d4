// SPDX-License-Identifier: Apache-2.0
import type { StateResult } from './state-module.ts'

/** What a run of states had noted when its process was lost. */
export interface LeftRun {
  /** Results by tag, in the order in which states ended. */
  readonly results: ReadonlyMap<string, StateResult>
  /** Tags of states that were running. */
  readonly open: readonly string[]
  /** How the process was lost, as a sentence goes on; known where the run is continued. */
  readonly reason?: string | undefined
}

/** Notes of a run of states that outlive its process: what ran is known when that is lost, and the run can go on behind it. */
export interface RunJournal {
  /** What this run noted in a process before this one. */
  readonly left: LeftRun | undefined
  /** The state with this tag begins. */
  begin(tag: string): void
  /** It was only asked what it would change. */
  asked(tag: string): void
  end(tag: string, result: StateResult): void
}
