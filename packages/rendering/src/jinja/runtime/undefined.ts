// SPDX-License-Identifier: Apache-2.0
import { PythonObject, pythonRepr, pythonTypeName } from '@halite/core'
import { type ProblemKind, TemplateProblem } from './errors.ts'

/** How an undefined value behaves: as Salt's (every use fails), or as Jinja's own, which prints as nothing. */
export type Strictness = 'strict' | 'lenient'

/** A name, attribute or item that is not there. Only `is defined` and `default` may see it without failing. */
export class Undefined extends PythonObject {
  readonly message: string
  readonly strictness: Strictness
  readonly #kind: ProblemKind

  constructor(message: string, options: { readonly strictness: Strictness; readonly kind?: ProblemKind }) {
    super()
    this.message = message
    this.strictness = options.strictness
    this.#kind = options.kind ?? 'variable'
  }

  get typeName(): string {
    return this.strictness === 'strict' ? 'StrictUndefined' : 'Undefined'
  }

  override repr(): string {
    return 'Undefined'
  }

  override str(): string {
    if (this.strictness === 'strict') this.fail()
    return ''
  }

  override isTruthy(): boolean {
    if (this.strictness === 'strict') this.fail()
    return false
  }

  override equals(other: unknown): boolean {
    if (this.strictness === 'strict') this.fail()
    return other instanceof Undefined
  }

  fail(): never {
    throw new TemplateProblem(this.#kind, this.message)
  }
}

/** What Jinja says of an attribute or item that an object does not have. */
export function missingMember(object: unknown, key: unknown): string {
  const type = object === null || object === undefined ? 'None' : `${pythonTypeName(object)} object`
  return typeof key === 'string'
    ? `'${type}' has no attribute ${pythonRepr(key)}`
    : `${type} has no element ${pythonRepr(key)}`
}
