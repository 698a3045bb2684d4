// SPDX-License-Identifier: Apache-2.0
import { TemplateSyntaxError } from './syntax-error.ts'

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const hexWidths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
const escapeSequence = /\\(?:([0-7]{1,3})|([xuU])([0-9a-fA-F]*)|N(\{[^}]*\})?|([\s\S])|$)/g

/**
 * What the text between the quotes of a literal stands for, by the rules of Python's `unicode-escape`: unknown escapes
 * stay as they are. Throws `TemplateSyntaxError` for a truncated escape; `at` is the offset of the literal.
 */
export function unescapeLiteral(text: string, at: number): string {
  if (!text.includes('\\')) return text
  return text.replace(escapeSequence, (...match: string[]) => {
    const [whole = '', octal, hexKind, digits = '', , other] = match
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    if (hexKind !== undefined) return hexEscape(hexKind, digits, at)
    if (whole.startsWith('\\N'))
      throw new TemplateSyntaxError('names of characters (\\N{…}) are not supported', at)
    if (other === undefined) throw new TemplateSyntaxError('\\ at end of string', at)
    return simpleEscapes[other] ?? whole
  })
}

function hexEscape(kind: string, digits: string, at: number): string {
  const width = hexWidths[kind] ?? 0
  if (digits.length < width) {
    throw new TemplateSyntaxError(`truncated \\${kind}${'X'.repeat(width)} escape`, at)
  }
  const code = Number.parseInt(digits.slice(0, width), 16)
  if (code > 0x10ffff) throw new TemplateSyntaxError('illegal Unicode character', at)
  return String.fromCodePoint(code) + digits.slice(width)
}
