// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '../errors.ts'
import { Float } from '../values/float.ts'
import { operationError } from '../values/operation-error.ts'
import { extensions } from './extensions.ts'
import { Packed } from './packed.ts'
import { writeUtf8 } from './utf8.ts'

/** Results share one buffer of this size, as long as they are small. */
const poolBytes = 8192

/** Room that is there before each value: the longest header, or a number. */
const headRoom = 16

/** Up to this many characters a text is written in JavaScript, which is faster than the call that does it natively. */
const shortText = 48

const maxDepth = 1000

/** Writes values as msgpack; what it holds between two calls is room for the next. */
export class Encoder {
  #bytes = Buffer.allocUnsafeSlow(poolBytes)
  #view = new DataView(this.#bytes.buffer)
  /** Where the value begins that is being written. */
  #start = 0
  #at = 0
  #depth = 0

  /** The bytes of one value: a view into a larger buffer that later results may share. Not for use inside `toJSON`. */
  encode(value: unknown): Buffer {
    if (this.#at + headRoom > this.#bytes.length) this.#reserve(headRoom)
    this.#start = this.#at
    this.#depth = 0
    try {
      this.#value(value)
    } catch (error) {
      this.#at = this.#start
      throw error
    }
    return this.#bytes.subarray(this.#start, this.#at)
  }

  #value(value: unknown): void {
    if (this.#at + headRoom > this.#bytes.length) this.#reserve(headRoom)
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'object' && value !== null) this.#object(value)
    else if (typeof value === 'boolean') this.#bytes[this.#at++] = value ? 0xc3 : 0xc2
    else if (value === null || value === undefined) this.#bytes[this.#at++] = 0xc0
    else if (typeof value === 'bigint') this.#bigint(value)
    else throw operationError('TypeError', `a ${typeof value} is no data`)
  }

