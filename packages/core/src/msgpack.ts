// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'
import { decode } from './msgpack/decode.ts'
import { Encoder } from './msgpack/encode.ts'

export interface DecodeLimits {
  /** Largest number of bytes looked at; default 16 MiB. */
  readonly maxBytes?: number
  /** Deepest nesting of arrays and maps; default 64. */
  readonly maxDepth?: number
  /** Most values inside arrays and maps, all levels together; default 1,000,000. Few bytes can hold many: each costs memory. */
  readonly maxValues?: number
}

const defaultMaxBytes = 16 * 1024 * 1024
const defaultMaxDepth = 64
const defaultMaxValues = 1_000_000

const encoder = new Encoder()

/**
 * Packs a value of the data model: integers of any size and floats stay what they are, maps keep their order and the type of
 * their keys, text with lone surrogates stays whole. `undefined` becomes nil, sets become lists, objects with `toJSON` what
 * it gives, other objects maps of their fields.
 * The result is a view into a larger buffer: never hand on its `.buffer`.
 * Throws `VALUE_TOO_DEEP` for what contains itself, `VALUE_OPERATION` for functions and symbols.
 */
export function pack(value: unknown): Buffer {
  return encoder.encode(value)
}

/**
 * Unpacks bytes from outside under limits of size, depth and number of values. Floats that are whole are `Float`, integers
 * beyond 2^53 BigInt; a map is a plain object when it can be (`isPlainKey`), else a Map.
 * Binaries inside the result are views into `bytes`: copy one that must outlive it.
 * Throws `VALUE_TOO_LARGE`, `VALUE_TOO_DEEP` or `VALUE_MALFORMED`.
 */
export function unpack(bytes: Uint8Array, limits: DecodeLimits = {}): unknown {
  const { maxBytes = defaultMaxBytes, maxDepth = defaultMaxDepth, maxValues = defaultMaxValues } = limits
  if (bytes.length > maxBytes) {
    throw new SaltError(
      'VALUE_TOO_LARGE',
      `message of ${bytes.length} bytes is over the limit of ${maxBytes}`,
    )
  }
  const source = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return decode(source, { maxDepth, maxValues })
}
