// SPDX-License-Identifier: Apache-2.0
import { type Cursor, folded, hexDigit, isBlank, isBlankBreakOrEnd, isBreak } from './cursor.ts'
import { YamlFault } from './fault.ts'
import type { Token } from './token.ts'

const backslash = 0x5c
const singleQuote = 0x27

/** Reads the scalar in quotes that begins here. */
export function scanQuoted(cursor: Cursor): Token {
  const start = cursor.at
  const quote = cursor.code()
  let value = ''
  cursor.at++
  for (;;) {
    if (cursor.column === 0 && cursor.isAtDocumentMark())
      throw new YamlFault(cursor.at, 'found unexpected document indicator', start)
    if (cursor.code() === 0) throw new YamlFault(cursor.at, 'found unexpected end of stream', start)
    const words = readWords(cursor, quote, start)
    value += words.text
    if (cursor.code() === quote) break
    value += readSpace(cursor, words.continues)
  }
  cursor.at++
  return { type: 'scalar', start, end: cursor.at, text: value, detail: 'quoted' }
}

interface Words {
  readonly text: string
  /** A backslash at the end of the line: what follows goes on without a blank. */
  readonly continues: boolean
}

/** What stands before the next blank, line break or closing quote. */
function readWords(cursor: Cursor, quote: number, start: number): Words {
  let text = ''
  let from = cursor.at
  const flush = () => cursor.text.slice(from, cursor.at)
  for (let code = cursor.code(); !isBlankBreakOrEnd(code); code = cursor.code()) {
    if (code === quote) {
      if (quote !== singleQuote || cursor.code(1) !== singleQuote) break
      text += `${flush()}'`
      cursor.at += 2
      from = cursor.at
    } else if (code === backslash && quote !== singleQuote) {
      text += flush()
      if (isBreak(cursor.code(1))) {
        cursor.at++
        cursor.readBreak()
        return { text, continues: true }
      }
      text += readEscape(cursor, start)
      from = cursor.at
    } else cursor.at++
  }
  return { text: text + flush(), continues: false }
}

const escapes: Readonly<Record<string, string>> = {
  0: '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}

const hexLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function readEscape(cursor: Cursor, start: number): string {
  const name = cursor.text.charAt(cursor.at + 1)
  const length = hexLengths[name]
  const simple = escapes[name]
  if (length === undefined && simple === undefined)
    throw new YamlFault(cursor.at, 'found unknown escape character', start)
  cursor.at += 2
  return length === undefined ? (simple as string) : readHex(cursor, length, start)
}

function readHex(cursor: Cursor, length: number, start: number): string {
  let value = 0
  for (let ahead = 0; ahead < length; ahead++) {
    const digit = hexDigit(cursor.code(ahead))
    if (digit < 0) throw new YamlFault(cursor.at, 'did not find expected hexdecimal number', start)
    value = value * 16 + digit
  }
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    throw new YamlFault(cursor.at, 'found invalid Unicode character escape code', start)
  cursor.at += length
  return String.fromCodePoint(value)
}

/** Blanks and line breaks, folded. `continues`: the line ended with a backslash. */
function readSpace(cursor: Cursor, continues: boolean): string {
  const from = cursor.at
  cursor.skipBlanks()
  let blanks = continues ? '' : cursor.text.slice(from, cursor.at)
  let first: string | undefined = continues ? '' : undefined
  let others = ''
  while (isBlank(cursor.code()) || isBreak(cursor.code())) {
    if (isBlank(cursor.code())) cursor.at++
    else if (first === undefined) {
      blanks = ''
      first = cursor.readBreak()
    } else others += cursor.readBreak()
  }
  return first === undefined ? blanks : first === '' ? others : folded(first, others)
}
