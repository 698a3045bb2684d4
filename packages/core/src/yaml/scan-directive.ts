// SPDX-License-Identifier: Apache-2.0
import { type Cursor, isBlank, isBlankBreakOrEnd, isBreakOrEnd, isWord } from './cursor.ts'
import { YamlFault } from './fault.ts'
import { scanHandle, scanUri } from './scan-properties.ts'
import type { Token } from './token.ts'

/** Reads the directive that begins here: `%YAML 1.1` or `%TAG ! prefix`, with the rest of its line. */
export function scanDirective(cursor: Cursor): Token {
  const start = cursor.at
  cursor.at++
  const name = readName(cursor, start)
  if (name !== 'YAML' && name !== 'TAG') throw new YamlFault(cursor.at, 'found unknown directive name', start)
  const token = name === 'YAML' ? versionDirective(cursor, start) : tagDirective(cursor, start)
  cursor.skipBlanks()
  if (cursor.text.charAt(cursor.at) === '#') cursor.skipLine()
  if (!isBreakOrEnd(cursor.code()))
    throw new YamlFault(cursor.at, 'did not find expected comment or line break', start)
  cursor.readBreak()
  return token
}

function readName(cursor: Cursor, start: number): string {
  const from = cursor.at
  while (isWord(cursor.code())) cursor.at++
  if (cursor.at === from) throw new YamlFault(cursor.at, 'could not find expected directive name', start)
  if (!isBlankBreakOrEnd(cursor.code()))
    throw new YamlFault(cursor.at, 'found unexpected non-alphabetical character', start)
  return cursor.text.slice(from, cursor.at)
}

function versionDirective(cursor: Cursor, start: number): Token {
  cursor.skipBlanks()
  const major = readNumber(cursor, start)
  if (cursor.text.charAt(cursor.at) !== '.')
    throw new YamlFault(cursor.at, "did not find expected digit or '.' character", start)
  cursor.at++
  const version = `${major}.${readNumber(cursor, start)}`
  return { type: 'version-directive', start, end: cursor.at, text: version, detail: '' }
}

function readNumber(cursor: Cursor, start: number): number {
  const digits = /\d*/y
  digits.lastIndex = cursor.at
  const [found = ''] = digits.exec(cursor.text) ?? []
  if (found.length > 9) throw new YamlFault(cursor.at + 9, 'found extremely long version number', start)
  if (found === '') throw new YamlFault(cursor.at, 'did not find expected version number', start)
  cursor.at += found.length
  return Number(found)
}

function tagDirective(cursor: Cursor, start: number): Token {
  cursor.skipBlanks()
  const handle = scanHandle(cursor, start, true)
  if (!isBlank(cursor.code())) throw new YamlFault(cursor.at, 'did not find expected whitespace', start)
  cursor.skipBlanks()
  const prefix = scanUri(cursor, { start, isVerbatim: true })
  if (!isBlankBreakOrEnd(cursor.code()))
    throw new YamlFault(cursor.at, 'did not find expected whitespace or line break', start)
  return { type: 'tag-directive', start, end: cursor.at, text: prefix, detail: handle }
}
