// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import type { Low } from '../high/chunks.ts'
import { Aggregation } from './aggregation.ts'
import { Chunk, canWatch } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
import { circleThrough } from './circle.ts'
import { requiredText } from './failure-texts.ts'
import { ParallelStates } from './parallel.ts'
import { type Deciding, deciding, type Resolved, resolve, type Status, statusOf } from './requisites.ts'
import type { MutableResult } from './result.ts'
import { RunReporter } from './run-reporter.ts'
import { RunResults } from './run-results.ts'
import type { RunServices } from './services.ts'
import { SettledStates } from './settled-states.ts'
import { StateCaller } from './state-caller.ts'
import { StateLookups } from './verify-low.ts'

/** How long states run before others of the process get their turn. */
const turnMs = 10
/** Levels of requisites after which the stack is left and entered again. */
const freshStackDepth = 200
/** A state that was looked at this often goes round in circles. */
const maxRounds = 20
/** A state is entered again while it is asked what it would change; one that is entered more often goes round in circles. */
const maxEntries = 3

/** Runs the states of one piece of low data, in their order, each after what it requires. */
export class StateRun {
  readonly #services: RunServices
  readonly #lookups = new StateLookups()
  readonly #index: ChunkIndex
  readonly #results: RunResults
  readonly #caller: StateCaller
  readonly #deciding: readonly Deciding[]
  /** The states whose requisites are being run, outermost first. */
  readonly #stack: Chunk[] = []
  readonly #active = new Set<string>()
  readonly #parallel: ParallelStates
  readonly #aggregation: Aggregation
  readonly #reporter: RunReporter
  readonly #settled: SettledStates
  #isFailed = false
  #turnEnds = 0

