// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr } from '@halite/core'
import type { Low } from '../high/chunks.ts'
import { type Calling, type CallParts, callState } from './call-state.ts'
import type { Chunk } from './chunk.ts'
import { MutableResult, millisecondsOf, timingFrom } from './result.ts'
import { attemptNotice, type Retry, retryNotice, retryOf } from './retry.ts'
import type { RunResults } from './run-results.ts'
import { type StateLookup, verifyLow } from './verify-low.ts'

type Requisites = Calling['requisites']

/** Calls the functions of states, as often as `retry` asks for, and numbers their results. */
export class StateCaller {
  readonly #parts: CallParts
  readonly #results: RunResults

  constructor(parts: CallParts, results: RunResults) {
    this.#parts = parts
    this.#results = results
  }

  lookup(low: Low): Promise<StateLookup> {
    const { lookups, services } = this.#parts
    return lookups.find(services.ctx(), `${pythonStr(low['state'])}.${pythonStr(low['fun'])}`)
  }

  /** Calls a state's function; for a state with `prereq` it says only what would change. */
  async call(chunk: Chunk, low: Low, requisites: Requisites = {}): Promise<MutableResult> {
    const lookup = await this.lookup(low)
    const errors = verifyLow(low, lookup)
    if (errors.length > 0 || !('found' in lookup)) {
      const comment = errors.map((error) => `${error}\n`).join('')
      const { name } = low
      return new MutableResult({
        result: false,
        name,
        changes: {},
        comment,
        __run_num__: this.#results.number(),
      })
    }
    const { journal } = this.#parts.services
    journal?.begin(chunk.tag)
    if (!chunk.isPrereq) return this.attempts(low, requisites)
    const asked = await callState(this.#parts, { low, found: lookup.found, test: true, requisites })
    journal?.asked(chunk.tag)
    chunk.isPrereq = false
    return asked
  }

  /**
   * Calls a function that is there, once or until it gives what `retry` waits for. `number`: that of its result, where it has one
   * already.
   */
  async attempts(low: Low, requisites: Requisites = {}, number?: number): Promise<MutableResult> {
    const { clock, settings, sleep, ctx } = this.#parts.services
    const retry = 'retry' in low ? retryOf(low['retry']) : undefined
    if (retry === undefined) return this.#attempt(low, requisites, number)
    if (settings.test) return withRetryNotice(await this.#attempt(low, requisites, number), retry)
    const notices: string[] = []
    const started = clock.now()
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(low, requisites, number)
      if (retry.until === result.result || attempt >= retry.attempts) {
        if (notices.length === 0) return result
        const comment = result.fields['comment']
        result.fields['comment'] = [...notices, comment ? pythonStr(comment) : ''].join('\n')
        result.fields['start_time'] = timingFrom(clock, started).start_time
        result.fields['duration'] = millisecondsOf(clock.now() - started)
        return result
      }
      notices.push(attemptNotice(attempt, result.result, result.fields['comment']))
      const waitMs = (retry.interval + Math.floor(Math.random() * (retry.splay + 1))) * 1000
      await sleep(waitMs, ctx().signal)
    }
  }

  async #attempt(low: Low, requisites: Requisites, number?: number): Promise<MutableResult> {
    const { clock, settings } = this.#parts.services
    const started = clock.now()
    const lookup = await this.lookup(low)
    if (!('found' in lookup))
      return new MutableResult({ result: false, name: low['name'], changes: {}, comment: '' })
    const { test } = settings
    const result = await callState(this.#parts, { low, found: lookup.found, test, requisites })
    const { fields } = result
    const { start_time, duration } = timingFrom(clock, started)
    fields['__sls__'] = low['__sls__'] ?? null
    fields['__run_num__'] = number ?? this.#results.number()
    fields['start_time'] = start_time
    fields['duration'] = duration
    fields['__id__'] = low['__id__'] ?? null
    await this.#refresh(low, result)
    return result
  }

  async #refresh(low: Low, result: MutableResult): Promise<void> {
    const { services, lookups } = this.#parts
    const wants = (name: string) => isTruthy(low[name] ?? null)
    const refresh = {
      grains: wants('reload_grains'),
      pillar: wants('reload_pillar'),
      modules: (wants('reload_modules') && result.hasChanges) || wants('force_reload_modules'),
    }
    if (!refresh.grains && !refresh.pillar && !refresh.modules) return
    await services.refresh?.(refresh)
    lookups.forget()
  }
}

function withRetryNotice(result: MutableResult, retry: Retry): MutableResult {
  const { comment } = result.fields
  result.fields['comment'] = [comment ? pythonStr(comment) : '', retryNotice(retry)].join('  ')
  return result
}
