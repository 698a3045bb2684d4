// SPDX-License-Identifier: Apache-2.0
import {
  compareText,
  compareValues,
  isSaltError,
  pythonRepr,
  pythonTypeName,
  Tuple,
  tupleOf,
  ValueMap,
} from '@halite/core'
import { type Entries, linesWithEnds, shownEntries } from './entries.ts'

const pageWidth = 80

/**
 * A value as Python's `pprint` writes it: its `repr` where that fits into 80 columns, else one element on each line,
 * long text broken at its blanks. Keys are sorted. `indent` is what each level adds.
 */
export function prettyRepr(value: unknown, indent = 1): string {
  return new Pretty(indent).text(withSortedKeys(value), { column: 0, after: 0, top: true })
}

/** Where a value stands: at which column, and how many characters must still fit behind it on its last line. */
interface Place {
  readonly column: number
  readonly after: number
  /** The value is the whole document: broken text is put into parentheses. */
  readonly top?: boolean
}

class Pretty {
  readonly #indent: number

  constructor(indent: number) {
    this.#indent = indent
  }

  text(value: unknown, place: Place): string {
    const repr = pythonRepr(value)
    if (widthOf(repr) <= pageWidth - place.column - place.after) return repr
    if (typeof value === 'string') return value === '' ? repr : brokenText(value, place)
    if (Array.isArray(value)) return this.#list(value, place)
    const entries = shownEntries(value)
    return entries === undefined ? repr : this.#map(entries, place)
  }

  #list(list: readonly unknown[], { column, after }: Place): string {
    const inner = column + this.#indent
    const items = list.map((item, index) => {
      return this.text(item, { column: inner, after: index === list.length - 1 ? after + 1 : 1 })
    })
    return `[${this.#pad()}${items.join(nextLine(inner))}]`
  }

  #map(entries: Entries, { column, after }: Place): string {
    const inner = column + this.#indent
    const items = entries.map(([key, value], index) => {
      const name = `${pythonRepr(key)}: `
      const place = { column: inner + widthOf(name), after: index === entries.length - 1 ? after + 1 : 1 }
      return name + this.text(value, place)
    })
    return `{${this.#pad()}${items.join(nextLine(inner))}}`
  }

  #pad(): string {
    return ' '.repeat(Math.max(0, this.#indent - 1))
  }
}

function nextLine(column: number): string {
  return `,\n${' '.repeat(column)}`
}

/** Python puts the pieces of a text below one another, and a whole document of them into parentheses. */
function brokenText(text: string, { column, after, top = false }: Place): string {
  const start = top ? column + 1 : column
  const room = pageWidth - start
  const pieces = textPieces(text, { room, lastRoom: room - (top ? after + 1 : after) })
  if (pieces.length === 1) return pieces.join('')
  const body = pieces.join(`\n${' '.repeat(start)}`)
  return top ? `(${body})` : body
}

interface Room {
  readonly room: number
  /** Room for the piece that ends the text. */
  readonly lastRoom: number
}

function textPieces(text: string, { room, lastRoom }: Room): string[] {
  const lines = linesWithEnds(text)
  return lines.flatMap((line, index) => {
    const ending = index === lines.length - 1 ? lastRoom : room
    const repr = pythonRepr(line)
    return widthOf(repr) <= ending ? [repr] : wrappedLine(line, { room, lastRoom: ending })
  })
}

/** A word and the blanks behind it; Python counts more characters as blank than JavaScript. */
const blanks = '\\s\\x1c-\\x1f\\x85'
const wordAndBlanks = new RegExp(`[^${blanks}]*[${blanks}]+|[^${blanks}]+`, 'gu')

/** Breaks a line behind its blanks; a word that is too long stays whole. */
function wrappedLine(line: string, { room, lastRoom }: Room): string[] {
  const words = line.match(wordAndBlanks) ?? []
  const pieces: string[] = []
  let current = ''
  for (const [index, word] of words.entries()) {
    const limit = index === words.length - 1 ? lastRoom : room
    if (widthOf(pythonRepr(current + word)) <= limit) {
      current += word
      continue
    }
    if (current !== '') pieces.push(pythonRepr(current))
    current = word
  }
  return current === '' ? pieces : [...pieces, pythonRepr(current)]
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value))
    return value instanceof Tuple ? tupleOf(value.map(withSortedKeys)) : value.map(withSortedKeys)
  const entries = shownEntries(value)
  if (entries === undefined) return value
  return new ValueMap([...entries].sort(compareKeys).map(([key, part]) => [key, withSortedKeys(part)]))
}

/** Keys without an order are put together by their types. */
function compareKeys([a]: readonly [unknown, unknown], [b]: readonly [unknown, unknown]): number {
  try {
    return compareValues(a, b)
  } catch (error) {
    if (isSaltError(error, 'VALUE_OPERATION')) return compareText(pythonTypeName(a), pythonTypeName(b))
    throw error
  }
}

/** Python counts code points. */
function widthOf(text: string): number {
  return [...text].length
}
