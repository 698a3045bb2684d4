// SPDX-License-Identifier: Apache-2.0
import { isRecord, type Logger, SaltError, silentLog } from '@halite/core'
import type { AnyFn } from './check-module.ts'
import { type FunctionKind, type KindObjects, type ModuleKind, runsInDaemon } from './kinds.ts'
import { thisMachine } from './machine.ts'
import type { DescribedFunction, Manifest } from './manifest.ts'
import type { LoadContext, Module, Reads } from './module.ts'
import { type Listed, ModuleEntries, splitName, visibleName } from './module-entries.ts'
import { ModuleResolver } from './module-resolver.ts'
import type { NeedsContext } from './needs.ts'

/** What decides which modules load. */
export interface RegistrySettings extends Partial<LoadContext> {
  readonly log?: Logger
  /** Where programs are looked for; default this machine. */
  readonly machine?: NeedsContext['machine']
  /** It serves a daemon, which runs nothing but what its kind lets it run, and inline functions. Default false. */
  readonly inDaemon?: boolean
}

/** A function that was found, under the full name it is called by. */
export interface Found {
  readonly name: string
  readonly fn: AnyFn
  readonly module: Module
  readonly file: string
  /** It came with a site and not with the program. */
  readonly isSite: boolean
}

/**
 * Finds modules by name, imports them when they are first needed, and knows why one is absent.
 * A module that is broken or declines never harms another. Grains and options are fixed at its creation: after a
 * refresh of the grains, `withGrains` gives a registry that asks the modules again.
 *
 * Of several manifests the earlier one wins: its module replaces those of the same name or the same file in the later
 * ones, also when it is broken or declines, and under a virtual name it is asked before theirs.
 *
 * Options it uses: `providers` (virtual name → file or module name, loaded even if it declines), `disable_modules`,
 * `whitelist_modules`, `disable_grains`, `disable_returners`.
 */
export class Registry {
  readonly #manifests: readonly Manifest[]
  readonly #load: LoadContext
  readonly #machine: NeedsContext['machine']
  readonly #inDaemon: boolean
  readonly #log: Logger
  readonly #entries: ModuleEntries
  readonly #forcing = new Map<string, Registry>()
  readonly #resolver: ModuleResolver
  /** Functions by the name of an execution module, as far as they were asked for. */
  readonly #visible = new Map<string, ReadonlySet<string>>()

  constructor(manifests: Manifest | readonly Manifest[], settings: RegistrySettings = {}) {
    this.#manifests = [manifests].flat()
    this.#load = { grains: settings.grains ?? {}, options: settings.options ?? {} }
    this.#log = settings.log ?? silentLog
    this.#machine = settings.machine ?? thisMachine
    this.#inDaemon = settings.inDaemon ?? false
    this.#entries = new ModuleEntries(this.#manifests, this.#load, this.#machine)
    this.#resolver = new ModuleResolver({ entries: this.#entries, load: this.#load, log: this.#log })
  }

