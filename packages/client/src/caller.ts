// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, messageOf, SaltError } from '@halite/core'
import { keywordArguments } from './keyword-arguments.ts'

export interface CallerOptions {
  /** Directory of the minion's configuration; default as for every tool. */
  readonly configDir?: string
  /** Whether to do without a master; default: what `file_client` says. */
  readonly local?: boolean
  readonly log?: Logger
}

type MinionCaller = Awaited<ReturnType<typeof import('@halite/minion').openCaller>>

/**
 * Runs functions on this machine, in this process, as `salt-call` does. Unless it is local it has a session of its own
 * with the minion's master, beside that of the daemon, and tells it what was called. Loads the minion when it is first used.
 */
export class Caller implements AsyncDisposable {
  readonly #options: CallerOptions
  #opening: Promise<MinionCaller> | undefined
  #closed = false

  constructor(options: CallerOptions = {}) {
    this.#options = options
  }

  /**
   * Runs one function; resolves to its return. What the function throws rejects: `FUNCTION_UNKNOWN`, `ARGUMENTS_INVALID`,
   * `COMMAND_FAILED` and the like; so do `CONFIG_INVALID`, and `KEY_PENDING`, `KEY_REJECTED` or `HANDSHAKE_TIMEOUT` of the
   * master. A program that ends with a code that is not 0 is a return.
   */
  async cmd(
    fun: string,
    arg: readonly unknown[] = [],
    kwarg: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    const caller = await this.#caller()
    const { return: value, error } = await caller.call(fun, [...arg, ...keywordArguments(kwarg)])
    if (error === undefined) return value
    if (isSaltError(error)) throw error
    throw new SaltError('COMMAND_FAILED', `${fun}: ${messageOf(error)}`, { cause: error })
  }

  /** Ends the session with the master; calls that come later reject with `SESSION_LOST`. */
  async close(): Promise<void> {
    this.#closed = true
    const caller = await this.#opening?.catch(() => undefined)
    await caller?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #caller(): Promise<MinionCaller> {
    if (this.#closed) return Promise.reject(new SaltError('SESSION_LOST', 'the caller was closed'))
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #open(): Promise<MinionCaller> {
    const { openCaller } = await import('@halite/minion')
    return openCaller({
      ...this.#options,
      localPillar: async (parts) => {
        const { localPillar } = await import('@halite/master/pillar')
        return localPillar(parts)
      },
    })
  }
}
