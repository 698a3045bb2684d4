// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os'
import { type Logger, messageOf, pack, SaltError, unpack } from '@halite/core'
import { endedBy, keyOf, newTask, type Task } from './pillar-task.ts'
import { PillarThread } from './pillar-thread.ts'
import type { PillarRequest, PillarServices } from './settings.ts'
import {
  type FromWorker,
  receivedError,
  type SentError,
  sentError,
  type Wish,
  type WorkerSetup,
} from './worker-messages.ts'

export interface PillarThreadsParts {
  readonly options: Readonly<Record<string, unknown>>
  /** What threads are started from. */
  readonly files: {
    readonly manifest: string
    readonly executor: string
    readonly pillarWorker: string | URL
  }
  readonly services: PillarServices
  readonly log: Logger
  /** Milliseconds that only go forward. */
  readonly nowMs: () => number
  /** How long a thread may say nothing while it has work, before it is replaced; default 15 s. */
  readonly blockedMs?: number
  /** How long one pillar may take; default two minutes. */
  readonly limitMs?: number
}

/** A place for a thread, with what waits for it and what it has. */
interface Lane {
  thread: PillarThread | undefined
  readonly waiting: Task[]
  /** Of those that wait, the ones that others may join. */
  readonly byKey: Map<string, Task>
  readonly working: Map<number, Task>
}

/** Most pieces of work that one thread has at a time: those that wait for programs or the network stand aside. */
const maxWorking = 16
/** Most that wait for one thread: more minions than that ask again. */
const maxWaiting = 100_000
const defaultBlockedMs = 15_000
const defaultLimitMs = 120_000
const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 1000, maxValues: Number.MAX_SAFE_INTEGER }

/**
 * Pillar compiled in threads, off the loop of the master. A minion always goes to the same thread, which keeps what it made
 * for it. A thread that answers no more, or ends, is replaced; what it had is tried again, one at a time, and fails when it
 * ends a thread of its own.
 */
export class PillarThreads {
  readonly #parts: PillarThreadsParts
  readonly #setup: WorkerSetup
  readonly #lanes: readonly Lane[]
  #seq = 0
  #replaced = 0
  #isClosed = false

