// SPDX-License-Identifier: Apache-2.0
import { pythonTypeName, Tuple } from '@halite/core'
import { decodeBytes } from '../format/encodings.ts'
import { type NativeRow, typeError } from '../runtime/native.ts'
import { textOf } from './arguments.ts'
import { lines, stripped } from './spaces.ts'
import { split } from './text-split.ts'

/** Methods of bytes. Those that look like text's work on the bytes as Latin-1. */
export const bytesMethods: readonly NativeRow[] = [
  [
    'decode',
    'self, encoding?, errors?',
    (_rt, [bytes, encoding, errors]) =>
      decodeBytes(bytes, textOf(encoding ?? 'utf-8'), textOf(errors ?? 'strict')),
  ],
  ['hex', 'self', (_rt, [bytes]) => Buffer.from(bytes).toString('hex')],
  [
    'lower',
    'self',
    (_rt, [bytes]) => asText(bytes, (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
  ],
  [
    'upper',
    'self',
    (_rt, [bytes]) => asText(bytes, (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  ],
  [
    'strip',
    'self, bytes?',
    (_rt, [bytes, chars]) => asText(bytes, (text) => stripped(text, optional(chars), 'both')),
  ],
  [
    'lstrip',
    'self, bytes?',
    (_rt, [bytes, chars]) => asText(bytes, (text) => stripped(text, optional(chars), 'left')),
  ],
  [
    'rstrip',
    'self, bytes?',
    (_rt, [bytes, chars]) => asText(bytes, (text) => stripped(text, optional(chars), 'right')),
  ],
  [
    'startswith',
    'self, prefix',
    (_rt, [bytes, prefix]) => options(prefix).some((each) => latin(bytes).startsWith(each)),
  ],
  [
    'endswith',
    'self, suffix',
    (_rt, [bytes, suffix]) => options(suffix).some((each) => latin(bytes).endsWith(each)),
  ],
  ['find', 'self, sub', (_rt, [bytes, sub]) => latin(bytes).indexOf(latin(sub))],
  ['count', 'self, sub', (_rt, [bytes, sub]) => latin(bytes).split(latin(sub)).length - 1],
  [
    'replace',
    'self, old, new',
    (_rt, [bytes, old, by]) => asText(bytes, (text) => text.replaceAll(latin(old), latin(by))),
  ],
  ['split', 'self, sep?', (_rt, [bytes, sep]) => split(latin(bytes), optional(sep), -1).map(ofLatin)],
  ['splitlines', 'self', (_rt, [bytes]) => lines(latin(bytes)).map(ofLatin)],
  [
    'join',
    'self, iterable',
    (_rt, [bytes, items]: [unknown, unknown[]]) => ofLatin(items.map(latin).join(latin(bytes))),
  ],
]

function latin(value: unknown): string {
  if (!(value instanceof Uint8Array))
    throw typeError(`a bytes-like object is required, not '${pythonTypeName(value)}'`)
  return Buffer.from(value).toString('latin1')
}

function ofLatin(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

function asText(bytes: unknown, change: (text: string) => string): Uint8Array {
  return ofLatin(change(latin(bytes)))
}

function optional(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : latin(value)
}

function options(value: unknown): string[] {
  return value instanceof Tuple ? Array.from(value, latin) : [latin(value)]
}
