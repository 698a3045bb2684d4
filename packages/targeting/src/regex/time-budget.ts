// SPDX-License-Identifier: Apache-2.0
import { type Context, createContext, Script } from 'node:vm'

const script = new Script('work()')
/** What takes longer on fewer characters than this is no matter of backtracking: it needs no watch, which costs more than the work. */
const harmlessLength = 16

/** Bounds the time of work that cannot be interrupted otherwise, such as a regular expression that backtracks. */
export class TimeBudget {
  readonly limitMs: number
  #leftMs: number
  #context: Context | undefined

  constructor(limitMs: number) {
    this.limitMs = limitMs
    this.#leftMs = limitMs
  }

  /** Runs `work` on a text of so many characters. Undefined when the time of all work together is over, then and ever after. */
  spend<T extends object>(length: number, work: () => T): T | undefined {
    if (length <= harmlessLength) return work()
    if (this.#leftMs <= 0) return undefined
    this.#context ??= createContext({})
    this.#context['work'] = work
    const beginMs = performance.now()
    try {
      return script.runInContext(this.#context, { timeout: Math.max(1, Math.ceil(this.#leftMs)) }) as T
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
      throw error
    } finally {
      this.#leftMs -= performance.now() - beginMs
    }
  }
}
