// SPDX-License-Identifier: Apache-2.0
import { isRecord } from '@halite/core'
import { type FunctionKind, kindTable, type ModuleKind } from './kinds.ts'
import type { Manifest, ManifestEntry } from './manifest.ts'
import type { LoadContext, Reads } from './module.ts'
import { type NeedsContext, needsVerdict } from './needs.ts'

/** A manifest entry and the file it stands for. */
export interface Listed extends ManifestEntry {
  /** File name without its ending. */
  readonly file: string
}

/** What manifests alone say of modules: nothing here imports one. Of several manifests the earlier one wins. */
export class ModuleEntries {
  readonly #manifests: readonly Manifest[]
  readonly #load: LoadContext
  readonly #machine: NeedsContext['machine']
  readonly #entries = new Map<ModuleKind, readonly Listed[]>()
  /** By kind and module name, as far as they were asked for. */
  readonly #candidates = new Map<string, readonly Listed[]>()

  constructor(manifests: readonly Manifest[], load: LoadContext, machine: NeedsContext['machine']) {
    this.#manifests = manifests
    this.#load = load
    this.#machine = machine
  }

  /** The enabled entries of a kind that no other replaces, by manifest and then by file name; imports nothing. */
  of(kind: ModuleKind): readonly Listed[] {
    const known = this.#entries.get(kind)
    if (known !== undefined) return known
    const entries: Listed[] = []
    for (const manifest of this.#manifests) {
      const replaced = new Set(entries.flatMap(({ file, name }) => [file, name]))
      const enabled = Object.entries(manifest[kind] ?? {})
        .map(([file, entry]) => listed(manifest, kind, { ...entry, file }))
        .filter((entry) => this.#isEnabled(kind, entry))
        .filter(({ file, name }) => !replaced.has(file) && !replaced.has(name))
      entries.push(...enabled.sort((a, b) => (a.file < b.file ? -1 : 1)))
    }
    this.#entries.set(kind, entries)
    return entries
  }

  /** The entries that may answer to a module name: the forced provider alone, or all that bear the name. */
  candidates(kind: FunctionKind, name: string): readonly Listed[] {
    const key = `${kind}/${name}`
    const known = this.#candidates.get(key)
    if (known !== undefined) return known
    const forced = this.forced(kind, name)
    const found =
      forced === undefined ? this.of(kind).filter((entry) => visibleName(entry) === name) : [forced]
    // Names that nothing bears are not kept: there is no end of them.
    if (found.length > 0) this.#candidates.set(key, found)
    return found
  }

  /** The entry that the option `providers` names for a module name; it loads even when it declines. */
  forced(kind: FunctionKind, name: string): Listed | undefined {
    const { providers } = this.#load.options
    if (kind !== 'execution' || !isRecord(providers) || !Object.hasOwn(providers, name)) return undefined
    const wanted = providers[name]
    return this.of(kind).find((entry) => entry.file === wanted || entry.name === wanted)
  }

  /** The functions of the first execution module of a name that has what it needs; its condition in code is not asked. */
  functionsOf(name: string): ReadonlySet<string> {
    const isForced = this.forced('execution', name) !== undefined
    const first = this.candidates('execution', name).find((entry) => isForced || this.verdict(entry) === true)
    return new Set(first?.functions)
  }

  /** True when the machine has what the module needs; otherwise what is missing, in words. */
  verdict({ needs }: Listed): true | string {
    return needs === undefined ? true : needsVerdict(needs, { ...this.#load, machine: this.#machine })
  }

  /** Why no module of a name loads, from what their manifests say they need; undefined where one may, or there is none. */
  refusal(kind: FunctionKind, name: string): string | undefined {
    if (this.forced(kind, name) !== undefined) return undefined
    const verdicts = this.candidates(kind, name).map((entry) => this.verdict(entry))
    return verdicts.length === 0 || verdicts.includes(true) ? undefined : verdicts.join('; ')
  }

  /**
   * Whether the daemon itself may run `name`, from the manifest alone: false for what is unknown. A function of a module with
   * a condition in code may not, nor may one that lists modules when a built-in one has such a condition.
   */
  isInline(name: string, kind: FunctionKind = 'execution'): boolean {
    const [moduleName = '', functionName = ''] = splitName(name)
    const candidates = this.candidates(kind, moduleName)
    const isMarked = (entry: Listed) => entry.inline?.includes(functionName) && !entry.conditional
    if (candidates.length === 0 || !candidates.every(isMarked)) return false
    return !this.#readsOf(candidates, functionName).includes('modules') || !this.#decidesByCode
  }

  /**
   * Whether a function looks at these facts, from the manifest alone: what it declares, and, unless it is inline, all but the
   * slow ones among the grains.
   */
  reads(name: string, fact: Reads, kind: FunctionKind = 'execution'): boolean {
    if (fact !== 'grains' && !this.isInline(name, kind)) return true
    const [moduleName = '', functionName = ''] = splitName(name)
    return this.#readsOf(this.candidates(kind, moduleName), functionName).includes(fact)
  }

  /** Whether `name` is a function that came with the program and no site module may answer to: from the manifests alone. */
  isBuiltIn(name: string, kind: FunctionKind = 'execution'): boolean {
    const [moduleName = '', functionName = ''] = splitName(name)
    const candidates = this.candidates(kind, moduleName)
    return (
      candidates.every((entry) => entry.path === undefined) &&
      candidates.some((entry) => entry.functions?.includes(functionName))
    )
  }

  /** Whether a module that came with the program can only be asked by running its code. */
  get #decidesByCode(): boolean {
    return this.of('execution').some(({ conditional, path }) => conditional && path === undefined)
  }

  #readsOf(candidates: readonly Listed[], functionName: string): readonly Reads[] {
    return candidates.flatMap(({ reads = {} }) =>
      Object.hasOwn(reads, functionName) ? (reads[functionName] ?? []) : [],
    )
  }

  #isEnabled(kind: ModuleKind, entry: Listed): boolean {
    const names = [entry.file, entry.name, visibleName(entry)]
    const lists = (option: string | undefined) => {
      const value = option === undefined ? undefined : this.#load.options[option]
      return Array.isArray(value) ? value : []
    }
    if (names.some((name) => lists(kindTable[kind].disabledBy).includes(name))) return false
    const whitelist = kind === 'execution' ? lists('whitelist_modules') : []
    return whitelist.length === 0 || names.some((name) => whitelist.includes(name))
  }
}

/** The name under which functions of a module are called. */
export function visibleName(entry: ManifestEntry): string {
  return entry.virtual ?? entry.name
}

/** The module and the function of `module.function`. */
export function splitName(name: string): [string, string] {
  const dot = name.indexOf('.')
  return dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)]
}

/** An entry with what its manifest knows of it. */
function listed(manifest: Manifest, kind: ModuleKind, entry: Listed): Listed {
  const load = manifest.descriptions?.[kind]
  if (load === undefined || entry.describe !== undefined) return entry
  return { ...entry, describe: async () => (await load())[entry.file] }
}
