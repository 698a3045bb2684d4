// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, floatOf, integerOf, mapOf, plainNumber } from '@halite/core'
import { type KeyOrder, plistEntries, plistKind } from './plist-values.ts'
import { refused } from './refused.ts'

const magic = 'bplist00'
const trailerBytes = 32
const maxDepth = 100
/** Seconds between 1970 and 2001, from which dates count. */
const epochSeconds = 978_307_200

/** A property list in Apple's binary form: a table of objects, offsets of each, and a trailer. */
export function binaryPlist(value: unknown, order: KeyOrder): Uint8Array {
  const table = new ObjectTable(order)
  table.add(value, 0)
  return table.bytes()
}

type Item =
  | { readonly kind: 'scalar'; readonly bytes: Buffer }
  | { readonly kind: 'list'; readonly refs: number[] }
  | { readonly kind: 'map'; readonly keys: number[]; readonly values: number[] }

class ObjectTable {
  readonly #order: KeyOrder
  readonly #items: Item[] = []
  readonly #scalars = new Map<string, number>()

  constructor(order: KeyOrder) {
    this.#order = order
  }

  /** The number of the object; scalars that are equal are one. */
  add(value: unknown, depth: number): number {
    if (depth > maxDepth) throw refused('plist', `it is more than ${maxDepth} deep`)
    const kind = plistKind(value)
    if (kind === 'list') {
      const refs: number[] = []
      const number = this.#items.push({ kind, refs }) - 1
      for (const item of value as readonly unknown[]) refs.push(this.add(item, depth + 1))
      return number
    }
    if (kind === 'map') {
      const [keys, values]: [number[], number[]] = [[], []]
      const number = this.#items.push({ kind, keys, values }) - 1
      const entries = plistEntries(entriesOf(value as DataMap), this.#order)
      for (const [key] of entries) keys.push(this.add(key, depth + 1))
      for (const [, item] of entries) values.push(this.add(item, depth + 1))
      return number
    }
    const bytes = scalarBytes(value, kind)
    const key = bytes.toString('latin1')
    const known = this.#scalars.get(key)
    if (known !== undefined) return known
    const number = this.#items.push({ kind: 'scalar', bytes }) - 1
    this.#scalars.set(key, number)
    return number
  }

  bytes(): Buffer {
    const refBytes = bytesFor(this.#items.length)
    const parts: Buffer[] = [Buffer.from(magic, 'latin1')]
    const offsets: number[] = []
    let length = magic.length
    for (const item of this.#items) {
      offsets.push(length)
      const bytes = itemBytes(item, refBytes)
      parts.push(bytes)
      length += bytes.length
    }
    const offsetBytes = bytesFor(length)
    const trailer = Buffer.alloc(trailerBytes)
    trailer[6] = offsetBytes
    trailer[7] = refBytes
    trailer.writeBigUInt64BE(BigInt(this.#items.length), 8)
    trailer.writeBigUInt64BE(BigInt(length), 24)
    return Buffer.concat([...parts, ...offsets.map((offset) => uint(offset, offsetBytes)), trailer])
  }
}

function bytesFor(count: number): 1 | 2 | 4 {
  return count < 0x100 ? 1 : count < 0x10000 ? 2 : 4
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntBE(value, 0, bytes)
  return buffer
}

function itemBytes(item: Item, refBytes: number): Buffer {
  if (item.kind === 'scalar') return item.bytes
  const refs = item.kind === 'list' ? item.refs : [...item.keys, ...item.values]
  const count = item.kind === 'list' ? item.refs.length : item.keys.length
  const marker = sized(item.kind === 'list' ? 0xa0 : 0xd0, count)
  return Buffer.concat([marker, ...refs.map((ref) => uint(ref, refBytes))])
}

function sized(marker: number, count: number): Buffer {
  return count < 15
    ? Buffer.from([marker | count])
    : Buffer.concat([Buffer.from([marker | 0xf]), integerBytes(BigInt(count))])
}

function integerBytes(value: bigint): Buffer {
  if (value < -(2n ** 63n) || value >= 2n ** 64n) throw refused('plist', `${value} does not fit into 64 bits`)
  if (value < 0n) {
    const bytes = Buffer.alloc(9, 0x13)
    bytes.writeBigInt64BE(value, 1)
    return bytes
  }
  if (value >= 2n ** 63n) {
    const bytes = Buffer.alloc(17)
    bytes[0] = 0x14
    bytes.writeBigUInt64BE(value, 9)
    return bytes
  }
  const power = value < 0x100n ? 0 : value < 0x10000n ? 1 : value < 0x100000000n ? 2 : 3
  const bytes = Buffer.alloc(1 + 2 ** power)
  bytes[0] = 0x10 | power
  Buffer.from(value.toString(16).padStart(2 ** power * 2, '0'), 'hex').copy(bytes, 1)
  return bytes
}

function scalarBytes(value: unknown, kind: ReturnType<typeof plistKind>): Buffer {
  if (kind === 'boolean') return Buffer.from([value ? 9 : 8])
  if (kind === 'integer') return integerBytes(BigInt(value as number | bigint))
  if (kind === 'real') return doubleBytes(0x23, Number(plainNumber(value)))
  if (kind === 'date') return doubleBytes(0x33, (value as Date).getTime() / 1000 - epochSeconds)
  if (kind === 'bytes') return Buffer.concat([sized(0x40, (value as Uint8Array).length), value as Uint8Array])
  const text = String(value)
  if (Buffer.byteLength(text) === text.length)
    return Buffer.concat([sized(0x50, text.length), Buffer.from(text, 'latin1')])
  return Buffer.concat([sized(0x60, text.length), Buffer.from(text, 'utf16le').swap16()])
}

function doubleBytes(marker: number, value: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = marker
  bytes.writeDoubleBE(value, 1)
  return bytes
}

/** The data of a binary property list. */
export function readBinaryPlist(bytes: Buffer): unknown {
  try {
    return new BinaryReader(bytes).read()
  } catch (error) {
    if (error instanceof RangeError) throw refused('plist', 'the binary property list is cut or damaged')
    throw error
  }
}

class BinaryReader {
  readonly #bytes: Buffer
  readonly #refBytes: number
  readonly #offsetBytes: number
  readonly #count: number
  readonly #table: number
  /** An object may be named again and again: what is made of a small file is bounded by this. */
  #left = 1_000_000

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    const trailer = bytes.subarray(bytes.length - trailerBytes)
    this.#offsetBytes = trailer.readUInt8(6)
    this.#refBytes = trailer.readUInt8(7)
    this.#count = Number(trailer.readBigUInt64BE(8))
    this.#table = Number(trailer.readBigUInt64BE(24))
    if (this.#count * this.#offsetBytes > bytes.length) throw new RangeError('offsets')
  }

  read(): unknown {
    const top = Number(this.#bytes.readBigUInt64BE(this.#bytes.length - 16))
    return this.#object(top, 0)
  }

  #object(number: number, depth: number): unknown {
    if (depth > maxDepth) throw refused('plist', `it is more than ${maxDepth} deep`)
    if (number >= this.#count || this.#left-- <= 0) throw new RangeError('object')
    const at = this.#uint(this.#table + number * this.#offsetBytes, this.#offsetBytes)
    const marker = this.#bytes.readUInt8(at)
    const low = marker & 0xf
    if (marker === 8 || marker === 9) return marker === 9
    switch (marker >> 4) {
      case 1:
        return this.#integer(at + 1, 2 ** low)
      case 2:
        return floatOf(low === 2 ? this.#bytes.readFloatBE(at + 1) : this.#bytes.readDoubleBE(at + 1))
      case 3:
        return new Date((this.#bytes.readDoubleBE(at + 1) + epochSeconds) * 1000)
      default:
        return this.#sizedObject({ marker: marker >> 4, low, at: at + 1 }, depth)
    }
  }

  #sizedObject(object: { marker: number; low: number; at: number }, depth: number): unknown {
    const { count, at } = this.#size(object.low, object.at)
    switch (object.marker) {
      case 4:
        return new Uint8Array(this.#slice(at, count))
      case 5:
        return this.#slice(at, count).toString('latin1')
      case 6:
        return Buffer.from(this.#slice(at, count * 2))
          .swap16()
          .toString('utf16le')
      case 10:
        return this.#refs(at, count).map((ref) => this.#object(ref, depth + 1))
      case 13: {
        const keys = this.#refs(at, count)
        const values = this.#refs(at + count * this.#refBytes, count)
        return mapOf(keys.map((key, index) => [this.#key(key), this.#object(values[index] ?? -1, depth + 1)]))
      }
      default:
        throw new RangeError('marker')
    }
  }

  #key(number: number): string {
    const key = this.#object(number, maxDepth)
    if (typeof key !== 'string') throw new RangeError('key')
    return key
  }

  #size(low: number, at: number): { readonly count: number; readonly at: number } {
    if (low !== 15) return { count: low, at }
    const bytes = 2 ** (this.#bytes.readUInt8(at) & 0xf)
    return { count: Number(this.#integer(at + 1, bytes)), at: at + 1 + bytes }
  }

  #refs(at: number, count: number): number[] {
    if (count * this.#refBytes > this.#bytes.length) throw new RangeError('references')
    return Array.from({ length: count }, (_, index) =>
      this.#uint(at + index * this.#refBytes, this.#refBytes),
    )
  }

  #slice(at: number, length: number): Buffer {
    if (length < 0 || at + length > this.#bytes.length) throw new RangeError('length')
    return this.#bytes.subarray(at, at + length)
  }

  #integer(at: number, bytes: number): number | bigint {
    const hex = this.#slice(at, bytes).toString('hex')
    const value = BigInt(`0x${hex || '0'}`)
    return integerOf(bytes >= 8 ? BigInt.asIntN(bytes * 8, value) : value)
  }

  #uint(at: number, bytes: number): number {
    if (bytes < 1 || bytes > 6) throw new RangeError('size')
    return this.#bytes.readUIntBE(at, bytes)
  }
}
