// SPDX-License-Identifier: Apache-2.0
import { tupleOf, ValueMap } from '@halite/core'
import type { Source } from '../syntax/source.ts'
import type { Keywords } from './native.ts'
import { typeError } from './native.ts'
import { Callable, type HasAttributes } from './objects.ts'
import type { Runtime } from './runtime.ts'

/** What a macro accepts: its parameters, and which of `caller`, `kwargs` and `varargs` its body uses. */
export interface MacroShape {
  readonly parameters: readonly string[]
  readonly special: readonly string[]
}

type Run = (...values: unknown[]) => string | Promise<string>

/** A macro, or the body of a call block. Calling it gives its text. */
export class Macro extends Callable implements HasAttributes {
  readonly name: string | undefined
  readonly source: Source
  readonly #shape: MacroShape
  readonly #run: Run

  constructor(parts: {
    readonly name: string | undefined
    readonly shape: MacroShape
    readonly run: Run
    readonly source: Source
  }) {
    super()
    this.name = parts.name
    this.source = parts.source
    this.#shape = parts.shape
    this.#run = parts.run
  }

  get typeName(): string {
    return 'Macro'
  }

  override repr(): string {
    return this.name === undefined ? '<Macro anonymous>' : `<Macro '${this.name}'>`
  }

  attribute(name: string): unknown {
    const { parameters, special } = this.#shape
    switch (name) {
      case 'name':
        return this.name ?? null
      case 'arguments':
        return tupleOf(parameters)
      case 'catch_kwargs':
        return special.includes('kwargs')
      case 'catch_varargs':
        return special.includes('varargs')
      case 'caller':
        return special.includes('caller') || parameters.includes('caller')
      default:
        return undefined
    }
  }

  override invoke(rt: Runtime, args: readonly unknown[], keywords: Keywords | undefined): unknown {
    const values = this.#bind(rt, args, new Map(keywords ?? []))
    return rt.inside(this.source, () => this.#run(...values))
  }

  #bind(rt: Runtime, args: readonly unknown[], rest: Map<string, unknown>): unknown[] {
    const { parameters, special } = this.#shape
    const values: unknown[] = parameters.map((name, index) =>
      index < args.length ? args[index] : take(rest, name),
    )
    if (special.includes('caller')) values.push(take(rest, 'caller') ?? rt.undefined('No caller defined'))
    if (special.includes('kwargs')) values.push(new ValueMap(rest))
    else this.#refuse(rest)
    const surplus = args.slice(parameters.length)
    if (special.includes('varargs')) values.push(tupleOf(surplus))
    else if (surplus.length > 0) {
      throw typeError(`macro ${this.#shown} takes not more than ${parameters.length} argument(s)`)
    }
    return values
  }

  get #shown(): string {
    return this.name === undefined ? 'None' : `'${this.name}'`
  }

  #refuse(rest: ReadonlyMap<string, unknown>): void {
    const [name] = rest.keys()
    if (name === undefined) return
    if (rest.has('caller')) {
      throw typeError(
        `macro ${this.#shown} was invoked with two values for the special caller argument. This is most likely a bug.`,
      )
    }
    throw typeError(`macro ${this.#shown} takes no keyword argument '${name}'`)
  }
}

function take(rest: Map<string, unknown>, name: string): unknown {
  const value = rest.get(name)
  rest.delete(name)
  return value
}
