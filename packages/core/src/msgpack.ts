// SPDX-License-Identifier: Apache-2.0
import { Packr } from 'msgpackr'
import { SaltError } from './errors.ts'

const options = {
  useRecords: false,
  variableMapSize: true,
  int64AsType: 'auto',
  encodeUndefinedAsNil: true,
  largeBigIntToString: true,
}
// msgpackr's own types do not list 'auto' (integer where it fits a number, else BigInt).
const packr = new Packr(options as ConstructorParameters<typeof Packr>[0])

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

/**
 * Packs plain data. Integers beyond 2^53 must be BigInt to stay integers; one that 64 bits cannot hold, such as a jid read
 * as a number, travels as text, as Salt sends it. `undefined` becomes nil.
 * The result is a view into a larger buffer: never hand on its `.buffer`.
 */
export function pack(value: unknown): Buffer {
  return packr.pack(value)
}

/**
 * Unpacks bytes from outside under limits of size, depth and number of values, all checked before anything is built.
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
  checkStructure(bytes, maxDepth, maxValues)
  try {
    return packr.unpack(bytes)
  } catch (cause) {
    throw new SaltError('VALUE_MALFORMED', 'bytes are not one msgpack value', { cause })
  }
}

/** Walks the headers once: one whole value, no extension types, within the limits. */
function checkStructure(bytes: Uint8Array, maxDepth: number, maxValues: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const open: number[] = [1]
  let at = 0
  let values = 0
  while (open.length > 0) {
    const left = open[open.length - 1] as number
    if (left === 0) {
      open.pop()
      continue
    }
    open[open.length - 1] = left - 1
    if (at >= bytes.length) throw malformed('ends early')
    const scalar = scalarSizes[bytes[at] as number] as number
    if (scalar > 0) {
      at += scalar
      if (at > bytes.length) throw malformed('declares more than it holds')
      continue
    }
    const { skip, items } = header(view, at)
    at += skip
    if (at > bytes.length || items > bytes.length - at) throw malformed('declares more than it holds')
    values += items
    if (values > maxValues) {
      throw new SaltError('VALUE_TOO_LARGE', `value holds more than ${maxValues} values`)
    }
    if (items > 0) open.push(items)
    if (open.length > maxDepth + 1) {
      throw new SaltError('VALUE_TOO_DEEP', `value is nested deeper than ${maxDepth} levels`)
    }
  }
  if (at !== bytes.length) throw malformed('has bytes after its end')
}

interface Header {
  /** Bytes of this header and of the scalar it announces. */
  readonly skip: number
  /** Values that follow inside it. */
  readonly items: number
}

function header(view: DataView, at: number): Header {
  const byte = view.getUint8(at)
  if (byte <= 0x8f) return { skip: 1, items: (byte & 0x0f) * 2 }
  if (byte <= 0x9f) return { skip: 1, items: byte & 0x0f }
  return sized(view, at, byte)
}

/** Header byte → whole size, for nil, booleans, floats and integers. */
const fixedSizes: Readonly<Record<number, number>> = {
  192: 1,
  194: 1,
  195: 1,
  202: 5,
  203: 9,
  204: 2,
  205: 3,
  206: 5,
  207: 9,
  208: 2,
  209: 3,
  210: 5,
  211: 9,
}

/** Header byte → whole size of what needs no look further: those above, small integers, short text. 0 for all others. */
const scalarSizes = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte <= 0x7f || byte >= 0xe0) return 1
  return byte >= 0xa0 && byte <= 0xbf ? 1 + (byte & 0x1f) : (fixedSizes[byte] ?? 0)
})

function sized(view: DataView, at: number, byte: number): Header {
  const length = (bytes: 1 | 2 | 4): number => {
    if (at + 1 + bytes > view.byteLength) throw malformed('ends early')
    if (bytes === 1) return view.getUint8(at + 1)
    return bytes === 2 ? view.getUint16(at + 1) : view.getUint32(at + 1)
  }
  if (byte === 0xc4 || byte === 0xd9) return { skip: 2 + length(1), items: 0 }
  if (byte === 0xc5 || byte === 0xda) return { skip: 3 + length(2), items: 0 }
  if (byte === 0xc6 || byte === 0xdb) return { skip: 5 + length(4), items: 0 }
  if (byte === 0xdc) return { skip: 3, items: length(2) }
  if (byte === 0xdd) return { skip: 5, items: length(4) }
  if (byte === 0xde) return { skip: 3, items: length(2) * 2 }
  if (byte === 0xdf) return { skip: 5, items: length(4) * 2 }
  throw malformed('holds a type that is not used here')
}

function malformed(what: string): SaltError {
  return new SaltError('VALUE_MALFORMED', `msgpack value ${what}`)
}
