// SPDX-License-Identifier: Apache-2.0
import { type Cursor, folded, isBlank, isBlankBreakOrEnd, isBreak } from './cursor.ts'
import { YamlFault } from './fault.ts'
import type { Token } from './token.ts'

/** A scalar without quotes. `endsLine`: the place is on another line now, where a key may begin. */
export interface PlainScan {
  readonly token: Token
  readonly endsLine: boolean
}

/** Reads the plain scalar that begins here, whose lines stand at `indent` or deeper. */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): PlainScan {
  const start = cursor.at
  const { text } = cursor
  let value = ''
  let from = start
  let end = start
  let between: string | undefined
  for (;;) {
    if (cursor.column === 0 && cursor.isAtDocumentMark()) break
    if (cursor.code() === hash) break
    const wordStart = cursor.at
    skipWord(cursor, inFlow, start)
    if (cursor.at > wordStart) {
      if (between !== undefined) {
        value += text.slice(from, end) + between
        from = wordStart
        between = undefined
      }
      end = cursor.at
    }
    if (!isBlank(cursor.code()) && !isBreak(cursor.code())) break
    between = skipSpace(cursor, indent, start) ?? between
    if (!inFlow && cursor.column < indent) break
  }
  const token: Token = { type: 'scalar', start, end, text: value + text.slice(from, end), detail: 'plain' }
  return { token, endsLine: between !== undefined }
}

const hash = 0x23
const colon = 0x3a
const comma = 0x2c
const question = 0x3f

/** `[`, `]`, `{` and `}`. */
function isBracket(code: number): boolean {
  return code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d
}

function skipWord(cursor: Cursor, inFlow: boolean, start: number): void {
  for (let code = cursor.code(); !isBlankBreakOrEnd(code); code = cursor.code()) {
    if (code === colon) {
      const next = cursor.code(1)
      if (inFlow && (next === comma || next === question || isBracket(next)))
        throw new YamlFault(cursor.at, "found unexpected ':'", start)
      if (isBlankBreakOrEnd(next)) return
    }
    if (inFlow && (code === comma || isBracket(code))) return
    cursor.at++
  }
}

/** Blanks and line breaks; what the breaks stand for, undefined where there are none. */
function skipSpace(cursor: Cursor, indent: number, start: number): string | undefined {
  let first: string | undefined
  let others = ''
  for (let code = cursor.code(); isBlank(code) || isBreak(code); code = cursor.code()) {
    if (isBreak(code)) {
      if (first === undefined) first = cursor.readBreak()
      else others += cursor.readBreak()
      continue
    }
    if (first !== undefined && code === 0x09 && cursor.column < indent)
      throw new YamlFault(cursor.at, 'found a tab character that violates indentation', start)
    cursor.at++
  }
  return first === undefined ? undefined : folded(first, others)
}
