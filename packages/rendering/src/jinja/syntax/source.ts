// SPDX-License-Identifier: Apache-2.0

/** A place in a template, both counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** The text of a template with `\n` for every kind of line break, and the way from offsets to lines. */
export class Source {
  readonly text: string
  /** How messages name the template: a path below the file roots, or a name the caller chose. */
  readonly name: string
  #lineStarts: number[] | undefined

  constructor(name: string, text: string) {
    this.name = name
    this.text = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  }

  placeOf(offset: number): Place {
    this.#lineStarts ??= lineStartsOf(this.text)
    const starts = this.#lineStarts
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }

  /** The text of a line counted from 1, without its line break; empty beyond the end. */
  line(number: number): string {
    this.#lineStarts ??= lineStartsOf(this.text)
    const start = this.#lineStarts[number - 1]
    if (start === undefined) return ''
    const end = this.#lineStarts[number]
    return this.text.slice(start, end === undefined ? undefined : end - 1)
  }

  get lineCount(): number {
    this.#lineStarts ??= lineStartsOf(this.text)
    return this.#lineStarts.length
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
