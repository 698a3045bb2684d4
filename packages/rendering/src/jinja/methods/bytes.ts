// SPDX-License-Identifier: Apache-2.0
import { isInteger, pythonTypeName, Tuple, tupleOf } from '@halite/core'
import { decodeBytes } from '../format/encodings.ts'
import { itemsOf } from '../runtime/iteration.ts'
import {
  type Keywords,
  type NativeFunction,
  type NativeRow,
  nativeTable,
  typeError,
  valueError,
} from '../runtime/native.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { intOf, textOf } from './arguments.ts'
import { textCaseMethods } from './text-case.ts'
import { textLayoutMethods } from './text-layout.ts'
import { textSearchMethods } from './text-search.ts'
import { textSplitMethods } from './text-split.ts'

/** Methods that bytes have as text has them. */
const asOfText = [
  'capitalize center count endswith expandtabs find index isalnum isalpha isascii isdigit islower isspace istitle isupper',
  'ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split',
  'splitlines startswith strip swapcase title upper zfill',
].flatMap((names) => names.split(' '))
/** Those that look for a number as for the byte that it is. */
const searching = new Set(['count', 'find', 'index', 'rfind', 'rindex'])

const ofText = nativeTable(textCaseMethods, textSearchMethods, textSplitMethods, textLayoutMethods)

/** Methods of bytes. */
export const bytesMethods: readonly NativeRow[] = [
  ...asOfText.map((name): NativeRow => [name, 'self, *, **', (rt, args) => asText(rt, name, args)]),
  [
    'decode',
    'self, encoding?, errors?',
    (_rt, [bytes, encoding, errors]) =>
      decodeBytes(bytes, textOf(encoding ?? 'utf-8'), textOf(errors ?? 'strict')),
  ],
  ['hex', 'self, sep?', (_rt, [bytes, sep]) => hex(bytes, sep)],
  ['fromhex', 'self, string, /', (_rt, [_bytes, text]) => fromHex(textOf(text))],
  [
    'join',
    'self, iterable, /',
    (_rt, [bytes, items]) =>
      ofChars(
        itemsOf(items)
          .map((item) => charsOf(item))
          .join(charsOf(bytes)),
      ),
  ],
  ['translate', 'self, table, delete?', (_rt, [bytes, table, deleted]) => translated(bytes, table, deleted)],
  ['maketrans', 'self, frm, to, /', (_rt, [_bytes, from, to]) => translation(from, to)],
]

/** Calls text's method, with each byte as a character that text treats as bytes treat theirs. */
function asText(rt: Runtime, name: string, [bytes, args, keywords]: [unknown, unknown[], Keywords]): unknown {
  const method: NativeFunction | undefined = ofText.get(name)
  const given = args.map((arg, index) => argumentOf(arg, index === 0 && searching.has(name)))
  const named = new Map(Array.from(keywords, ([key, value]) => [key, argumentOf(value, false)] as const))
  // Lines of bytes end where programs of Unix and Windows end them, and nowhere else.
  const chars = name === 'splitlines' ? charsOf(bytes, /[\n\r]/) : charsOf(bytes)
  return resultOf(method?.invoke(rt, [chars, ...given], named))
}

function argumentOf(value: unknown, isSought: boolean): unknown {
  if (value instanceof Uint8Array) return charsOf(value)
  if (value instanceof Tuple) return tupleOf(value.map((item) => argumentOf(item, false)))
  if (typeof value === 'string') throw typeError("a bytes-like object is required, not 'str'")
  const isByte = isSought && (isInteger(value) || typeof value === 'boolean')
  return isByte ? charsOf(byteOf(value)) : value
}

function byteOf(value: unknown): Uint8Array {
  const byte = intOf(value)
  if (byte < 0 || byte > 255) throw valueError('byte must be in range(0, 256)')
  return Uint8Array.of(byte)
}

function resultOf(value: unknown): unknown {
  if (typeof value === 'string') return ofChars(value)
  if (value instanceof Tuple) return tupleOf(value.map(resultOf))
  return Array.isArray(value) ? value.map(resultOf) : value
}

/** In a range of Unicode that is no letter, no digit and no blank. */
const hidden = 0xe000
const ownCharacter = /[\t-\r\x20-\x7e]/

/** A character for each byte: ASCII as it is, what means more to text than to bytes hidden. */
function charsOf(value: unknown, blanks?: RegExp): string {
  if (!(value instanceof Uint8Array))
    throw typeError(`a bytes-like object is required, not '${pythonTypeName(value)}'`)
  return Array.from(value, (byte) => {
    const character = String.fromCharCode(byte)
    const isHidden =
      !ownCharacter.test(character) || (blanks !== undefined && byte < 32 && !blanks.test(character))
    return isHidden ? String.fromCharCode(hidden + byte) : character
  }).join('')
}

function ofChars(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)
}

function hex(bytes: Uint8Array, sep: unknown): string {
  const separator =
    sep instanceof Uint8Array ? Buffer.from(sep).toString('latin1') : textOf(sep === undefined ? '' : sep)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(separator)
}

function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '')
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw valueError('non-hexadecimal number found in fromhex() arg')
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}

function translated(bytes: Uint8Array, table: unknown, deleted: unknown): Uint8Array {
  if (table !== null && !(table instanceof Uint8Array))
    throw typeError(`a bytes-like object is required, not '${pythonTypeName(table)}'`)
  if (table !== null && table.length !== 256)
    throw valueError('translation table must be 256 characters long')
  if (deleted !== undefined && !(deleted instanceof Uint8Array))
    throw typeError(`a bytes-like object is required, not '${pythonTypeName(deleted)}'`)
  const gone = new Set(deleted)
  return bytes.filter((byte) => !gone.has(byte)).map((byte) => table?.[byte] ?? byte)
}

function translation(from: unknown, to: unknown): Uint8Array {
  const [sources, targets] = [ofChars(charsOf(from)), ofChars(charsOf(to))]
  if (sources.length !== targets.length) throw valueError('maketrans arguments must have same length')
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  for (const [index, byte] of sources.entries()) table[byte] = targets[index] ?? byte
  return table
}
