// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, PythonObject, ValueMap } from '@halite/core'
import { exported } from '../runtime/convert.ts'
import { TemplateProblem } from '../runtime/errors.ts'
import type { Container } from '../runtime/membership.ts'
import type { Keywords } from '../runtime/native.ts'
import { Callable, type HasAttributes } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** How templates call functions of modules: `salt['cmd.run'](…)`. */
export interface SaltCalls {
  /** Whether there is a function of this name. */
  has(name: string): boolean
  /** Why there is no function of this name, for the error of a template that uses it; by default only that. */
  whyMissing?(name: string): string
  /** Whether this call changes the map that is its first argument into what it returns, as some do in Python. */
  changesFirst?(name: string, keywords: ReadonlyMap<string, unknown>): boolean
  /** Calls it. Rejects with the function's error. */
  call(name: string, args: readonly unknown[], keywords: ReadonlyMap<string, unknown>): unknown
}

/** The object `salt`. */
export class SaltFunctions extends PythonObject implements HasAttributes, Container {
  readonly #calls: SaltCalls

  constructor(calls: SaltCalls) {
    super()
    this.#calls = calls
  }

  get typeName(): string {
    return 'salt.loader.lazy.LazyLoader'
  }

  override repr(): string {
    return '<salt.loader.lazy.LazyLoader object>'
  }

  item(key: unknown, rt: Runtime): unknown {
    return typeof key === 'string' ? functionOf(key, this.#calls, rt) : undefined
  }

  attribute(name: string): unknown {
    if (name === 'get') return new SaltLookup(this.#calls)
    return /^[A-Za-z]\w*$/.test(name) ? new SaltModule(name, this.#calls) : undefined
  }

  contains(item: unknown): boolean {
    return typeof item === 'string' && this.#calls.has(item)
  }
}

/** `salt.cmd`. */
class SaltModule extends PythonObject implements HasAttributes {
  readonly #name: string
  readonly #calls: SaltCalls

  constructor(name: string, calls: SaltCalls) {
    super()
    this.#name = name
    this.#calls = calls
  }

  get typeName(): string {
    return 'salt.loader.lazy.LoadedMod'
  }

  override repr(): string {
    return `<salt.loader.lazy.LoadedMod module='${this.#name}'>`
  }

  attribute(name: string, rt: Runtime): unknown {
    return functionOf(`${this.#name}.${name}`, this.#calls, rt)
  }
}

/** `salt.get(name, default)`. */
class SaltLookup extends Callable {
  readonly #calls: SaltCalls

  constructor(calls: SaltCalls) {
    super()
    this.#calls = calls
  }

  get typeName(): string {
    return 'method'
  }

  override repr(): string {
    return '<bound method get>'
  }

  override invoke(_rt: Runtime, [name, fallback]: readonly unknown[]): unknown {
    const isThere = typeof name === 'string' && this.#calls.has(name)
    return isThere ? new SaltFunction(name, this.#calls) : (fallback ?? null)
  }

  /** `salt.get.something`: then `get` is the name of a module. */
  attribute(name: string, rt: Runtime): unknown {
    return new SaltModule('get', this.#calls).attribute(name, rt)
  }
}

/** A function, or why it is not there. A name without a dot may be that of an attribute. */
function functionOf(name: string, calls: SaltCalls, rt: Runtime): unknown {
  if (calls.has(name)) return new SaltFunction(name, calls)
  const why = name.includes('.') ? calls.whyMissing?.(name) : undefined
  return why === undefined ? undefined : rt.undefined(why, 'function')
}

/** The arguments of a call. */
interface Given {
  readonly args: readonly unknown[]
  readonly named: ReadonlyMap<string, unknown>
}

/** `salt['cmd.run']`. */
class SaltFunction extends Callable {
  readonly #name: string
  readonly #calls: SaltCalls

  constructor(name: string, calls: SaltCalls) {
    super()
    this.#name = name
    this.#calls = calls
  }

  get typeName(): string {
    return 'salt.loader.lazy.LoadedFunc'
  }

  override repr(): string {
    return `<salt.loader.lazy.LoadedFunc name='${this.#name}'>`
  }

  override invoke(rt: Runtime, args: readonly unknown[], keywords: Keywords | undefined): unknown {
    const named = new Map(Array.from(keywords ?? [], ([name, value]) => [name, exported(value)] as const))
    try {
      const result = this.#calls.call(this.#name, args.map(exported), named)
      if (!(result instanceof Promise)) return this.#imported(rt, result, { args, named })
      return result
        .then((value) => this.#imported(rt, value, { args, named }))
        .catch((error) => this.#failed(error))
    } catch (error) {
      return this.#failed(error)
    }
  }

  #imported(rt: Runtime, result: unknown, { args: [first], named }: Given): unknown {
    const value = rt.services.importer.import(result)
    const isChanged = first instanceof ValueMap && this.#calls.changesFirst?.(this.#name, named)
    if (!isChanged || !(value instanceof Map) || value === first) return value
    const entries = [...value]
    first.clear()
    for (const [key, item] of entries) first.set(key, item)
    return first
  }

  #failed(error: unknown): never {
    if (error instanceof TemplateProblem || (error instanceof Error && error.name === 'AbortError'))
      throw error
    const kind = isSaltError(error) && error.code !== 'VALUE_OPERATION' ? 'function' : 'error'
    throw new TemplateProblem(kind, messageOf(error), { cause: error })
  }
}
