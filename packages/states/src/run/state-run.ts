// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr } from '@halite/core'
import type { LowState, StateResult } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import type { Low } from '../high/chunks.ts'
import { Aggregation } from './aggregation.ts'
import { type Calling, type CallParts, callState } from './call-state.ts'
import { Chunk, canWatch, tagOf } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
import { ParallelStates } from './parallel.ts'
import { type Deciding, deciding, type Resolved, resolve, type Status, statusOf } from './requisites.ts'
import { MutableResult, millisecondsOf, namesOf, timingFrom } from './result.ts'
import { attemptNotice, retryNotice, retryOf } from './retry.ts'
import type { RunServices } from './services.ts'
import { StateLookups, verifyLow } from './verify-low.ts'

/** How long states run before others of the process get their turn. */
const turnMs = 10
/** Levels of requisites after which the stack is left and entered again. */
const freshStackDepth = 200
/** A state that was looked at this often goes round in circles. */
const maxRounds = 20

/** Runs the states of one piece of low data, in their order, each after what it requires. */
export class StateRun {
  readonly #services: RunServices
  readonly #lookups = new StateLookups()
  readonly #index: ChunkIndex
  readonly #results = new Map<string, MutableResult>()
  /** The same as states see them. */
  readonly #shown = new Map<string, StateResult>()
  /** Results of states that were only asked what they would change. */
  readonly #wouldChange = new Map<string, MutableResult>()
  /** The states whose requisites are being run, outermost first. */
  readonly #stack: Chunk[] = []
  readonly #active = new Set<string>()
  readonly #parallel: ParallelStates
  readonly #aggregation: Aggregation
  readonly #parts: CallParts
  #nextNumber: number
  #isFailed = false
  #turnEnds = 0

