// SPDX-License-Identifier: Apache-2.0
import type { LowState, StateResult } from './state-module.ts'

/** What a state function knows of its state and of the run that it belongs to. */
export interface StateCall {
  /** Say what would change, and change nothing. */
  readonly test: boolean
  readonly id: string
  readonly sls: string
  readonly saltenv: string
  /** The state with all of its arguments. */
  readonly low: LowState
  /** Of `mod_watch`: the states that each requisite names, such as `watch`. */
  readonly requisites: Readonly<Record<string, readonly LowState[]>>
  /** Every state of the run, in its order. */
  readonly lowstate: readonly LowState[]
  /** Results so far, by tag. */
  readonly results: ReadonlyMap<string, StateResult>
  /** What the states of one run share. */
  readonly shared: Map<string, unknown>
  /** The user that programs run as, where the state asks for one. */
  readonly runas: string | undefined
  /** Mode bits that new files lack, where the state asks for it. */
  readonly umask: number | undefined
  /** Virtual name to the module that answers to it while the state runs, where the state asks for one. */
  readonly providers?: Readonly<Record<string, string>> | undefined
}

/** What a state module does before its states, as it is asked for in a process beside the run. */
export type StateHook =
  | { readonly name: 'init'; readonly low: LowState }
  /** `at`: which one of `lowstate` is about to run. */
  | { readonly name: 'aggregate'; readonly lowstate: readonly LowState[]; readonly at: number }
