// SPDX-License-Identifier: Apache-2.0
import { newline } from '../pattern/character-class.ts'
import { PatternReader } from '../pattern/pattern-reader.ts'
import { Characters } from './characters.ts'
import { takeCounts } from './counts.ts'
import { type Alphabet, type Dialect, dot } from './dialect.ts'
import type { RegexFlags, TranslateOptions, Translation } from './translation.ts'

/**
 * A pattern of Python's `re` in the words of another engine: one pass from left to right. Throws `Unsayable` for what only the
 * other engine can say, and TARGET_INVALID, its message the reason, for what is wrong or is not supported at all.
 */
export function translate(pattern: string, options: TranslateOptions): Translation {
  return new Translator(pattern, options).translated()
}

const maxNesting = 100
const flagNames: Readonly<Record<string, keyof RegexFlags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
}

/** Recursive descent: choice → sequence → repeat → atom. */
class Translator {
  readonly #in: PatternReader
  readonly #dialect: Dialect
  readonly #alphabet: Alphabet
  readonly #names = new Map<string, number>()
  readonly #open = new Set<number>()
  #flags: RegexFlags
  #characters: Characters
  #groups = 0
  #nesting = 0
  #hasSoftEnd = false
  #hasUnicodeEdge = false

  constructor(pattern: string, { flags, alphabet, dialect }: TranslateOptions) {
    this.#in = new PatternReader(pattern)
    this.#flags = flags
    this.#dialect = dialect
    this.#alphabet = alphabet
    this.#characters = new Characters({ flags, alphabet, dialect })
  }