  #number(value: number): void {
    if (value >>> 0 === value) this.#unsigned(value)
    else if (value >> 0 === value) this.#negative(value)
    else if (Number.isSafeInteger(value)) this.#wide(BigInt(value))
    else this.#float(value)
  }

  #unsigned(value: number): void {
    if (value < 0x80) this.#bytes[this.#at++] = value
    else if (value < 0x100) this.#head(0xcc, value, 1)
    else if (value < 0x1_0000) this.#head(0xcd, value, 2)
    else this.#head(0xce, value, 4)
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#bytes[this.#at++] = value + 0x100
    else if (value >= -0x80) this.#head(0xd0, value + 0x100, 1)
    else if (value >= -0x8000) this.#head(0xd1, value + 0x1_0000, 2)
    else this.#head(0xd2, value + 0x1_0000_0000, 4)
  }

  #float(value: number): void {
    this.#bytes[this.#at] = 0xcb
    this.#view.setFloat64(this.#at + 1, value)
    this.#at += 9
  }

  #bigint(value: bigint): void {
    if (BigInt.asUintN(64, value) === value || BigInt.asIntN(64, value) === value) this.#wide(value)
    else this.#extension(extensions.integer, Buffer.from(String(value), 'latin1'))
  }

  #wide(value: bigint): void {
    this.#bytes[this.#at] = value < 0n ? 0xd3 : 0xcf
    this.#view.setBigUint64(this.#at + 1, BigInt.asUintN(64, value))
    this.#at += 9
  }

  #text(text: string): void {
    const { length } = text
    if (length < shortText && this.#shortText(text)) return
    if (!text.isWellFormed()) {
      this.#extension(extensions.text, Buffer.from(text, 'utf16le'))
      return
    }
    const size = length < 0x5555 && length * 3 <= 0xffff ? undefined : Buffer.byteLength(text)
    if (size === undefined) this.#mediumText(text)
    else this.#longText(text, size)
  }

  /** False, with nothing written, for what is not well-formed. */
  #shortText(text: string): boolean {
    this.#need(text.length * 3 + headRoom)
    const bytes = this.#bytes
    // One byte of header is right for nearly all; what is longer is moved.
    let at = writeUtf8(bytes, this.#at + 1, text)
    if (at < 0) return false
    const size = at - this.#at - 1
    if (size < 0x20) bytes[this.#at] = 0xa0 | size
    else {
      bytes.copyWithin(this.#at + 2, this.#at + 1, at++)
      bytes[this.#at] = 0xd9
      bytes[this.#at + 1] = size
    }
    this.#at = at
    return true
  }

  /** Its size is known when it is written; its header has two bytes of length. */
  #mediumText(text: string): void {
    this.#need(text.length * 3 + headRoom)
    const size = this.#bytes.write(text, this.#at + 3)
    if (size < 0x100) {
      this.#bytes.copyWithin(this.#at + 2, this.#at + 3, this.#at + 3 + size)
      this.#head(0xd9, size, 1)
    } else this.#head(0xda, size, 2)
    this.#at += size
  }

  #longText(text: string, size: number): void {
    this.#need(size + headRoom)
    if (size < 0x1_0000) this.#head(0xda, size, 2)
    else this.#head(0xdb, size, 4)
    this.#bytes.write(text, this.#at)
    this.#at += size
  }

  #object(value: object): void {
    if (++this.#depth > maxDepth) {
      throw new SaltError(
        'VALUE_TOO_DEEP',
        `value is nested deeper than ${maxDepth} levels, or contains itself`,
      )
    }
    if (Array.isArray(value)) this.#list(value)
    else if (value instanceof Uint8Array) this.#binary(value)
    else if (value instanceof Float) this.#float(value.value)
    else if (value instanceof Map) this.#entries(value)
    else if (value instanceof Packed) this.#packed(value.bytes)
    else this.#other(value)
    this.#depth--
  }

  #list(list: readonly unknown[]): void {
    const { length } = list
    this.#count(0x90, 0xdc, length)
    for (let index = 0; index < length; index++) this.#value(list[index])
  }

  #entries(map: ReadonlyMap<unknown, unknown>): void {
    this.#count(0x80, 0xde, map.size)
    for (const [key, value] of map) {
      this.#value(key)
      this.#value(value)
    }
  }

  #other(value: object): void {
    if ('toJSON' in value && typeof value.toJSON === 'function') this.#value(value.toJSON())
    else if (value instanceof Set) this.#list([...value])
    else if (value instanceof Error) this.#text(String(value))
    else if (ArrayBuffer.isView(value)) {
      this.#binary(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    } else this.#fields(value as Readonly<Record<string, unknown>>)
  }

  #fields(object: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(object)
    this.#count(0x80, 0xde, keys.length)
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string
      this.#text(key)
      this.#value(object[key])
    }
  }

  #binary(bytes: Uint8Array): void {
    const { length } = bytes
    this.#need(length + headRoom)
    if (length < 0x100) this.#head(0xc4, length, 1)
    else if (length < 0x1_0000) this.#head(0xc5, length, 2)
    else this.#head(0xc6, length, 4)
    this.#bytes.set(bytes, this.#at)
    this.#at += length
  }

  #packed(bytes: Uint8Array): void {
    this.#need(bytes.length + headRoom)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #extension(type: number, bytes: Buffer): void {
    const { length } = bytes
    this.#need(length + headRoom)
    if (length < 0x100) this.#head(0xc7, length, 1)
    else if (length < 0x1_0000) this.#head(0xc8, length, 2)
    else this.#head(0xc9, length, 4)
    this.#bytes[this.#at++] = type
    this.#bytes.set(bytes, this.#at)
    this.#at += length
  }

  /** The header of a list or map: `small` takes up to 15, `large` two bytes of count, the byte behind it four. */
  #count(small: number, large: number, count: number): void {
    if (count < 16) this.#bytes[this.#at++] = small | count
    else if (count < 0x1_0000) this.#head(large, count, 2)
    else this.#head(large + 1, count, 4)
  }

  #head(byte: number, value: number, size: 1 | 2 | 4): void {
    const bytes = this.#bytes
    bytes[this.#at++] = byte
    if (size === 4) {
      bytes[this.#at++] = value >>> 24
      bytes[this.#at++] = value >>> 16
    }
    if (size !== 1) bytes[this.#at++] = value >>> 8
    bytes[this.#at++] = value
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) this.#reserve(bytes)
  }

  /** Moves what is written of the current value to where `room` bytes more fit. */
  #reserve(room: number): void {
    const written = this.#at - this.#start
    const needed = written + room
    const bytes = Buffer.allocUnsafeSlow(Math.max(poolBytes, needed > poolBytes ? needed * 2 : 0))
    this.#bytes.copy(bytes, 0, this.#start, this.#at)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
    this.#start = 0
    this.#at = written
  }
}
