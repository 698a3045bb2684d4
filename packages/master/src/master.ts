// SPDX-License-Identifier: Apache-2.0
import { LiveOptions, type MasterOptions, restartOptions, silentLog } from '@halite/core'
import { EventBus } from './events.ts'
import type { KeyStore } from './keys/key-store.ts'
import type { MasterInit } from './master-init.ts'
import { RunningMaster } from './running-master.ts'

/**
 * The master: knows keys, authorises, publishes, collects, stores. Holds no module-level state, so several live in one
 * process. Making one touches nothing; `start` rejects with `ALREADY_RUNNING`, `ADDRESS_IN_USE`, `STORE_FAILED` and the like,
 * and holds nothing then, so that it can be called again.
 */
export class Master implements AsyncDisposable {
  readonly events: EventBus
  readonly #init: MasterInit
  readonly #live: LiveOptions<MasterOptions>
  #starting: Promise<RunningMaster> | undefined
  #running: RunningMaster | undefined
  #closing: Promise<void> | undefined

  constructor(init: MasterInit) {
    this.#init = init
    this.#live = new LiveOptions(init.options, restartOptions('master'))
    this.events = new EventBus(init.clock)
  }

  /** Opens the sockets; when it resolves, minions and clients can come. */
  async start(): Promise<void> {
    this.#starting = RunningMaster.open({ ...this.#init, live: this.#live, events: this.events })
    this.#running = await this.#starting
  }

  /** Adopts another configuration as far as that is possible while it runs; what is not is logged by name. */
  reload(options: MasterOptions): void {
    const refused = this.#live.exchange(options)
    this.#running?.refresh()
    const { log = silentLog } = this.#init
    if (refused.length > 0)
      log.warning('these options change at the next start', { options: refused.join(', ') })
  }

  /**
   * Begins no further job or runner, waits `drain_timeout` for the runners under way, then ends them; closes the sockets, then
   * the store. Nothing acknowledged is lost. Once `hurry` aborts nothing is waited for. Nothing to do before the start.
   */
  async close(hurry?: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(hurry)
    await this.#closing
  }

  async #close(hurry?: AbortSignal): Promise<void> {
    const running = await this.#starting?.catch(() => undefined)
    await running?.close(hurry)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The keys of minions. This and what follows throws before the start. */
  get keys(): KeyStore {
    return this.#started.keys
  }

  get fingerprint(): string {
    return this.#started.fingerprint
  }

  /** Ports the sockets were bound to: of use when port 0 was asked for. */
  get ports(): { readonly publish: number; readonly ret: number } {
    return this.#started.ports
  }

  /** Counters and sizes: what was refused, what waits, which minions are connected. */
  status(): Record<string, unknown> {
    return this.#started.status()
  }

  get #started(): RunningMaster {
    if (this.#running === undefined) throw new Error('the master is not started')
    return this.#running
  }
}
