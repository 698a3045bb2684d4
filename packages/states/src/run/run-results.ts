// SPDX-License-Identifier: Apache-2.0
import type { LowState, StateResult } from '@halite/loader'
import { type Chunk, tagOf } from './chunk.ts'
import { type Clock, MutableResult, namesOf, timingFrom } from './result.ts'

/** The results of a run by tag, numbered in the order in which states were done. */
export class RunResults {
  readonly #clock: Clock
  readonly #ran = new Map<string, MutableResult>()
  readonly #shown = new Map<string, StateResult>()
  /** Results of states that were only asked what they would change. */
  readonly wouldChange = new Map<string, MutableResult>()
  #nextNumber: number

  /** `firstNumber`: the number of the first result, for a run that continues another. */
  constructor(clock: Clock, firstNumber = 0) {
    this.#clock = clock
    this.#nextNumber = firstNumber
  }

  get ran(): ReadonlyMap<string, MutableResult> {
    return this.#ran
  }

  /** The same as states see them. */
  get shown(): ReadonlyMap<string, StateResult> {
    return this.#shown
  }

  /** The number that the next result will have. */
  get nextNumber(): number {
    return this.#nextNumber
  }

  /** What a run had done before its process was lost: those states count as done. */
  resume(results: ReadonlyMap<string, StateResult>): void {
    for (const [tag, fields] of results) {
      const result = new MutableResult(fields)
      result.ran = fields['__state_ran__'] !== false
      this.keep(tag, result)
      this.#nextNumber = Math.max(this.#nextNumber, Number(fields['__run_num__']) + 1)
    }
  }

  /** Uses up a number. */
  number(): number {
    return this.#nextNumber++
  }

  keep(tag: string, result: MutableResult): void {
    this.#ran.set(tag, result)
    this.#shown.set(tag, result.shown)
  }

  drop(tag: string): void {
    this.#ran.delete(tag)
    this.#shown.delete(tag)
  }

  /** Keeps the result of a state that did not run. */
  record({ tag, low }: Chunk, fields: Readonly<Record<string, unknown>>): MutableResult {
    const { start_time, duration } = timingFrom(this.#clock, this.#clock.now())
    const { changes, result, comment, ...others } = fields
    const recorded = new MutableResult({
      changes,
      result,
      duration,
      start_time,
      comment,
      ...others,
      __run_num__: this.number(),
      ...namesOf(low),
    })
    this.keep(tag, recorded)
    return recorded
  }

  /** A state may consist of others: their results are kept beside its own. */
  addParts(chunk: Chunk, result: MutableResult): void {
    const parts = result.fields['sub_state_run']
    if (parts === undefined) return
    delete result.fields['sub_state_run']
    for (const part of Array.isArray(parts) ? parts : []) {
      const { low, ...fields } = part as { low: LowState } & Record<string, unknown>
      const recorded = this.record(chunk, { changes: {}, comment: '', __state_ran__: true, ...fields })
      recorded.fields['name'] = low['name'] ?? null
      this.keep(tagOf(low), recorded)
    }
    this.keep(chunk.tag, result)
  }
}
