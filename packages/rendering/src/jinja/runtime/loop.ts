// SPDX-License-Identifier: Apache-2.0
import { equal, type Tuple, tupleOf } from '@halite/core'
import type { Keywords } from './native.ts'
import { native, typeError } from './native.ts'
import { BoundMethod, Callable, type HasAttributes } from './objects.ts'
import type { Runtime } from './runtime.ts'

/** Renders the body of a recursive loop over other items, one level deeper. */
export type Recurse = (items: unknown, depth: number) => string | Promise<string>

/** `loop`: the round of a `for` statement. Walking over it walks over the items. */
export class Loop extends Callable implements HasAttributes {
  readonly #items: readonly unknown[]
  readonly #recurse: Recurse | undefined
  readonly #depth: number
  #index = -1
  #changedFrom: Tuple | undefined

  constructor(items: readonly unknown[], recurse: Recurse | undefined, depth: number) {
    super()
    this.#items = items
    this.#recurse = recurse
    this.#depth = depth
  }

  get typeName(): string {
    return 'LoopContext'
  }

  override repr(): string {
    return `<LoopContext ${this.#index + 1}/${this.#items.length}>`
  }

  *[Symbol.iterator](): IterableIterator<unknown> {
    for (this.#index = 0; this.#index < this.#items.length; this.#index++) yield this.#items[this.#index]
  }

  attribute(name: string, rt: Runtime): unknown {
    const index = this.#index
    const length = this.#items.length
    switch (name) {
      case 'index':
        return index + 1
      case 'index0':
        return index
      case 'revindex':
        return length - index
      case 'revindex0':
        return length - index - 1
      case 'first':
        return index === 0
      case 'last':
        return index === length - 1
      case 'length':
        return length
      case 'depth':
        return this.#depth + 1
      case 'depth0':
        return this.#depth
      case 'previtem':
        return index > 0 ? this.#items[index - 1] : rt.undefined('there is no previous item')
      case 'nextitem':
        return index + 1 < length ? this.#items[index + 1] : rt.undefined('there is no next item')
      case 'cycle':
        return new BoundMethod(this, cycle)
      case 'changed':
        return new BoundMethod(this, changed)
      default:
        return undefined
    }
  }

  /** `loop(items)`: the body again, for other items. */
  override invoke(rt: Runtime, args: readonly unknown[], _keywords: Keywords | undefined): unknown {
    if (this.#recurse === undefined)
      throw typeError("The loop must have the 'recursive' marker to be called.")
    if (args.length !== 1) throw typeError(`loop() takes 1 positional argument but ${args.length} were given`)
    const recurse = this.#recurse
    return rt.nested(() => recurse(args[0], this.#depth + 1))
  }

  cycle(values: readonly unknown[]): unknown {
    if (values.length === 0) throw typeError('no items for cycling given')
    return values[this.#index % values.length]
  }

  changed(values: readonly unknown[]): boolean {
    const now = tupleOf(values)
    const same = this.#changedFrom !== undefined && equal(this.#changedFrom, now)
    if (!same) this.#changedFrom = now
    return !same
  }
}

const cycle = native('cycle', 'loop, *', (_rt, [loop, values]: [Loop, unknown[]]) => loop.cycle(values))
const changed = native('changed', 'loop, *', (_rt, [loop, values]: [Loop, unknown[]]) => loop.changed(values))
