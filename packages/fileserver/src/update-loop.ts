// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, messageOf, silentLog, systemClock, type Timers } from '@halite/core'

/** Something that is updated every now and then. */
export interface UpdateTask {
  /** For messages. */
  readonly id: string
  readonly intervalMs: number
  /** Its failures are logged, and tried again at the next time. */
  run(signal: AbortSignal): Promise<void>
}

/** What is updated, and where its failures are logged. */
export interface UpdateLoopOptions {
  readonly tasks: readonly UpdateTask[]
  readonly log?: Logger
  readonly timers?: Timers
}

/** Updates at a time. */
const atOnce = 16

/** Runs each task at its interval, first at the start. None waits for another, unless very many are slow together. */
export class UpdateLoop {
  readonly #tasks: readonly UpdateTask[]
  readonly #log: Logger
  readonly #timers: Timers
  readonly #end = new AbortController()
  readonly #waiting: UpdateTask[] = []
  readonly #running = new Set<Promise<void>>()
  /** What was said of a task last, so that a failure that lasts is said once. */
  readonly #failures = new Map<UpdateTask, string>()

  constructor({ tasks, log = silentLog, timers = systemClock }: UpdateLoopOptions) {
    this.#tasks = tasks
    this.#log = log
    this.#timers = timers
  }

  start(): void {
    this.#waiting.push(...this.#tasks)
    this.#next()
  }

  /** Ends what runs; resolves when it has ended. */
  async close(): Promise<void> {
    this.#end.abort()
    this.#waiting.length = 0
    await Promise.all(this.#running)
  }

  #next(): void {
    while (this.#running.size < atOnce && !this.#end.signal.aborted) {
      const task = this.#waiting.shift()
      if (task === undefined) return
      const running = this.#run(task).then(() => {
        this.#running.delete(running)
        this.#timers.after(task.intervalMs, () => {
          if (this.#end.signal.aborted) return
          this.#waiting.push(task)
          this.#next()
        })
        this.#next()
      })
      this.#running.add(running)
    }
  }

  async #run(task: UpdateTask): Promise<void> {
    try {
      await task.run(this.#end.signal)
      if (this.#failures.delete(task)) this.#log.info('updated again', { what: task.id })
    } catch (error) {
      if (!this.#end.signal.aborted) this.#report(task, error)
    }
  }

  #report(task: UpdateTask, error: unknown): void {
    const reason = messageOf(error)
    const isKnown = this.#failures.get(task) === reason
    this.#failures.set(task, reason)
    const hint = isSaltError(error) && error.hint !== undefined ? { hint: error.hint } : {}
    this.#log[isKnown ? 'debug' : 'error']('an update failed', { what: task.id, reason, ...hint })
  }
}
