// SPDX-License-Identifier: Apache-2.0

/** The place in a text that is being read. The text is followed by a NUL, which no document holds. */
export class Cursor {
  readonly text: string
  at = 0
  /** Line of `at`, counted from 0. */
  line = 0
  /** Where the line of `at` begins. */
  lineStart = 0

  constructor(text: string) {
    this.text = `${text}\0`
  }

  /** Column of `at`, counted from 0. */
  get column(): number {
    return this.at - this.lineStart
  }

  /** The UTF-16 unit at the place, or so many behind it; 0 at the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead)
  }

  /** Consumes the line break at this position and returns what it contributes to a value; '' if there is no line break. */
  readBreak(): string {
    const code = this.code()
    if (!isBreak(code)) return ''
    this.at += code === carriageReturn && this.code(1) === lineFeed ? 2 : 1
    this.line++
    this.lineStart = this.at
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n'
  }

  /** Moves behind the NUL at the end, as if it were a line break. */
  endLine(): void {
    this.at++
    this.line++
    this.lineStart = this.at
  }

  /** To the next character that is no space or tab. */
  skipBlanks(): void {
    while (isBlank(this.code())) this.at++
  }

  /** To the end of the line, before its break. */
  skipLine(): void {
    while (!isBreakOrEnd(this.code())) this.at++
  }

  /** Whether `---` or `...` stands here as a word of its own. */
  isAtDocumentMark(): boolean {
    const code = this.code()
    if (code !== dash && code !== dot) return false
    return this.code(1) === code && this.code(2) === code && isBlankBreakOrEnd(this.code(3))
  }
}

const lineFeed = 10
const carriageReturn = 13
const dash = 0x2d
const dot = 0x2e

/** A space or a tab. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** Line feed, carriage return, NEL and the separators of lines and paragraphs. */
export function isBreak(code: number): boolean {
  return code === lineFeed || code === carriageReturn || code === 0x85 || code === 0x2028 || code === 0x2029
}

/** A line break, or the end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code)
}

/** What ends a word. */
export function isBlankBreakOrEnd(code: number): boolean {
  return code === 0x20 || code === 0x09 || isBreakOrEnd(code)
}

/** What names of anchors and tags are made of. */
export function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === dash
  )
}

/** The value of a hexadecimal digit; -1 for any other character. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** What stands in a value for the line breaks between two of its lines: the first, and those behind it. */
export function folded(first: string, others: string): string {
  if (first !== '\n') return first + others
  return others === '' ? ' ' : others
}