  /** `firstNumber`: the number of the first result, for a run that continues another. */
  constructor(services: RunServices, lows: readonly Low[], firstNumber = 0) {
    this.#services = services
    this.#nextNumber = firstNumber
    this.#index = new ChunkIndex(lows.map((low) => new Chunk(low)))
    this.#parallel = new ParallelStates(services.settings.maxParallel)
    const facts = { lowstate: lows, shared: new Map(), results: this.#shown }
    this.#parts = { services, lookups: this.#lookups, facts }
    this.#aggregation = new Aggregation(this.#parts)
  }

  get nextNumber(): number {
    return this.#nextNumber
  }

  /**
   * Runs all states, or those that `wanted` picks with what they require. Resolves to the results by tag, in the order in which
   * they ended.
   */
  async run(wanted: (low: Low) => boolean = () => true): Promise<ReadonlyMap<string, MutableResult>> {
    const picked = this.#index.chunks.filter(({ low }) => wanted(low))
    const enabled = picked.filter((chunk) => !this.#refuseDisabled(chunk))
    for (const chunk of enabled) {
      if (this.#isFailed) break
      if (this.#results.has(chunk.tag)) continue
      if ((await this.#services.pause?.(chunk.id)) === 'kill') break
      await this.#settle(chunk, 0)
      this.#active.clear()
      this.#stack.length = 0
      if (this.#failsHard(chunk)) break
    }
    await this.#parallel.idle()
    return this.#results
  }

  /** Runs what a state requires, and then the state. */
  async #settle(chunk: Chunk, round: number): Promise<void> {
    await this.#breathe()
    if (round === 0) await this.#aggregation.prepare(chunk, this.#index.chunks)
    if (chunk.requisite('prerequired') === undefined) this.#active.add(chunk.tag)
    const resolved = await this.#resolve(chunk, !chunk.isPrereq)
    const status = this.#statusOf(resolved)
    if (status !== 'unmet') return this.#conclude(chunk, status, resolved)
    if (resolved.lost.size > 0) return this.#reportLost(chunk, resolved)
    this.#stack.push(chunk)
    const isDone = await this.#runRequired(chunk, resolved)
    this.#stack.pop()
    if (isDone || this.#isFailed) return
    await this.#afterRequired(chunk, round)
  }

  /** Runs the states that a state names. True when the state is settled by that. */
  async #runRequired(chunk: Chunk, { found }: Resolved): Promise<boolean> {
    for (const [name, required] of found) {
      for (const other of required) {
        if (name === 'prereq') other.isPrereq = true
        if (name === 'prerequired') other.isPrerequired = true
      }
    }
    for (const other of [...found.values()].flat()) {
      if (this.#results.has(other.tag)) continue
      if (this.#active.has(other.tag)) {
        await this.#goRound(chunk, other)
        return true
      }
      await this.#settle(other, 0)
      if (this.#isFailed || this.#failsHard(other)) {
        this.#isFailed = true
        return true
      }
    }
    return false
  }

  async #afterRequired(chunk: Chunk, round: number): Promise<void> {
    if (!chunk.isPrereq) {
      if (round + 1 >= maxRounds) this.#reportRecursion(chunk, chunk)
      else await this.#settle(chunk, round + 1)
      return
    }
    const status = this.#statusOf(await this.#resolve(chunk, false))
    const result = await this.#ask(chunk)
    if (!result.hasChanges && status === 'change') {
      result.fields['changes'] = { watch: 'watch' }
      result.fields['result'] = null
    }
  }

  /** A state is required by what it requires: fine between a state and the one that it is a `prereq` of, else an error. */
  async #goRound(chunk: Chunk, other: Chunk): Promise<void> {
    if (!other.isPrerequired) return this.#reportRecursion(chunk, other)
    if (this.#wouldChange.has(chunk.tag)) return
    chunk.isPrereq = true
    this.#wouldChange.set(other.tag, await this.#call(chunk, chunk.low))
  }

  /** The status of a state is clear: it runs, or it is said why not. */
  async #conclude(chunk: Chunk, status: Status, resolved: Resolved): Promise<void> {
    if (
      chunk.isPrereq &&
      status !== 'fail' &&
      status !== 'pre' &&
      status !== 'onfail' &&
      status !== 'onchanges'
    ) {
      await this.#ask(chunk)
      return
    }
    if (status === 'met') await this.#runState(chunk)
    else if (status === 'change') await this.#runWatcher(chunk, resolved)
    else if (status === 'fail') this.#reportFailed(chunk, resolved)
    else if (status === 'pre') {
      const result = this.#record(chunk, { changes: {}, result: true, comment: 'No changes detected' })
      this.#wouldChange.set(chunk.tag, result)
    } else {
      const comment =
        status === 'onfail'
          ? 'State was not run because onfail req did not change'
          : 'State was not run because none of the onchanges reqs changed'
      const result = this.#record(chunk, { changes: {}, result: true, comment, __state_ran__: false })
      result.ran = false
      if (chunk.isPrereq) this.#wouldChange.set(chunk.tag, result)
    }
    await this.#report(chunk)
  }

  async #runState(chunk: Chunk): Promise<void> {
    if (!isTruthy(chunk.low['parallel'] ?? null)) {
      this.#keep(chunk.tag, await this.#call(chunk, chunk.low))
      return
    }
    const started = this.#services.clock.now()
    const placeholder = this.#record(chunk, {
      changes: {},
      result: null,
      comment: 'Started in a separate process',
    })
    this.#parallel.start(chunk.tag, async () => {
      const result = await this.#attempts(chunk.low)
      const timing = timingFrom(this.#services.clock, started)
      Object.assign(placeholder.fields, result.fields, timing, { __parallel__: true })
    })
  }

  /** A state that watches one which changed runs; when nothing changed by that, its `mod_watch` is called. */
  async #runWatcher(chunk: Chunk, { found }: Resolved): Promise<void> {
    const result = await this.#call(chunk, chunk.low)
    if (result.hasChanges || isTruthy(result.fields['skip_watch'] ?? null)) {
      this.#keep(chunk.tag, result)
      return
    }
    const requisites = Object.fromEntries(
      [...found].map(([name, chunks]) => [name, chunks.map(({ low }) => low)]),
    )
    const low = { ...chunk.low, sfun: chunk.low['fun'], fun: 'mod_watch' }
    this.#keep(chunk.tag, await this.#call(chunk, low, requisites))
  }

