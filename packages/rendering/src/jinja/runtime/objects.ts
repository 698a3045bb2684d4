// SPDX-License-Identifier: Apache-2.0
import { PythonObject, pythonRepr, Tuple, ValueMap } from '@halite/core'
import type { Keywords, NativeFunction } from './native.ts'
import type { Runtime } from './runtime.ts'

/** An object that a template can call. */
export abstract class Callable extends PythonObject {
  abstract invoke(rt: Runtime, args: readonly unknown[], keywords: Keywords | undefined): unknown
}

/** An object with attributes of its own; undefined means there is no such attribute. */
export interface HasAttributes {
  attribute(name: string, rt: Runtime): unknown
}

/** Whether an object answers for its attributes itself. */
export function hasAttributes(value: PythonObject): value is PythonObject & HasAttributes {
  return 'attribute' in value && typeof value.attribute === 'function'
}

/** A method with the object it was taken from: `d.items` without the call. */
export class BoundMethod extends Callable {
  readonly #object: unknown
  readonly #method: NativeFunction

  constructor(object: unknown, method: NativeFunction) {
    super()
    this.#object = object
    this.#method = method
  }

  get typeName(): string {
    return 'builtin_function_or_method'
  }

  override repr(): string {
    return `<built-in method ${this.#method.name}>`
  }

  override invoke(rt: Runtime, args: readonly unknown[], keywords: Keywords | undefined): unknown {
    return this.#method.invoke(rt, [this.#object, ...args], keywords)
  }
}

/** Text that needs no escaping; everything else sees the text alone. */
export class Markup extends PythonObject {
  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }

  get typeName(): string {
    return 'Markup'
  }

  override repr(): string {
    return `Markup(${pythonRepr(this.text)})`
  }

  override str(): string {
    return this.text
  }

  override isTruthy(): boolean {
    return this.text !== ''
  }

  override equals(other: unknown): boolean {
    return this.text === (other instanceof Markup ? other.text : other)
  }
}

/** Objects that can be walked over, besides the types of the data model. */
export abstract class Iterable extends PythonObject {
  abstract iterate(): globalThis.Iterable<unknown>
}

/** `range(…)`. */
export class Range extends Iterable {
  readonly start: number
  readonly stop: number
  readonly step: number

  constructor(start: number, stop: number, step: number) {
    super()
    this.start = start
    this.stop = stop
    this.step = step
  }

  get typeName(): string {
    return 'range'
  }

  get length(): number {
    return Math.max(0, Math.ceil((this.stop - this.start) / this.step))
  }

  override repr(): string {
    const step = this.step === 1 ? '' : `, ${this.step}`
    return `range(${this.start}, ${this.stop}${step})`
  }

  override isTruthy(): boolean {
    return this.length > 0
  }

  override equals(other: unknown): boolean {
    if (!(other instanceof Range) || other.length !== this.length) return false
    return (
      this.length === 0 || (other.start === this.start && (this.length === 1 || other.step === this.step))
    )
  }

  at(index: number): number {
    return this.start + index * this.step
  }

  includes(value: number): boolean {
    const index = (value - this.start) / this.step
    return Number.isInteger(index) && index >= 0 && index < this.length
  }

  override *iterate(): globalThis.Iterable<unknown> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }
}

/** What `keys()`, `values()` and `items()` of a map give: a view that follows the map. */
export class MapView extends Iterable {
  readonly kind: 'keys' | 'values' | 'items'
  readonly map: ReadonlyMap<unknown, unknown>

  constructor(kind: 'keys' | 'values' | 'items', map: ReadonlyMap<unknown, unknown>) {
    super()
    this.kind = kind
    this.map = map
  }

  get typeName(): string {
    return `dict_${this.kind}`
  }

  get length(): number {
    return this.map.size
  }

  override repr(): string {
    return `${this.typeName}(${pythonRepr([...this.iterate()])})`
  }

  override isTruthy(): boolean {
    return this.length > 0
  }

  override *iterate(): globalThis.Iterable<unknown> {
    for (const [key, value] of this.map)
      yield this.kind === 'keys' ? key : this.kind === 'values' ? value : pair(key, value)
  }
}

/** The tuple of a key and its value. */
export function pair(key: unknown, value: unknown): Tuple {
  const tuple = new Tuple()
  tuple.push(key, value)
  return tuple
}

/** One group of the filter `groupby`: a tuple whose parts have names. */
export class Group extends Tuple {
  attribute(name: string): unknown {
    if (name === 'grouper') return this[0]
    return name === 'list' ? this[1] : undefined
  }
}

/** What lazy filters such as `map` give: items that can be walked over once. */
export class Generator extends Iterable {
  readonly #name: string
  readonly #items: Iterator<unknown>

  constructor(name: string, items: globalThis.Iterable<unknown>) {
    super()
    this.#name = name
    this.#items = items[Symbol.iterator]()
  }

  get typeName(): string {
    return 'generator'
  }

  override repr(): string {
    return /(?:^do_|^sync_|^select)/.test(this.#name)
      ? `<generator object ${this.#name}>`
      : `<${this.#name} object>`
  }

  next(): IteratorResult<unknown> {
    return this.#items.next()
  }

  override iterate(): globalThis.Iterable<unknown> {
    const items = this.#items
    // Without `return`, so that a loop which ends early leaves the rest to the next one.
    return { [Symbol.iterator]: () => ({ next: () => items.next() }) }
  }
}

/** `odict(…)`: a map that keeps its order where others are sorted. */
export class OrderedMap extends ValueMap {}