  translated(): Translation {
    const flags = this.#in.takeMatch(/^\(\?([a-zA-Z]+)\)/)
    if (flags !== undefined) this.#switchFlags(flags, true)
    const source = this.#choice()
    if (!this.#in.isAtEnd) throw this.#in.problem('has a ")" without "("')
    return {
      source,
      groups: this.#groups,
      names: this.#names,
      hasSoftEnd: this.#hasSoftEnd,
      hasUnicodeEdge: this.#hasUnicodeEdge,
    }
  }

  #choice(): string {
    const branches = [this.#sequence()]
    while (this.#in.take('|')) branches.push(this.#sequence())
    return branches.join('|')
  }

  #sequence(): string {
    const parts: string[] = []
    while (!this.#in.isAtEnd && !this.#in.isNext('|') && !this.#in.isNext(')')) {
      if (this.#skipped()) continue
      const atom = this.#atom()
      this.#skipped()
      parts.push(this.#repeated(atom))
    }
    return parts.join('')
  }

  /** Comments, and with the flag VERBOSE blanks too. */
  #skipped(): boolean {
    let any = this.#in.takeComments()
    while (this.#flags.verbose) {
      const blank = this.#in.takeMatch(/^([\s#])/)
      if (blank === undefined) break
      any = true
      if (blank === '#') while (!this.#in.isAtEnd && this.#in.next() !== newline);
    }
    return any
  }

  #repeated(atom: string): string {
    const counts = takeCounts(this.#in)
    if (counts === undefined) return atom
    if (this.#in.isNext('+')) throw this.#in.problem('has a possessive repeat, which is not supported')
    const lazy = this.#in.take('?') ? '?' : ''
    this.#skipped()
    if (takeCounts(this.#in) !== undefined) throw this.#in.problem('has a repeat of a repeat')
    return `(?:${atom})${counts}${lazy}`
  }

  #atom(): string {
    const { multiline, dotAll } = this.#flags
    if (this.#in.take('(')) return this.#group()
    if (this.#in.take('[')) return this.#class()
    if (this.#in.take('\\')) return this.#escape()
    if (this.#in.take('.')) return dot(this.#dialect, dotAll)
    if (this.#in.take('^')) return multiline ? this.#dialect.lineStart : this.#dialect.start
    if (this.#in.take('$')) {
      if (multiline) return this.#dialect.lineEnd
      this.#hasSoftEnd = true
      return this.#dialect.softEnd
    }
    if (takeCounts(this.#in) !== undefined) throw this.#in.problem('has a repeat of nothing')
    return this.#characters.literal(this.#in.next())
  }

  #group(): string {
    if (this.#nesting >= maxNesting) throw this.#in.problem(`nests groups deeper than ${maxNesting}`)
    this.#nesting += 1
    const outerFlags = this.#flags
    const wrap = this.#groupKind()
    const body = wrap(this.#choice())
    if (!this.#in.take(')')) throw this.#in.problem('has a "(" without ")"')
    this.#useFlags(outerFlags)
    this.#nesting -= 1
    return body
  }

  /** Reads what follows `(` up to the body, and says what the group makes of it. */
  #groupKind(): (body: string) => string {
    if (!this.#in.isNext('?')) return this.#capture()
    for (const kind of ['=', '!', '<=', '<!'] as const)
      if (this.#in.take(`?${kind}`)) return (body) => this.#dialect.look(kind, body)
    const name = this.#in.takeMatch(/^\?P<([^\W\d]\w*)>/u)
    if (name !== undefined) return this.#capture(name)
    const back = this.#in.takeMatch(/^\?P=([^\W\d]\w*)(?=\))/u)
    if (back !== undefined) return () => this.#back(this.#names.get(back), back)
    const flags = this.#in.takeMatch(/^\?([a-zA-Z]*(?:-[a-zA-Z]+)?):/)
    if (flags === undefined) throw this.#in.problem('has a group of a kind that is not supported')
    const [on = '', off = ''] = flags.split('-')
    this.#switchFlags(on, true)
    this.#switchFlags(off, false)
    return (body) => `(?:${body})`
  }

  #capture(name?: string): (body: string) => string {
    const number = ++this.#groups
    if (name !== undefined) {
      if (this.#names.has(name)) throw this.#in.problem(`has two groups with the name "${name}"`)
      this.#names.set(name, number)
    }
    this.#open.add(number)
    return (body) => {
      this.#open.delete(number)
      return `(${body})`
    }
  }

  #back(group: number | undefined, written: string): string {
    if (group === undefined || group > this.#groups) throw this.#in.problem(`refers to no group: ${written}`)
    if (this.#open.has(group)) throw this.#in.problem('refers to a group that is still open')
    return this.#dialect.back(group)
  }

  #switchFlags(letters: string, value: boolean): void {
    for (const letter of letters) {
      const name = flagNames[letter]
      if (name !== undefined) this.#useFlags({ ...this.#flags, [name]: value })
      else if (letter !== 'u' && letter !== 'L')
        throw this.#in.problem(`uses the flag "${letter}", which is not supported`)
    }
  }

  #useFlags(flags: RegexFlags): void {
    if (flags === this.#flags) return
    this.#flags = flags
    this.#characters = new Characters({ flags, alphabet: this.#alphabet, dialect: this.#dialect })
  }

  #escape(): string {
    if (this.#in.take('A')) return this.#dialect.start
    if (this.#in.take('Z')) return this.#dialect.end
    if (this.#in.isNext('b') || this.#in.isNext('B')) {
      const isAscii = this.#characters.isAscii
      if (!isAscii) this.#hasUnicodeEdge = true
      return this.#dialect.edge(isAscii ? 'bytes' : 'unicode', this.#in.next() === 0x42)
    }
    const category = this.#in.takeMatch(/^([dDwWsS])/)
    if (category !== undefined) return `[${this.#characters.category(category)}]`
    // `\0` and three octal digits are a character.
    const group = this.#in.takeMatch(/^(?!0|[0-3][0-7]{2})(\d{1,2})/)
    if (group !== undefined) return this.#back(Number(group), `\\${group}`)
    return this.#characters.literal(this.#escapedPoint())
  }

  #class(): string {
    const negated = this.#in.take('^')
    let members = ''
    for (let first = true; first || !this.#in.isNext(']'); first = false) members += this.#classMember()
    this.#in.next()
    return `[${negated ? '^' : ''}${members}]`
  }

  #classMember(): string {
    const low = this.#classPoint()
    const isRange = this.#in.isNext('-') && this.#in.peek(1) !== ']'
    if (!isRange) return typeof low === 'number' ? this.#characters.members([low, low]) : low
    this.#in.next()
    const high = this.#classPoint()
    if (typeof low === 'number' && typeof high === 'number' && low <= high)
      return this.#characters.members([low, high])
    throw this.#in.problem('has an invalid range in a "[…]"')
  }

  #classPoint(): number | string {
    if (!this.#in.take('\\')) return this.#in.next('has a "[" without "]"')
    if (this.#in.take('b')) return 0x08
    const category = this.#in.takeMatch(/^([dDwWsS])/)
    return category === undefined ? this.#escapedPoint() : this.#characters.category(category)
  }

  /** The character that an escape stands for. */
  #escapedPoint(): number {
    const longer = this.#alphabet === 'bytes' ? '' : '|u[\\da-fA-F]{4}|U[\\da-fA-F]{8}'
    const hex = this.#in.takeMatch(new RegExp(`^(x[\\da-fA-F]{2}${longer})`))
    if (hex !== undefined) return this.#checkedPoint(Number.parseInt(hex.slice(1), 16))
    const octal = this.#in.takeMatch(/^(0[0-7]{0,2}|[1-3][0-7]{2})/)
    if (octal !== undefined) return Number.parseInt(octal, 8)
    const control = this.#in.takeMatch(/^([afnrtv])/)
    if (control !== undefined) return controls[control] as number
    const letter = this.#in.takeMatch(/^([a-zA-Z0-9])/)
    if (letter !== undefined) throw this.#in.problem(`has an escape that means nothing: \\${letter}`)
    return this.#in.next('ends with a backslash')
  }

  #checkedPoint(point: number): number {
    if (point <= 0x10ffff) return point
    throw this.#in.problem('has an escape above the last character')
  }
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }
