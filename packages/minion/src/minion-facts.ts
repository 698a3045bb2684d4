// SPDX-License-Identifier: Apache-2.0
import type { Logger, MinionId, MinionOptions } from '@halite/core'
import type { ExecutorFiles } from '@halite/executor'
import { SiteModules } from '@halite/executor/site'
import { type Manifest, Registry } from '@halite/loader'
import { GrainStore } from './grains.ts'
import { type PillarSource, PillarStore } from './pillar-store.ts'

/** A fact that changed; executors are set up with it before their next job. */
export type ChangedFact = 'grains' | 'pillar' | 'site'

export interface MinionFactsOptions {
  readonly id: MinionId
  readonly options: MinionOptions
  /** The built-in modules. */
  readonly manifest: Manifest
  readonly files: ExecutorFiles
  readonly log: Logger
  readonly masters: () => readonly PillarSource[]
  readonly onChange: (fact: ChangedFact) => void
}

/** What jobs see of this minion: its modules, its grains and the pillar it holds, each as it is now. */
export class MinionFacts {
  readonly site: SiteModules
  readonly pillar: PillarStore
  readonly #options: MinionFactsOptions
  readonly #grains: GrainStore
  #registry: Registry
  #isClosed = false

  constructor(init: MinionFactsOptions) {
    const { id, options, manifest, files, log, masters, onChange } = init
    this.#options = init
    this.#registry = new Registry(manifest, { options, log, inDaemon: true })
    this.site = new SiteModules({ id, options, files, log: log.child({ part: 'modules' }) })
    this.#grains = new GrainStore({
      id,
      options,
      registry: () => this.#registry,
      collectSite: (entries) => this.site.collectGrains(entries),
      log: log.child({ part: 'grains' }),
    })
    this.pillar = new PillarStore({
      options,
      log: log.child({ part: 'pillar' }),
      links: masters,
      onChange: () => onChange('pillar'),
    })
  }

  /** The modules that load by the current grains and options. */
  get registry(): Registry {
    return this.#registry
  }

  /** All grains known so far. */
  get grains(): Readonly<Record<string, unknown>> {
    return this.#grains.all
  }

  /** Finds the modules and the quick grains; the slow ones follow behind the caller's back, and change the grains again. */
  async begin(): Promise<void> {
    await this.refreshModules()
    await this.site.removeOldCopies()
    await this.#grains.collect()
    this.#registry = this.#registry.withGrains(this.#grains.all)
  }

  /** Adds the grains that take long to find. */
  async addSlowGrains(): Promise<void> {
    await this.#grains.collectSlow()
    if (this.#isClosed) return
    this.#grainsChanged()
    await this.pillar.refresh()
  }

  /** Looks for changed site modules. */
  async refreshModules(): Promise<void> {
    const { manifest, options, log, onChange } = this.#options
    if (!(await this.site.refresh())) return
    this.#registry = new Registry([...this.site.standIns(), manifest], {
      grains: this.#grains.all,
      options,
      log,
      inDaemon: true,
    })
    onChange('site')
  }

  /** Collects the quick grains again. */
  async refreshQuickGrains(): Promise<void> {
    await this.#grains.collect()
    this.#grainsChanged()
  }

  /** Collects all grains again, those of changed modules included. */
  async refreshGrains(): Promise<void> {
    await this.refreshModules()
    await this.#grains.collect()
    await this.#grains.collectSlow()
    this.#grainsChanged()
  }

  /** Reads the static grains again. */
  refreshStaticGrains(): void {
    this.#grains.readStatic()
    this.#grainsChanged()
  }

  /** Called every few seconds: asks for a pillar that is missing, and reads what `salt-call grains.setval` wrote. */
  maintain(): void {
    this.pillar.fetchMissing()
    if (!this.#grains.staticChanged()) return
    this.refreshStaticGrains()
    // With the grains changes what top files give to this minion.
    void this.pillar.refresh()
  }

  /** Ends what is being collected. */
  close(): void {
    this.#isClosed = true
    this.#grains.close()
    this.site.close()
  }

  #grainsChanged(): void {
    this.#registry = this.#registry.withGrains(this.#grains.all)
    this.#options.onChange('grains')
  }
}
