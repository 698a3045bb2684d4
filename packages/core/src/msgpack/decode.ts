// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '../errors.ts'
import { Float, integerOf } from '../values/float.ts'
import { isHashable, isPlainKey } from '../values/key.ts'
import { MapBuilder } from '../values/maps.ts'
import { asciiText } from './ascii-text.ts'
import { extensions } from './extensions.ts'
import { KeyCache } from './key-cache.ts'
import { malformed } from './malformed.ts'

/** The bounds within which bytes are decoded. */
export interface Bounds {
  readonly maxDepth: number
  readonly maxValues: number
}

/** Up to this many bytes a text is read in JavaScript, which is faster than the call that does it natively. */
const shortText = 24

/** Most digits of an integer: reading them costs the square of their number. */
const maxDigits = 10_000

const keys = new KeyCache()

/** The value of `bytes`, all of them. Binaries are views into `bytes`. */
export function decode(bytes: Buffer, bounds: Bounds): unknown {
  return new Decoder(bytes, bounds).document()
}

/** Reads one document; containers inside one another are calls inside one another. */
export class Decoder {
  readonly #bytes: Buffer
  protected readonly end: number
  readonly #maxDepth: number
  #valuesLeft: number
  readonly #maxValues: number
  #view: DataView | undefined
  protected at = 0
  protected depth = 0

  constructor(bytes: Buffer, { maxDepth, maxValues }: Bounds) {
    this.#bytes = bytes
    this.end = bytes.length
    this.#maxDepth = maxDepth
    this.#maxValues = maxValues
    this.#valuesLeft = maxValues
  }

  /** The value of the bytes, all of them. Throws `VALUE_MALFORMED`, `VALUE_TOO_LARGE` and `VALUE_TOO_DEEP`. */
  document(): unknown {
    const value = this.value()
    if (this.at !== this.end) throw malformed('has bytes after its end')
    return value
  }

  /** The value at the place. */
  protected value(): unknown {
    const byte = this.#byte()
    if (byte < 0x80) return byte
    if (byte < 0x90) return this.map(byte & 0x0f)
    if (byte < 0xa0) return this.list(byte & 0x0f)
    if (byte < 0xc0) return this.#text(byte & 0x1f)
    if (byte >= 0xe0) return byte - 0x100
    return this.#headed(byte)
  }

