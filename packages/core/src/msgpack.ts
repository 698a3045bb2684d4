// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'
import { type Bounds, decode } from './msgpack/decode.ts'
import { SlicedDecoder } from './msgpack/decode-in-slices.ts'
import { Encoder } from './msgpack/encode.ts'

export { Packed } from './msgpack/packed.ts'

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
  return decode(bufferOf(bytes, limits), boundsOf(limits))
}

/** How much of the loop reading in slices may take. */
export interface SliceOptions {
  /** Longest time at a stretch, ms; other work of the loop goes on between two of them. */
  readonly sliceMs: number
  /** Told what each slice took, ms. */
  readonly onSlice?: (ms: number) => void
}

/**
 * As `unpack`, without holding the loop up for longer than a slice: for bytes that hold many values. `bytes` must not change
 * meanwhile. Rejects with what `unpack` throws.
 */
export async function unpackInSlices(
  bytes: Uint8Array,
  limits: DecodeLimits,
  { sliceMs, onSlice }: SliceOptions,
): Promise<unknown> {
  const decoder = new SlicedDecoder(bufferOf(bytes, limits), boundsOf(limits))
  for (;;) {
    const startMs = performance.now()
    const isOver = () => performance.now() - startMs >= sliceMs
    try {
      if (decoder.read(isOver)) return decoder.result
    } finally {
      onSlice?.(performance.now() - startMs)
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Throws `VALUE_TOO_LARGE`. */
function bufferOf(bytes: Uint8Array, { maxBytes = defaultMaxBytes }: DecodeLimits): Buffer {
  if (bytes.length > maxBytes) {
    throw new SaltError(
      'VALUE_TOO_LARGE',
      `message of ${bytes.length} bytes is over the limit of ${maxBytes}`,
    )
  }
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function boundsOf({ maxDepth = defaultMaxDepth, maxValues = defaultMaxValues }: DecodeLimits): Bounds {
  return { maxDepth, maxValues }
}
