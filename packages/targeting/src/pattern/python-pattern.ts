// SPDX-License-Identifier: Apache-2.0
import { atLastLineEnd, atLineEnd, atLineStart, atStart, atTextEnd, atWordEdge, no } from './anchors.ts'
import { categoryOf, ignoringCase, newline, type PointTest, range } from './character-class.ts'
import { PatternReader } from './pattern-reader.ts'
import {
  ahead,
  behind,
  choice,
  one,
  type PatternPart,
  PatternRun,
  repeat,
  sequence,
  where,
} from './position-sets.ts'

/**
 * A regular expression in Python's syntax, look-around included, as a test whether it matches at the start of a text, or
 * anywhere in it.
 * Back-references, conditionals and the flags `a`, `L` and `x` are refused: `TARGET_INVALID`, its message the reason.
 * The test itself throws `TARGET_INVALID` when a text needs more steps than one text is given, so that no pattern and
 * no text can hang its caller.
 */
export function compilePythonPattern(
  pattern: string,
  where: 'start' | 'anywhere' = 'start',
): (text: string) => boolean {
  const part = new PatternParser(pattern).parse()
  return (text) => {
    const run = new PatternRun(text)
    const starts = where === 'start' ? [0] : [...run.points.keys(), run.points.length]
    return part(run, new Set(starts)).size > 0
  }
}

interface Flags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
}

const maxNesting = 100

/** Recursive descent: choice → sequence → repeat → atom. */
class PatternParser {
  readonly #in: PatternReader
  #nesting = 0
  #flags: Flags = { ignoreCase: false, multiline: false, dotAll: false }

  constructor(pattern: string) {
    this.#in = new PatternReader(pattern)
  }