  /** A registry over the same modules and options that decides by other grains. */
  withGrains(grains: LoadContext['grains']): Registry {
    const { options } = this.#load
    const settings = { grains, options, log: this.#log, machine: this.#machine, inDaemon: this.#inDaemon }
    return new Registry(this.#manifests, settings)
  }

  /** A registry over the same modules in which these answer to virtual names, whatever the option `providers` says. */
  forcing(providers: Readonly<Record<string, string>>): Registry {
    const key = JSON.stringify(Object.entries(providers).sort())
    const known = this.#forcing.get(key)
    if (known !== undefined) return known
    const { grains, options } = this.#load
    const own = isRecord(options['providers']) ? options['providers'] : {}
    const changed = { ...options, providers: { ...own, ...providers } }
    const settings = {
      grains,
      options: changed,
      log: this.#log,
      machine: this.#machine,
      inDaemon: this.#inDaemon,
    }
    const made = new Registry(this.#manifests, settings)
    this.#forcing.set(key, made)
    return made
  }

  /**
   * The function called `name` (`module.function`). Imports only files that provide that module name.
   * Rejects with `FUNCTION_UNKNOWN` and Salt's text if there isn't one, `MODULE_INVALID` when its module is broken.
   */
  async function(name: string, kind: FunctionKind = 'execution'): Promise<Found> {
    const [moduleName = '', functionName = ''] = splitName(name)
    const resolution = await this.#resolver.resolve(kind, moduleName)
    if (resolution === undefined) throw await this.#notAvailable(name, kind)
    if ('broken' in resolution) throw resolution.broken
    if ('declined' in resolution) throw declined(moduleName, resolution.declined)
    const { module, file, isSite } = resolution
    const fn = Object.hasOwn(module.functions, functionName) ? module.functions[functionName] : undefined
    if (fn === undefined) throw await this.#notAvailable(name, kind)
    const mayRun = !this.#inDaemon || fn.inline || runsInDaemon(kind)
    return { name, fn: mayRun ? fn : { ...fn, run: () => refuse(name) }, module, file, isSite }
  }

  /** Salt's text about a module that lacks what it needs, as `ModuleEntries.refusal` finds it. */
  refusal(moduleName: string, kind: FunctionKind = 'execution'): string | undefined {
    const reason = this.#entries.refusal(kind, moduleName)
    return reason === undefined ? undefined : declined(moduleName, reason).message
  }

  /** As `ModuleEntries.isInline`. */
  isInline(name: string, kind: FunctionKind = 'execution'): boolean {
    return this.#entries.isInline(name, kind)
  }

  /** As `ModuleEntries.reads`. */
  reads(name: string, fact: Reads, kind: FunctionKind = 'execution'): boolean {
    return this.#entries.reads(name, fact, kind)
  }

  /** As `ModuleEntries.isBuiltIn`. */
  isBuiltIn(name: string, kind: FunctionKind = 'execution'): boolean {
    return this.#entries.isBuiltIn(name, kind)
  }

  /** What this machine lacks of that which a module needs, in words; undefined when it has all of it. */
  unmetNeed(entry: Listed): string | undefined {
    const verdict = this.#entries.verdict(entry)
    return verdict === true ? undefined : verdict
  }

  /** The enabled entries of a kind, as `ModuleEntries.of`. */
  entries(kind: ModuleKind): readonly Listed[] {
    return this.#entries.of(kind)
  }

  /**
   * What a function declares, as plain data. Undefined if it does not exist or its module is broken. A built-in module is not
   * imported for it.
   */
  async describe(name: string, kind: FunctionKind = 'execution'): Promise<DescribedFunction | undefined> {
    const [moduleName = '', functionName = ''] = splitName(name)
    const entry = await this.#resolver.provider(kind, moduleName)
    if (entry === undefined) return undefined
    const described = (await entry.describe?.()) ?? (await this.#resolver.describe(kind, entry))
    const { functions = {} } = described ?? {}
    return Object.hasOwn(functions, functionName) ? functions[functionName] : undefined
  }

  /** Names under which modules of a kind can be called, sorted. Imports only those with a condition in code. */
  async moduleNames(kind: FunctionKind = 'execution'): Promise<readonly string[]> {
    return (await this.#available(kind)).map(({ name }) => name)
  }

  /** Names of all functions of a kind, `module.function`, sorted. Imports only modules with a condition in code. */
  async functionNames(kind: FunctionKind = 'execution'): Promise<readonly string[]> {
    const available = await this.#available(kind)
    return available.flatMap(({ name, entry }) => (entry.functions ?? []).map((fn) => `${name}.${fn}`)).sort()
  }

  /** Module name → the file that provides it, for every module that loads. */
  async providers(kind: FunctionKind = 'execution'): Promise<Readonly<Record<string, string>>> {
    const available = await this.#available(kind)
    return Object.fromEntries(available.map(({ name, entry }) => [name, entry.file]))
  }

  /**
   * The object of a kind that is called `name`, for kinds of one object a file. Undefined if there isn't one.
   * Rejects with `MODULE_INVALID` when it is broken, and for a daemon when its kind does not run there.
   */
  async object<K extends Exclude<ModuleKind, FunctionKind>>(
    kind: K,
    name: string,
  ): Promise<KindObjects[K] | undefined> {
    const entry = this.#entries.of(kind).find((candidate) => candidate.name === name)
    if (entry === undefined) return undefined
    return this.#inDaemon && !runsInDaemon(kind)
      ? refuse(`${kind}/${name}`)
      : this.#resolver.import(kind, entry)
  }

  /** The `RenderMaker` of the service `render`; undefined when no manifest brings it. */
  async renderMaker(): Promise<((scope: never) => object) | undefined> {
    return this.#manifests.find(({ rendering }) => rendering !== undefined)?.rendering?.()
  }

  /** Resolves when every execution module with a condition in code has decided: from then on `has` knows all. */
  async decided(): Promise<void> {
    const names = this.#entries
      .of('execution')
      .flatMap((entry) => (entry.conditional ? [visibleName(entry)] : []))
    await Promise.all(
      [...new Set(names)].map(async (name) => {
        const entry = await this.#resolver.provider('execution', name)
        this.#visible.set(name, new Set(entry?.functions))
      }),
    )
  }

  /** Whether there is an execution function of this name. Imports nothing; call `decided` before. */
  has(name: string): boolean {
    const [moduleName = '', functionName = ''] = splitName(name)
    const functions = this.#visible.get(moduleName) ?? this.#entries.functionsOf(moduleName)
    this.#visible.set(moduleName, functions)
    return functions.has(functionName)
  }

  /** The module names that load, each with the entry that provides it. */
  async #available(kind: FunctionKind): Promise<{ name: string; entry: Listed }[]> {
    const names = [...new Set(this.#entries.of(kind).map(visibleName))].sort()
    const found = await Promise.all(names.map((name) => this.#resolver.provider(kind, name)))
    return names.flatMap((name, index) => {
      const entry = found[index]
      return entry === undefined ? [] : [{ name, entry }]
    })
  }

  /** Commands keep Salt's text as it is, which scripts look for; a state is told what it is like. */
  async #notAvailable(name: string, kind: FunctionKind): Promise<SaltError> {
    const { notAvailable } = await import('./not-available.ts')
    return notAvailable(name, kind, kind === 'states' ? await this.functionNames(kind) : [])
  }
}

function declined(moduleName: string, reason: string): SaltError {
  return new SaltError('FUNCTION_UNKNOWN', `'${moduleName}' __virtual__ returned False: ${reason}`)
}

/** What runs elsewhere may loop, crash or exit, which a daemon must not. */
function refuse(what: string): never {
  throw new SaltError('MODULE_INVALID', `${what} does not run in a daemon`)
}
