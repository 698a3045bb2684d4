// SPDX-License-Identifier: Apache-2.0
import { pythonRepr, pythonStr, SaltError } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { type Entries, eachLine, shown, shownEntries, sortedEntries } from './text/entries.ts'
import { type Color, type Paint, painter, withoutEscapes } from './text/paint.ts'

/** The default: indented lines, keys sorted, for people to read. */
export default defineOutputter({
  name: 'nested',
  doc: 'Indented lines for people to read, keys sorted. The default.',
  render: (data, style) => {
    const nesting = new Nesting(painter(style.color), (style.retcode ?? 0) !== 0)
    nesting.add(data, 0, '')
    return joined(nesting.lines)
  },
})

function joined(lines: readonly string[]): string {
  try {
    return lines.join('\n')
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new SaltError(
      'VALUE_TOO_LARGE',
      'the return is too long to be shown: its lines are more than 512 MiB',
      {
        cause,
        hint: 'Have the command write to a file, or show it with --out json.',
      },
    )
  }
}

/** Lines of a long text are joined in blocks: a list of millions of lines needs many times the memory of the text. */
const blockLines = 4096

/** Collects the lines; keys and marks of a function that failed are red. */
export class Nesting {
  /** Each a line, or a block of several. */
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
    const margin = ' '.repeat(indent)
    let before = mark
    let block: string[] = []
    for (const line of eachLine(text)) {
      block.push(`${margin}${this.#paint('green', `${before}${withoutEscapes(line)}`)}`)
      before = ' '.repeat(mark.length)
      if (block.length < blockLines) continue
      this.lines.push(block.join('\n'))
      block = []
    }
    this.lines.push(...block)
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
