// SPDX-License-Identifier: Apache-2.0
import { type Jid, type MinionId, messageOf } from '@halite/core'
import type { BatchStatus } from '@halite/loader'
import type { BatchState, Skipped } from '@halite/protocol'
import { type BatchInit, type BatchOrder, placesOf } from './batch-order.ts'
import { returnGraceMs } from './find-job.ts'
import { standingOf } from './job-standing.ts'

/** How long a place is kept for a minion whose connection was lost a moment ago, before it is looked at again. */
const reconnectPollMs = 1000

/**
 * A job that goes round its minions a few at a time, under one jid. It lives in the master: a client that dies changes
 * nothing. Everything that happens is an event below `salt/job/<jid>/batch/`: `run` (minions that begin now), `missing` (minions
 * that were skipped or did not return) and `done`; what becomes of it is kept with the job. Whoever watches batches rather than one
 * job has Salt's events `salt/batch/<jid>/new`, `progress`, `stop` and, at the end, `complete` or `halted`.
 */
export class Batch {
  readonly #init: BatchInit
  readonly #order: BatchOrder
  readonly #places: number
  /** Minions whose turn has not come, in order. */
  readonly #queue: Set<MinionId>
  /** Minions that have the job now, and when to ask about it. Monotonic ms. */
  readonly #running = new Map<MinionId, number>()
  /** Minions that did not run the job when asked, but whose return may be under way. */
  readonly #doubted = new Set<MinionId>()
  readonly #missing: Skipped[] = []
  /** When places become free that are kept taken after a return. Monotonic ms, rising. */
  readonly #resting: number[] = []
  #stopped: string | undefined
  #returned = 0
  #failed = 0
  #progressWallMs: number
  #wake: () => void = () => undefined

  constructor(init: BatchInit, order: BatchOrder) {
    this.#init = init
    this.#order = order
    this.#queue = new Set([...order.minions].sort())
    this.#progressWallMs = init.clock.wallMs()
    this.#places = placesOf(order.plan, order.minions.filter((id) => init.connections.of(id).size > 0).length)
  }

  /** How the batch stands, as `job_state` reports it. */
  get state(): BatchState {
    return { over: false, missing: [...this.#missing] }
  }

  /** How it stands in the words of Salt's batches. */
  get status(): BatchStatus {
    const { load, minions } = this.#order
    const { jid, fun, tgt, tgt_type, user } = load
    return {
      ...{ jid, fun, tgt, tgt_type, user, total: minions.length },
      completed: this.#returned,
      active: [...this.#running.keys()],
      pending: this.#queue.size,
      failed: this.#failed,
      batch_size: this.#places,
      halted: this.#stopped !== undefined,
      halted_reason: this.#stopped ?? '',
      progressWallMs: this.#progressWallMs,
    }
  }

  /** Runs the batch; resolves when no minion runs the job and none is left, after that was stored and announced. */
  async run(): Promise<void> {
    this.#fire('new', { minions: [...this.#order.minions] })
    while (!this.#isOver) {
      this.#beginNext()
      if (this.#isOver) break
      await this.#change()
      this.#askOverdue()
    }
    for (const id of this.#queue) this.#miss(id, 'Not run', this.#stopped ?? '')
    const { store } = this.#init
    // Minions that were given up may have returned since.
    await store.settled()
    const missing = this.#missing.filter(({ id }) => !store.hasReturn(this.#jid, id))
    await store.saveMissing(this.#jid, missing).catch((error: unknown) => {
      this.#init.log.error('the end of a batch is not kept', { jid: this.#jid, reason: messageOf(error) })
    })
    this.#tell('done', { missing: missing.map(({ id }) => id), stopped: this.#stopped ?? '' })
    this.#fire(this.#stopped === undefined ? 'complete' : 'halted', { missing: missing.map(({ id }) => id) })
  }

  /** A minion returned, and its return is stored, or cannot be. */
  returned(id: MinionId, retcode: number): void {
    this.#queue.delete(id)
    if (!this.#running.delete(id)) return
    this.#returned += 1
    if (retcode !== 0) this.#failed += 1
    this.#progress()
    const { wait, failhard } = this.#order.plan
    if (wait > 0) this.#resting.push(this.#nowMs + wait * 1000)
    if (failhard && retcode !== 0) this.stop(`${id} returned with code ${retcode}`)
    this.#wake()
  }

  /** Starts no further minion. Those that have the job are still waited for. */
  stop(reason: string): void {
    if (this.#stopped !== undefined) return
    this.#stopped = `the batch was stopped: ${reason}`
    this.#fire('stop', { reason })
    this.#wake()
  }

  /** Ends at once, as the master does: what runs goes on, and its returns are kept by the master that is here then. */
  close(): void {
    this.stop('the master was stopped')
    this.#running.clear()
  }

  get #jid(): Jid {
    return this.#order.load.jid
  }

  get #nowMs(): number {
    return this.#init.clock.monotonicMs()
  }

  get #isOver(): boolean {
    return this.#running.size === 0 && (this.#queue.size === 0 || this.#stopped !== undefined)
  }

  /** Fills free places with the next minions. One that is not connected is skipped and takes no place. */
  #beginNext(): void {
    const { connections, send } = this.#init
    const free = this.#places - this.#running.size - this.#resting.length
    const next: MinionId[] = []
    for (const id of this.#stopped === undefined ? this.#queue : []) {
      if (next.length >= free) break
      this.#queue.delete(id)
      if (connections.of(id).size > 0 || connections.mayReturn(id)) next.push(id)
      else this.#miss(id, 'Not connected', connections.absence(id))
    }
    if (next.length === 0) return
    const { load, timeoutMs, lifetimeMs } = this.#order
    for (const id of next) this.#running.set(id, this.#nowMs + timeoutMs)
    this.#tell('run', { minions: next })
    send(load, next, lifetimeMs)
  }

  /** Resolves when something happened, or when it is time to look. */
  async #change(): Promise<void> {
    const { clock } = this.#init
    const atMs = Math.min(...this.#running.values(), ...this.#resting.slice(0, 1))
    const stop = new AbortController()
    this.#wake = () => stop.abort()
    // Nothing is due while minions are being asked: their answers wake.
    const sleepMs = Number.isFinite(atMs) ? Math.max(0, atMs - clock.monotonicMs()) : maxSleepMs
    await clock.sleep(sleepMs, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error
    })
    while (this.#resting.length > 0 && Number(this.#resting[0]) <= this.#nowMs) this.#resting.shift()
  }

  #askOverdue(): void {
    const nowMs = this.#nowMs
    const overdue = [...this.#running].filter(([, atMs]) => atMs <= nowMs).map(([id]) => id)
    if (overdue.length === 0) return
    for (const id of overdue) this.#running.set(id, Number.POSITIVE_INFINITY)
    this.#ask(overdue)
      .catch((error: unknown) => {
        this.#init.log.error('minions of a batch could not be asked', { jid: this.#jid, error })
        this.#askAgain(overdue, this.#order.timeoutMs)
      })
      .finally(() => this.#wake())
  }

  /** Decides about silent minions: those that run the job are waited for, the others are given up. */
  async #ask(ids: readonly MinionId[]): Promise<void> {
    const { connections, findJob } = this.#init
    const standings = standingOf(this.#init, this.#jid, ids)
    const asked = standings.filter(({ connected, acknowledged }) => connected && acknowledged)
    const running =
      asked.length === 0
        ? nobody
        : await findJob(
            this.#jid,
            asked.map(({ id }) => id),
          )
    for (const standing of standings) {
      const { id, connected, isAway } = standing
      if (running.has(id) || isAway) this.#askAgain([id], this.#order.timeoutMs)
      else if (!connected && connections.mayReturn(id)) this.#askAgain([id], reconnectPollMs)
      else if (asked.includes(standing) && !this.#doubted.has(id)) this.#doubt(id)
      else this.#giveUp(id, standing.reason)
    }
  }

  #askAgain(ids: readonly MinionId[], inMs: number): void {
    for (const id of ids) if (this.#running.has(id)) this.#running.set(id, this.#nowMs + inMs)
  }

  #doubt(id: MinionId): void {
    this.#doubted.add(id)
    this.#askAgain([id], returnGraceMs)
  }

  #giveUp(id: MinionId, reason: string): void {
    if (!this.#running.delete(id)) return
    this.#init.tracker.returned(this.#jid, id)
    this.#miss(id, 'No response', reason)
    if (this.#order.plan.failhard) this.stop(`${id} did not return`)
  }

  #miss(id: MinionId, status: Skipped['status'], reason: string): void {
    const missing = { id, status, reason }
    this.#missing.push(missing)
    this.#failed += 1
    this.#progress()
    this.#tell('missing', missing)
  }

  #progress(): void {
    this.#progressWallMs = this.#init.clock.wallMs()
    this.#fire('progress', {})
  }

  /** One of Salt's events of a batch, with how it stands. */
  #fire(
    what: 'new' | 'progress' | 'stop' | 'complete' | 'halted',
    data: Readonly<Record<string, unknown>>,
  ): void {
    const { progressWallMs, active, ...status } = this.status
    const tag = `salt/batch/${this.#jid}/${what}`
    this.#init.events.fire(tag, { ...status, active: active.length, ...data })
  }

  #tell(what: 'run' | 'missing' | 'done', data: Readonly<Record<string, unknown>>): void {
    this.#init.events.fire(`salt/job/${this.#jid}/batch/${what}`, data)
  }
}

const nobody: ReadonlySet<string> = new Set()

const maxSleepMs = 3_600_000
