// SPDX-License-Identifier: Apache-2.0
import { checkExpandedSize, SaltError, schema } from '@halite/core'
import { type ConnectionOptions, MasterConnection } from './master-connection.ts'

type Keywords = Readonly<Record<string, unknown>>

/** Functions of the master itself. */
class MasterFunctions implements AsyncDisposable {
  readonly connection: MasterConnection
  readonly #request: 'runner' | 'wheel'

  constructor(request: 'runner' | 'wheel', options: ConnectionOptions) {
    this.#request = request
    this.connection = new MasterConnection(options)
  }

  /**
   * Runs one function; resolves to its return, null when it has none. Rejects with the master's error: `FUNCTION_UNKNOWN`,
   * `ARGUMENTS_INVALID`, what the function throws, and as every request of `LocalClient`.
   */
  async cmd(fun: string, arg: readonly unknown[] = [], kwarg: Keywords = {}): Promise<unknown> {
    if (!fun.includes('.')) throw new SaltError('FUNCTION_UNKNOWN', `'${fun}' is not available.`)
    checkExpandedSize([arg, kwarg], `the arguments of ${fun}`)
    return this.connection.request(this.#request, { fun, arg, kwarg }, longestMs)
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** A runner may work long; a lost session ends the wait. */
const longestMs = 24 * 3600 * 1000

const { jobId, record, text } = schema
const begunSchema = record({ jid: jobId, tag: text(255) })

/** `salt-run` for programs: `runner.cmd('jobs.list_jobs')`. */
export class RunnerClient extends MasterFunctions {
  constructor(options: ConnectionOptions = {}) {
    super('runner', options)
  }

  /**
   * Starts a runner and does not wait. What it returns is in the event `<tag>/ret`, whose data have `return` and
   * `success`. Rejects as `cmd` for what is known before the function runs.
   */
  async cmdAsync(
    fun: string,
    arg: readonly unknown[] = [],
    kwarg: Keywords = {},
  ): Promise<{ jid: string; tag: string }> {
    const load = { fun, arg, kwarg, background: true }
    return begunSchema(await this.connection.request('runner', load), 'runner')
  }
}

/** The wheel for programs: `wheel.cmd('key.list_all')`. */
export class WheelClient extends MasterFunctions {
  constructor(options: ConnectionOptions = {}) {
    super('wheel', options)
  }
}