  async #ask(chunk: Chunk): Promise<MutableResult> {
    const result = await this.#call(chunk, chunk.low)
    this.#wouldChange.set(chunk.tag, result)
    return result
  }

  /** Calls a state's function, once or until it gives what `retry` waits for, and numbers the result. */
  async #call(chunk: Chunk, low: Low, requisites: Calling['requisites'] = {}): Promise<MutableResult> {
    const test = this.#services.settings.test || chunk.isPrereq
    const lookup = await this.#lookup(low)
    const errors = verifyLow(low, lookup)
    if (errors.length > 0 || !('found' in lookup)) {
      const comment = errors.map((error) => `${error}\n`).join('')
      return new MutableResult({
        result: false,
        name: low['name'],
        changes: {},
        comment,
        __run_num__: this.#nextNumber++,
      })
    }
    if (chunk.isPrereq) {
      const asked = await callState(this.#parts, {
        low,
        found: lookup.found,
        test,
        requisites,
      })
      chunk.isPrereq = false
      return asked
    }
    return this.#attempts(low, requisites)
  }

  async #attempts(low: Low, requisites: Calling['requisites'] = {}): Promise<MutableResult> {
    const { clock, settings, sleep } = this.#services
    const retry = 'retry' in low ? retryOf(low['retry']) : undefined
    const notices: string[] = []
    const started = clock.now()
    let waitedMs = 0
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(low, requisites)
      if (retry !== undefined && settings.test) {
        const comment = result.fields['comment']
        result.fields['comment'] = [comment ? pythonStr(comment) : '', retryNotice(retry)].join('  ')
      }
      const isOver =
        retry === undefined || settings.test || retry.until === result.result || attempt >= retry.attempts
      if (isOver) {
        if (notices.length === 0) return result
        const comment = result.fields['comment']
        result.fields['comment'] = [...notices, comment ? pythonStr(comment) : ''].join('\n')
        result.fields['start_time'] = timingFrom(clock, started).start_time
        result.fields['duration'] = millisecondsOf(clock.now() - started)
        return result
      }
      notices.push(attemptNotice(attempt, result.result, result.fields['comment']))
      waitedMs = (retry.interval + Math.floor(Math.random() * (retry.splay + 1))) * 1000
      await sleep(waitedMs, this.#services.ctx().signal)
    }
  }

  async #attempt(low: Low, requisites: Calling['requisites']): Promise<MutableResult> {
    const { clock, settings } = this.#services
    const started = clock.now()
    const lookup = await this.#lookup(low)
    if (!('found' in lookup))
      return new MutableResult({ result: false, name: low['name'], changes: {}, comment: '' })
    const calling = { low, found: lookup.found, test: settings.test, requisites }
    const result = await callState(this.#parts, calling)
    const { start_time, duration } = timingFrom(clock, started)
    Object.assign(result.fields, {
      __sls__: low['__sls__'] ?? null,
      __run_num__: this.#nextNumber++,
      start_time,
      duration,
      __id__: low['__id__'] ?? null,
    })
    await this.#refresh(low, result)
    return result
  }

  async #refresh(low: Low, result: MutableResult): Promise<void> {
    const wants = (name: string) => isTruthy(low[name] ?? null)
    const refresh = {
      grains: wants('reload_grains'),
      pillar: wants('reload_pillar'),
      modules: (wants('reload_modules') && result.hasChanges) || wants('force_reload_modules'),
    }
    if (!refresh.grains && !refresh.pillar && !refresh.modules) return
    await this.#services.refresh?.(refresh)
    this.#lookups.forget()
  }

  /** What a state names in its requisites. States that run beside others are waited for. */
  async #resolve(chunk: Chunk, withPrerequired: boolean): Promise<Resolved> {
    const { disabledRequisites } = this.#services.settings
    const names: Deciding[] = [...deciding, ...(withPrerequired ? (['prerequired'] as const) : [])]
    const module = this.#hasWatch(chunk) ? this.#lookups.module(await this.#lookup(chunk.low)) : undefined
    if (this.#hasWatch(chunk) && !canWatch(module)) requireWatched(chunk)
    const wanted = names.filter((name) => !disabledRequisites.includes(name))
    const resolved = resolve(chunk, this.#index, wanted)
    await this.#parallel.wait([...resolved.found.values()].flat().map(({ tag }) => tag))
    return resolved
  }

  #hasWatch({ low }: Chunk): boolean {
    return 'watch' in low || 'watch_any' in low
  }

  #statusOf(resolved: Resolved): Status {
    return statusOf(resolved, { ran: this.#results, wouldChange: this.#wouldChange })
  }

  #lookup(low: Low) {
    return this.#lookups.find(this.#services.ctx(), `${pythonStr(low['state'])}.${pythonStr(low['fun'])}`)
  }

  #reportLost(chunk: Chunk, { lost }: Resolved): void {
    const lines = [...lost].flatMap(([name, references]) => [
      `${' '.repeat(19)}${name}:\n`,
      ...references.map(({ key, value }) => `${' '.repeat(23)}${key}: ${pythonStr(value)}\n`),
    ])
    const comment = `The following requisites were not found:\n${lines.join('')}`
    const result = this.#record(chunk, { changes: {}, result: false, comment })
    if (chunk.isPrereq) {
      this.#wouldChange.set(chunk.tag, result)
      this.#drop(chunk.tag)
    } else void this.#report(chunk)
  }

  /** Names the states of a circle in the order in which they require one another. */
  #reportRecursion(chunk: Chunk, other: Chunk): void {
    const from = this.#stack.indexOf(other)
    const circle = from < 0 ? [other, chunk] : this.#stack.slice(from)
    const path = [...circle, ...(circle[0] === undefined ? [] : [circle[0]])]
    const names = path.map(({ state, id }) => `${state}: ${id}`).join(' -> ')
    this.#record(chunk, { changes: {}, result: false, comment: `Recursive requisite found: ${names}` })
    void this.#report(chunk)
  }

  #reportFailed(chunk: Chunk, { found }: Resolved): void {
    const asked = this.#wouldChange.get(chunk.tag)
    if (asked !== undefined) {
      const result = new MutableResult({ ...asked.fields, changes: {}, __run_num__: this.#nextNumber++ })
      Object.assign(result.fields, namesOf(chunk.low))
      this.#keep(chunk.tag, result)
      return
    }
    const failed = new Set<string>()
    for (const required of [...found.values()].flat()) {
      const result = this.#wouldChange.get(required.tag) ?? this.#results.get(required.tag)
      if (result?.result === false) failed.add(`${required.sls}.${required.id}`)
    }
    const comment = `One or more requisite failed: ${[...failed].join(', ')}`
    this.#wouldChange.set(chunk.tag, this.#record(chunk, { changes: {}, result: false, comment }))
  }

  /** Notes the result of a state that did not run. */
  #record(chunk: Chunk, fields: Readonly<Record<string, unknown>>): MutableResult {
    const { clock } = this.#services
    const { start_time, duration } = timingFrom(clock, clock.now())
    const { changes, result, comment, ...others } = fields
    const recorded = new MutableResult({
      changes,
      result,
      duration,
      start_time,
      comment,
      ...others,
      __run_num__: this.#nextNumber++,
      ...namesOf(chunk.low),
    })
    this.#keep(chunk.tag, recorded)
    return recorded
  }

  /** A state that somebody switched off fails, and says how it is switched on. */
  #refuseDisabled(chunk: Chunk): boolean {
    const name = `${chunk.state}.${pythonStr(chunk.low['fun'])}`
    const glob = this.#services.settings.disabledStates.find((one) => fnmatch(name, one))
    if (glob === undefined) return false
    const comment = `The state function "${name}" is currently disabled by "${glob}", to re-enable, run state.enable ${glob}.`
    this.#record(chunk, { changes: {}, result: false, comment })
    return true
  }

  #keep(tag: string, result: MutableResult): void {
    this.#results.set(tag, result)
    this.#shown.set(tag, result.shown)
  }

  #drop(tag: string): void {
    this.#results.delete(tag)
    this.#shown.delete(tag)
  }

  #failsHard(chunk: Chunk): boolean {
    const { test, failhard } = this.#services.settings
    if (test || !isTruthy(chunk.low['failhard'] ?? failhard)) return false
    return this.#results.get(chunk.tag)?.result === false
  }

  async #report(chunk: Chunk): Promise<void> {
    const result = this.#results.get(chunk.tag)
    if (result === undefined) return
    this.#addParts(chunk, result)
    if (result.result === false) this.#services.ctx().log.error(pythonStr(result.fields['comment'] ?? ''))
    const { low, tag } = chunk
    await this.#services.report?.({ result: result.shown, tag, low, total: this.#index.chunks.length })
  }

  /** A state may consist of others, whose results it gives with its own. */
  #addParts(chunk: Chunk, result: MutableResult): void {
    const parts = result.fields['sub_state_run']
    if (parts === undefined) return
    delete result.fields['sub_state_run']
    for (const part of Array.isArray(parts) ? parts : []) {
      const { low, ...fields } = part as { low: LowState } & Record<string, unknown>
      const recorded = this.#record(chunk, { changes: {}, comment: '', __state_ran__: true, ...fields })
      recorded.fields['name'] = low['name'] ?? null
      this.#keep(tagOf(low), recorded)
    }
    this.#keep(chunk.tag, result)
  }

  /** Lets others of the process have their turn, and keeps a chain of requisites from using up the stack. */
  async #breathe(): Promise<void> {
    const now = performance.now()
    this.#services.ctx().signal.throwIfAborted()
    if (now >= this.#turnEnds) {
      await new Promise((resolve) => setImmediate(resolve))
      this.#turnEnds = performance.now() + turnMs
    } else if (this.#stack.length % freshStackDepth === freshStackDepth - 1) await Promise.resolve()
  }
}

/** Where a module has no `mod_watch`, to watch is to require. */
function requireWatched(chunk: Chunk): void {
  for (const [watch, require] of [
    ['watch', 'require'],
    ['watch_any', 'require_any'],
  ] as const) {
    const watched = chunk.requisite(watch)
    if (watched === undefined) continue
    const { [watch]: _, ...others } = chunk.low
    chunk.low = { ...others, [require]: [...(chunk.requisite(require) ?? []), ...watched] }
  }
}
