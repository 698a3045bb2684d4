// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  hasKey,
  isMap,
  type MergeOptions,
  type MergeStrategy,
  type MinionId,
  mapOf,
  mergeBy,
  valueAt,
  withoutKey,
} from '@halite/core'
import type { Registry } from '@halite/loader'
import type { Facts } from '@halite/targeting'
import { FactReads } from './fact-reads.ts'
import { includeOf } from './include.ts'
import { Problems } from './problems.ts'
import { addSizes, type Content, type Size } from './size.ts'
import type { Seen, SlsFile, SlsFiles } from './sls-files.ts'
import { namesFor, namesOfInclude } from './sls-names.ts'
import type { SlsRenderer } from './sls-renderer.ts'
import type { TopEntry } from './top.ts'

type Data = DataMap

/** An sls on its way into a pillar. */
interface Place {
  readonly saltenv: string
  readonly files: SlsFiles
  readonly ignoreMissing: boolean
  /** Names that the including file hands to its templates. */
  readonly defaults?: Data | undefined
}

/** The minion whose pillar is made, and the only environment that it asked for. */
export interface Subject {
  readonly id: MinionId
  readonly grains: Facts
  readonly pillarenv?: string | undefined
  /** The environment of states that it asked for. */
  readonly saltenv?: string | undefined
  /** Functions that its templates may call. */
  readonly registry?: Registry | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where files come from, how they become data, and how data is merged. */
export interface CompilationParts {
  readonly environments: ReadonlyMap<string, SlsFiles>
  readonly renderer: SlsRenderer
  readonly settings: CompilationSettings
}

export interface CompilationSettings extends MergeOptions {
  /** A minion is not told what stands in a file that cannot be read, only where it is wrong; default true. */
  readonly safeRenderError?: boolean
  /** How data of several files becomes one; default smart. */
  readonly strategy?: MergeStrategy
  /** What a file includes wins over what stands in it; default the file wins. */
  readonly includesOverride?: boolean
  /** Path of the top file in every environment; default `top.sls`. */
  readonly topFile?: string
}

interface Own {
  readonly data: Data
  readonly size: Size
}

/** One pillar while it is made: what is in it, what went wrong, and which files that depends on. */
export class Compilation {
  readonly seen: Seen = new Map()
  /** What was looked at of the minion. */
  readonly reads = new FactReads()
  readonly problems: Problems
  pillar: Data = {}
  readonly #environments: ReadonlyMap<string, SlsFiles>
  readonly #renderer: SlsRenderer
  readonly #settings: CompilationSettings
  readonly #subject: Subject
  readonly #applied = new Set<string>()
  /** Of each sls that was read: its data without what it includes. */
  readonly #own = new Map<string, Own>()
  #size: Size = { values: 1, characters: 0, depth: 1 }
  #external: Data | undefined
  /** Kept apart only where the minion brings something. */
  #trusted: Data | undefined

  constructor(subject: Subject, { environments, renderer, settings }: CompilationParts) {
    this.#subject = subject
    this.#environments = environments
    this.#renderer = renderer
    this.#settings = settings
    this.problems = new Problems(settings)
  }

