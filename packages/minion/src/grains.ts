// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { Logger, MinionOptions } from '@halite/core'
import { collectGrains, type Listed, type Registry } from '@halite/loader'
import { StaticGrains } from './static-grains.ts'

type Grains = Readonly<Record<string, unknown>>

export interface GrainStoreInit {
  readonly id: string
  /** `config_dir` holds the file `grains`; the option `grains` wins over every other source. */
  readonly options: MinionOptions
  /** Where the grain modules are found; asked for each collection. */
  readonly registry: () => Registry
  /** Collects what site modules find, outside this process; without it they are loaded like the others. */
  readonly collectSite?: (entries: readonly Listed[]) => Promise<readonly Grains[]>
  readonly log: Logger
}

/**
 * The grains of this machine. `collect` gives those that only read files; `collectSlow` adds those that run programs or
 * wait for the network. Later sources win: built-in modules, site modules, the `grains` file, the option `grains`.
 */
export class GrainStore {
  readonly #init: GrainStoreInit
  readonly #controller = new AbortController()
  readonly #file: StaticGrains
  #collected: Grains = {}
  #static: Grains = {}
  /** Made when it is asked for; every job does. */
  #all: Grains | undefined

  constructor(init: GrainStoreInit) {
    this.#init = init
    this.#file = new StaticGrains(join(init.options.config_dir, 'grains'), init.log)
  }

  /** All grains known so far; static ones take precedence. */
  get all(): Grains {
    this.#all ??= { ...this.#collected, ...this.#static }
    return this.#all
  }

  /** Collects the quick grains again. A grain module that fails is logged and left out. */
  async collect(): Promise<Grains> {
    this.readStatic()
    await this.#run((entry) => entry.slow !== true)
    return this.all
  }

  /** Reads only the static grains again. */
  readStatic(): void {
    this.#static = { ...this.#file.read(), ...this.#init.options.grains }
    this.#all = undefined
  }

  /** Whether the static grains were written since they were read. */
  staticChanged(): boolean {
    return this.#file.changed()
  }

  /** Collects the slow grains again; rejects never. */
  async collectSlow(): Promise<Grains> {
    await this.#run((entry) => entry.slow === true)
    return this.all
  }

  /** Ends what is being collected. */
  close(): void {
    this.#controller.abort()
  }

  async #run(wanted: (entry: Listed) => boolean): Promise<void> {
    const registry = this.#init.registry()
    const entries = registry.entries('grains').filter((entry) => wanted(entry))
    const [builtIn, site] = await Promise.all([
      this.#collectHere(entries.filter(({ path }) => path === undefined)),
      this.#collectSite(entries.filter(({ path }) => path !== undefined)),
    ])
    this.#collected = Object.assign({ ...this.#collected }, builtIn, ...site)
    this.#all = undefined
  }

  #collectHere(entries: readonly Listed[]): Promise<Grains> {
    const { id, options, log, registry } = this.#init
    const { signal } = this.#controller
    return collectGrains(entries, { id, options, log, signal, registry: registry() })
  }

  async #collectSite(entries: readonly Listed[]): Promise<readonly Grains[]> {
    const { collectSite } = this.#init
    if (collectSite === undefined || entries.length === 0) return [await this.#collectHere(entries)]
    const registry = this.#init.registry()
    return collectSite(entries.filter((entry) => registry.unmetNeed(entry) === undefined))
  }
}
