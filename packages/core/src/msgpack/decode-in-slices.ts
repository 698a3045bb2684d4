// SPDX-License-Identifier: Apache-2.0
import { MapBuilder } from '../values/maps.ts'
import { Decoder, hashable } from './decode.ts'
import { malformed } from './malformed.ts'

/** A list or map that has begun and is not whole. */
interface Container {
  /** Values, or pairs of a map, that are still to come. */
  left: number
  /** Where they go. */
  readonly items: unknown[] | MapBuilder
  /** Of a map: the key of the value that is read now. */
  key: unknown
}

/** Stands for a container that was opened, and whose value comes later. */
const opened = Symbol('opened')
/** Values between two looks at the clock. */
const valuesALook = 128

/**
 * Reads one document with pauses: the containers it is inside of lie on a stack of its own, so that it can stop behind any
 * value. The value, and what is refused, are those of `Decoder`.
 */
export class SlicedDecoder extends Decoder {
  readonly #open: Container[] = []
  #isKey = false
  #result: unknown = opened

  /** Reads on until `isOver`, which is asked now and then; true when the document is read. */
  read(isOver: () => boolean): boolean {
    if (this.#open.length === 0) this.#put(this.value())
    for (let read = 1; this.#open.length > 0; read += 1) {
      this.#next(this.#open.at(-1) as Container)
      if (read % valuesALook === 0 && isOver()) return false
    }
    if (this.at !== this.end) throw malformed('has bytes after its end')
    return true
  }

  /** The document, once it is read. */
  get result(): unknown {
    return this.#result
  }

  protected override list(length: number): unknown {
    this.enter(length)
    return this.#begin(length, new Array(length))
  }

  protected override map(size: number): unknown {
    this.enter(size * 2)
    return this.#begin(size, new MapBuilder())
  }

  #begin(left: number, items: Container['items']): unknown {
    if (this.#isKey) throw malformed('has a list or map as a key')
    this.#open.push({ left, items, key: undefined })
    return opened
  }

  /** The next value of a container, or its end. */
  #next(container: Container): void {
    if (container.left === 0) {
      this.#open.pop()
      this.depth -= 1
      this.#put(container.items instanceof MapBuilder ? container.items.build() : container.items)
      return
    }
    if (container.items instanceof MapBuilder) {
      this.#isKey = true
      container.key = hashable(this.key())
      this.#isKey = false
    }
    this.#put(this.value())
  }

  /** Puts a value where it belongs: into the container that is open, or it is the document. */
  #put(value: unknown): void {
    if (value === opened) return
    const container = this.#open.at(-1)
    if (container === undefined) this.#result = value
    else {
      const { items } = container
      if (items instanceof MapBuilder) items.set(container.key, value)
      else items[items.length - container.left] = value
      container.left -= 1
    }
  }
}
