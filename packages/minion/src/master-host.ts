// SPDX-License-Identifier: Apache-2.0
import { durationText, type Logger, messageOf, SaltError } from '@halite/core'
import type { ResolveHost } from './resolve-host.ts'

export interface MasterHostOptions {
  /** A name, or an address. */
  readonly host: string
  readonly ipv6: boolean
  readonly resolve: ResolveHost
  readonly log: Logger
}

/** Where a master is: its name is resolved for each connection. */
export class MasterHost {
  readonly #options: MasterHostOptions
  /** Where the master was last found: the name service may be away longer than the master. */
  #last: string | undefined

  constructor(options: MasterHostOptions) {
    this.#options = options
  }

  /**
   * The address now; the last one known when the name does not resolve any more. Rejects with `MASTER_UNRESOLVED`, also after
   * `timeoutMs`, and with its reason when `signal` aborts.
   */
  async find(timeoutMs: number, signal: AbortSignal): Promise<string> {
    const { host, ipv6, resolve, log } = this.#options
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.ceil(timeoutMs)))])
    try {
      this.#last = await resolve(host, { ipv6, signal: limit })
      return this.#last
    } catch (error) {
      if (signal.aborted) throw error
      const problem = limit.aborted ? notResolvedWithin(host, timeoutMs) : error
      if (this.#last === undefined) throw problem
      log.warning('master not resolved: its last address is tried', { reason: messageOf(problem) })
      return this.#last
    }
  }
}

function notResolvedWithin(host: string, timeoutMs: number): SaltError {
  return new SaltError(
    'MASTER_UNRESOLVED',
    `the name of master ${host} does not resolve: no answer within ${durationText(timeoutMs)}`,
    { hint: 'Correct the option master of the minion, or the name service of this machine.' },
  )
}
