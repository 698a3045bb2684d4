// SPDX-License-Identifier: Apache-2.0
import type { ExecContext, LowState, RunJournal, StateResult } from '@halite/loader'
import type { Clock } from './result.ts'

/** How a run behaves. */
export interface RunSettings {
  /** Say what would change, and change nothing. */
  readonly test: boolean
  /** Stop at the first state that fails. */
  readonly failhard: boolean
  /** Call no state function at all. */
  readonly mocked: boolean
  /** Modules whose states are merged, or all that can be. */
  readonly aggregate: boolean | readonly unknown[]
  readonly disabledRequisites: readonly unknown[]
  /** Globs of states that are switched off, `module.function`. */
  readonly disabledStates: readonly string[]
  /** Module or function, or `*` → targets of which one must match; see `global_state_conditions`. */
  readonly conditions: Readonly<Record<string, unknown>>
  /** States with `parallel` that run at one time; 0 for no bound. */
  readonly maxParallel: number
  /** The environment is not for a state to choose. */
  readonly lockSaltenv: boolean
}

/** What the end of a state means to others. */
export interface Report {
  readonly result: StateResult
  readonly tag: string
  readonly low: LowState
  /** How many states the run has. */
  readonly total: number
}

/** What a state made necessary. */
export interface Refresh {
  readonly grains: boolean
  readonly pillar: boolean
  readonly modules: boolean
}

/** What a run is given: everything that it touches. */
export interface RunServices {
  /** The context that states see; read each time, so that a refresh shows in the next state. */
  readonly ctx: () => ExecContext
  readonly settings: RunSettings
  readonly clock: Clock
  /** Rejects with the reason of the signal when that aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Called as each state ends. */
  report?(report: Report): void | Promise<void>
  refresh?(refresh: Refresh): Promise<void>
  /** Where states are noted as they begin and end, and what of the run is done already. */
  readonly journal?: RunJournal | undefined
  /** Waits while a person has paused the run before this id; `kill` ends the run there. */
  pause?(id: string): Promise<'run' | 'kill'>
  /** Runs work with a mask for the mode of new files. */
  withUmask?<T>(umask: number, work: () => Promise<T>): Promise<T>
}
