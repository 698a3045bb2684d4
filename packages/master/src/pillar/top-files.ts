// SPDX-License-Identifier: Apache-2.0
import { type Logger, messageOf, SaltError } from '@halite/core'
import type { Compilation } from './compilation.ts'
import type { PillarSettings } from './settings.ts'
import type { SlsFiles } from './sls-files.ts'
import { mergedEntries, readTop, type Top, type TopEntry } from './top.ts'

/** The environments that there are, and those that a minion asks for. */
export interface TopsWanted {
  readonly environments: ReadonlyMap<string, SlsFiles>
  readonly pillarenv?: string | undefined
  readonly saltenv?: string | undefined
}

/** The top files of environments, each read again only when it is another. */
export class TopFiles {
  readonly #settings: Pick<PillarSettings, 'nodegroups' | 'strategy'>
  readonly #log: Logger
  readonly #read = new WeakMap<object, Top>()

  constructor(settings: Pick<PillarSettings, 'nodegroups' | 'strategy'>, log: Logger) {
    this.#settings = settings
    this.#log = log
  }

  /** The entries of every environment's top file, and of those that these include. */
  async entries(compilation: Compilation, wanted: TopsWanted): Promise<readonly TopEntry[]> {
    const { pillarenv } = wanted
    const tops: Top[] = []
    for (const [saltenv, files] of this.#topEnvironments(wanted)) {
      const read = (sls?: string) =>
        sls === undefined
          ? compilation.readTop(saltenv, files)
          : compilation.readIncludedTop(sls, saltenv, files)
      tops.push(...(await this.#readTops(compilation, read)))
    }
    const entries = mergedEntries(tops)
    return entries.filter(({ saltenv }) => pillarenv === undefined || saltenv === pillarenv)
  }

  /** The environments whose top files count. */
  #topEnvironments({ environments, pillarenv, saltenv = 'base' }: TopsWanted): readonly [string, SlsFiles][] {
    const all = [...environments]
    if (pillarenv !== undefined) return all.filter(([name]) => name === pillarenv)
    return this.#settings.strategy === 'none' ? all.filter(([name]) => name === saltenv) : all
  }

  /** A top file and those it includes, each once. */
  async #readTops(
    compilation: Compilation,
    read: (sls?: string) => Promise<unknown>,
  ): Promise<readonly Top[]> {
    const tops: Top[] = []
    const wanted: (string | undefined)[] = [undefined]
    const done = new Set<string | undefined>()
    for (const sls of wanted) {
      if (done.has(sls)) continue
      done.add(sls)
      try {
        const value = await read(sls)
        if (value === undefined && sls !== undefined) throw missingTop(sls)
        const top = value === undefined ? undefined : this.#topOf(value)
        if (top === undefined) continue
        tops.push(top)
        wanted.push(...top.include)
        for (const problem of top.problems) compilation.problems.tellTop(problem, undefined, sls)
        for (const warning of top.warnings)
          this.#log.warning('a target of the pillar top file selects nobody', { warning })
      } catch (error) {
        compilation.problems.tellTop(messageOf(error), error, sls)
      }
    }
    return tops
  }

  /** The same file is read once: its value stays the same object until it changes. */
  #topOf(value: unknown): Top {
    const nodegroups = this.#settings.nodegroups ?? {}
    if (typeof value !== 'object' || value === null) return readTop(value, nodegroups)
    const top = this.#read.get(value) ?? readTop(value, nodegroups)
    this.#read.set(value, top)
    return top
  }
}

function missingTop(sls: string): SaltError {
  return new SaltError('FILE_UNREADABLE', `there is no file '${sls}' that the top file includes`)
}
