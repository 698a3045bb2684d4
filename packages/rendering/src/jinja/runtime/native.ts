// SPDX-License-Identifier: Apache-2.0
import { operationError, PythonObject } from '@halite/core'
import { TemplateProblem } from './errors.ts'
import type { Runtime } from './runtime.ts'

/** Keyword arguments of a call, in their order. */
export type Keywords = ReadonlyMap<string, unknown>

/** What a function of the engine runs: arguments in the order of its signature; what was not given is undefined. */
// biome-ignore lint/suspicious/noExplicitAny: each body checks the types that a template may hand it
type Body = (rt: Runtime, args: any) => unknown

interface Parameter {
  readonly name: string
  readonly isOptional: boolean
}

interface Signature {
  readonly parameters: readonly Parameter[]
  readonly takesRest: boolean
  readonly takesKeywords: boolean
  /** Its parameters have no names. */
  readonly isPositional: boolean
}

/** A function, filter, test or method that is written in TypeScript and called from templates. */
export class NativeFunction extends PythonObject {
  readonly name: string
  /** Whether its result may be a promise. */
  readonly mayWait: boolean
  readonly #signature: Signature
  readonly #body: Body

  constructor(parts: {
    readonly name: string
    readonly signature: Signature
    readonly body: Body
    readonly mayWait: boolean
  }) {
    super()
    this.name = parts.name
    this.mayWait = parts.mayWait
    this.#signature = parts.signature
    this.#body = parts.body
  }

  get typeName(): string {
    return 'builtin_function_or_method'
  }

  override repr(): string {
    return `<function ${this.name}>`
  }

  /** Binds arguments by Python's rules and runs. Throws Python's TypeError for arguments that do not fit. */
  invoke(rt: Runtime, args: readonly unknown[], keywords: Keywords | undefined): unknown {
    const { parameters, takesRest, takesKeywords } = this.#signature
    const count = parameters.length
    if (keywords === undefined && !takesRest && !takesKeywords && args.length === count) {
      return this.#body(rt, args)
    }
    const bound: unknown[] = args.slice(0, count)
    if (args.length > count && !takesRest) throw this.#tooMany(args.length)
    bound.length = count
    const extra = this.#bindKeywords(bound, args.length, keywords)
    this.#requireAll(bound)
    if (takesRest) bound.push(args.slice(count))
    if (takesKeywords) bound.push(extra)
    return this.#body(rt, bound)
  }

  #bindKeywords(bound: unknown[], given: number, keywords: Keywords | undefined): Keywords {
    const extra = new Map<string, unknown>()
    if (this.#signature.isPositional && keywords !== undefined && keywords.size > 0)
      throw typeError(`${this.name}() takes no keyword arguments`)
    for (const [name, value] of keywords ?? []) {
      const index = this.#signature.parameters.findIndex((parameter) => parameter.name === name)
      if (index === -1 && this.#signature.takesKeywords) extra.set(name, value)
      else if (index === -1) throw typeError(`${this.name}() got an unexpected keyword argument '${name}'`)
      else if (index < given) throw typeError(`${this.name}() got multiple values for argument '${name}'`)
      else bound[index] = value
    }
    return extra
  }

  #requireAll(bound: readonly unknown[]): void {
    const missing = this.#signature.parameters.filter(
      ({ isOptional }, index) => !isOptional && bound[index] === undefined,
    )
    if (missing.length === 0) return
    const names = missing.map(({ name }) => `'${name}'`)
    const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
    const noun = names.length === 1 ? 'argument' : 'arguments'
    throw typeError(`${this.name}() missing ${names.length} required positional ${noun}: ${list}`)
  }

  #tooMany(given: number): Error {
    const { parameters } = this.#signature
    const least = parameters.filter(({ isOptional }) => !isOptional).length
    const range = least === parameters.length ? `${least}` : `from ${least} to ${parameters.length}`
    const noun = parameters.length === 1 ? 'argument' : 'arguments'
    const verb = given === 1 ? 'was' : 'were'
    return typeError(`${this.name}() takes ${range} positional ${noun} but ${given} ${verb} given`)
  }
}

/**
 * A function as a row: its name, its signature, what it runs. `'text, width, fill?'` (optional behind the question mark),
 * `'first, *'` (any number of further ones, as a list), `'value, **'` (other keywords, as a Map),
 * `'a, b, /'` (none by keyword).
 */
export type NativeRow = readonly [
  name: string,
  signature: string,
  body: Body,
  options?: { readonly mayWait?: boolean },
]

/** The function of a row. */
export function native(...[name, signature, body, options = {}]: NativeRow): NativeFunction {
  const parts = signature
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const parameters = parts
    .filter((part) => !part.startsWith('*') && part !== '/')
    .map((part) => ({ name: part.replace('?', ''), isOptional: part.endsWith('?') }))
  const shape = {
    parameters,
    takesRest: parts.includes('*'),
    takesKeywords: parts.includes('**'),
    isPositional: parts.includes('/'),
  }
  return new NativeFunction({ name, signature: shape, body, mayWait: options.mayWait ?? false })
}

/** The functions of some groups by name; later groups replace earlier ones, as Salt's filters replace Jinja's. */
export function nativeTable(
  ...groups: readonly (readonly NativeRow[])[]
): ReadonlyMap<string, NativeFunction> {
  const table = new Map<string, NativeFunction>()
  for (const row of groups.flat()) table.set(row[0], native(...row))
  return table
}

/** Python's TypeError. */
export function typeError(text: string): Error {
  return operationError('TypeError', text)
}

/** Python's ValueError. */
export function valueError(text: string): Error {
  return operationError('ValueError', text)
}

/** What Jinja says of an argument that a filter cannot use. */
export function filterArgumentError(text: string): Error {
  return new TemplateProblem('syntax', text)
}

/** Any other exception of Python's or Salt's, by its text. */
export function pythonErrorOf(text: string): Error {
  return new TemplateProblem('error', text)
}
