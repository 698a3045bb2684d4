// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr } from '@halite/core'
import { fnmatch } from '@halite/targeting'
import type { Chunk } from './chunk.ts'
import { circleText, disabledText, lostText, requiredText } from './failure-texts.ts'
import type { ParallelStates } from './parallel.ts'
import type { Resolved } from './requisites.ts'
import { MutableResult, namesOf } from './result.ts'
import type { RunResults } from './run-results.ts'
import type { RunServices } from './services.ts'

/** What a {@link RunReporter} works with. */
export interface ReporterOptions {
  readonly services: RunServices
  readonly results: RunResults
  readonly parallel: ParallelStates
  /** How many states the run has. */
  readonly total: number
}

/** Reports the results of a run, and records those of states that fail without being called. */
export class RunReporter {
  readonly #services: RunServices
  readonly #results: RunResults
  readonly #parallel: ParallelStates
  readonly #total: number

  constructor({ services, results, parallel, total }: ReporterOptions) {
    this.#services = services
    this.#results = results
    this.#parallel = parallel
    this.#total = total
  }

  /** Reports the result of a state, where it has one: to the journal, the log and whoever observes the run. */
  async report(chunk: Chunk): Promise<void> {
    const result = this.#results.ran.get(chunk.tag)
    if (result === undefined) return
    this.#results.addParts(chunk, result)
    if (!this.#parallel.has(chunk.tag)) this.#services.journal?.end(chunk.tag, result.shown)
    if (result.result === false) this.#services.ctx().log.error(pythonStr(result.fields['comment'] ?? ''))
    const { low, tag } = chunk
    await this.#services.report?.({ result: result.shown, tag, low, total: this.#total })
  }

  /** Records a failed state that did not run. */
  fail(chunk: Chunk, comment: string): MutableResult {
    return this.#results.record(chunk, { changes: {}, result: false, comment })
  }

  /** Whether the run ends with this state: it failed, and `failhard` applies to it. */
  failsHard(chunk: Chunk): boolean {
    const { test, failhard } = this.#services.settings
    if (test || !isTruthy(chunk.low['failhard'] ?? failhard)) return false
    return this.#results.ran.get(chunk.tag)?.result === false
  }

  /** A state whose requisites name what is not there fails. */
  lost(chunk: Chunk, resolved: Resolved): void {
    const result = this.fail(chunk, lostText(resolved))
    if (chunk.isPrereq) {
      this.#results.wouldChange.set(chunk.tag, result)
      this.#results.drop(chunk.tag)
    } else void this.report(chunk)
  }

  /** A state that requires itself fails. `circle`: the states of the circle, in the order in which they require one another. */
  recursion(chunk: Chunk, circle: readonly Chunk[]): void {
    this.fail(chunk, circleText(circle))
    void this.report(chunk)
  }

  /** A state that would have to be asked what it changes before that can be asked fails, and is settled by that. */
  endless(chunk: Chunk, circle: readonly Chunk[]): void {
    this.recursion(chunk, circle)
    const failed = this.#results.ran.get(chunk.tag)
    if (failed !== undefined) this.#results.wouldChange.set(chunk.tag, failed)
    chunk.isEndless = true
  }

  /** A state fails since one that it requires failed. */
  failed(chunk: Chunk, resolved: Resolved): void {
    const asked = this.#results.wouldChange.get(chunk.tag)
    if (asked === undefined) {
      const failed = this.fail(chunk, requiredText(resolved, this.#results))
      this.#results.wouldChange.set(chunk.tag, failed)
      return
    }
    const number = this.#results.number()
    const result = new MutableResult({
      ...asked.fields,
      changes: {},
      __run_num__: number,
      ...namesOf(chunk.low),
    })
    this.#results.keep(chunk.tag, result)
  }

  /** A state that somebody switched off fails, and says how it is switched on. */
  refuseDisabled(chunk: Chunk): boolean {
    const name = `${chunk.state}.${pythonStr(chunk.low['fun'])}`
    const glob = this.#services.settings.disabledStates.find((one) => fnmatch(name, one))
    if (glob === undefined) return false
    this.fail(chunk, disabledText(name, glob))
    return true
  }

  /** A run whose process was lost goes on behind what it had done; the states that were running then have failed. */
  resume(chunks: readonly Chunk[]): void {
    const { left } = this.#services.journal ?? {}
    if (left === undefined) return
    const byTag = new Map(chunks.map((chunk) => [chunk.tag, chunk]))
    this.#results.resume(new Map([...left.results].filter(([tag]) => byTag.has(tag))))
    for (const tag of left.open) {
      const chunk = byTag.get(tag)
      if (chunk === undefined) continue
      this.fail(chunk, `${left.reason}; what it had done by then is not known`)
      void this.report(chunk)
    }
  }
}
