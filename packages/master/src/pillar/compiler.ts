// SPDX-License-Identifier: Apache-2.0
import { type DataMap, type Logger, type MinionId, messageOf, silentLog, withEntry } from '@halite/core'
import type { Facts, Nodegroups } from '@halite/targeting'
import { Compilation } from './compilation.ts'
import { isUnchanged, type Seen, SlsFiles } from './sls-files.ts'
import { SlsRenderer } from './sls-renderer.ts'
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
  /** What templates see as `opts`. */
  readonly opts?: Readonly<Record<string, unknown>>
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

/** What is known for one set of grains, by minion and environment. */
interface Results {
  readonly done: Map<string, Result>
  /** The last compilation asked for: the next one waits for it, and may find that its result holds. */
  readonly last: Map<string, Promise<Pillar>>
}

interface Place {
  readonly name: string
  readonly results: Results
}

/**
 * Compiles the pillar of minions from `top.sls` and sls files. A result belongs to one minion, and is kept for as long as
 * its grains are the same object and every file that was looked at is unchanged.
 */
export class PillarCompiler {
  readonly #settings: PillarSettings
  readonly #log: Logger
  /** `base` first, then the others as configured. */
  readonly #environments: ReadonlyMap<string, SlsFiles>
  readonly #tops = new WeakMap<object, Top>()
  readonly #results = new WeakMap<Facts, Results>()
  readonly #renderer: SlsRenderer

  constructor(settings: PillarSettings) {
    this.#settings = settings
    this.#log = settings.log ?? silentLog
    this.#renderer = new SlsRenderer(settings.opts)
    const { base = [], ...others } = settings.roots
    this.#environments = new Map(
      Object.entries({ base, ...others }).map(([saltenv, roots]) => [saltenv, new SlsFiles(roots)]),
    )
  }

  /**
   * The pillar of one minion. Never rejects for what the files say: that is noted under `_errors` and logged. The result
   * is shared: treat it as read-only.
   */
  async compile(request: PillarRequest): Promise<Pillar> {
    const { id, grains, pillarenv } = request
    const results = this.#results.get(grains) ?? { done: new Map(), last: new Map() }
    this.#results.set(grains, results)
    const name = `${id}\0${pillarenv ?? ''}`
    const before = results.last.get(name) ?? Promise.resolve()
    const compileNext = () => this.#current(request, { name, results })
    const now = before.then(compileNext, compileNext)
    results.last.set(name, now)
    try {
      return await now
    } finally {
      if (results.last.get(name) === now) results.last.delete(name)
    }
  }

  /** The known result while it holds, else a new one, which is then known. */
  async #current(request: PillarRequest, { name, results }: Place): Promise<Pillar> {
    const known = results.done.get(name)
    if (known !== undefined && (await isUnchanged(known.seen))) return known.pillar
    const { problems, errors, pillar: data, seen } = await this.#compileNow(request)
    for (const problem of problems) this.#log.error('pillar render error', { id: request.id, problem })
    const pillar = errors.length > 0 ? withEntry(data, '_errors', errors) : data
    results.done.set(name, { pillar, seen })
    return pillar
  }

  async #compileNow(request: PillarRequest): Promise<Compilation> {
    const { id, grains, pillarenv } = request
    const compilation = new Compilation(request, {
      environments: this.#environments,
      renderer: this.#renderer,
      settings: this.#settings,
    })
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
        const value = await compilation.readTop(saltenv, files)
        const top = value === undefined ? undefined : this.#topOf(value)
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