  parse(): PatternPart {
    const flags = this.#in.takeMatch(/^\(\?([a-zA-Z]+)\)/)
    if (flags !== undefined) this.#switchFlags(flags, true)
    const part = this.#choice()
    if (!this.#in.isAtEnd) throw this.#in.problem('has a ")" without "("')
    return part
  }

  #choice(): PatternPart {
    const branches = [this.#sequence()]
    while (this.#in.take('|')) branches.push(this.#sequence())
    return branches.length === 1 ? (branches[0] as PatternPart) : choice(branches)
  }

  #sequence(): PatternPart {
    const parts: PatternPart[] = []
    while (!this.#in.isAtEnd && !this.#in.isNext('|') && !this.#in.isNext(')')) {
      if (this.#in.takeComments()) continue
      const part = this.#atom()
      // `a(?#comment)*` repeats the `a`.
      this.#in.takeComments()
      parts.push(this.#repeated(part))
    }
    return sequence(parts)
  }

  #repeated(part: PatternPart): PatternPart {
    const counts = this.#takeCounts()
    if (counts === undefined) return part
    const [min, max] = counts
    if (min > max) throw this.#in.problem('has a repeat whose least is above its most')
    // Lazy or not makes no difference to whether there is a match.
    this.#in.take('?')
    if (this.#takeCounts() !== undefined) throw this.#in.problem('has a repeat of a repeat')
    return repeat(part, min, max)
  }

  /** `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}`, `{2,3}`; a brace of another form is plain text. */
  #takeCounts(): [min: number, max: number] | undefined {
    if (this.#in.take('*')) return [0, Number.POSITIVE_INFINITY]
    if (this.#in.take('+')) return [1, Number.POSITIVE_INFINITY]
    if (this.#in.take('?')) return [0, 1]
    const braces = this.#in.takeMatch(/^\{(\d{1,5}|\d{0,5},\d{0,5})\}/)
    if (braces === undefined) return undefined
    const [least, most] = braces.split(',')
    const min = Number(least)
    if (most === undefined) return [min, min]
    return [min, most === '' ? Number.POSITIVE_INFINITY : Number(most)]
  }

  #atom(): PatternPart {
    if (this.#in.take('(')) return this.#group()
    if (this.#in.take('[')) return this.#class()
    if (this.#in.take('\\')) return this.#escape()
    if (this.#in.take('.')) return one(this.#flags.dotAll ? () => true : (point) => point !== newline)
    if (this.#in.take('^')) return where(this.#flags.multiline ? atLineStart : atStart)
    if (this.#in.take('$')) return where(this.#flags.multiline ? atLineEnd : atLastLineEnd)
    if (this.#takeCounts() !== undefined) throw this.#in.problem('has a repeat of nothing')
    return this.#literal(this.#in.next())
  }

  #group(): PatternPart {
    if (this.#nesting >= maxNesting) throw this.#in.problem(`nests groups deeper than ${maxNesting}`)
    this.#nesting += 1
    const outerFlags = this.#flags
    const wrap = this.#groupKind()
    const part = wrap(this.#choice())
    if (!this.#in.take(')')) throw this.#in.problem('has a "(" without ")"')
    this.#flags = outerFlags
    this.#nesting -= 1
    return part
  }

  /** Reads what follows `(` up to the body, and says what the group makes of it. */
  #groupKind(): (body: PatternPart) => PatternPart {
    if (!this.#in.isNext('?')) return (body) => body
    if (this.#in.take('?=')) return (body) => where(ahead(body))
    if (this.#in.take('?!')) return (body) => where(no(ahead(body)))
    if (this.#in.take('?<=')) return (body) => where(behind(body))
    if (this.#in.take('?<!')) return (body) => where(no(behind(body)))
    if (this.#in.takeMatch(/^\?P<([^\W\d]\w*)>/u) !== undefined) return (body) => body
    const flags = this.#in.takeMatch(/^\?([a-zA-Z]*(?:-[a-zA-Z]+)?):/)
    if (flags === undefined) throw this.#in.problem('has a group of a kind that is not supported')
    const [on = '', off = ''] = flags.split('-')
    this.#switchFlags(on, true)
    this.#switchFlags(off, false)
    return (body) => body
  }

  #switchFlags(letters: string, value: boolean): void {
    for (const letter of letters) {
      const name = ({ i: 'ignoreCase', m: 'multiline', s: 'dotAll' } as const)[letter]
      if (name !== undefined) this.#flags = { ...this.#flags, [name]: value }
      else if (letter !== 'u') throw this.#in.problem(`uses the flag "${letter}", which is not supported`)
    }
  }

  #escape(): PatternPart {
    if (this.#in.take('A')) return where(atStart)
    if (this.#in.take('Z')) return where(atTextEnd)
    if (this.#in.take('b')) return where(atWordEdge)
    if (this.#in.take('B')) return where(no(atWordEdge))
    const category = categoryOf(this.#in.peek())
    if (category === undefined) return this.#literal(this.#escapedPoint())
    this.#in.next()
    return one(category)
  }

  #class(): PatternPart {
    const negated = this.#in.take('^')
    const members: PointTest[] = []
    for (let first = true; first || !this.#in.isNext(']'); first = false) members.push(this.#classMember())
    this.#in.next()
    const isMember = this.#cased((point) => members.some((accepts) => accepts(point)))
    return one((point) => isMember(point) !== negated)
  }

  #classMember(): PointTest {
    const low = this.#classPoint()
    const isRange = this.#in.isNext('-') && this.#in.peek(1) !== ']'
    if (!isRange) return typeof low === 'number' ? range(low, low) : low
    this.#in.next()
    const high = this.#classPoint()
    if (typeof low === 'number' && typeof high === 'number' && low <= high) return range(low, high)
    throw this.#in.problem('has an invalid range in a "[…]"')
  }

  #classPoint(): number | PointTest {
    if (!this.#in.take('\\')) return this.#in.next('has a "[" without "]"')
    if (this.#in.take('b')) return 0x08
    const category = categoryOf(this.#in.peek())
    if (category === undefined) return this.#escapedPoint()
    this.#in.next()
    return category
  }

  /** The character that an escape stands for. */
  #escapedPoint(): number {
    const hex = this.#in.takeMatch(/^(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})/)
    if (hex !== undefined) return this.#checkedPoint(Number.parseInt(hex.slice(1), 16))
    const octal = this.#in.takeMatch(/^(0[0-7]{0,2}|[1-3][0-7]{2})/)
    if (octal !== undefined) return Number.parseInt(octal, 8)
    if (this.#in.takeMatch(/^([1-9])/) !== undefined) throw this.#in.problem('has a back-reference')
    const control = this.#in.takeMatch(/^([abfnrtv])/)
    if (control !== undefined) return controls[control] as number
    if (this.#in.takeMatch(/^([a-zA-Z])/) !== undefined)
      throw this.#in.problem('has an escape that means nothing')
    return this.#in.next('ends with a backslash')
  }

  #checkedPoint(point: number): number {
    if (point <= 0x10ffff) return point
    throw this.#in.problem('has an escape above the last character')
  }

  #literal(point: number): PatternPart {
    return one(this.#cased((candidate) => candidate === point))
  }

  #cased(accepts: PointTest): PointTest {
    return this.#flags.ignoreCase ? ignoringCase(accepts) : accepts
  }
}

const controls: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: newline, r: 13, t: 9, v: 11 }
