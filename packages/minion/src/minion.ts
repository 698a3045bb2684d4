// SPDX-License-Identifier: Apache-2.0
import {
  LiveOptions,
  type MinionId,
  type MinionOptions,
  restartOptions,
  type SaltError,
  silentLog,
} from '@halite/core'
import type { MinionInit } from './minion-init.ts'
import { RunningMinion } from './running-minion.ts'

/**
 * The minion: keeps a link to each master, runs the jobs meant for it, returns their results. Holds no module-level state,
 * so many live in one process. Making one touches nothing; `start` rejects with `ALREADY_RUNNING`, `FILE_CORRUPT` and the
 * like, and holds nothing then, so that it can be called again.
 */
export class Minion implements AsyncDisposable {
  readonly id: MinionId
  readonly #init: MinionInit
  readonly #live: LiveOptions<MinionOptions>
  #running: RunningMinion | undefined
  #starting: Promise<RunningMinion> | undefined
  #closing: Promise<void> | undefined
  #refused: (error: SaltError) => void = () => undefined

  /** Rejects when every master has refused this minion and none is tried again; never resolves. */
  readonly refused: Promise<never> = new Promise((_resolve, reject) => {
    this.#refused = reject
  })

  /** Resolves when a job wants this minion to be started again; never where nobody would. */
  readonly restart: Promise<void>
  #restart: () => void = () => undefined

  constructor(init: MinionInit) {
    this.restart = new Promise((resolve) => {
      this.#restart = resolve
    })
    this.id = init.id
    this.#init = init
    this.#live = new LiveOptions(init.options, restartOptions('minion'))
    this.refused.catch(() => undefined)
  }

  /** Of the minion's key. Throws before the start. */
  get fingerprint(): string {
    if (this.#running === undefined) throw new Error('the minion is not started')
    return this.#running.fingerprint
  }

  /** Collects the quick grains and begins to connect; resolves before any master has answered. */
  async start(): Promise<void> {
    this.#starting = RunningMinion.open({
      ...this.#init,
      live: this.#live,
      onRefused: (error) => this.#refused(error),
      ...(this.#init.isSupervised === true ? { onRestart: () => this.#restart() } : {}),
    })
    this.#running = await this.#starting
  }

  /**
   * Adopts another configuration as far as that is possible while it runs, and collects the grains again; what is
   * not possible is logged by name.
   */
  async reload(options: MinionOptions): Promise<void> {
    const refused = this.#live.exchange(options)
    const { log = silentLog } = this.#init
    if (refused.length > 0)
      log.warning('these options change at the next start', { options: refused.join(', ') })
    await this.#running?.refresh()
  }

  /**
   * Begins no further job, waits `drain_timeout` for those under way, then ends them, says goodbye to the masters, and closes
   * everything. Returns that were not acknowledged and jobs that wait for their turn stay on disk. Once `hurry` aborts nothing
   * is waited for. Nothing to do before the start.
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
}
