// SPDX-License-Identifier: Apache-2.0
import { canonicalKey } from './key.ts'

/**
 * A map whose keys are found as in Python: `1`, `1.0` and `True` are one key, which stays as it was first written; bytes
 * and tuples are found by their content. It holds what a plain object cannot (`isPlainKey`); make maps with `mapOf`.
 */
export class ValueMap extends Map<unknown, unknown> {
  /** Canonical form → key, of keys that the map behind cannot find by it. */
  #aliases: Map<unknown, unknown> | undefined

  constructor(entries: Iterable<readonly [unknown, unknown]> = []) {
    super()
    for (const [key, value] of entries) this.set(key, value)
  }

  override get(key: unknown): unknown {
    return super.get(this.#written(key))
  }

  override has(key: unknown): boolean {
    return super.has(this.#written(key))
  }

  /** Throws Python's TypeError for a key that is a list, map or set. */
  override set(key: unknown, value: unknown): this {
    const written = this.#written(key)
    if (typeof written !== 'string' && !super.has(written)) this.#alias(written)
    return super.set(written, value)
  }

  override delete(key: unknown): boolean {
    const written = this.#written(key)
    if (typeof written !== 'string') this.#aliases?.delete(canonicalKey(written))
    return super.delete(written)
  }

  override clear(): void {
    this.#aliases = undefined
    super.clear()
  }

  /** The key of this map that is equal to `key`, or `key` as it would be stored. */
  #written(key: unknown): unknown {
    if (typeof key === 'string') return key
    const canonical = canonicalKey(key)
    const alias = this.#aliases?.get(canonical)
    if (alias !== undefined) return alias
    const isOwn = typeof canonical !== 'string' && super.has(canonical)
    return isOwn ? canonical : (key ?? null)
  }

  #alias(key: unknown): void {
    const canonical = canonicalKey(key)
    if (canonical === key) return
    this.#aliases ??= new Map()
    this.#aliases.set(canonical, key)
  }
}
