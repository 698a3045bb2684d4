// SPDX-License-Identifier: Apache-2.0
import { OrphanGuard, pack, SaltError, silentLog } from '@halite/core'
import type { SiteModule } from '@halite/loader'
import { ExecutorChild, type ExecutorFiles } from '../executor-child.ts'
import type { Facts } from '../facts.ts'
import { type FromExecutor, orphanGraceMs, type SetupMessage, type VisitTask } from '../messages.ts'

/** What came of a visit to one module: what it gave, or why it gave nothing. */
export type Visited = { readonly value: unknown } | { readonly problem: string }

export interface Visit {
  readonly files: ExecutorFiles
  readonly id: SetupMessage['id']
  /** What the modules may look at. */
  readonly facts: Pick<Facts, 'grains' | 'options'>
  readonly task: VisitTask
  readonly modules: readonly SiteModule[]
  /** How long each module may take. */
  readonly limitMs: number
  /** Ends the visit. */
  readonly signal: AbortSignal
}

/** How long a process may take until it listens. */
const startLimitMs = 30_000
/** A visit returns nothing. */
const returnLimits = { maxBytes: 0, maxDepth: 0, maxValues: 0 }

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
  readonly #child: ExecutorChild
  readonly #orphans = new OrphanGuard(orphanGraceMs + 1000)
  readonly #found: Visited[] = []
  #resolve: (outcomes: readonly Visited[]) => void = () => undefined
  #reject: (error: SaltError) => void = () => undefined
  #isReady = false
  #isOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(visit: Visit) {
    this.#visit = visit
    this.outcomes = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#child = new ExecutorChild(visit.files, {
      // What modules print while they are read is nobody's.
      log: silentLog,
      orphans: this.#orphans,
      onMessage: (message) => this.#receive(message),
      onEnd: ({ status }) => this.#end(`ended the process that read it (${status})`),
    })
    visit.signal.addEventListener('abort', this.#abort, { once: true })
    this.#wait(startLimitMs)
  }

  readonly #abort = (): void => {
    this.#reject(aborted())
    this.#close()
  }

  #receive(message: FromExecutor): void {
    if (message.type === 'ready') this.#begin()
    if (message.type !== 'visited' || this.#isOver) return
    const { value, problem } = message
    this.#found.push(problem === undefined ? { value } : { problem })
    if (this.#found.length >= this.#visit.modules.length) this.#close()
    else this.#wait(this.#visit.limitMs)
  }

  #begin(): void {
    const { id, facts, task, modules, limitMs } = this.#visit
    this.#isReady = true
    const parts = {
      options: pack(facts.options),
      grains: pack(facts.grains),
      pillar: pack({}),
      site: pack([]),
    }
    this.#child.send({ type: 'setup', id, returnLimits, parts })
    this.#child.send({ type: 'visit', task, modules })
    this.#wait(limitMs)
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#end(`did not answer within ${ms / 1000} s`), ms)
  }

  /** The process cannot go on, and the module it was at is the cause. */
  #end(problem: string): void {
    if (this.#isOver) return
    if (!this.#isReady) {
      this.#reject(new SaltError('MODULE_INVALID', `site modules cannot be read: the executor ${problem}`))
    }
    this.#found.push({ problem })
    this.#close()
  }

  #close(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#visit.signal.removeEventListener('abort', this.#abort)
    this.#child.kill()
    this.#orphans.close()
    this.#resolve(this.#found.slice(0, this.#visit.modules.length))
  }
}