  /** `firstNumber`: the number of the first result, for a run that continues another. */
  constructor(services: RunServices, lows: readonly Low[], firstNumber = 0) {
    const { settings, clock } = services
    this.#services = services
    this.#index = new ChunkIndex(lows.map((low) => new Chunk(low)))
    this.#results = new RunResults(clock, firstNumber)
    this.#parallel = new ParallelStates(settings.maxParallel)
    const facts = { lowstate: lows, shared: new Map(), results: this.#results.shown }
    const parts = { services, lookups: this.#lookups, facts }
    this.#caller = new StateCaller(parts, this.#results)
    this.#aggregation = new Aggregation(parts)
    const work = { services, results: this.#results, parallel: this.#parallel }
    this.#reporter = new RunReporter({ ...work, total: lows.length })
    this.#settled = new SettledStates({ ...work, caller: this.#caller, reporter: this.#reporter })
    this.#deciding = deciding.filter((name) => !settings.disabledRequisites.includes(name))
  }

  get nextNumber(): number {
    return this.#results.nextNumber
  }

  /**
   * Runs all states, or those that `wanted` picks with what they require. Resolves to the results by tag, in the order in which
   * they ended.
   */
  async run(wanted: (low: Low) => boolean = () => true): Promise<ReadonlyMap<string, MutableResult>> {
    const picked = this.#index.chunks.filter(({ low }) => wanted(low))
    this.#reporter.resume(this.#index.chunks)
    const enabled = picked.filter((chunk) => !this.#reporter.refuseDisabled(chunk))
    for (const chunk of enabled) {
      if (this.#isFailed) break
      if (this.#results.ran.has(chunk.tag)) continue
      if ((await this.#services.pause?.(chunk.id)) === 'kill') break
      await this.#runInTurn(chunk)
      if (this.#reporter.failsHard(chunk)) break
    }
    await this.#parallel.idle()
    return this.#results.ran
  }

  /**
   * Runs a state whose turn has come, and what it requires. One that is left without a result was only asked what it would
   * change, by a state that turned out to be in a circle: it fails with that one, or has another turn.
   */
  async #runInTurn(chunk: Chunk): Promise<void> {
    const isOpen = () => !this.#results.ran.has(chunk.tag) && !this.#isFailed
    await this.#haveTurn(chunk)
    if (!isOpen()) return
    const resolved = await this.#resolve(chunk, true)
    const askers = resolved.found.get('prerequired') ?? []
    if (askers.some(({ tag }) => this.#results.ran.get(tag)?.result === false)) {
      this.#reporter.fail(chunk, requiredText(resolved, this.#results))
      await this.#reporter.report(chunk)
      return
    }
    await this.#haveTurn(chunk)
    if (isOpen()) this.#reporter.recursion(chunk, this.#circle(chunk, chunk))
  }

  async #haveTurn(chunk: Chunk): Promise<void> {
    chunk.isPrereq = false
    await this.#settle(chunk, 0)
    this.#active.clear()
    this.#stack.length = 0
  }

  /** Runs what a state requires, and then the state. */
  async #settle(chunk: Chunk, round: number): Promise<void> {
    await this.#breathe()
    if (chunk.isEndless) return
    if (round === 0 && !(await this.#prepared(chunk))) return
    if (chunk.requisite('prerequired') === undefined) this.#active.add(chunk.tag)
    const resolved = await this.#resolve(chunk, !chunk.isPrereq)
    const status = this.#statusOf(resolved)
    if (status !== 'unmet') return this.#settled.conclude(chunk, status, resolved)
    if (resolved.lost.size > 0) return this.#reporter.lost(chunk, resolved)
    if (chunk.entered >= maxEntries) return this.#reporter.endless(chunk, this.#circle(chunk, chunk))
    const isDone = await this.#inside(chunk, () => this.#runRequired(chunk, resolved))
    if (isDone || this.#isFailed) return
    await this.#afterRequired(chunk, round)
  }

  /** What its module does first may be code of a site: where that fails, so does this state alone. */
  async #prepared(chunk: Chunk): Promise<boolean> {
    try {
      await this.#aggregation.prepare(chunk, this.#index.chunks)
      return true
    } catch (error) {
      this.#services.ctx().signal.throwIfAborted()
      this.#reporter.fail(chunk, messageOf(error))
      await this.#reporter.report(chunk)
      return false
    }
  }

  async #inside<T>(chunk: Chunk, work: () => Promise<T>): Promise<T> {
    this.#stack.push(chunk)
    chunk.entered += 1
    const done = await work()
    chunk.entered -= 1
    this.#stack.pop()
    return done
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
      if (this.#results.ran.has(other.tag)) continue
      if (this.#active.has(other.tag)) {
        await this.#goRound(chunk, other)
        return true
      }
      await this.#settle(other, 0)
      if (this.#isFailed || this.#reporter.failsHard(other)) {
        this.#isFailed = true
        return true
      }
    }
    return false
  }

  async #afterRequired(chunk: Chunk, round: number): Promise<void> {
    if (!chunk.isPrereq) {
      if (round + 1 >= maxRounds) this.#reporter.recursion(chunk, this.#circle(chunk, chunk))
      else await this.#settle(chunk, round + 1)
      return
    }
    const status = this.#statusOf(await this.#resolve(chunk, false))
    const result = await this.#settled.ask(chunk)
    if (!result.hasChanges && status === 'change') {
      result.fields['changes'] = { watch: 'watch' }
      result.fields['result'] = null
    }
  }

  /** A state is required by what it requires: fine between a state and the one that it is a `prereq` of, else an error. */
  async #goRound(chunk: Chunk, other: Chunk): Promise<void> {
    if (!other.isPrerequired) return this.#reporter.recursion(chunk, this.#circle(chunk, other))
    if (this.#results.wouldChange.has(chunk.tag)) return
    chunk.isPrereq = true
    this.#results.wouldChange.set(other.tag, await this.#caller.call(chunk, chunk.low))
  }

  /** What a state names in its requisites. States that run beside others are waited for. */
  async #resolve(chunk: Chunk, withPrerequired: boolean): Promise<Resolved> {
    if ('watch' in chunk.low || 'watch_any' in chunk.low) {
      const module = this.#lookups.module(await this.#caller.lookup(chunk.low))
      if (!canWatch(module)) requireWatched(chunk)
    }
    const isPrerequired = withPrerequired && 'prerequired' in chunk.low
    const names = isPrerequired ? [...this.#deciding, 'prerequired' as const] : this.#deciding
    const resolved = resolve(chunk, this.#index, names)
    await this.#parallel.wait([...resolved.found.values()].flat().map(({ tag }) => tag))
    return resolved
  }

  /** The states of a circle, in the order in which they require one another. */
  #circle(chunk: Chunk, other: Chunk): readonly Chunk[] {
    const from = this.#stack.indexOf(other)
    return from < 0 || chunk === other ? circleThrough(chunk, this.#index) : this.#stack.slice(from)
  }

  #statusOf(resolved: Resolved): Status {
    return statusOf(resolved, this.#results)
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
