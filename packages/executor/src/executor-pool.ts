// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@halite/core'
import type { DaemonCalls } from './asks.ts'
import { type ExecutorFiles, ExecutorProcess } from './executor-process.ts'
import type { RunMessage, SetupMessage } from './messages.ts'
import { failedResult, type PackedResult } from './result.ts'

export interface ExecutorPoolOptions {
  readonly files: ExecutorFiles
  readonly setup: () => SetupMessage
  /** What a job may ask of the daemon. */
  readonly calls: DaemonCalls
  readonly log: Logger
  /** Bytes that the process of a job may grow to; asked when one is started. */
  readonly memoryLimit: () => number
}

export interface ExecutorJob {
  readonly message: RunMessage
  readonly signal: AbortSignal
  /** The job has begun in the process `pid`. */
  readonly onStart: (pid: number) => void
}

/** How long an executor without a job is kept for the next one. */
const spareMs = 30_000
const maxSpares = 1

/** Runs each job in a process of its own; one that is done is kept for a while as the spare for the next job. */
export class ExecutorPool {
  readonly #options: ExecutorPoolOptions
  readonly #all = new Set<ExecutorProcess>()
  readonly #spares: { readonly executor: ExecutorProcess; readonly timer: NodeJS.Timeout }[] = []

  constructor(options: ExecutorPoolOptions) {
    this.#options = options
  }

  /** Resolves to the result of the job, whatever becomes of its process. */
  async run({ message, signal, onStart }: ExecutorJob): Promise<PackedResult> {
    if (signal.aborted) return failedResult('ERROR: the job was ended before it began')
    const executor = this.#take()
    onStart(executor.pid)
    const kill = () => executor.kill()
    signal.addEventListener('abort', kill, { once: true })
    const result = await executor.run(message, this.#options.calls)
    signal.removeEventListener('abort', kill)
    this.#give(executor)
    return result
  }

  /** The facts executors work with changed: spares are told, executors at work finish with what they have. */
  refresh(): void {
    for (const { executor } of this.#spares) executor.setup(this.#options.setup())
  }

  /** Ends all executors and what they started. */
  close(): void {
    for (const { timer } of this.#spares) clearTimeout(timer)
    for (const executor of this.#all) executor.kill()
  }

  #take(): ExecutorProcess {
    for (let spare = this.#spares.pop(); spare !== undefined; spare = this.#spares.pop()) {
      clearTimeout(spare.timer)
      if (!spare.executor.gone) return spare.executor
      this.#all.delete(spare.executor)
    }
    const { files, setup, log, memoryLimit } = this.#options
    const executor = new ExecutorProcess(files, setup(), { log, memoryLimit: memoryLimit() })
    this.#all.add(executor)
    return executor
  }

  #give(executor: ExecutorProcess): void {
    if (executor.gone || this.#spares.length >= maxSpares) {
      executor.kill()
      this.#all.delete(executor)
      return
    }
    executor.setup(this.#options.setup())
    const timer = setTimeout(() => this.#retire(executor), spareMs)
    timer.unref()
    this.#spares.push({ executor, timer })
  }

  #retire(executor: ExecutorProcess): void {
    const index = this.#spares.findIndex((spare) => spare.executor === executor)
    if (index >= 0) this.#spares.splice(index, 1)
    this.#all.delete(executor)
    executor.kill()
  }
}
