// SPDX-License-Identifier: Apache-2.0
// What has to stand in front of a decoder without limits of its own: lengths that lie, depth, and the number of values.

/** Walks the headers once: one whole value, no extension types, within the limits. */
export function checkStructure(bytes, maxDepth, maxValues) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const open = [1]
  let at = 0
  let values = 0
  while (open.length > 0) {
    const left = open[open.length - 1]
    if (left === 0) {
      open.pop()
      continue
    }
    open[open.length - 1] = left - 1
    if (at >= bytes.length) throw malformed('ends early')
    const scalar = scalarSizes[bytes[at]]
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
      throw new Error(`value holds more than ${maxValues} values`)
    }
    if (items > 0) open.push(items)
    if (open.length > maxDepth + 1) {
      throw new Error(`value is nested deeper than ${maxDepth} levels`)
    }
  }
  if (at !== bytes.length) throw malformed('has bytes after its end')
}

function header(view, at) {
  const byte = view.getUint8(at)
  if (byte <= 0x8f) return { skip: 1, items: (byte & 0x0f) * 2 }
  if (byte <= 0x9f) return { skip: 1, items: byte & 0x0f }
  return sized(view, at, byte)
}

/** Header byte → whole size, for nil, booleans, floats and integers. */
const fixedSizes = {
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

function sized(view, at, byte) {
  const length = (bytes) => {
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

function malformed(what) {
  return new Error(`msgpack value ${what}`)
}