  constructor(parts: PillarThreadsParts) {
    const { options, files } = parts
    this.#parts = parts
    this.#setup = {
      options: Uint8Array.from(pack(options)),
      manifest: files.manifest,
      executor: files.executor,
    }
    const threads = Number(options['pillar_workers']) || Math.min(4, Math.max(2, availableParallelism()))
    this.#lanes = Array.from({ length: threads }, () => ({
      thread: undefined,
      waiting: [],
      byKey: new Map(),
      working: new Map(),
    }))
  }

  /**
   * The pillar of a minion, packed; what is wrong in it stands under `_errors`. Rejects with `SALTENV_INVALID`, with
   * `REQUEST_TIMEOUT` when it takes too long, with `REQUEST_FAILED` when it ended its thread, with `BUSY` when too many wait.
   */
  compile(request: PillarRequest): Promise<Uint8Array> {
    return this.#ask('compile', request)
  }

  /** What the top files say to this minion: `ShownTop`. Rejects as `compile`. */
  async showTop(request: PillarRequest): Promise<unknown> {
    return unpack(await this.#ask('top', request), noLimits)
  }

  /** To be called every second: looks after threads that answer no more. */
  tick(): void {
    const { blockedMs = defaultBlockedMs } = this.#parts
    for (const lane of this.#lanes) {
      const { thread, working } = lane
      if (thread === undefined || working.size === 0) continue
      if (this.#parts.nowMs() - thread.heardAtMs > blockedMs) {
        void thread.end()
        this.#onEnd(lane, `it answered nothing for ${blockedMs / 1000} s`)
      } else {
        thread.send({ type: 'ping' })
      }
    }
  }

  /** How much waits and is being done, and how often a thread had to be replaced. */
  snapshot(): Readonly<Record<string, number>> {
    const sum = (of: (lane: Lane) => number) => this.#lanes.reduce((total, lane) => total + of(lane), 0)
    return {
      threads: sum(({ thread }) => (thread === undefined ? 0 : 1)),
      waiting: sum(({ waiting }) => waiting.length),
      working: sum(({ working }) => working.size),
      replaced: this.#replaced,
    }
  }

  /** Ends the threads; what is under way rejects with `JOB_ABORTED`. */
  async close(): Promise<void> {
    this.#isClosed = true
    const error = new SaltError('JOB_ABORTED', 'the master stops')
    for (const { waiting, working } of this.#lanes) {
      for (const task of [...waiting.splice(0), ...working.values()]) task.reject(error)
      working.clear()
    }
    await Promise.all(this.#lanes.map(({ thread }) => thread?.end()))
  }

  #ask(wish: Wish, request: PillarRequest): Promise<Uint8Array> {
    if (this.#isClosed) return Promise.reject(new SaltError('JOB_ABORTED', 'the master stops'))
    const lane = this.#laneOf(request.id)
    const key = keyOf(wish, request)
    const same = lane.byKey.get(key)
    // It has not begun: it will be made of what there is then.
    if (same !== undefined && same.request.grains === request.grains) return same.settled
    if (lane.waiting.length >= maxWaiting) {
      return Promise.reject(new SaltError('BUSY', 'too many minions wait for their pillar'))
    }
    const task = newTask(wish, key, request)
    lane.waiting.push(task)
    if (key !== '') lane.byKey.set(key, task)
    this.#fill(lane)
    return task.settled
  }

  #laneOf(id: string): Lane {
    let hash = 0
    for (let index = 0; index < id.length; index++) hash = (hash * 31 + id.charCodeAt(index)) >>> 0
    // There is one lane at least.
    return this.#lanes[hash % this.#lanes.length] as Lane
  }

  #fill(lane: Lane): void {
    while (lane.waiting.length > 0 && lane.working.size < maxWorking) {
      const isAlone = [...lane.working.values()].some(({ isSuspect }) => isSuspect)
      if (isAlone || (lane.waiting[0]?.isSuspect && lane.working.size > 0)) return
      const task = lane.waiting.shift()
      if (task === undefined) return
      if (lane.byKey.get(task.key) === task) lane.byKey.delete(task.key)
      this.#start(lane, task)
    }
  }

  #start(lane: Lane, task: Task): void {
    const seq = ++this.#seq
    const { limitMs = defaultLimitMs } = this.#parts
    try {
      const request = Uint8Array.from(pack(task.request))
      const thread = this.#threadOf(lane)
      if (lane.working.size === 0) thread.heardAtMs = this.#parts.nowMs()
      lane.working.set(seq, task)
      thread.send({ type: task.wish, seq, request, limitMs })
    } catch (error) {
      task.reject(new SaltError('REQUEST_FAILED', messageOf(error), { cause: error }))
    }
  }

  #threadOf(lane: Lane): PillarThread {
    if (lane.thread !== undefined) return lane.thread
    const thread = new PillarThread({
      setup: this.#setup,
      entry: this.#parts.files.pillarWorker,
      onMessage: (message) => {
        thread.heardAtMs = this.#parts.nowMs()
        this.#onMessage(lane, message)
      },
      onExit: (reason) => this.#onEnd(lane, reason),
    })
    thread.heardAtMs = this.#parts.nowMs()
    lane.thread = thread
    return thread
  }

  #onMessage(lane: Lane, message: FromWorker): void {
    if (message.type === 'done') this.#settle(lane, message.seq, { value: message.value })
    else if (message.type === 'failed') this.#settle(lane, message.seq, { error: message.error })
    else if (message.type === 'log') this.#parts.log[message.level](message.message, message.fields)
    else if (message.type === 'ask') void this.#answer(lane, message)
  }

  #settle(lane: Lane, seq: number, { value, error }: { value?: Uint8Array; error?: SentError }): void {
    const task = lane.working.get(seq)
    lane.working.delete(seq)
    if (value !== undefined) task?.resolve(value)
    else if (error !== undefined) task?.reject(receivedError(error))
    this.#fill(lane)
  }

  async #answer(lane: Lane, { seq, name, load }: Extract<FromWorker, { type: 'ask' }>): Promise<void> {
    const { thread } = lane
    try {
      // The thread packed it for this service.
      const service = this.#parts.services[name] as ((wanted: unknown) => Promise<unknown>) | undefined
      const value = Uint8Array.from(pack(await service?.(unpack(load, noLimits))))
      thread?.send({ type: 'answer', seq, value })
    } catch (error) {
      thread?.send({ type: 'answer', seq, error: sentError(error) })
    }
  }

  /** A thread is gone: whoever was alone in it ended it; others are tried again, each alone. */
  #onEnd(lane: Lane, reason: string): void {
    lane.thread = undefined
    this.#replaced += 1
    const tasks = [...lane.working.values()]
    lane.working.clear()
    const [only] = tasks
    this.#parts.log.error('a thread that compiles pillar is replaced', {
      reason,
      minions: tasks.map(({ request }) => request.id).join(', '),
    })
    if (this.#isClosed) return
    if (only !== undefined && tasks.length === 1) only.reject(endedBy(only, reason))
    else lane.waiting.unshift(...tasks.map((task) => Object.assign(task, { isSuspect: true })))
    this.#fill(lane)
  }
}
