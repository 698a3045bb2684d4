// SPDX-License-Identifier: Apache-2.0
import type { LowState, StateCall, StateResult } from '@halite/loader'

/** What a state knows of itself, as it is sent to a process beside that of its run: of the run only what that process lacks. */
export interface SentState extends Omit<StateCall, 'lowstate' | 'results' | 'shared' | 'runas' | 'umask'> {
  readonly runas?: string | undefined
  readonly umask?: number | undefined
  /** All states of the run: with the first state of a run that the process is given. */
  readonly lowstate?: readonly LowState[] | undefined
  /** Results that it has not seen, or not as they are now. */
  readonly results: readonly (readonly [string, StateResult])[]
}

/** What one process has been sent of a run. */
export class SentStates {
  #lowstate: readonly LowState[] | undefined
  readonly #results = new Map<string, string>()

  /** The state as this process has to be sent it; it counts as sent. */
  next({ lowstate, results, shared: _, runas, umask, providers, ...own }: StateCall): SentState {
    const isNew = this.#lowstate !== lowstate
    if (isNew) this.#results.clear()
    this.#lowstate = lowstate
    return {
      ...own,
      // What is undefined would arrive as null.
      ...(runas === undefined ? {} : { runas }),
      ...(umask === undefined ? {} : { umask }),
      ...(providers === undefined ? {} : { providers }),
      ...(isNew ? { lowstate } : {}),
      results: [...results].filter(this.#isUnseen),
    }
  }

  /** A state that runs beside others has a result that changes when it ends. */
  readonly #isUnseen = ([tag, { __run_num__, result, comment }]: readonly [string, StateResult]): boolean => {
    const mark = `${String(__run_num__)} ${String(result)} ${String(comment)}`
    if (this.#results.get(tag) === mark) return false
    this.#results.set(tag, mark)
    return true
  }
}

/** The run as a process beside it sees it, put together from what it was sent. */
export class StateView {
  #lowstate: readonly LowState[] = []
  #results = new Map<string, StateResult>()
  #shared = new Map<string, unknown>()

  /** Adds what a run of states sent to what it sent before, and returns the state of the current call. */
  receive({ lowstate, results, runas, umask, ...own }: SentState): StateCall {
    if (lowstate !== undefined) {
      this.#lowstate = lowstate
      this.#results = new Map()
      this.#shared = new Map()
    }
    for (const [tag, result] of results) this.#results.set(tag, result)
    const run = { lowstate: this.#lowstate, results: this.#results, shared: this.#shared }
    return { ...own, ...run, runas, umask }
  }
}
