// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, messageOf, SaltError } from '@halite/core'
import { checkModule } from './check-module.ts'
import type { FunctionKind, KindObjects, ModuleKind } from './kinds.ts'
import type { LoadContext, Module } from './module.ts'
import type { Listed, ModuleEntries } from './module-entries.ts'
import { describeModule } from './site/describe.ts'

/** The result of resolving a module name: a provider, or the reason why no provider loads. */
export type Resolution =
  | { readonly module: Module; readonly file: string; readonly isSite: boolean }
  | { readonly declined: string }
  | { readonly broken: unknown }
  | undefined

/** What modules are resolved by. */
export interface ModuleResolverOptions {
  readonly entries: ModuleEntries
  readonly load: LoadContext
  readonly log: Logger
}

/** Decides which module answers to a name, by importing candidates until one loads. Every name is decided once. */
export class ModuleResolver {
  readonly #entries: ModuleEntries
  readonly #load: LoadContext
  readonly #log: Logger
  readonly #resolutions = new Map<string, Promise<Resolution>>()

  constructor({ entries, load, log }: ModuleResolverOptions) {
    this.#entries = entries
    this.#load = load
    this.#log = log
  }

  /** The entry that provides a module name; undefined if none loads. Imports only modules with a condition in code. */
  async provider(kind: FunctionKind, name: string): Promise<Listed | undefined> {
    const candidates = this.#entries.candidates(kind, name)
    if (this.#entries.forced(kind, name) !== undefined) return candidates[0]
    const [first, ...others] = candidates.filter((entry) => this.#entries.verdict(entry) === true)
    if (first === undefined) return undefined
    if (others.length === 0 && !first.conditional) return first
    const resolution = await this.resolve(kind, name)
    if (resolution === undefined || !('module' in resolution)) return undefined
    return candidates.find((entry) => entry.file === resolution.file)
  }

  /** What a module name resolves to; undefined if no module has it. The first request decides, later ones get the same. */
  resolve(kind: FunctionKind, name: string): Promise<Resolution> {
    const key = `${kind}/${name}`
    const known = this.#resolutions.get(key)
    if (known !== undefined) return known
    const resolution = this.#firstThatLoads(kind, name)
    this.#resolutions.set(key, resolution)
    return resolution
  }

  async #firstThatLoads(kind: FunctionKind, name: string): Promise<Resolution> {
    const forced = this.#entries.forced(kind, name) !== undefined
    const reasons: string[] = []
    let broken: { broken: unknown } | undefined
    for (const entry of this.#entries.candidates(kind, name)) {
      const needed = forced || this.#entries.verdict(entry)
      if (needed !== true) {
        reasons.push(needed)
        continue
      }
      try {
        const module = await this.import(kind, entry)
        const verdict = forced ? true : await loadVerdict(module, this.#load)
        if (verdict === true) return { module, file: entry.file, isSite: entry.path !== undefined }
        reasons.push(verdict)
      } catch (error) {
        this.#log.error('module left out', { kind, file: entry.file, reason: messageOf(error) })
        broken ??= { broken: error }
      }
    }
    if (broken !== undefined) return broken
    return reasons.length === 0 ? undefined : { declined: reasons.join('; ') }
  }

  /** The description of an entry, whose file is imported; undefined if it is broken, which is logged. */
  async describe(kind: FunctionKind, entry: Listed) {
    try {
      return describeModule(await this.import(kind, entry))
    } catch (error) {
      this.#log.error('module left out', { kind, file: entry.file, reason: messageOf(error) })
      return undefined
    }
  }

  /** Imports the file of an entry. Rejects with `MODULE_INVALID` if that fails or the file violates the contract of its kind. */
  async import<K extends ModuleKind>(kind: K, entry: Listed): Promise<KindObjects[K]> {
    let exported: unknown
    try {
      exported = (await entry.load()).default
    } catch (cause) {
      if (isSaltError(cause, 'MODULE_INVALID')) throw cause
      const problem = `cannot be imported: ${messageOf(cause)}`
      throw new SaltError('MODULE_INVALID', `module ${kind}/${entry.file}: ${problem}`, { cause })
    }
    return checkModule(kind, entry.file, exported)
  }
}

/** Whether a module loads, or why it declines. Never rejects: a `loadIf` that throws is a refusal. */
export async function loadVerdict({ loadIf }: Module, context: LoadContext): Promise<true | string> {
  if (loadIf === undefined) return true
  try {
    const verdict: unknown = await loadIf(context)
    return verdict === true || typeof verdict === 'string' ? verdict : 'it gave no reason'
  } catch (error) {
    return messageOf(error)
  }
}
