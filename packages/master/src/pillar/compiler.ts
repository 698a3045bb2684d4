// SPDX-License-Identifier: Apache-2.0
import { type DataMap, type Logger, type MinionId, messageOf, silentLog, withEntry } from '@halite/core'
import type { Facts, Nodegroups } from '@halite/targeting'
import { Compilation } from './compilation.ts'
import { isUnchanged, type Seen, SlsFiles } from './sls-files.ts'
import { readTop, type Top, type TopEntry } from './top.ts'

type Pillar = DataMap

export interface PillarSettings {
  /** The option `pillar_roots`: environment → directories. */
  readonly roots: Readonly<Record<string, readonly string[]>>
  readonly nodegroups?: Nodegroups
  /** The option `pillar_safe_render_error`: what is wrong in a file is only logged; default true. */
  readonly safeRenderError?: boolean
  /** The option `pillar_merge_lists`; default false. */
  readonly mergeLists?: boolean
  readonly log?: Logger
}

/** Whose pillar, and by which facts top files select it. */
export interface PillarRequest {
  readonly id: MinionId
  readonly grains: Facts
  /** Only this environment. */
  readonly pillarenv?: string | undefined
}

interface Result {
  readonly pillar: Pillar
  readonly seen: Seen
}

/**
 * Compiles the pillar of minions from `top.sls` and YAML files (no templates yet). A result is kept for as long as the
 * grains are the same object and every file that was looked at is unchanged.
 */
export class PillarCompiler {
  readonly #settings: PillarSettings
  readonly #log: Logger
  /** `base` first, then the others as configured. */
  readonly #environments: ReadonlyMap<string, SlsFiles>
  readonly #tops = new WeakMap<object, Top>()
  readonly #results = new WeakMap<Facts, Map<string, Result>>()

  constructor(settings: PillarSettings) {
    this.#settings = settings
    this.#log = settings.log ?? silentLog
    const { base = [], ...others } = settings.roots
    this.#environments = new Map(
      Object.entries({ base, ...others }).map(([saltenv, roots]) => [saltenv, new SlsFiles(roots)]),
    )
  }

  /**
   * The pillar of one minion. Never rejects for what the files say: that is told under `_errors` and logged. The result
   * is shared: treat it as read-only.
   */
  async compile(request: PillarRequest): Promise<Pillar> {
    const { id, grains, pillarenv } = request
    const results = this.#results.get(grains) ?? new Map<string, Result>()
    this.#results.set(grains, results)
    const name = `${id}\0${pillarenv ?? ''}`
    const known = results.get(name)
    if (known !== undefined && (await isUnchanged(known.seen))) return known.pillar
    const compilation = await this.#compileNow(request)
    for (const problem of compilation.problems) this.#log.error('pillar render error', { id, problem })
    // A link that is refused is not among what was seen, so what went wrong is looked at again.
    if (compilation.errors.length > 0) return withEntry(compilation.pillar, '_errors', compilation.errors)
    results.set(name, { pillar: compilation.pillar, seen: compilation.seen })
    return compilation.pillar
  }

  async #compileNow({ id, grains, pillarenv }: PillarRequest): Promise<Compilation> {
    const compilation = new Compilation(this.#environments, this.#settings)
    const entries = (await this.#readTops(compilation, pillarenv))
      .filter(({ saltenv }) => pillarenv === undefined || saltenv === pillarenv)
      .sort((one, other) => this.#rankOf(one) - this.#rankOf(other) || one.order - other.order)
    for (const entry of entries) {
      try {
        if (entry.target.matches({ id, grains, pillar: {} })) await compilation.apply(entry)
      } catch (error) {
        compilation.tellTop(messageOf(error))
      }
    }
    return compilation
  }

  #rankOf({ saltenv }: TopEntry): number {
    const rank = [...this.#environments.keys()].indexOf(saltenv)
    return rank === -1 ? this.#environments.size : rank
  }

  /** The entries of every environment's top file. */
  async #readTops(compilation: Compilation, pillarenv: string | undefined): Promise<TopEntry[]> {
    const entries: TopEntry[] = []
    for (const [saltenv, files] of this.#environments) {
      if (pillarenv !== undefined && saltenv !== pillarenv) continue
      try {
        const file = await files.top(compilation.seen)
        const top = file === undefined ? undefined : this.#topOf(file.value)
        entries.push(...(top?.entries ?? []))
        for (const problem of top?.problems ?? []) compilation.tellTop(problem)
      } catch (error) {
        compilation.tellTop(messageOf(error), error)
      }
    }
    return entries
  }

  /** The same file is read once: its value stays the same object until it changes. */
  #topOf(value: unknown): Top {
    const nodegroups = this.#settings.nodegroups ?? {}
    if (typeof value !== 'object' || value === null) return readTop(value, nodegroups)
    const top = this.#tops.get(value) ?? readTop(value, nodegroups)
    this.#tops.set(value, top)
    return top
  }
}
