// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process'
import { killTree, SaltError, startNodeChild } from '@halite/core'
import type { SiteModule } from '@halite/loader'
import type { ExecutorFiles } from '../executor-process.ts'
import type { FromExecutor, SetupMessage, ToExecutor, VisitTask } from '../messages.ts'

/** What came of a visit to one module: what it gave, or why it gave nothing. */
export type Visited = { readonly value: unknown } | { readonly problem: string }

export interface Visit {
  readonly files: ExecutorFiles
  readonly setup: SetupMessage
  readonly task: VisitTask
  readonly modules: readonly SiteModule[]
  /** How long each module may take. */
  readonly limitMs: number
  /** Ends the visit. */
  readonly signal: AbortSignal
}

/** How long a process may take until it listens. */
const startLimitMs = 30_000

/**
 * Does one thing with each of several site modules in a process that is thrown away; resolves to one outcome for each,
 * in their order. A module that ends the process, or takes too long, costs only itself: the others are visited in a new
 * one. Rejects with `MODULE_INVALID` when no process can be started, with `JOB_ABORTED` when `signal` ends it.
 */
export async function visitSite(visit: Visit): Promise<readonly Visited[]> {
  const outcomes: Visited[] = []
  while (outcomes.length < visit.modules.length) {
    if (visit.signal.aborted) throw aborted()
    const rest = visit.modules.slice(outcomes.length)
    outcomes.push(...(await new VisitProcess({ ...visit, modules: rest }).outcomes))
  }
  return outcomes
}

function aborted(): SaltError {
  return new SaltError('JOB_ABORTED', 'the minion stops, and reads no more site modules')
}

/** One process of a visit: gives an outcome for every module, or for those up to the one that ended it. */
class VisitProcess {
  readonly outcomes: Promise<readonly Visited[]>
  readonly #visit: Visit
  readonly #child: ChildProcess
  readonly #found: Visited[] = []
  #resolve: (outcomes: readonly Visited[]) => void = () => undefined
  #reject: (error: SaltError) => void = () => undefined
  #isReady = false
  #timer: NodeJS.Timeout | undefined

  constructor(visit: Visit) {
    this.#visit = visit
    this.outcomes = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#child = startNodeChild(visit.files.executor, { args: [visit.files.manifest] })
    this.#child.on('message', (message) => this.#take(message as FromExecutor))
    this.#child.once('error', (error) => this.#end(`cannot be read: ${error.message}`))
    this.#child.once('exit', (code, signal) =>
      this.#end(`ended the process that read it (${signal === null ? `exit code ${code}` : signal})`),
    )
    // What modules print while they are read is nobody's; a full pipe would stop them.
    this.#child.stdout?.resume()
    this.#child.stderr?.resume()
    visit.signal.addEventListener('abort', this.#abort, { once: true })
    this.#wait(startLimitMs)
  }

  readonly #abort = (): void => {
    this.#reject(aborted())
    this.#close()
  }

  #take(message: FromExecutor): void {
    if (message.type === 'ready') this.#begin()
    if (message.type !== 'visited') return
    const { value, problem } = message
    this.#found.push(problem === undefined ? { value } : { problem })
    if (this.#found.length >= this.#visit.modules.length) this.#close()
    else this.#wait(this.#visit.limitMs)
  }

  #begin(): void {
    const { setup, task, modules, limitMs } = this.#visit
    this.#isReady = true
    this.#send(setup)
    this.#send({ type: 'visit', task, modules })
    this.#wait(limitMs)
  }

  #send(message: ToExecutor): void {
    // A process that is gone tells so by its exit.
    this.#child.send(message, () => undefined)
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#end(`did not answer within ${ms / 1000} s`), ms)
  }

  /** The process cannot go on, and the module it was at is the cause. */
  #end(problem: string): void {
    if (!this.#isReady) {
      this.#reject(new SaltError('MODULE_INVALID', `site modules cannot be read: the executor ${problem}`))
    }
    this.#found.push({ problem })
    this.#close()
  }

  #close(): void {
    clearTimeout(this.#timer)
    this.#visit.signal.removeEventListener('abort', this.#abort)
    this.#child.removeAllListeners()
    this.#child.on('error', () => undefined)
    killTree(this.#child.pid, 'SIGKILL')
    this.#resolve(this.#found.slice(0, this.#visit.modules.length))
  }
}
