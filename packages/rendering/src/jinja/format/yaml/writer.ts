// SPDX-License-Identifier: Apache-2.0

/** Escapes of scalars, as libyaml writes them, through which Salt's dumper goes. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\x08', 'b'],
  ['\x09', 't'],
  ['\n', 'n'],
  ['\x0b', 'v'],
  ['\x0c', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\x85', 'N'],
  ['\xa0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
])

/** Text with the column it has reached, and PyYAML's ways to write scalars into it. */
export class YamlWriter {
  readonly width: number
  readonly allowUnicode: boolean
  /** Spaces before the lines that belong to the innermost collection. */
  indent = 0
  column = 0
  /** Whether only blanks stand on the line so far. */
  whitespace = true
  /** Whether only indentation and indicators such as `- ` stand on the line so far. */
  indention = true
  #parts: string[] = []

  constructor(width: number, allowUnicode: boolean) {
    this.width = width
    this.allowUnicode = allowUnicode
  }

  get text(): string {
    return this.#parts.join('')
  }

  write(text: string): void {
    this.#parts.push(text)
    this.column += Array.from(text).length
  }

  indicator(
    text: string,
    how: { readonly space?: boolean; readonly whitespace?: boolean; readonly indention?: boolean } = {},
  ): void {
    const data = this.whitespace || !how.space ? text : ` ${text}`
    this.whitespace = how.whitespace ?? false
    this.indention = this.indention && (how.indention ?? false)
    this.write(data)
  }

  lineBreak(text = '\n'): void {
    this.whitespace = true
    this.indention = true
    this.#parts.push(text)
    this.column = 0
  }

  /** Goes to a new line at the current indentation, unless it is there already. */
  newLine(): void {
    if (!this.indention || this.column > this.indent || (this.column === this.indent && !this.whitespace))
      this.lineBreak()
    if (this.column < this.indent) {
      this.whitespace = true
      this.write(' '.repeat(this.indent - this.column))
    }
  }

  plain(text: string, split: boolean): void {
    if (text === '') return
    if (!this.whitespace) this.write(' ')
    this.whitespace = false
    this.indention = false
    for (const run of text.match(/ +|[^ ]+/g) ?? []) {
      const isFold = run === ' ' && split && this.column > this.width
      if (isFold) {
        this.newLine()
        this.whitespace = false
        this.indention = false
      } else this.write(run)
    }
  }

  singleQuoted(text: string, split: boolean): void {
    this.indicator("'", { space: true })
    const runs = text.match(/ +|[\n\x85\u2028\u2029]+|'|[^ \n\x85\u2028\u2029']+/g) ?? []
    for (const [index, run] of runs.entries()) {
      const isInside = index > 0 && index < runs.length - 1
      if (run === ' ' && split && this.column > this.width && isInside) this.newLine()
      else if (/^[\n\x85\u2028\u2029]/.test(run)) {
        if (run.startsWith('\n')) this.lineBreak()
        for (const each of run) this.lineBreak(each)
        this.newLine()
      } else this.write(run === "'" ? "''" : run)
    }
    this.indicator("'")
  }

  doubleQuoted(text: string, split: boolean): void {
    this.indicator('"', { space: true })
    const characters = Array.from(text)
    for (const [index, character] of characters.entries()) {
      const isInside = index > 0 && index < characters.length - 1
      const isFirstBlank = character === ' ' && characters[index - 1] !== ' '
      if (split && isInside && isFirstBlank && this.column > this.width) {
        this.newLine()
        this.whitespace = false
        this.indention = false
        if (characters[index + 1] === ' ') this.write('\\')
      } else this.write(this.#needsEscape(character) ? escaped(character) : character)
    }
    this.indicator('"')
  }

  #needsEscape(character: string): boolean {
    if (/["\\\x85\u2028\u2029\ufeff]/.test(character)) return true
    if (/[\x20-\x7e]/.test(character)) return false
    return !(this.allowUnicode && /[\xa0-\ud7ff\ue000-\ufffd]/.test(character))
  }
}

function escaped(character: string): string {
  const short = escapes.get(character)
  if (short !== undefined) return `\\${short}`
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