  #headed(byte: number): unknown {
    switch (byte) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
        return this.#binary(this.#unsigned(1))
      case 0xc5:
        return this.#binary(this.#unsigned(2))
      case 0xc6:
        return this.#binary(this.#unsigned(4))
      case 0xc7:
        return this.#extension(this.#unsigned(1))
      case 0xc8:
        return this.#extension(this.#unsigned(2))
      case 0xc9:
        return this.#extension(this.#unsigned(4))
      case 0xca:
        return floatIn(this.#dataView(4).getFloat32(this.at - 4))
      case 0xcb:
        return floatIn(this.#dataView(8).getFloat64(this.at - 8))
      case 0xcc:
        return this.#unsigned(1)
      case 0xcd:
        return this.#unsigned(2)
      case 0xce:
        return this.#unsigned(4)
      case 0xcf:
        return integerOf(this.#dataView(8).getBigUint64(this.at - 8))
      case 0xd0:
        return (this.#unsigned(1) << 24) >> 24
      case 0xd1:
        return (this.#unsigned(2) << 16) >> 16
      case 0xd2:
        return this.#unsigned(4) | 0
      case 0xd3:
        return integerOf(this.#dataView(8).getBigInt64(this.at - 8))
      case 0xd9:
        return this.#text(this.#unsigned(1))
      case 0xda:
        return this.#text(this.#unsigned(2))
      case 0xdb:
        return this.#text(this.#unsigned(4))
      case 0xdc:
        return this.list(this.#unsigned(2))
      case 0xdd:
        return this.list(this.#unsigned(4))
      case 0xde:
        return this.map(this.#unsigned(2))
      case 0xdf:
        return this.map(this.#unsigned(4))
      default:
        throw malformed('holds a type that is not used here')
    }
  }

  /** A list, behind its header. */
  protected list(length: number): unknown {
    this.enter(length)
    // No longer than the bytes that are left.
    const list: unknown[] = new Array(length)
    for (let index = 0; index < length; index++) list[index] = this.value()
    this.depth--
    return list
  }

  /** A map, behind its header. */
  protected map(size: number): unknown {
    this.enter(size * 2)
    const object: Record<string, unknown> = {}
    for (let index = 0; index < size; index++) {
      const key = this.key()
      if (typeof key !== 'string' || !isPlainKey(key))
        return this.#keyedMap(new MapBuilder(object), key, size - index)
      object[key] = this.value()
    }
    this.depth--
    return object
  }

  /** Goes on with a map at the first key that a plain object cannot hold. */
  #keyedMap(map: MapBuilder, first: unknown, left: number): unknown {
    map.set(hashable(first), this.value())
    for (let index = 1; index < left; index++) {
      const key = this.key()
      map.set(hashable(key), this.value())
    }
    this.depth--
    return map.build()
  }

  /** The key of an entry; texts that recur are one text. */
  protected key(): unknown {
    const byte = this.#bytes[this.at] as number
    if (byte >= 0xa0 && byte <= 0xbf) {
      const length = byte & 0x1f
      const start = this.at + 1
      if (start + length > this.end) throw malformed('declares more than it holds')
      this.at = start + length
      return keys.text(this.#bytes, start, this.at)
    }
    return this.value()
  }

  /** Counts a container of so many values against the limits, before any memory is taken for it. */
  protected enter(items: number): void {
    if (items > this.end - this.at) throw malformed('declares more than it holds')
    this.#valuesLeft -= items
    if (this.#valuesLeft < 0) {
      throw new SaltError('VALUE_TOO_LARGE', `value holds more than ${this.#maxValues} values`)
    }
    if (++this.depth > this.#maxDepth && items > 0) {
      throw new SaltError('VALUE_TOO_DEEP', `value is nested deeper than ${this.#maxDepth} levels`)
    }
  }

  #text(length: number): string {
    const start = this.at
    this.#skip(length)
    if (length <= shortText) {
      const short = asciiText(this.#bytes, start, this.at)
      if (short !== undefined) return short
    }
    return this.#bytes.toString('utf8', start, this.at)
  }

  #binary(length: number): Buffer {
    this.#skip(length)
    return this.#bytes.subarray(this.at - length, this.at)
  }

  #extension(length: number): unknown {
    const type = this.#byte()
    const data = this.#binary(length)
    if (type === extensions.integer) {
      const digits = data.toString('latin1')
      if (length <= maxDigits && /^-?[1-9][0-9]*$/.test(digits)) return integerOf(BigInt(digits))
    }
    if (type === extensions.text && length % 2 === 0) return data.toString('utf16le')
    throw malformed('holds a type that is not used here')
  }

  #byte(): number {
    if (this.at >= this.end) throw malformed('ends early')
    return this.#bytes[this.at++] as number
  }

  #unsigned(size: 1 | 2 | 4): number {
    const at = this.at
    this.at += size
    if (this.at > this.end) throw malformed('ends early')
    const bytes = this.#bytes
    if (size === 1) return bytes[at] as number
    if (size === 2) return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
    return bytes.readUInt32BE(at)
  }

  /** Behind `size` bytes that are checked and passed over. */
  #dataView(size: number): DataView {
    this.#skip(size)
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.end)
    return this.#view
  }

  #skip(length: number): void {
    this.at += length
    if (this.at > this.end) throw malformed('declares more than it holds')
  }
}

function floatIn(value: number): number | Float {
  return Number.isSafeInteger(value) ? new Float(value) : value
}

/** A key of a map; throws `VALUE_MALFORMED` for what cannot be one. */
export function hashable(key: unknown): unknown {
  if (isHashable(key)) return key
  throw malformed('has a list or map as a key')
}
