// SPDX-License-Identifier: Apache-2.0
import { PythonObject, pythonRepr, pythonStr, ValueMap } from '@halite/core'
import { typeError } from './native.ts'
import { Callable, type HasAttributes } from './objects.ts'
import type { Runtime } from './runtime.ts'

/** `namespace(…)`: the one object whose attributes templates assign. */
export class Namespace extends PythonObject implements HasAttributes {
  readonly values: ValueMap

  constructor(entries: globalThis.Iterable<readonly [unknown, unknown]>) {
    super()
    this.values = new ValueMap(entries)
  }

  get typeName(): string {
    return 'Namespace'
  }

  override repr(): string {
    return `<Namespace ${pythonRepr(this.values)}>`
  }

  attribute(name: string): unknown {
    return this.values.get(name)
  }
}

/** `cycler(…)`. */
export class Cycler extends PythonObject implements HasAttributes {
  readonly #items: readonly unknown[]
  #at = 0

  constructor(items: readonly unknown[]) {
    super()
    if (items.length === 0) throw typeError('at least one item has to be provided')
    this.#items = items
  }

  get typeName(): string {
    return 'Cycler'
  }

  override repr(): string {
    return '<Cycler>'
  }

  attribute(name: string): unknown {
    if (name === 'current') return this.#items[this.#at]
    if (name === 'next') return action('next', () => this.#next())
    if (name !== 'reset') return undefined
    return action('reset', () => {
      this.#at = 0
      return null
    })
  }

  #next(): unknown {
    const item = this.#items[this.#at]
    this.#at = (this.#at + 1) % this.#items.length
    return item
  }
}

/** `joiner(…)`: nothing at its first call, the separator at each later one. */
export class Joiner extends Callable {
  readonly #separator: unknown
  #used = false

  constructor(separator: unknown) {
    super()
    this.#separator = separator
  }

  get typeName(): string {
    return 'Joiner'
  }

  override repr(): string {
    return `<Joiner ${pythonStr(this.#separator)}>`
  }

  override invoke(_rt: Runtime, args: readonly unknown[]): unknown {
    if (args.length > 0)
      throw typeError(`Joiner.__call__() takes 1 positional argument but ${args.length + 1} were given`)
    if (this.#used) return this.#separator
    this.#used = true
    return ''
  }
}

/** A callable without arguments. */
export function action(name: string, run: () => unknown): Callable {
  return new Action(name, run)
}

class Action extends Callable {
  readonly #name: string
  readonly #run: () => unknown

  constructor(name: string, run: () => unknown) {
    super()
    this.#name = name
    this.#run = run
  }

  get typeName(): string {
    return 'method'
  }

  override repr(): string {
    return `<bound method ${this.#name}>`
  }

  override invoke(_rt: Runtime, args: readonly unknown[]): unknown {
    if (args.length > 0)
      throw typeError(`${this.#name}() takes 1 positional argument but ${args.length + 1} were given`)
    return this.#run()
  }
}
