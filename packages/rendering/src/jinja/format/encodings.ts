// SPDX-License-Identifier: Apache-2.0
import { valueError } from '../runtime/native.ts'

type Encoding = 'utf-8' | 'ascii' | 'latin-1' | 'utf-16' | 'utf-16-le'

const names: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  ascii: 'ascii',
  usascii: 'ascii',
  latin1: 'latin-1',
  iso88591: 'latin-1',
  utf16: 'utf-16',
  utf16le: 'utf-16-le',
}

/** Python's `text.encode(encoding, errors)` for UTF-8, ASCII, Latin-1, UTF-16 and UTF-16-LE. Throws its ValueError. */
export function encodeText(text: string, encoding: string, errors: string): Uint8Array {
  const kind = encodingOf(encoding)
  if (kind === 'utf-8') return Uint8Array.from(Buffer.from(text, 'utf8'))
  if (kind === 'utf-16-le') return Uint8Array.from(Buffer.from(text, 'utf16le'))
  if (kind === 'utf-16') return Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le'))
  const limit = kind === 'ascii' ? 0x7f : 0xff
  const fitting = Array.from(text, (character, index) => {
    if ((character.codePointAt(0) ?? 0) <= limit) return character
    return replacement(character, errors, () => {
      const code = (character.codePointAt(0) ?? 0).toString(16).padStart(character.length > 1 ? 8 : 4, '0')
      const shown =
        code.length === 8 ? `\\U${code}` : code.startsWith('00') ? `\\x${code.slice(2)}` : `\\u${code}`
      return `'${kind}' codec can't encode character '${shown}' in position ${index}: ordinal not in range(${limit + 1})`
    })
  })
  return Uint8Array.from(Buffer.from(fitting.join(''), 'latin1'))
}

/** Python's `bytes.decode(encoding, errors)`. Throws its ValueError for bytes that are no text. */
export function decodeBytes(bytes: Uint8Array, encoding: string, errors: string): string {
  const kind = encodingOf(encoding)
  if (kind === 'latin-1') return Buffer.from(bytes).toString('latin1')
  if (kind === 'utf-16-le') return Buffer.from(bytes).toString('utf16le')
  if (kind === 'utf-16') return utf16Text(bytes)
  if (kind === 'ascii' && errors === 'strict') {
    const at = bytes.findIndex((byte) => byte > 0x7f)
    if (at !== -1) throw undecodable('ascii', bytes, at)
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  if (!text.includes('\ufffd') || errors === 'replace') return text
  if (errors === 'ignore') return text.replaceAll('\ufffd', '')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw undecodable('utf-8', bytes, Buffer.byteLength(text.slice(0, text.indexOf('\ufffd'))))
  }
}

/** Little endian, unless a byte order mark says otherwise. */
function utf16Text(bytes: Uint8Array): string {
  const isBigEndian = bytes[0] === 0xfe && bytes[1] === 0xff
  return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(bytes)
}

function undecodable(kind: string, bytes: Uint8Array, at: number): Error {
  const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0')
  const reason = kind === 'ascii' ? 'ordinal not in range(128)' : 'invalid start byte'
  return valueError(`'${kind}' codec can't decode byte 0x${byte} in position ${at}: ${reason}`)
}

function encodingOf(name: string): Encoding {
  const known = names[name.toLowerCase().replace(/[-_ ]/g, '')]
  if (known === undefined) throw valueError(`unknown encoding: ${name}`)
  return known
}

function replacement(character: string, errors: string, problem: () => string): string {
  if (errors === 'ignore') return ''
  if (errors === 'replace') return '?'
  if (errors === 'xmlcharrefreplace') return `&#${character.codePointAt(0)};`
  throw valueError(problem())
}
