// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'
import type { Args } from './arguments.ts'
import type { Fn, Module } from './module.ts'

/** A state as the run has it: `state`, `fun`, `name`, `__id__`, `__sls__`, `__env__`, `order`, and its arguments. */
export type LowState = Readonly<Record<string, unknown>>

/** The result of a state, shaped as Salt's. */
export interface StateResult {
  readonly name: unknown
  readonly changes: unknown
  readonly result: boolean | null
  readonly comment: string
  readonly [field: string]: unknown
}

/**
 * What a state function returns. `result` is true when the machine is now as asked, false when that failed, null when it would
 * change and `ctx.state.test` forbids it. `changes` is empty when nothing changed.
 */
export interface StateReturn {
  readonly result: boolean | null
  readonly changes: DataMap
  /** Lines are joined. */
  readonly comment: string | readonly string[]
  /** Default: the argument `name`. */
  readonly name?: string | readonly string[]
  readonly warnings?: readonly string[]
  /** A requisite `watch` then leaves `mod_watch` uncalled. */
  readonly skip_watch?: boolean
  /** What else is printed and kept. */
  readonly [field: string]: unknown
}

/** A function of a state module. */
// biome-ignore lint/suspicious/noExplicitAny: by default a function of any context
export type StateFn<A extends Args = Args, C = any> = Fn<A, C, StateReturn>

/** What the states of a run that are left may be merged into, see `StateModule.aggregate`. */
export interface AggregateCall {
  /** The state that is about to run. */
  readonly low: LowState
  /** Every state of the run, in its order. */
  readonly lowstate: readonly LowState[]
  /** Results so far, by tag. */
  readonly results: ReadonlyMap<string, StateResult>
}

/** A state that does the work of others too. */
export interface Aggregated {
  readonly low: LowState
  /** Those others: they are not merged again, and what they require is required here. */
  readonly merged: readonly LowState[]
}

/**
 * A state module: functions that each make one thing of the machine as it is asked for. A function called `mod_watch` is called
 * in place of the state when a state that it watches changed; it is given the state's arguments and `sfun`, the function
 * that was asked for.
 */
// biome-ignore lint/suspicious/noExplicitAny: functions of every argument type; by default of any context
export interface StateModule<C = any> extends Module<Record<string, StateFn<any>>> {
  /** Called once in a run, before the first of its states; false has it called again before the next one. */
  readonly init?: (ctx: C, low: LowState) => boolean | Promise<boolean>
  /**
   * Gives a state the arguments of others of its module, so that it does the work of all. Called where `state_aggregate` or the
   * argument `aggregate` asks for it.
   */
  readonly aggregate?: (ctx: C, call: AggregateCall) => Aggregated | Promise<Aggregated>
  /** Conditions that its functions check themselves; default none: they are commands that the run checks. */
  readonly checks?: readonly ('onlyif' | 'unless' | 'creates' | 'check_cmd')[]
}
