// SPDX-License-Identifier: Apache-2.0
import type { NativeFunction } from '../runtime/native.ts'
import { TemplateSyntaxError } from '../syntax/syntax-error.ts'
import { FunctionState, Scope, Unit } from './scope.ts'

/** What is known at compile time: which filters and tests there are. */
export interface KnownNames {
  readonly filters: ReadonlyMap<string, NativeFunction>
  readonly tests: ReadonlyMap<string, NativeFunction>
}

/**
 * State shared by the parts of the compiler. Generated code consists of numbers, JSON text, names made here, and calls of
 * the runtime: nothing of a template's text becomes code.
 */
export class Code {
  readonly known: KnownNames
  /** Values that have no literal: floats that are whole, filters, tests, lists of names. */
  readonly constants: unknown[] = []
  #names = 0

  constructor(known: KnownNames) {
    this.known = known
  }

  /** A JavaScript name that is used nowhere else. The hint is kept where it is harmless, to make the code readable. */
  fresh(hint: string): string {
    this.#names++
    return `v${this.#names}_${hint.replace(/[^A-Za-z0-9]/g, '_').slice(0, 40)}`
  }

  constant(value: unknown): string {
    const index = this.constants.push(value) - 1
    return `K[${index}]`
  }

  temporary(fn: FunctionState): string {
    const name = this.fresh('t')
    fn.temporaries.push(name)
    return name
  }

  /** The variable that a name is read from. */
  read(name: string, scope: Scope): string {
    const known = scope.find(name)
    if (known !== undefined) return known
    const { resolved } = scope.fn.unit
    let variable = resolved.get(name)
    if (variable === undefined) {
      variable = this.fresh(name)
      resolved.set(name, variable)
    }
    return variable
  }

  /** Code that waits for a call when it gives a promise, and costs no turn of the event loop when it does not. */
  awaiting(call: string, fn: FunctionState): string {
    fn.isAsync = true
    const result = this.temporary(fn)
    return `((${result} = ${call}) instanceof Promise ? await ${result} : ${result})`
  }

  native(
    kind: 'filter' | 'test',
    { name, at }: { readonly name: string; readonly at: number },
    scope: Scope,
  ): { readonly code: string; readonly mayWait: boolean } {
    const table = kind === 'filter' ? this.known.filters : this.known.tests
    const found = table.get(name)
    if (found !== undefined) return { code: this.constant(found), mayWait: found.mayWait }
    if (!scope.isSoft) throw new TemplateSyntaxError(`No ${kind} named '${name}'.`, at)
    return { code: `rt.missing(${JSON.stringify(kind)}, ${JSON.stringify(name)}, ${at})`, mayWait: false }
  }
}

export { FunctionState, Scope, Unit }
