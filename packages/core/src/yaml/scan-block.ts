// SPDX-License-Identifier: Apache-2.0
import { type Cursor, isBlank, isBreak, isBreakOrEnd } from './cursor.ts'
import { YamlFault } from './fault.ts'
import type { Token } from './token.ts'

const plus = 0x2b
const minus = 0x2d
const pipe = 0x7c
const hash = 0x23

interface Header {
  /** `+` keeps the line breaks at the end, `-` drops the last one too. */
  readonly chomping: '+' | '-' | ''
  /** Blanks that the header says the text is indented by; 0 where it says nothing. */
  readonly increment: number
}

/** Reads the block scalar (`|` or `>`) that begins here, inside a collection whose indentation is `parent` (-1 at the root). */
export function scanBlock(cursor: Cursor, parent: number): Token {
  const start = cursor.at
  const isLiteral = cursor.code() === pipe
  cursor.at++
  const { chomping, increment } = readHeader(cursor, start)
  const least = Math.max(parent, 0)
  const place = { parent, start }
  const opening = readBreaks(cursor, increment === 0 ? 0 : least + increment, place)
  const { indent } = opening
  let { breaks } = opening
  let value = ''
  let lineBreak = ''
  let wasBlank = false
  while (cursor.column === indent && cursor.code() !== 0) {
    const isBlankLine = isBlank(cursor.code())
    const folds = !isLiteral && lineBreak === '\n' && !wasBlank && !isBlankLine
    value += folds ? (breaks === '' ? ' ' : breaks) : lineBreak + breaks
    wasBlank = isBlankLine
    const from = cursor.at
    cursor.skipLine()
    value += cursor.text.slice(from, cursor.at)
    lineBreak = cursor.readBreak()
    breaks = readBreaks(cursor, indent, place).breaks
  }
  if (chomping !== '-') value += lineBreak
  if (chomping === '+') value += breaks
  return { type: 'scalar', start, end: cursor.at, text: value, detail: 'quoted' }
}

/** The indentation around a scalar, and where it begins. */
interface Place {
  readonly parent: number
  readonly start: number
}

function readHeader(cursor: Cursor, start: number): Header {
  const before = readChomping(cursor)
  const increment = readIncrement(cursor, start)
  const chomping = before === '' && increment !== 0 ? readChomping(cursor) : before
  cursor.skipBlanks()
  if (cursor.code() === hash) cursor.skipLine()
  if (!isBreakOrEnd(cursor.code()))
    throw new YamlFault(cursor.at, 'did not find expected comment or line break', start)
  cursor.readBreak()
  return { chomping, increment }
}

function readChomping(cursor: Cursor): Header['chomping'] {
  const code = cursor.code()
  if (code !== plus && code !== minus) return ''
  cursor.at++
  return code === plus ? '+' : '-'
}

function readIncrement(cursor: Cursor, start: number): number {
  const digit = cursor.code() - 0x30
  if (digit < 0 || digit > 9) return 0
  if (digit === 0) throw new YamlFault(cursor.at, 'found an indentation indicator equal to 0', start)
  cursor.at++
  return digit
}

/** Empty lines, up to the first that holds text. `indent` 0: it is what that line or a longer empty one is indented by. */
function readBreaks(cursor: Cursor, indent: number, { parent, start }: Place) {
  let deepest = 0
  let breaks = ''
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.code() === 0x20) cursor.at++
    deepest = Math.max(deepest, cursor.column)
    if ((indent === 0 || cursor.column < indent) && cursor.code() === 0x09)
      throw new YamlFault(cursor.at, 'found a tab character where an indentation space is expected', start)
    if (!isBreak(cursor.code())) break
    breaks += cursor.readBreak()
  }
  return { breaks, indent: indent === 0 ? Math.max(deepest, parent + 1, 1) : indent }
}
