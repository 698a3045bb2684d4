// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import type { Chunk } from './chunk.ts'
import type { ParallelStates } from './parallel.ts'
import type { Resolved, Status } from './requisites.ts'
import { type MutableResult, timingFrom } from './result.ts'
import type { RunReporter } from './run-reporter.ts'
import type { RunResults } from './run-results.ts'
import type { RunServices } from './services.ts'
import type { StateCaller } from './state-caller.ts'

/** What {@link SettledStates} work with. */
export interface SettledOptions {
  readonly services: RunServices
  readonly results: RunResults
  readonly caller: StateCaller
  readonly parallel: ParallelStates
  readonly reporter: RunReporter
}

/** Concludes states whose requisites are settled: calls them, or records why they do not run. */
export class SettledStates {
  readonly #services: RunServices
  readonly #results: RunResults
  readonly #caller: StateCaller
  readonly #parallel: ParallelStates
  readonly #reporter: RunReporter

  constructor({ services, results, caller, parallel, reporter }: SettledOptions) {
    this.#services = services
    this.#results = results
    this.#caller = caller
    this.#parallel = parallel
    this.#reporter = reporter
  }

  /** The status of a state is clear: it runs, or it is said why not. */
  async conclude(chunk: Chunk, status: Status, resolved: Resolved): Promise<void> {
    if (chunk.isPrereq && (status === 'met' || status === 'change')) {
      await this.ask(chunk)
      return
    }
    if (status === 'met') await this.#runState(chunk)
    else if (status === 'change') await this.#runWatcher(chunk, resolved)
    else if (status === 'fail') this.#reporter.failed(chunk, resolved)
    else if (status === 'pre') {
      const result = this.#results.record(chunk, {
        changes: {},
        result: true,
        comment: 'No changes detected',
      })
      this.#results.wouldChange.set(chunk.tag, result)
    } else {
      const comment =
        status === 'onfail'
          ? 'State was not run because onfail req did not change'
          : 'State was not run because none of the onchanges reqs changed'
      const result = this.#results.record(chunk, { changes: {}, result: true, comment, __state_ran__: false })
      result.ran = false
      if (chunk.isPrereq) this.#results.wouldChange.set(chunk.tag, result)
    }
    await this.#reporter.report(chunk)
  }

  /** Asks a state only what it would change. */
  async ask(chunk: Chunk): Promise<MutableResult> {
    const result = await this.#caller.call(chunk, chunk.low)
    this.#results.wouldChange.set(chunk.tag, result)
    return result
  }

  async #runState(chunk: Chunk): Promise<void> {
    if (!isTruthy(chunk.low['parallel'] ?? null)) {
      this.#results.keep(chunk.tag, await this.#caller.call(chunk, chunk.low))
      return
    }
    const started = this.#services.clock.now()
    const placeholder = this.#results.record(chunk, {
      changes: {},
      result: null,
      comment: 'Started in a separate process',
    })
    const number = Number(placeholder.fields['__run_num__'])
    this.#services.journal?.begin(chunk.tag)
    this.#parallel.start(chunk.tag, async () => {
      const result = await this.#caller.attempts(chunk.low, {}, number)
      const timing = timingFrom(this.#services.clock, started)
      Object.assign(placeholder.fields, result.fields, timing, { __parallel__: true })
      this.#services.journal?.end(chunk.tag, placeholder.shown)
    })
  }

  /** A state that watches one which changed runs; when nothing changed by that, its `mod_watch` is called. */
  async #runWatcher(chunk: Chunk, { found }: Resolved): Promise<void> {
    const result = await this.#caller.call(chunk, chunk.low)
    if (result.hasChanges || isTruthy(result.fields['skip_watch'] ?? null)) {
      this.#results.keep(chunk.tag, result)
      return
    }
    const requisites = Object.fromEntries(
      [...found].map(([name, chunks]) => [name, chunks.map(({ low }) => low)]),
    )
    const low = { ...chunk.low, sfun: chunk.low['fun'], fun: 'mod_watch' }
    this.#results.keep(chunk.tag, await this.#caller.call(chunk, low, requisites))
  }
}
