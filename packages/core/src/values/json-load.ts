// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '../errors.ts'
import { floatOf, integerOf } from './float.ts'
import { MapBuilder } from './maps.ts'

export interface LoadJsonOptions {
  /** Deepest nesting of lists and maps; default 512. */
  readonly maxDepth?: number
}

/**
 * The value of a JSON text as Python reads it: keys in their order, `5.0` and `1e3` as floats, integers of any size, `NaN`
 * and `Infinity`; of a key that stands twice the last value counts.
 * Throws `JSON_INVALID` with Python's text (`Expecting value: line 1 column 1 (char 0)`) and the parts in `data`, or
 * `VALUE_TOO_DEEP`.
 */
export function loadJson(text: string, options: LoadJsonOptions = {}): unknown {
  return new JsonReader(text, options.maxDepth ?? 512).document()
}

const blanks = /[ \t\n\r]*/y
const number = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
/** Up to the first character that needs a look: the end, an escape, or a control. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in text
const plainRun = /[^"\\\x00-\x1f]*/y
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class JsonReader {
  readonly #text: string
  readonly #maxDepth: number
  #at = 0
  #depth = 0

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  document(): unknown {
    if (this.#text.startsWith('\ufeff'))
      throw this.#problem('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0)
    this.#skipBlanks()
    const value = this.#value()
    this.#skipBlanks()
    if (this.#at < this.#text.length) throw this.#problem('Extra data', this.#at)
    return value
  }

  #value(): unknown {
    const next = this.#text[this.#at]
    if (next === '"') return this.#string()
    if (next === '{') return this.#nested(() => this.#map())
    if (next === '[') return this.#nested(() => this.#list())
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return value
    }
    return this.#number()
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > this.#maxDepth) {
      throw new SaltError('VALUE_TOO_DEEP', `JSON is nested deeper than ${this.#maxDepth} levels`)
    }
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #list(): unknown[] {
    const items: unknown[] = []
    this.#skipBlanks()
    if (this.#skip(']')) return items
    for (;;) {
      this.#skipBlanks()
      items.push(this.#value())
      this.#skipBlanks()
      if (this.#skip(']')) return items
      if (!this.#skip(',')) throw this.#problem("Expecting ',' delimiter", this.#at)
    }
  }

  #map(): unknown {
    const map = new MapBuilder()
    this.#skipBlanks()
    if (this.#skip('}')) return map.build()
    for (;;) {
      this.#skipBlanks()
      if (this.#text[this.#at] !== '"') {
        throw this.#problem('Expecting property name enclosed in double quotes', this.#at)
      }
      const key = this.#string()
      this.#skipBlanks()
      if (!this.#skip(':')) throw this.#problem("Expecting ':' delimiter", this.#at)
      this.#skipBlanks()
      map.set(key, this.#value())
      this.#skipBlanks()
      if (this.#skip('}')) return map.build()
      if (!this.#skip(',')) throw this.#problem("Expecting ',' delimiter", this.#at)
    }
  }

  #string(): string {
    const start = this.#at++
    let result = ''
    for (;;) {
      result += this.#match(plainRun)?.[0] ?? ''
      const next = this.#text[this.#at]
      if (next === undefined) throw this.#problem('Unterminated string starting at', start)
      if (next !== '"' && next !== '\\') throw this.#problem('Invalid control character at', this.#at)
      this.#at++
      if (next === '"') return result
      result += this.#escape(start)
    }
  }

  #escape(start: number): string {
    const letter = this.#text[this.#at]
    if (letter === undefined) throw this.#problem('Unterminated string starting at', start)
    this.#at++
    if (letter !== 'u') {
      const character = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
      if (character === undefined) throw this.#problem('Invalid \\escape', this.#at - 2)
      return character
    }
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#problem('Invalid \\uXXXX escape', this.#at)
    this.#at += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #number(): unknown {
    const [text, whole = '', fraction, exponent] = this.#match(number) ?? []
    if (text === undefined) throw this.#problem('Expecting value', this.#at)
    if (fraction !== undefined || exponent !== undefined) return floatOf(Number(text))
    return whole.length < 16 ? Number(whole) + 0 : integerOf(BigInt(whole))
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text) ?? undefined
    if (found !== undefined) this.#at = pattern.lastIndex
    return found
  }

  #skipBlanks(): void {
    this.#match(blanks)
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  /** Python counts characters where JavaScript counts their halves. */
  #problem(problem: string, at: number): SaltError {
    const before = this.#text.slice(0, at)
    const char = charactersIn(before)
    const lines = before.split('\n')
    const line = lines.length
    const column = charactersIn(lines.at(-1) ?? '') + 1
    return new SaltError('JSON_INVALID', `${problem}: line ${line} column ${column} (char ${char})`, {
      data: { problem, line, column },
    })
  }
}

function charactersIn(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
