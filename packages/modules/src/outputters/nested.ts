// SPDX-License-Identifier: Apache-2.0
import { pythonRepr, pythonStr } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { type Entries, linesOf, shown, shownEntries, sortedEntries } from './text/entries.ts'
import { type Color, type Paint, painter, withoutEscapes } from './text/paint.ts'

/** The default: indented lines, keys sorted, for people to read. */
export default defineOutputter({
  name: 'nested',
  doc: 'Indented lines for people to read, keys sorted. The default.',
  render: (data, style) => {
    const nesting = new Nesting(painter(style.color), (style.retcode ?? 0) !== 0)
    nesting.add(data, 0, '')
    return nesting.lines.join('\n')
  },
})

/** Collects the lines; keys and marks of a function that failed are red. */
export class Nesting {
  readonly lines: string[] = []
  readonly #paint: Paint
  readonly #failed: boolean

  constructor(paint: Paint, failed: boolean) {
    this.#paint = paint
    this.#failed = failed
  }

  /** Adds the lines of a value. `mark` stands before its first line: `- ` inside a list. */
  add(value: unknown, indent: number, mark: string): void {
    const plain = shown(value)
    const entries = shownEntries(plain)
    if (typeof plain === 'string') this.#addText(plain, indent, mark)
    else if (Array.isArray(plain)) this.#addList(plain, indent)
    else if (entries !== undefined) this.#addMap(entries, indent)
    else this.#line(indent, this.#paint('lightYellow', `${mark}${pythonRepr(plain)}`))
  }

  #addText(text: string, indent: number, mark: string): void {
    for (const [index, line] of linesOf(text).entries()) {
      const before = index === 0 ? mark : ' '.repeat(mark.length)
      this.#line(indent, this.#paint('green', `${before}${withoutEscapes(line)}`))
    }
  }

  #addList(list: readonly unknown[], indent: number): void {
    for (const item of list) {
      const plain = shown(item)
      if (!Array.isArray(plain) && shownEntries(plain) === undefined) {
        this.add(plain, indent, '- ')
        continue
      }
      this.#line(indent, this.#paint(this.#failed ? 'red' : 'green', '|_'))
      this.add(plain, indent + 2, '')
    }
  }

  #addMap(entries: Entries, indent: number): void {
    const color: Color = this.#failed ? 'red' : 'cyan'
    if (indent > 0) this.#line(indent, this.#paint(color, '----------'))
    for (const [key, value] of sortedEntries(entries)) {
      this.#line(indent, `${this.#paint(color, withoutEscapes(pythonStr(key)))}:`)
      this.add(value, indent + 4, '')
    }
  }

  #line(indent: number, painted: string): void {
    this.lines.push(`${' '.repeat(indent)}${painted}`)
  }
}
