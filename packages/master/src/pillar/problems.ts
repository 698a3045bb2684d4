// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import { placeOf, withoutRoot } from './problem-text.ts'

/** What is wrong in a pillar, in Salt's words. */
export class Problems {
  /** For the minion. */
  readonly errors: string[] = []
  /** The same for the log, with the whole of what is known. */
  readonly known: string[] = []
  readonly #isSafe: boolean

  /** With `safeRenderError` a minion is not told what stands in a file that cannot be read, only where it is wrong; default true. */
  constructor({ safeRenderError = true }: { readonly safeRenderError?: boolean }) {
    this.#isSafe = safeRenderError
  }

  /** Something is wrong: what the minion is told, and what the log. */
  tell(text: string, problem: string = text): void {
    this.errors.push(text)
    this.known.push(problem)
  }

  /** A top file, or a part of it, cannot be used. */
  tellTop(problem: string, error?: unknown, sls?: string): void {
    const which = sls === undefined ? 'Primary Top file' : `Top file ${sls}`
    this.tell(`Rendering ${which} failed, render error:\n${withoutRoot(problem, error)}`, problem)
  }

  /** There is no such sls; nothing where that is fine. */
  tellMissing(
    sls: string,
    { saltenv, ignoreMissing }: { readonly saltenv: string; readonly ignoreMissing: boolean },
  ): void {
    if (ignoreMissing) return
    this.tell(`Specified SLS '${sls}' in environment '${saltenv}' is not available on the salt master`)
  }

  /** An sls cannot be read or rendered. */
  tellFailure(sls: string, error: unknown): void {
    const problem = messageOf(error)
    const text = this.#isSafe
      ? `Rendering SLS '${sls}' failed. Please see master log for details.${placeOf(error)}`
      : `Rendering SLS '${sls}' failed, render error:\n${withoutRoot(problem, error)}`
    this.tell(text, `Rendering SLS '${sls}' failed, render error: ${problem}`)
  }
}
