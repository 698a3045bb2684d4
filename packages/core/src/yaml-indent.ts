// SPDX-License-Identifier: Apache-2.0

/**
 * The text with the lines that go on with a bracket or quote moved behind the column where that begins. Python's reader takes
 * such lines at any depth, `{{ data | yaml }}` makes them, and the library wants them deep. Blanks in these places mean nothing.
 * Undefined where nothing is to be moved, or a bracket or quote is not closed.
 */
export function withDeepLines(text: string): string | undefined {
  const scanner = new OpenTokens()
  let moved = false
  const lines = text.split('\n').map((line) => {
    const wanted = scanner.column
    scanner.read(line)
    const depth = line.length - line.trimStart().length
    if (wanted === undefined || line.trim() === '' || depth >= wanted) return line
    moved = true
    return ' '.repeat(wanted - depth) + line
  })
  return moved && scanner.column === undefined ? lines.join('\n') : undefined
}

/** Follows brackets and quotes from line to line. */
class OpenTokens {
  /** Behind where the outermost bracket or quote that is open begins; undefined when none is. */
  column: number | undefined
  #depth = 0
  #quote: string | undefined
  /** Indentation of the line that a block of literal text belongs to. */
  #block: number | undefined

  read(line: string): void {
    if (this.#isInBlock(line)) return
    let at = this.column === undefined ? line.length - line.trimStart().length : 0
    let isStart = this.#quote === undefined
    while (at < line.length) {
      if (this.#quote !== undefined) {
        at = this.#readQuote(line, at)
        isStart = false
        continue
      }
      const character = line.charAt(at)
      if (character === '#' && (at === 0 || /\s/.test(line.charAt(at - 1)))) return
      if (isStart && this.#depth === 0 && /^[|>][-+0-9]*\s*(?:#.*)?$/.test(line.slice(at))) {
        this.#block = line.length - line.trimStart().length
        return
      }
      isStart = this.#step(line, at, isStart)
      at++
    }
  }

  #isInBlock(line: string): boolean {
    if (this.#block === undefined) return false
    if (line.trim() === '' || line.length - line.trimStart().length > this.#block) return true
    this.#block = undefined
    return false
  }

  /** Whether a value may begin behind this character. */
  #step(line: string, at: number, isStart: boolean): boolean {
    const character = line.charAt(at)
    const endsWord = at + 1 >= line.length || /\s/.test(line.charAt(at + 1))
    if (isStart && (character === '"' || character === "'")) {
      this.#quote = character
      this.column ??= at + 1
      return false
    }
    if ((character === '[' || character === '{') && (isStart || this.#depth > 0)) {
      this.#depth++
      this.column ??= at + 1
      return true
    }
    if (this.#depth > 0 && (character === ']' || character === '}')) this.#close()
    if (this.#depth > 0 && character === ',') return true
    if (character === ' ' || character === '\t') return isStart
    if (isStart && (character === '&' || character === '!')) return false
    if (character === ':') return endsWord || this.#depth > 0
    return endsWord && isStart && (character === '-' || character === '?')
  }

  #close(): void {
    this.#depth--
    if (this.#depth === 0) this.column = undefined
  }

  #readQuote(line: string, at: number): number {
    const character = line.charAt(at)
    if (this.#quote === '"' && character === '\\') return at + 2
    if (character !== this.#quote) return at + 1
    if (character === "'" && line.charAt(at + 1) === "'") return at + 2
    this.#quote = undefined
    if (this.#depth === 0) this.column = undefined
    return at + 1
  }
}
