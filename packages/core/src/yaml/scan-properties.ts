// SPDX-License-Identifier: Apache-2.0
import { type Cursor, hexDigit, isBlankBreakOrEnd, isWord } from './cursor.ts'
import { YamlFault } from './fault.ts'
import type { Token } from './token.ts'

const bang = 0x21
const comma = 0x2c

/** Reads the anchor (`&name`) or alias (`*name`) that begins here. */
export function scanAnchor(cursor: Cursor, type: 'anchor' | 'alias'): Token {
  const start = cursor.at
  cursor.at++
  const from = cursor.at
  while (isWord(cursor.code())) cursor.at++
  const next = cursor.text.charAt(cursor.at)
  if (cursor.at === from || !(isBlankBreakOrEnd(cursor.code()) || '?:,]}%@`'.includes(next)))
    throw new YamlFault(cursor.at, 'did not find expected alphabetic or numeric character', start)
  return { type, start, end: cursor.at, text: cursor.text.slice(from, cursor.at), detail: '' }
}

/** Reads the tag that begins here: `!<uri>`, `!handle!suffix`, `!suffix` or `!`. */
export function scanTag(cursor: Cursor, inFlow: boolean): Token {
  const start = cursor.at
  const { handle, suffix } = cursor.code(1) === 0x3c ? verbatimTag(cursor) : shortTag(cursor)
  const isEnd = isBlankBreakOrEnd(cursor.code()) || (inFlow && cursor.code() === comma)
  if (!isEnd) throw new YamlFault(cursor.at, 'did not find expected whitespace or line break', start)
  return { type: 'tag', start, end: cursor.at, text: suffix, detail: handle }
}

interface TagParts {
  readonly handle: string
  readonly suffix: string
}

function verbatimTag(cursor: Cursor): TagParts {
  const start = cursor.at
  cursor.at += 2
  const suffix = scanUri(cursor, { start, isVerbatim: true })
  if (cursor.code() !== 0x3e) throw new YamlFault(cursor.at, "did not find the expected '>'", start)
  cursor.at++
  return { handle: '', suffix }
}

function shortTag(cursor: Cursor): TagParts {
  const start = cursor.at
  const handle = scanHandle(cursor, start, false)
  if (handle.length > 1 && handle.endsWith('!'))
    return { handle, suffix: scanUri(cursor, { start, isVerbatim: false }) }
  const suffix = scanUri(cursor, { start, isVerbatim: false, head: handle })
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix }
}

/** `!`, `!!`, `!name!`, or in a node also `!name`, which is the beginning of a suffix. */
export function scanHandle(cursor: Cursor, start: number, isDirective: boolean): string {
  if (cursor.code() !== bang) throw new YamlFault(cursor.at, "did not find expected '!'", start)
  const from = cursor.at
  cursor.at++
  while (isWord(cursor.code())) cursor.at++
  if (cursor.code() === bang) cursor.at++
  else if (isDirective && cursor.at !== from + 1)
    throw new YamlFault(cursor.at, "did not find expected '!'", start)
  return cursor.text.slice(from, cursor.at)
}

/** How a URI is read. `head`: what of it was taken for a handle. `isVerbatim`: `,`, `[` and `]` belong to it. */
export interface UriOptions {
  readonly start: number
  readonly isVerbatim: boolean
  readonly head?: string
}

/** Reads a URI with its escapes. */
export function scanUri(cursor: Cursor, { start, isVerbatim, head = '' }: UriOptions): string {
  const others = isVerbatim ? uriCharacters + verbatimCharacters : uriCharacters
  let uri = head.slice(1)
  let length = head.length
  for (;;) {
    const character = cursor.text.charAt(cursor.at)
    if (character === '%') uri += readEscapes(cursor, start)
    else if (isWord(cursor.code()) || (cursor.code() !== 0 && others.includes(character))) {
      uri += character
      cursor.at++
    } else break
    length++
  }
  if (length === 0) throw new YamlFault(cursor.at, 'did not find expected tag URI', start)
  return uri
}

const uriCharacters = ";/?:@&=+$.!~*'()"
const verbatimCharacters = ',[]'

/** One character of UTF-8 as `%XX%XX`. */
function readEscapes(cursor: Cursor, start: number): string {
  const bytes: number[] = []
  let length = 1
  do {
    const [high, low] = [hexDigit(cursor.code(1)), hexDigit(cursor.code(2))]
    if (cursor.text.charAt(cursor.at) !== '%' || high < 0 || low < 0)
      throw new YamlFault(cursor.at, 'did not find URI escaped octet', start)
    const byte = high * 16 + low
    if (bytes.length === 0) {
      length = utf8Length(byte)
      if (length === 0) throw new YamlFault(cursor.at, 'found an incorrect leading UTF-8 octet', start)
    } else if ((byte & 0xc0) !== 0x80)
      throw new YamlFault(cursor.at, 'found an incorrect trailing UTF-8 octet', start)
    bytes.push(byte)
    cursor.at += 3
  } while (bytes.length < length)
  return Buffer.from(bytes).toString()
}

function utf8Length(byte: number): number {
  if ((byte & 0x80) === 0) return 1
  if ((byte & 0xe0) === 0xc0) return 2
  if ((byte & 0xf0) === 0xe0) return 3
  return (byte & 0xf8) === 0xf0 ? 4 : 0
}
