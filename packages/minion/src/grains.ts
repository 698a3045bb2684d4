// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, type MinionOptions, messageOf, parseYaml, run, schema } from '@halite/core'
import type { GrainContext, Listed, Registry } from '@halite/loader'

type Grains = Readonly<Record<string, unknown>>

export interface GrainStoreParts {
  readonly id: string
  /** `config_dir` holds the file `grains`; the option `grains` wins over every other source. */
  readonly options: MinionOptions
  /** Where the grain modules are found. */
  readonly registry: Registry
  readonly log: Logger
}

/**
 * The grains of this machine. `collect` gives those that only read files; `collectSlow` adds those that run programs or
 * wait for the network. Later sources win: modules, then the `grains` file, then the option `grains`.
 */
export class GrainStore {
  readonly #parts: GrainStoreParts
  readonly #controller = new AbortController()
  #collected: Grains = {}
  #static: Grains = {}

  constructor(parts: GrainStoreParts) {
    this.#parts = parts
  }

  get all(): Grains {
    return { ...this.#collected, ...this.#static }
  }

  /** Collects the quick grains anew. A grain module that fails is logged and left out. */
  async collect(): Promise<Grains> {
    this.#static = { ...this.#fromFile(), ...this.#parts.options.grains }
    await this.#run((entry) => entry.slow !== true)
    return this.all
  }

  /** Collects the slow grains anew; rejects never. */
  async collectSlow(): Promise<Grains> {
    await this.#run((entry) => entry.slow === true)
    return this.all
  }

  /** Ends what is being collected. */
  close(): void {
    this.#controller.abort()
  }

  async #run(wanted: (entry: Listed) => boolean): Promise<void> {
    const entries = this.#parts.registry.entries('grains').filter((entry) => wanted(entry) && runsHere(entry))
    const parts = await Promise.all(entries.map((entry) => this.#collectOne(entry)))
    this.#collected = Object.assign({ ...this.#collected }, ...parts)
  }

  async #collectOne(entry: Listed): Promise<Grains> {
    const { registry, log } = this.#parts
    try {
      const grain = await registry.object('grains', entry.name)
      return (await grain?.collect(this.#context())) ?? {}
    } catch (error) {
      if (!this.#controller.signal.aborted)
        log.warning('grains left out', { module: entry.file, reason: messageOf(error) })
      return {}
    }
  }

  #context(): GrainContext {
    const { id, options, log } = this.#parts
    const { signal } = this.#controller
    return { id, options, log, signal, run: (argv, runOptions) => run(argv, { signal, ...runOptions }) }
  }

  #fromFile(): Grains {
    const path = join(this.#parts.options.config_dir, 'grains')
    if (!existsSync(path)) return {}
    try {
      const value = parseYaml(readFileSync(path, 'utf8'), path)
      return schema.isPlainObject(value) ? value : {}
    } catch (error) {
      this.#parts.log.error('static grains left out', { path, reason: messageOf(error) })
      return {}
    }
  }
}

function runsHere({ platforms }: Listed): boolean {
  return platforms === undefined || platforms.includes(process.platform)
}
