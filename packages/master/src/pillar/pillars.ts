// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Logger, type MasterOptions, type MinionId, Packed } from '@halite/core'
import type { PillarFetch, PillarRemoteChoice } from '@halite/loader'
import { GitPillars } from './git-pillars.ts'
import { PillarCache } from './pillar-cache.ts'
import { PillarThreads, type PillarThreadsParts } from './pillar-threads.ts'
import type { PillarRequest, PillarServices } from './settings.ts'

/** What the pillars of a master are made with. */
export interface PillarsParts {
  readonly options: MasterOptions
  readonly files: PillarThreadsParts['files']
  readonly services: PillarServices
  readonly log: Logger
  readonly clock: Clock
}

/** How a pillar is asked for. */
export interface CompileOptions {
  /** What `pillar_cache` keeps of the minion is forgotten first. */
  readonly isFresh?: boolean
  /** Neither taken from what `pillar_cache` keeps nor kept there. */
  readonly isUnseen?: boolean
}

/** The pillars that a master gives: compiled in threads, and with `pillar_cache` kept for a while. Close it. */
export class Pillars {
  /** Absent without `pillar_cache`. */
  readonly cache: PillarCache | undefined
  readonly #threads: PillarThreads
  readonly #remotes: GitPillars

  constructor({ options, files, services, log, clock }: PillarsParts) {
    this.#remotes = new GitPillars({ options, log })
    this.#threads = new PillarThreads({
      options,
      files,
      services: { ...services, checkOut: (wanted) => this.#remotes.checkOut(wanted) },
      log,
      nowMs: () => clock.monotonicMs(),
    })
    this.cache = options.pillar_cache ? new PillarCache(options, { log, clock }) : undefined
  }

  /**
   * The pillar of a minion as it is sent; what is wrong in it stands under `_errors`. Rejects as `PillarThreads.compile`.
   * With `pillar_cache` it may be one of before; a call that brings data of its own is always compiled.
   */
  async compile(
    request: PillarRequest,
    { isFresh = false, isUnseen = false }: CompileOptions = {},
  ): Promise<Packed> {
    const { id, pillarenv = '', override, ext } = request
    if (isFresh) await this.cache?.clear(id)
    const mayKeep = !isUnseen && override === undefined && ext === undefined
    const known = mayKeep ? await this.cache?.find(id, pillarenv) : undefined
    if (known !== undefined) return new Packed(known)
    const bytes = await this.#threads.compile(request)
    if (mayKeep) await this.cache?.keep(id, pillarenv, bytes)
    return new Packed(bytes)
  }

  /** What the top files say to a minion. Rejects as `compile`. */
  showTop(request: PillarRequest): Promise<unknown> {
    return this.#threads.showTop(request)
  }

  /** Begins to fetch what pillar is made from. */
  start(): void {
    this.#remotes.start()
  }

  /** Fetches remotes now. Rejects with `COMMAND_FAILED` when there is no such remote. */
  fetch(choice: PillarRemoteChoice): Promise<PillarFetch> {
    return this.#remotes.update(choice)
  }

  /** Its key is gone: nothing is kept of it. */
  forget(id: MinionId): void {
    void this.cache?.clear(id)
  }

  /** To be called every second. */
  tick(): void {
    this.#threads.tick()
  }

  /** Counters of the threads, for `status`. */
  snapshot(): Readonly<Record<string, number>> {
    return this.#threads.snapshot()
  }

  async close(): Promise<void> {
    await this.#remotes.close()
    await this.#threads.close()
  }
}
