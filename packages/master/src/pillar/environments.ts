// SPDX-License-Identifier: Apache-2.0
import { parseSaltenv } from '@halite/core'
import { SlsFiles } from './sls-files.ts'

type Roots = Readonly<Record<string, readonly string[]>>

/** Most environments that the directories of `__env__` are opened for at a time: minions name them. */
const maxOpened = 64

/** The environments of `pillar_roots`: `base` first, then the others as configured. */
export class Environments {
  readonly #named: ReadonlyMap<string, SlsFiles>
  /** The directories of `__env__`, which stand for every environment that is not named. */
  readonly #template: readonly string[] | undefined
  readonly #opened = new Map<string, SlsFiles>()

  constructor(roots: Roots) {
    const { base, __env__: template, ...others } = roots
    this.#template = template
    const named = { ...(base === undefined && template !== undefined ? {} : { base: base ?? [] }), ...others }
    this.#named = new Map(
      Object.entries(named).map(([saltenv, directories]) => [saltenv, new SlsFiles(directories)]),
    )
  }

  /**
   * The environments for a minion that asks for `wanted`, `base` if for none. Throws `SALTENV_INVALID` for a name that could
   * lead out of the directories of `__env__`.
   */
  of(wanted: string | undefined): ReadonlyMap<string, SlsFiles> {
    const name = wanted ?? 'base'
    if (this.#template === undefined || this.#named.has(name)) return this.#named
    const files = this.#opened.get(name) ?? this.#open(name, this.#template)
    const all = [...this.#named, [name, files] as const]
    return new Map(name === 'base' ? all.reverse() : all)
  }

  #open(name: string, template: readonly string[]): SlsFiles {
    const saltenv = parseSaltenv(name)
    const files = new SlsFiles(template.map((directory) => directory.replaceAll('__env__', saltenv)))
    this.#opened.set(name, files)
    for (const oldest of this.#opened.keys()) {
      if (this.#opened.size <= maxOpened) break
      this.#opened.delete(oldest)
    }
    return files
  }
}
