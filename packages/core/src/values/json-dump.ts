// SPDX-License-Identifier: Apache-2.0
import { Float, isInteger } from './float.ts'
import { type DataMap, type Entry, entriesOf, isMap } from './maps.ts'
import { operationError } from './operation-error.ts'
import { compareValues } from './order.ts'
import { floatRepr, pythonStr } from './text.ts'
import { pythonTypeName } from './type-name.ts'

/** How `dumpJson` writes. Names and defaults are those of Python's `json.dumps`, except `ensureAscii`. */
export interface DumpJsonOptions {
  /** Spaces per level, or the text of one; default: everything on one line. */
  readonly indent?: number | string
  /** Sorts the keys of every map; keys that have no order are Python's TypeError. */
  readonly sortKeys?: boolean
  /** Between items and behind keys; default `, ` (`,` with an indent) and `: `. */
  readonly separators?: readonly [item: string, key: string]
  /** Writes everything beyond ASCII as `\uXXXX`; default false, as Salt has it. */
  readonly ensureAscii?: boolean
  /** What stands for a value that JSON has no form for, such as bytes; default: Python's TypeError. */
  readonly fallback?: (value: unknown) => unknown
}

/**
 * JSON as Python writes it: keys in their order and as text (`1`, `true`, `null`), `5.0` and `1e+20`, integers of any size,
 * `NaN` and `Infinity`. Objects with `toJSON`, such as a secret, are written as what it gives.
 */
export function dumpJson(value: unknown, options: DumpJsonOptions = {}): string {
  return new JsonWriter(options).text(value, '')
}

/** A key as the text that JSON has for it. Throws Python's TypeError for bytes and tuples. */
export function jsonKey(key: unknown): string {
  if (typeof key === 'string') return key
  const text = scalarText(key)
  if (text !== undefined) return text
  const problem = `keys must be str, int, float, bool or None, not ${pythonTypeName(key)}`
  throw operationError('TypeError', problem)
}

class JsonWriter {
  readonly #options: DumpJsonOptions
  readonly #step: string | undefined
  readonly #separators: readonly [item: string, key: string]

  constructor(options: DumpJsonOptions) {
    const { indent } = options
    this.#options = options
    this.#step = typeof indent === 'number' ? ' '.repeat(Math.max(indent, 0)) : indent
    this.#separators = options.separators ?? [indent === undefined ? ', ' : ',', ': ']
  }

  /** `margin` is the indentation of the line in which the value stands. */
  text(value: unknown, margin: string): string {
    if (typeof value === 'string') return this.#quoted(value)
    const scalar = scalarText(value)
    if (scalar !== undefined) return scalar
    const inner = margin + (this.#step ?? '')
    if (Array.isArray(value)) {
      return this.#block(
        '[]',
        Array.from(value, (item) => this.text(item, inner)),
        margin,
      )
    }
    const own = ownJson(value)
    if (own !== undefined) return this.text(own(), margin)
    if (isMap(value)) return this.#block('{}', this.#members(value, inner), margin)
    return this.text(this.#replaced(value), margin)
  }

  #members(map: DataMap, inner: string): string[] {
    return this.#ordered(map).map(([key, value]) => {
      return `${this.#quoted(this.#key(key))}${this.#separators[1]}${this.text(value, inner)}`
    })
  }

  #ordered(map: DataMap): Entry[] {
    const entries = entriesOf(map)
    return this.#options.sortKeys ? entries.sort(([a], [b]) => compareValues(a, b)) : entries
  }

  /** With a fallback for values, keys that JSON does not have are written as Python prints them. */
  #key(key: unknown): string {
    if (typeof key === 'object' && key !== null && !(key instanceof Float) && this.#options.fallback) {
      return pythonStr(key)
    }
    return jsonKey(key)
  }

  #replaced(value: unknown): unknown {
    if (this.#options.fallback !== undefined) return this.#options.fallback(value)
    throw operationError('TypeError', `Object of type ${pythonTypeName(value)} is not JSON serializable`)
  }

  #block(brackets: string, parts: readonly string[], margin: string): string {
    if (parts.length === 0) return brackets
    const [open, close] = brackets
    const item = this.#separators[0]
    if (this.#step === undefined) return `${open}${parts.join(item)}${close}`
    const line = `\n${margin}${this.#step}`
    return `${open}${line}${parts.join(item + line)}\n${margin}${close}`
  }

  #quoted(text: string): string {
    const json = JSON.stringify(text)
    return this.#options.ensureAscii ? json.replace(/[\x7f-\uffff]/g, unitEscape) : json
  }
}

/** What an object says of itself; bytes are no such object. */
function ownJson(value: unknown): (() => unknown) | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return undefined
  if (!('toJSON' in value) || typeof value.toJSON !== 'function') return undefined
  return value.toJSON.bind(value)
}

/** Numbers, booleans and None; undefined for everything else. */
function scalarText(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value instanceof Float) return floatRepr(value.value)
  if (typeof value !== 'number') return undefined
  if (isInteger(value)) return String(value)
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? floatRepr(value) : String(value)
}

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
