// SPDX-License-Identifier: Apache-2.0
import { type Logger, OrphanGuard, settledBy } from '@halite/core'
import type { AskTable } from './asks.ts'
import type { ExecutorFiles } from './executor-child.ts'
import { ExecutorProcess } from './executor-process.ts'
import { type BlockedLimit, defaultGraces, type Graces } from './executor-settings.ts'
import { FactBook, type FactPart, type Facts } from './facts.ts'
import { orphanGraceMs, type RunMessage, type SetupMessage } from './messages.ts'
import { removeLeftovers } from './remove-leftovers.ts'
import { failedResult, type PackedResult, type ReturnLimits } from './result.ts'

export interface ExecutorPoolOptions {
  readonly files: ExecutorFiles
  /** The minion whose jobs run here; of a master its name for itself. */
  readonly id: SetupMessage['id']
  /** The facts of now; read when an executor needs them. */
  readonly facts: () => Facts
  readonly returnLimits: ReturnLimits
  /** What a job may ask of the daemon. */
  readonly asks: AskTable
  readonly log: Logger
  /** Bytes that the process of a job may grow to; asked when one is started. */
  readonly memoryLimit: () => number
  /** How long aborted jobs may clean up. */
  readonly graces?: Graces
  /** Directory in which executors note what must not stay when they are killed; without it nothing is looked for. */
  readonly leftovers?: string
  /** How long an executor without a job is kept for the next one; default 30 s, infinity for always. */
  readonly spareMs?: number
}

export interface ExecutorJob {
  readonly message: RunMessage
  /** Aborts the job; the reason says why and with which signal (`jobEnd`). */
  readonly signal: AbortSignal
  /** The job has begun in the process `pid`. */
  readonly onStart: (pid: number) => void
  /** What this job may ask of the daemon beyond what every job may. */
  readonly asks?: AskTable
  /** When it counts as one that loops; default never. */
  readonly blocked?: BlockedLimit
}

const defaultSpareMs = 30_000
/** Most that the end of killed executors is waited for. */
const closeLimitMs = 5000
const maxSpares = 1

/** Runs each job in a process of its own; one that is done is kept for a while as the spare for the next job. */
export class ExecutorPool {
  readonly #options: ExecutorPoolOptions
  readonly #facts: FactBook
  readonly #orphans = new OrphanGuard(orphanGraceMs + 1000)
  /** Those that run jobs or may. */
  readonly #all = new Set<ExecutorProcess>()
  /** Those whose process is there. */
  readonly #live = new Set<ExecutorProcess>()
  readonly #spares: { readonly executor: ExecutorProcess; readonly timer: NodeJS.Timeout | undefined }[] = []
  #closed = false

  constructor(options: ExecutorPoolOptions) {
    this.#options = options
    this.#facts = new FactBook(options.facts)
  }

  /** Resolves to the result of the job, whatever becomes of its process. */
  async run({ message, signal, onStart, asks = {}, blocked }: ExecutorJob): Promise<PackedResult> {
    if (signal.aborted) return failedResult('ERROR: the job was ended before it began')
    const executor = this.#acquire()
    onStart(executor.pid)
    const cancel = () => executor.cancel(signal.reason)
    signal.addEventListener('abort', cancel, { once: true })
    const result = await executor.run(message, { ...this.#options.asks, ...asks }, blocked)
    signal.removeEventListener('abort', cancel)
    this.#release(executor)
    return result
  }

  /** Starts the spare, so that the first job does not wait for it. */
  warm(): void {
    if (!this.#closed && this.#spares.length === 0) this.#keep(this.#acquire())
  }

  /** These facts changed: the next job works with them, jobs under way finish with what they have. */
  refresh(...parts: FactPart[]): void {
    this.#facts.changed(parts)
  }

  /**
   * Ends all executors at once: those with jobs and what they started are killed. Resolves when what they left behind has
   * been removed.
   */
  async close(): Promise<void> {
    this.#closed = true
    const live = [...this.#live]
    for (const { executor, timer } of this.#spares.splice(0)) {
      clearTimeout(timer)
      this.#all.delete(executor)
      executor.leave()
    }
    for (const executor of this.#all) executor.kill()
    await settledBy(Promise.all(live.map(({ ended }) => ended)), { ms: closeLimitMs })
    this.#orphans.close()
  }

  #acquire(): ExecutorProcess {
    for (let spare = this.#spares.pop(); spare !== undefined; spare = this.#spares.pop()) {
      clearTimeout(spare.timer)
      if (spare.executor.usable) return spare.executor
      this.#all.delete(spare.executor)
    }
    const { files, id, returnLimits, log, memoryLimit, graces = defaultGraces } = this.#options
    const shared = { id, returnLimits, log, graces, facts: this.#facts, orphans: this.#orphans }
    const clear = (pid: number) => this.#clear(pid)
    const executor = new ExecutorProcess(files, { ...shared, clear, memoryLimit: memoryLimit() })
    this.#all.add(executor)
    this.#live.add(executor)
    void executor.ended.then(() => this.#live.delete(executor))
    return executor
  }

  #release(executor: ExecutorProcess): void {
    if (!executor.usable || this.#closed || this.#spares.length >= maxSpares) {
      this.#all.delete(executor)
      executor.leave()
    } else {
      this.#keep(executor)
    }
  }

  #keep(executor: ExecutorProcess): void {
    const { spareMs = defaultSpareMs } = this.#options
    const isKept = spareMs === Number.POSITIVE_INFINITY
    const timer = isKept ? undefined : setTimeout(() => this.#retire(executor), spareMs)
    timer?.unref()
    this.#spares.push({ executor, timer })
  }

  async #clear(pid: number): Promise<void> {
    const { leftovers, log } = this.#options
    if (leftovers !== undefined) await removeLeftovers({ directory: leftovers, pid, log })
  }

  #retire(executor: ExecutorProcess): void {
    const index = this.#spares.findIndex((spare) => spare.executor === executor)
    if (index >= 0) this.#spares.splice(index, 1)
    this.#all.delete(executor)
    executor.leave()
  }
}
