// SPDX-License-Identifier: Apache-2.0
import { encodingName, encodingsLike } from './encoding-names.ts'
import { show } from './ids.ts'

/** Bytes to text. What cannot be decoded becomes U+FFFD; never throws. */
export type DecodeText = (bytes: Uint8Array) => string

/** Encodings that the runtime decodes by itself, as Python does. (Its `iso-8859-1` is really Windows' page 1252.) */
const builtIn: Readonly<Record<string, string>> = {
  utf_8: 'utf-8',
  utf_8_sig: 'utf-8',
  utf_16_le: 'utf-16le',
  utf_16_be: 'utf-16be',
  iso2022_jp: 'iso-2022-jp',
  mac_roman: 'macintosh',
  mac_cyrillic: 'x-mac-cyrillic',
}

/** Where iconv-lite has another name than Python. */
const iconvNames: Readonly<Record<string, string>> = {
  latin_1: 'iso88591',
  kz1048: 'rk1048',
  mac_latin2: 'maccenteuro',
  ptcp154: 'pt154',
}

/**
 * Checks the name of an encoding, one of Python's or an alias, and returns Python's name for it. Loads nothing. Throws a
 * plain Error that names what is near.
 */
export function parseEncoding(written: string): string {
  const name = encodingName(written)
  if (name !== undefined) return name
  throw new Error(`unknown encoding ${show(written)}; there is ${encodingsLike(written).join(', ')}`)
}

/**
 * A decoder of the encoding, named as `parseEncoding` takes it; default UTF-8. The library is loaded here, and only for
 * what the runtime does not decode itself. Rejects as `parseEncoding` throws.
 */
export async function textDecoder(written = 'utf_8'): Promise<DecodeText> {
  const name = parseEncoding(written)
  if (name === 'utf_16' || name === 'utf_32') return markedDecoder(name)
  const known = builtIn[name]
  if (known === undefined) {
    const { libraryDecoder } = await import('./encoding-library.ts')
    return libraryDecoder(iconvNames[name] ?? name)
  }
  const decoder = new TextDecoder(known, { ignoreBOM: name !== 'utf_8_sig' })
  return (bytes) => decoder.decode(bytes)
}

/** The byte order mark decides and is dropped; without one the order is little-endian. */
async function markedDecoder(name: 'utf_16' | 'utf_32'): Promise<DecodeText> {
  const [little, big] = await Promise.all([textDecoder(`${name}_le`), textDecoder(`${name}_be`)])
  const mark = name === 'utf_16' ? [0xff, 0xfe] : [0xff, 0xfe, 0, 0]
  const reversed = mark.toReversed()
  return (bytes) => {
    if (beginsWith(bytes, mark)) return little(bytes.subarray(mark.length))
    return beginsWith(bytes, reversed) ? big(bytes.subarray(mark.length)) : little(bytes)
  }
}

function beginsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte)
}
