// SPDX-License-Identifier: Apache-2.0

/** A first-in first-out queue that never holds more than `limit` items and counts what it turned away. */
export class BoundedQueue<T> {
  readonly limit: number
  /** Items refused because the queue was full. */
  dropped = 0
  #items: T[] = []
  #head = 0

  constructor(limit: number) {
    this.limit = limit
  }

  /** How many items wait. */
  get length(): number {
    return this.#items.length - this.#head
  }

  /** Adds an item; false, and counted, when the queue is full. */
  push(item: T): boolean {
    if (this.length >= this.limit) {
      this.dropped += 1
      return false
    }
    this.#items.push(item)
    return true
  }

  /** Removes and returns the oldest item; undefined when the queue is empty. */
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined as T
    this.#head += 1
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Drops all items; they do not count as dropped. */
  clear(): void {
    this.#items = []
    this.#head = 0
  }
}