  /** The data of the top file of an environment, undefined when it has none. Rejects as reading and rendering do. */
  async readTop(saltenv: string, files: SlsFiles): Promise<unknown> {
    const file = files.top(this.#settings.topFile ?? 'top.sls', this.seen)
    if (file === undefined) return undefined
    return (await this.#render('', file, { saltenv, files, ignoreMissing: false })).value
  }

  /** The data of a top file that another one includes, undefined if there isn't one. Rejects as `readTop`. */
  async readIncludedTop(sls: string, saltenv: string, files: SlsFiles): Promise<unknown> {
    const file = files.find(sls, this.seen)
    if (file === undefined) return undefined
    return (await this.#render(sls, file, { saltenv, files, ignoreMissing: false })).value
  }

  /** What external pillars gave before: templates see it as `pillar`. */
  set external(pillar: Data) {
    this.#external = pillar
  }

  /** The same; empty without any. */
  get external(): Data {
    return this.#external ?? {}
  }

  /** Merges in what a top file gives; rejects never. */
  async apply({ saltenv, sls, ignoreMissing }: TopEntry): Promise<void> {
    const files = this.#environments.get(saltenv)
    if (files === undefined) {
      this.problems.tell(`No matching pillar environment for environment '${saltenv}' found`)
      return
    }
    for (const name of sls.flatMap((written) => namesFor(written, files, this.seen))) {
      if (this.#applied.has(nameIn(saltenv, name))) continue
      this.#applied.add(nameIn(saltenv, name))
      const data = await this.#load(name, { saltenv, files, ignoreMissing })
      if (data !== undefined) this.merge(data)
    }
  }

  /** Merges data over what is there. */
  merge(data: Data): void {
    this.pillar = this.#merged(this.pillar, data)
    if (this.#trusted !== undefined) this.#trusted = this.#merged(this.#trusted, data)
  }

  /** Merges in what the minion itself brings, which decides about nothing: it could bring what selects the data of another. */
  mergeGiven(data: Data): void {
    this.#trusted ??= this.pillar
    this.pillar = this.#merged(this.pillar, data)
  }

  /** The pillar so far, without what the minion itself brings. */
  get trusted(): Data {
    return this.#trusted ?? this.pillar
  }

  /** Counts data of other sources to what the pillar holds. Throws as `sizeOf` does when it is too much. */
  count(size: Size): void {
    this.#size = addSizes(this.#size, size)
  }

  get size(): Size {
    return this.#size
  }

  #merged(base: Data, over: Data): Data {
    return mergeBy(base, over, this.#settings)
  }

  /** The data of an sls with what it includes below it; undefined when it is empty, or cannot be read, which is reported. */
  async #load(sls: string, place: Place): Promise<Data | undefined> {
    try {
      const file = place.files.find(sls, this.seen)
      if (file === undefined) this.problems.tellMissing(sls, place)
      if (file === undefined) return undefined
      return await this.#take(sls, { ...file, ...(await this.#render(sls, file, place)) }, place)
    } catch (error) {
      this.problems.tellFailure(sls, error)
      return undefined
    }
  }

  #render(sls: string, file: SlsFile, { saltenv, files, defaults }: Place): Promise<Content> {
    const { seen, reads } = this
    const scope = {
      ...this.#subject,
      pillarenv: this.#subject.pillarenv,
      statesEnv: this.#subject.saltenv,
      saltenv,
      files,
      defaults,
      seen,
      reads,
    }
    return this.#renderer.render(file, {
      ...scope,
      pillar: this.#external ?? {},
      sls,
    })
  }

  async #take(sls: string, file: SlsFile & Content, place: Place): Promise<Data | undefined> {
    if (file.value === null) return undefined
    if (!isMap(file.value)) {
      this.problems.tell(`SLS '${sls}' does not render to a dictionary`)
      return undefined
    }
    this.#size = addSizes(this.#size, file.size)
    const include = hasKey(file.value, 'include') ? valueAt(file.value, 'include') : []
    const data = withoutKey(file.value, 'include')
    this.#own.set(nameIn(place.saltenv, sls), { data, size: file.size })
    if (!Array.isArray(include)) {
      this.problems.tell(`Include Declaration in SLS '${sls}' is not formed as a list`)
      return file.value
    }
    const below: Data[] = []
    // As in Salt, they hold until an item has settings of its own, in included files too.
    let { defaults } = place
    for (const item of include) {
      const { key, defaults: own, ...written } = includeOf(item, sls, file)
      if (isMap(item)) defaults = own
      for (const name of namesOfInclude(written, place.files, this.seen)) {
        const included = this.#again(name, place) ?? (await this.#load(name, { ...place, defaults }))
        if (included !== undefined) below.push(this.#under(key, included))
      }
    }
    const inOrder = this.#settings.includesOverride ? [data, ...below] : [...below, data]
    return inOrder.reduce((merged, over) => this.#merged(merged, over))
  }

  /** The data of an sls that was read before: what it includes is in the pillar already, or about to be. */
  #again(sls: string, { saltenv }: Place): Data | undefined {
    const own = this.#own.get(nameIn(saltenv, sls))
    if (own !== undefined) this.#size = addSizes(this.#size, own.size)
    return own?.data
  }

  /** `data` below the keys of `x:y`. */
  #under(key: string | undefined, data: Data): Data {
    if (key === undefined) return data
    const keys = key.split(':')
    const depth = this.#size.depth + keys.length
    this.#size = addSizes(this.#size, { values: keys.length, characters: key.length, depth })
    return keys.reduceRight<Data>((inner, part) => mapOf([[part, inner]]), data)
  }
}

function nameIn(saltenv: string, sls: string): string {
  return `${saltenv}\0${sls.replaceAll('/', '.')}`
}
