// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  lockDirectory,
  makeOwnDirectory,
  minionDirectories,
  ResourceStack,
  type SaltError,
  settledBy,
} from '@halite/core'
import { leftoversFolder, removeLeftovers } from '@halite/executor'
import { MinionParts, type RunningMinionInit } from './minion-parts.ts'

/** How often undelivered returns are re-sent while the link is up. */
const maintainMs = 5000

/** A minion from its start to its end: opens its parts, starts them, and releases them together. */
export class RunningMinion {
  readonly #parts: MinionParts
  readonly #resources: ResourceStack
  readonly #onRefused: (error: SaltError) => void
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** Rejects with `ALREADY_RUNNING`, `FILE_CORRUPT` and similar errors, with everything released. */
  static async open(init: RunningMinionInit): Promise<RunningMinion> {
    const resources = new ResourceStack()
    const options = init.live.current
    try {
      for (const directory of minionDirectories(options)) makeOwnDirectory(directory.path, directory)
      resources.add(lockDirectory(options.cachedir, 'salt-minion'), (lock) => lock.release())
      const minion = new RunningMinion(init, resources)
      await minion.#begin()
      return minion
    } catch (error) {
      await resources.release()
      throw error
    }
  }

  private constructor(init: RunningMinionInit, resources: ResourceStack) {
    this.#parts = new MinionParts(init, resources)
    this.#resources = resources
    this.#onRefused = init.onRefused
    resources.defer(() => clearInterval(this.#timer))
  }

  /** Fingerprint of the minion's key. */
  get fingerprint(): string {
    return this.#parts.identity.fingerprint
  }

  async #begin(): Promise<void> {
    const { facts, sender, links, runner, trial, running, options, log, files } = this.#parts
    await facts.begin()
    sender.dropUnknown(links.knownMasters())
    runner.reportAbandoned()
    trial.begin(running.list().map(({ jid }) => jid))
    const directory = join(options.cachedir, leftoversFolder)
    await removeLeftovers({ directory, log: log.child({ part: 'jobs' }) })
    await files.clearPartial()
    links.start(this.#onRefused)
    this.#timer = setInterval(() => this.#maintain(), maintainMs)
    void facts.pillar.ready.then(() => this.#isClosed || this.#resume())
    void facts.addSlowGrains()
  }

  /** Options changed. */
  async refresh(): Promise<void> {
    this.#parts.pool.refresh('options')
    await this.#parts.facts.refreshQuickGrains()
  }

  /** As `Minion.close`. */
  async close(hurry: AbortSignal = new AbortController().signal): Promise<void> {
    const { mine, runner, facts, pool, running, options } = this.#parts
    this.#isClosed = true
    clearInterval(this.#timer)
    mine.close()
    runner.drain()
    facts.close()
    const kill = () => void pool.close()
    hurry.addEventListener('abort', kill, { once: true })
    await settledBy(runner.idle(), { ms: options.drain_timeout * 1000, hurry })
    running.abortAll()
    if (hurry.aborted) kill()
    await runner.idle()
    await this.#resources.release()
  }

  #resume(): void {
    const { links, runner } = this.#parts
    const known = links.knownMasters()
    runner.resume((master) => (known.has(master) ? this.#parts.sourceOf(master) : undefined))
  }

  #maintain(): void {
    const { sender, facts, mine } = this.#parts
    sender.sendAll()
    facts.maintain()
    if (facts.pillar.isReady) mine.tick()
  }
}
